//! What the robot is told about the home: rooms, places, things, people and the map.
//!
//! `hearth-runtime` reads it from `launch/config/home.yaml` and checks it; nodes only see it.

use crate::{BasicColour, OrientedRect, Point2, Pose2, ShapeCue, WorldObject};
use serde::{Deserialize, Serialize};

/// An identifier with what people call it. The first name of each list is the one the robot says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// Identifier, `snake_case`, unique within the home.
    pub id: String,
    /// English names, lower case, without article.
    pub en: Vec<String>,
    /// Chinese names, Simplified.
    pub zh: Vec<String>,
}

/// A room.
#[derive(Clone, Debug, PartialEq)]
pub struct Room {
    /// Its names.
    pub names: Names,
    /// Its outline in `map`, a simple polygon.
    pub outline_in_map: Vec<Point2>,
}

impl Room {
    /// Whether the point lies in the room (even-odd rule).
    pub fn contains(&self, point_in_map: &Point2) -> bool {
        let corners = &self.outline_in_map;
        let mut inside = false;
        for (i, a) in corners.iter().enumerate() {
            let b = &corners[(i + 1) % corners.len()];
            let crosses = (a.y > point_in_map.y) != (b.y > point_in_map.y);
            if crosses && point_in_map.x < (b.x - a.x) * (point_in_map.y - a.y) / (b.y - a.y) + a.x
            {
                inside = !inside;
            }
        }
        inside
    }
}

/// A side of a place's footprint, in the footprint's own frame (front is +x).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// +x.
    Front,
    /// -x.
    Back,
    /// +y.
    Left,
    /// -y.
    Right,
}

/// A horizontal surface on which things stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    /// \[m\] Above the floor.
    pub height_m: f64,
    /// The usable area in `map`.
    pub area: OrientedRect,
    /// \[m\] Free height above it, where a board or a ceiling limits it.
    pub headroom_m: Option<f64>,
}

/// A named location: a piece of furniture, or a spot such as the entrance.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Its names.
    pub names: Names,
    /// The room it is in.
    pub room: String,
    /// What it occupies in `map`. The footprint's +x is the front.
    pub footprint: OrientedRect,
    /// \[m\] Height of the body that the robot must not bump into; zero for a mere spot.
    pub height_m: f64,
    /// Surfaces where things may stand, lowest first; empty for a mere landmark.
    pub surfaces: Vec<Surface>,
    /// From which sides it may be looked at and reached.
    pub open_sides: Vec<Side>,
}

/// A category of things, such as "drinks".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its names, singular first ("drink", "drinks", …).
    pub names: Names,
}

/// A kind of thing, such as "cup": what several known items have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its names.
    pub names: Names,
    /// The id of its category.
    pub category: String,
}

/// A thing that the household owns, as the robot may recognise it.
#[derive(Clone, Debug, PartialEq)]
pub struct CatalogueItem {
    /// Its names. The id is the model's name in the simulated world.
    pub names: Names,
    /// The id of its kind.
    pub kind: String,
    /// What people call its colours, the dominant first.
    pub colours: Vec<BasicColour>,
    /// sRGB of its dominant colours, the largest first.
    pub srgb: Vec<[u8; 3]>,
    /// \[m\] Length, width (length >= width) and height as it usually stands.
    pub size_m: [f64; 3],
    /// Its form.
    pub shape: ShapeCue,
}

/// A person whom the robot knows.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonEntry {
    /// Their names.
    pub names: Names,
    /// The place near which they usually are.
    pub usual_place: Option<String>,
    /// The colour of the upper clothes that they wear, by which the robot tells people apart.
    pub shirt: Option<BasicColour>,
    /// sRGB of those clothes.
    pub shirt_srgb: Option<[u8; 3]>,
}

/// An occupancy grid, as of ROS's map_server.
#[derive(Clone, Debug, PartialEq)]
pub struct OccupancyGrid {
    /// \[m\] Side of a cell.
    pub resolution_m: f64,
    /// The outer corner of cell (0, 0) in `map`; the grid's axes are the map's.
    pub origin_in_map: Point2,
    /// Cells along x.
    pub width: usize,
    /// Cells along y.
    pub height: usize,
    /// Row-major from the lowest y: true where a wall or furniture stands at the lidar's height.
    pub occupied: Vec<bool>,
}

impl OccupancyGrid {
    /// The cell that holds the point, if it is on the grid.
    pub fn cell(&self, point_in_map: &Point2) -> Option<(usize, usize)> {
        let x = ((point_in_map.x - self.origin_in_map.x) / self.resolution_m).floor();
        let y = ((point_in_map.y - self.origin_in_map.y) / self.resolution_m).floor();
        (x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64)
            .then_some((x as usize, y as usize))
    }

    /// Whether the cell is occupied.
    pub fn is_occupied(&self, x: usize, y: usize) -> bool {
        self.occupied[y * self.width + x]
    }

    /// The cell's centre in `map`.
    pub fn centre_in_map(&self, x: usize, y: usize) -> Point2 {
        Point2::new(
            self.origin_in_map.x + (x as f64 + 0.5) * self.resolution_m,
            self.origin_in_map.y + (y as f64 + 0.5) * self.resolution_m,
        )
    }
}

/// The home.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    /// Rooms.
    pub rooms: Vec<Room>,
    /// Named locations.
    pub places: Vec<Place>,
    /// Categories of things.
    pub categories: Vec<Category>,
    /// Kinds of things.
    pub kinds: Vec<Kind>,
    /// Known things.
    pub catalogue: Vec<CatalogueItem>,
    /// Known people.
    pub people: Vec<PersonEntry>,
    /// Where the robot stands when it is switched on, in `map`.
    pub start_in_map: Pose2,
    /// The map at the lidar's height.
    pub map: OccupancyGrid,
}

/// With a likelier name the catalogue tells a thing's form better than one look at it.
const SURE_OF_FORM: f64 = 0.85;

impl Home {
    /// The place with this id.
    pub fn place(&self, id: &str) -> Option<&Place> {
        self.places.iter().find(|it| it.names.id == id)
    }

    /// The room with this id.
    pub fn room(&self, id: &str) -> Option<&Room> {
        self.rooms.iter().find(|it| it.names.id == id)
    }

    /// The kind with this id.
    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|it| it.names.id == id)
    }

    /// The catalogue's item with this id.
    pub fn item(&self, id: &str) -> Option<&CatalogueItem> {
        self.catalogue.iter().find(|it| it.names.id == id)
    }

    /// Size \[m\] (length, width, height) and form of a thing seen: the catalogue's where its name is
    /// sure and it stands as that item does, else as measured. One view shows no thing's back. A cup whose handle
    /// was not seen is as long as wide: where its handle is, is not known, but not on the side that was seen.
    pub fn form_of(&self, object: &WorldObject) -> ([f64; 3], ShapeCue) {
        let measured = (object.size_m, object.shape);
        let Some(best) = object.hypotheses.first() else {
            return measured;
        };
        let Some(item) = self.item(&best.item) else {
            return measured;
        };
        let stands = (item.size_m[2] - object.size_m[2]).abs() < 0.012 + 0.15 * item.size_m[2];
        if best.probability < SURE_OF_FORM || !stands {
            return measured;
        }
        let [length_m, width_m, height_m] = item.size_m;
        let handle_unseen =
            item.shape.is_hollow() && object.size_m[0] < ShapeCue::HANDLE_FROM * object.size_m[1];
        let length_m = if handle_unseen { width_m } else { length_m };
        ([length_m, width_m, height_m], item.shape)
    }

    /// The person with this id.
    pub fn person(&self, id: &str) -> Option<&PersonEntry> {
        self.people.iter().find(|it| it.names.id == id)
    }

    /// The room that holds the point.
    pub fn room_at(&self, point_in_map: &Point2) -> Option<&Room> {
        self.rooms.iter().find(|it| it.contains(point_in_map))
    }
}
