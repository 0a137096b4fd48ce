//! Visuals and collisions.

use super::super::{Geometry, SdfMaterial, SdfShape};
use super::{Reader, Result};
use hearth_types::Vector3;
use roxmltree::Node;

const PRIMITIVES: &str = "use box, cylinder, sphere, capsule, ellipsoid or plane";

impl<'a> Reader<'a> {
    pub(super) fn shape(&mut self, node: Node<'a, 'a>) -> Result<SdfShape> {
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
}
