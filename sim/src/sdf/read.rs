//! The reader.

use super::{
    Geometry, LightKind, SdfError, SdfInertial, SdfLight, SdfLink, SdfMaterial, SdfModel, SdfShape,
    SdfWorld,
};
use hearth_types::{Isometry3, Vector3};
use nalgebra::{Translation3, UnitQuaternion};
use roxmltree::{Document, Node};
use std::path::Path;

impl SdfWorld {
    /// Reads the first world of an SDF file.
    ///
    /// # Errors
    /// [`SdfError`], with file and line.
    pub fn from_file(file: &Path) -> Result<Self, SdfError> {
        let text = std::fs::read_to_string(file).map_err(|source| SdfError::Io {
            file: file.to_owned(),
            source,
        })?;
        Self::from_text(&text, &file.display().to_string())
    }

    /// Reads the first world of an SDF document; `file` is its name for errors.
    ///
    /// # Errors
    /// [`SdfError`], with file and line.
    pub fn from_text(text: &str, file: &str) -> Result<Self, SdfError> {
        let document = Document::parse(text).map_err(|error| SdfError::Xml {
            file: file.to_owned(),
            line: error.pos().row,
            reason: error.to_string(),
        })?;
        let mut reader = Reader {
            file,
            document: &document,
            ignored: Vec::new(),
        };
        let root = document.root_element();
        if !root.has_tag_name("sdf") {
            return Err(reader.invalid(
                root,
                format!("the root is <{}>", root.tag_name().name()),
                "an SDF file starts with <sdf version=\"1.9\">",
            ));
        }
        let world = reader.child(root, "world")?;
        let mut result = reader.world(world)?;
        result.ignored = reader.ignored;
        Ok(result)
    }
}

struct Reader<'a> {
    file: &'a str,
    document: &'a Document<'a>,
    ignored: Vec<String>,
}

type Result<T, E = SdfError> = std::result::Result<T, E>;

impl<'a> Reader<'a> {
    fn line(&self, node: Node) -> u32 {
        self.document.text_pos_at(node.range().start).row
    }

    fn invalid(&self, node: Node, problem: String, expected: impl Into<String>) -> SdfError {
        SdfError::Invalid {
            file: self.file.to_owned(),
            line: self.line(node),
            problem,
            expected: expected.into(),
        }
    }

    fn ignore_all_but(&mut self, node: Node, known: &[&str]) {
        for child in node.children().filter(Node::is_element) {
            let name = child.tag_name().name();
            if !known.contains(&name) {
                let line = self.line(child);
                self.ignored
                    .push(format!("{line}: {}/{name}", node.tag_name().name()));
            }
        }
    }

    fn optional(&self, node: Node<'a, 'a>, tag: &str) -> Option<Node<'a, 'a>> {
        node.children().find(|it| it.has_tag_name(tag))
    }

    fn child(&self, node: Node<'a, 'a>, tag: &str) -> Result<Node<'a, 'a>> {
        self.optional(node, tag).ok_or_else(|| {
            let parent = node.tag_name().name();
            self.invalid(
                node,
                format!("<{parent}> has no <{tag}>"),
                format!("add <{tag}> inside <{parent}>"),
            )
        })
    }

    fn name(&self, node: Node) -> Result<String> {
        let name = node.attribute("name").unwrap_or_default().trim();
        if name.is_empty() {
            let tag = node.tag_name().name();
            return Err(self.invalid(
                node,
                format!("<{tag}> has no name"),
                format!("write <{tag} name=\"…\">"),
            ));
        }
        Ok(name.to_owned())
    }

    /// `N` finite numbers separated by white space.
    fn numbers<const N: usize>(&self, node: Node) -> Result<[f64; N]> {
        let text = node.text().unwrap_or_default();
        let values: Vec<f64> = text
            .split_whitespace()
            .filter_map(|it| it.parse().ok())
            .filter(|it: &f64| it.is_finite() && it.abs() < 1e6)
            .collect();
        let all_parsed = values.len() == text.split_whitespace().count();
        <[f64; N]>::try_from(values)
            .ok()
            .filter(|_| all_parsed)
            .ok_or_else(|| {
                let tag = node.tag_name().name();
                self.invalid(
                    node,
                    format!("<{tag}> holds \"{}\"", text.trim()),
                    format!("{N} finite number(s) separated by spaces belong there"),
                )
            })
    }

    fn number(&self, node: Node) -> Result<f64> {
        self.numbers::<1>(node).map(|it| it[0])
    }

    fn positive<const N: usize>(&self, node: Node) -> Result<[f64; N]> {
        let values = self.numbers::<N>(node)?;
        if values.iter().any(|it| *it <= 0.0) {
            let tag = node.tag_name().name();
            return Err(self.invalid(
                node,
                format!("<{tag}> is not positive"),
                "sizes are in metres, above zero",
            ));
        }
        Ok(values)
    }

    fn flag(&self, node: Node<'a, 'a>, tag: &str, default: bool) -> Result<bool> {
        let Some(flag) = self.optional(node, tag) else {
            return Ok(default);
        };
        match flag.text().unwrap_or_default().trim() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            other => Err(self.invalid(
                flag,
                format!("<{tag}> holds \"{other}\""),
                "write true or false",
            )),
        }
    }

    fn pose(&self, node: Node<'a, 'a>) -> Result<Isometry3> {
        let Some(pose) = self.optional(node, "pose") else {
            return Ok(Isometry3::identity());
        };
        if pose
            .attribute("relative_to")
            .is_some_and(|it| !it.is_empty())
        {
            return Err(self.invalid(
                pose,
                "relative_to is not supported".to_owned(),
                "give the pose in the parent element's frame",
            ));
        }
        if pose
            .attribute("rotation_format")
            .is_some_and(|it| it != "euler_rpy")
        {
            return Err(self.invalid(
                pose,
                "rotation_format is not supported".to_owned(),
                "write x y z roll pitch yaw",
            ));
        }
        if pose.text().unwrap_or_default().trim().is_empty() {
            return Ok(Isometry3::identity());
        }
        let [x, y, z, mut roll, mut pitch, mut yaw] = self.numbers::<6>(pose)?;
        if pose.attribute("degrees") == Some("true") {
            [roll, pitch, yaw] = [roll, pitch, yaw].map(f64::to_radians);
        }
        Ok(Isometry3::from_parts(
            Translation3::new(x, y, z),
            UnitQuaternion::from_euler_angles(roll, pitch, yaw),
        ))
    }

    fn world(&mut self, node: Node<'a, 'a>) -> Result<SdfWorld> {
        self.ignore_all_but(node, &["model", "light", "include"]);
        let mut world = SdfWorld {
            name: node.attribute("name").unwrap_or("world").to_owned(),
            ..SdfWorld::default()
        };
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "model" => {
                    let model = self.model(child)?;
                    if world.model(&model.name).is_some() {
                        return Err(self.invalid(
                            child,
                            format!("a second model is named \"{}\"", model.name),
                            "names are unique in a world",
                        ));
                    }
                    world.models.push(model);
                }
                "light" => world.lights.push(self.light(child)?),
                "include" => {
                    let uri = self.child(child, "uri")?;
                    let uri = uri.text().unwrap_or_default().trim().to_owned();
                    world.includes.push(uri);
                }
                _ => {}
            }
        }
        Ok(world)
    }

    fn model(&mut self, node: Node<'a, 'a>) -> Result<SdfModel> {
        self.ignore_all_but(node, &["pose", "static", "link"]);
        let mut links = Vec::new();
        for link in node.children().filter(|it| it.has_tag_name("link")) {
            links.push(self.link(link)?);
        }
        if links.is_empty() {
            return Err(self.invalid(
                node,
                "<model> has no <link>".to_owned(),
                "add <link name=\"…\"> inside <model>",
            ));
        }
        Ok(SdfModel {
            name: self.name(node)?,
            world_from_model: self.pose(node)?,
            is_static: self.flag(node, "static", false)?,
            links,
            line: self.line(node),
        })
    }

    fn link(&mut self, node: Node<'a, 'a>) -> Result<SdfLink> {
        self.ignore_all_but(node, &["pose", "inertial", "visual", "collision"]);
        let inertial = match self.optional(node, "inertial") {
            Some(inertial) => Some(self.inertial(inertial)?),
            None => None,
        };
        let mut link = SdfLink {
            name: self.name(node)?,
            model_from_link: self.pose(node)?,
            inertial,
            visuals: Vec::new(),
            collisions: Vec::new(),
        };
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "visual" => link.visuals.push(self.shape(child)?),
                "collision" => link.collisions.push(self.shape(child)?),
                _ => {}
            }
        }
        Ok(link)
    }

    fn inertial(&mut self, node: Node<'a, 'a>) -> Result<SdfInertial> {
        self.ignore_all_but(node, &["pose", "mass", "inertia"]);
        let inertia = match self.optional(node, "inertia") {
            None => None,
            Some(inertia) => {
                let mut values = [0.0; 6];
                for (value, tag) in values
                    .iter_mut()
                    .zip(["ixx", "iyy", "izz", "ixy", "ixz", "iyz"])
                {
                    if let Some(entry) = self.optional(inertia, tag) {
                        *value = self.number(entry)?;
                    }
                }
                Some(self.checked_inertia(inertia, values)?)
            }
        };
        Ok(SdfInertial {
            link_from_inertial: self.pose(node)?,
            mass_kg: self.positive::<1>(self.child(node, "mass")?)?[0],
            inertia_kg_m2: inertia,
        })
    }

    /// Refuses what no rigid body can have.
    fn checked_inertia(&self, node: Node, values: [f64; 6]) -> Result<[f64; 6]> {
        let [ixx, iyy, izz, ixy, ixz, iyz] = values;
        let tensor = nalgebra::Matrix3::new(ixx, ixy, ixz, ixy, iyy, iyz, ixz, iyz, izz);
        let moments = tensor.symmetric_eigenvalues();
        let [a, b, c] = [moments[0], moments[1], moments[2]];
        let slack = 1e-9 + 1e-6 * (a + b + c).abs();
        if a.min(b).min(c) > 0.0 && a <= b + c + slack && b <= a + c + slack && c <= a + b + slack {
            return Ok(values);
        }
        Err(self.invalid(
            node,
            "<inertia> is not that of a rigid body".to_owned(),
            "its principal moments are positive, and none exceeds the sum of the other two",
        ))
    }

    fn shape(&mut self, node: Node<'a, 'a>) -> Result<SdfShape> {
        self.ignore_all_but(node, &["pose", "geometry", "material", "surface"]);
        let material = match self.optional(node, "material") {
            Some(material) => Some(self.material(material)?),
            None => None,
        };
        Ok(SdfShape {
            name: self.name(node)?,
            link_from_shape: self.pose(node)?,
            geometry: self.geometry(self.child(node, "geometry")?)?,
            material,
            friction: self.friction(node, ["ode", "mu"])?,
            rolling_friction_m: self.friction(node, ["bullet", "rolling_friction"])?,
        })
    }

    /// A coefficient of `<surface><friction>`.
    fn friction(&self, node: Node<'a, 'a>, [engine, tag]: [&str; 2]) -> Result<Option<f64>> {
        let found = ["surface", "friction", engine, tag]
            .iter()
            .try_fold(node, |at, tag| self.optional(at, tag));
        let Some(found) = found else { return Ok(None) };
        let value = self.number(found)?;
        if value < 0.0 {
            return Err(self.invalid(
                found,
                format!("<{tag}> is negative"),
                "friction coefficients start at zero",
            ));
        }
        Ok(Some(value))
    }

    fn geometry(&mut self, node: Node<'a, 'a>) -> Result<Geometry> {
        let Some(form) = node.children().find(Node::is_element) else {
            return Err(self.invalid(node, "<geometry> is empty".to_owned(), PRIMITIVES));
        };
        let length =
            |tag: &str| -> Result<f64> { Ok(self.positive::<1>(self.child(form, tag)?)?[0]) };
        Ok(match form.tag_name().name() {
            "box" => Geometry::Box {
                size_m: self.positive(self.child(form, "size")?)?,
            },
            "cylinder" => Geometry::Cylinder {
                radius_m: length("radius")?,
                length_m: length("length")?,
            },
            "sphere" => Geometry::Sphere {
                radius_m: length("radius")?,
            },
            "capsule" => Geometry::Capsule {
                radius_m: length("radius")?,
                length_m: length("length")?,
            },
            "ellipsoid" => Geometry::Ellipsoid {
                radii_m: self.positive(self.child(form, "radii")?)?,
            },
            "plane" => self.plane(form)?,
            other => {
                return Err(self.invalid(
                    form,
                    format!("<{other}> geometry is not supported"),
                    PRIMITIVES,
                ));
            }
        })
    }

    fn plane(&self, form: Node<'a, 'a>) -> Result<Geometry> {
        let normal = match self.optional(form, "normal") {
            Some(normal) => Vector3::from(self.numbers::<3>(normal)?),
            None => Vector3::z(),
        };
        let size_m = match self.optional(form, "size") {
            Some(size) => self.positive(size)?,
            None => [1.0, 1.0],
        };
        let normal = normal.try_normalize(1e-9).ok_or_else(|| {
            self.invalid(
                form,
                "<normal> has no length".to_owned(),
                "write a direction such as 0 0 1",
            )
        })?;
        Ok(Geometry::Plane { normal, size_m })
    }

    fn material(&mut self, node: Node<'a, 'a>) -> Result<SdfMaterial> {
        self.ignore_all_but(node, &["ambient", "diffuse", "specular", "emissive"]);
        let colour = |tag: &str| -> Result<Option<[f64; 4]>> {
            let Some(entry) = self.optional(node, tag) else {
                return Ok(None);
            };
            let values = match self.numbers::<3>(entry) {
                Ok([r, g, b]) => [r, g, b, 1.0],
                Err(_) => self.numbers::<4>(entry)?,
            };
            if values.iter().any(|it| !(0.0..=1.0).contains(it)) {
                return Err(self.invalid(
                    entry,
                    format!("<{tag}> is out of range"),
                    "red, green, blue and opacity are 0 to 1",
                ));
            }
            Ok(Some(values))
        };
        let brightness = |it: Option<[f64; 4]>| it.map_or(0.0, |[r, g, b, _]| (r + g + b) / 3.0);
        let (diffuse, ambient) = (colour("diffuse")?, colour("ambient")?);
        Ok(SdfMaterial {
            diffuse: diffuse.or(ambient).unwrap_or([0.7, 0.7, 0.7, 1.0]),
            specular: brightness(colour("specular")?),
            emissive: brightness(colour("emissive")?),
        })
    }

    fn light(&mut self, node: Node<'a, 'a>) -> Result<SdfLight> {
        self.ignore_all_but(
            node,
            &[
                "pose",
                "diffuse",
                "specular",
                "direction",
                "attenuation",
                "spot",
                "cast_shadows",
            ],
        );
        let kind = match node.attribute("type").unwrap_or_default() {
            "directional" => LightKind::Directional,
            "point" => LightKind::Point,
            "spot" => LightKind::Spot,
            other => {
                return Err(self.invalid(
                    node,
                    format!("a light's type is \"{other}\""),
                    "write type=\"directional\", \"point\" or \"spot\"",
                ));
            }
        };
        let colour = |tag: &str, default: f64| -> Result<[f64; 3]> {
            let Some(entry) = self.optional(node, tag) else {
                return Ok([default; 3]);
            };
            let [r, g, b] = match self.numbers::<3>(entry) {
                Ok(values) => values,
                Err(_) => self.numbers::<4>(entry).map(|[r, g, b, _]| [r, g, b])?,
            };
            Ok([r, g, b].map(|it| it.clamp(0.0, 1.0)))
        };
        let direction = match self.optional(node, "direction") {
            Some(direction) => Vector3::from(self.numbers::<3>(direction)?),
            None => -Vector3::z(),
        };
        let inner = |outer: &str, tag: &str, default: f64| -> Result<f64> {
            let found = self
                .optional(node, outer)
                .and_then(|it| self.optional(it, tag));
            found.map_or(Ok(default), |it| self.number(it))
        };
        Ok(SdfLight {
            name: self.name(node)?,
            kind,
            world_from_light: self.pose(node)?,
            diffuse: colour("diffuse", 1.0)?,
            specular: colour("specular", 0.1)?,
            direction: direction.try_normalize(1e-9).unwrap_or(-Vector3::z()),
            attenuation: [
                inner("attenuation", "constant", 1.0)?.max(0.0),
                inner("attenuation", "linear", 0.0)?.max(0.0),
                inner("attenuation", "quadratic", 0.0)?.max(0.0),
            ],
            cutoff_rad: inner("spot", "outer_angle", 1.0)?.clamp(0.01, std::f64::consts::PI) / 2.0,
            cast_shadows: self.flag(node, "cast_shadows", false)?,
        })
    }
}

const PRIMITIVES: &str = "use box, cylinder, sphere, capsule, ellipsoid or plane";
