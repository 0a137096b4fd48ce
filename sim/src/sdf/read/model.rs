//! Worlds, models, links.

use super::super::{SdfInertial, SdfLink, SdfModel, SdfWorld};
use super::{Reader, Result};
use roxmltree::Node;

impl<'a> Reader<'a> {
    pub(super) fn world(&mut self, node: Node<'a, 'a>) -> Result<SdfWorld> {
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
}
