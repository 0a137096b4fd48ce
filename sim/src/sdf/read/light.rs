//! Lights.

use super::super::{LightKind, SdfLight};
use super::{Reader, Result};
use hearth_types::Vector3;
use roxmltree::Node;

impl<'a> Reader<'a> {
    pub(super) fn light(&mut self, node: Node<'a, 'a>) -> Result<SdfLight> {
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
