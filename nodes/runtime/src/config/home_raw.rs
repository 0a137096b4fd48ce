//! `launch/config/home.yaml` as it is written. Never leaves this module's parent.

use hearth_types::{
    BasicColour, CatalogueItem, Category, Kind, Names, OrientedRect, PersonEntry, Place, Point2,
    Pose2, Room, ShapeCue, Side, Surface,
};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHome {
    pub map: String,
    pub start: RawPose,
    pub rooms: Vec<RawRoom>,
    pub places: Vec<RawPlace>,
    pub categories: Vec<RawCategory>,
    pub kinds: Vec<RawKind>,
    pub catalogue: Vec<RawItem>,
    #[serde(default)]
    pub people: Vec<RawPerson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPose {
    x_m: f64,
    y_m: f64,
    #[serde(default)]
    yaw_rad: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRect {
    x_m: f64,
    y_m: f64,
    yaw_rad: f64,
    size_m: [f64; 2],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRoom {
    id: String,
    en: Vec<String>,
    zh: Vec<String>,
    outline_m: Vec<[f64; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPlace {
    id: String,
    en: Vec<String>,
    zh: Vec<String>,
    room: String,
    footprint: RawRect,
    height_m: f64,
    #[serde(default)]
    surfaces: Vec<RawSurface>,
    #[serde(default)]
    open_sides: Vec<Side>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSurface {
    height_m: f64,
    x_m: f64,
    y_m: f64,
    yaw_rad: f64,
    size_m: [f64; 2],
    #[serde(default)]
    headroom_m: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCategory {
    id: String,
    en: Vec<String>,
    zh: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawKind {
    id: String,
    en: Vec<String>,
    zh: Vec<String>,
    category: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawItem {
    id: String,
    en: Vec<String>,
    zh: Vec<String>,
    kind: String,
    colours: Vec<BasicColour>,
    srgb: Vec<HexColour>,
    size_m: [f64; 3],
    shape: ShapeCue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPerson {
    id: String,
    en: Vec<String>,
    zh: Vec<String>,
    #[serde(default)]
    usual_place: Option<String>,
    #[serde(default)]
    shirt: Option<BasicColour>,
    #[serde(default)]
    shirt_srgb: Option<HexColour>,
}

/// sRGB as `"#rrggbb"`.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct HexColour([u8; 3]);

impl TryFrom<String> for HexColour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = text
            .strip_prefix('#')
            .filter(|it| it.len() == 6 && it.bytes().all(|it| it.is_ascii_hexdigit()))
            .and_then(|it| u32::from_str_radix(it, 16).ok())
            .ok_or_else(|| format!("{text:?} is not a colour such as \"#c4161c\""))?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl From<&RawPose> for Pose2 {
    fn from(raw: &RawPose) -> Self {
        pose(raw.x_m, raw.y_m, raw.yaw_rad)
    }
}

impl From<&RawRect> for OrientedRect {
    fn from(raw: &RawRect) -> Self {
        Self {
            centre_in_map: pose(raw.x_m, raw.y_m, raw.yaw_rad),
            size_m: raw.size_m,
        }
    }
}

impl From<RawRoom> for Room {
    fn from(raw: RawRoom) -> Self {
        Self {
            names: names(raw.id, raw.en, raw.zh),
            outline_in_map: raw
                .outline_m
                .iter()
                .map(|&[x, y]| Point2::new(x, y))
                .collect(),
        }
    }
}

impl From<RawPlace> for Place {
    fn from(raw: RawPlace) -> Self {
        Self {
            names: names(raw.id, raw.en, raw.zh),
            room: raw.room,
            footprint: (&raw.footprint).into(),
            height_m: raw.height_m,
            surfaces: raw.surfaces.iter().map(Surface::from).collect(),
            open_sides: raw.open_sides,
        }
    }
}

impl From<&RawSurface> for Surface {
    fn from(raw: &RawSurface) -> Self {
        Self {
            height_m: raw.height_m,
            area: OrientedRect {
                centre_in_map: pose(raw.x_m, raw.y_m, raw.yaw_rad),
                size_m: raw.size_m,
            },
            headroom_m: raw.headroom_m,
        }
    }
}

impl From<RawCategory> for Category {
    fn from(raw: RawCategory) -> Self {
        Self {
            names: names(raw.id, raw.en, raw.zh),
        }
    }
}

impl From<RawKind> for Kind {
    fn from(raw: RawKind) -> Self {
        Self {
            names: names(raw.id, raw.en, raw.zh),
            category: raw.category,
        }
    }
}

impl From<RawItem> for CatalogueItem {
    fn from(raw: RawItem) -> Self {
        Self {
            names: names(raw.id, raw.en, raw.zh),
            kind: raw.kind,
            colours: raw.colours,
            srgb: raw.srgb.iter().map(|it| it.0).collect(),
            size_m: raw.size_m,
            shape: raw.shape,
        }
    }
}

impl From<RawPerson> for PersonEntry {
    fn from(raw: RawPerson) -> Self {
        Self {
            names: names(raw.id, raw.en, raw.zh),
            usual_place: raw.usual_place,
            shirt: raw.shirt,
            shirt_srgb: raw.shirt_srgb.map(|it| it.0),
        }
    }
}

/// Not [`Pose2::new`]: it wraps the angle, and so would hide one that is not finite.
fn pose(x_m: f64, y_m: f64, yaw_rad: f64) -> Pose2 {
    Pose2 { x_m, y_m, yaw_rad }
}

fn names(id: String, en: Vec<String>, zh: Vec<String>) -> Names {
    Names { id, en, zh }
}
