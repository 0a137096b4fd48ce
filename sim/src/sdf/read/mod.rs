//! The reader: finds elements, reads values, names line and remedy of what is wrong.

mod light;
mod model;
mod shape;

use super::{SdfError, SdfWorld};
use hearth_types::Isometry3;
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
}
