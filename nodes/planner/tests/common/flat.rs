//! Two rooms, three places, some things, two people.

use hearth_types::*;

fn names(id: &str, en: &[&str], zh: &[&str]) -> Names {
    let own = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
    Names {
        id: id.into(),
        en: own(en),
        zh: own(zh),
    }
}

fn room(id: &str, zh: &str, low: [f64; 2], high: [f64; 2]) -> Room {
    Room {
        names: names(id, &[id], &[zh]),
        outline_in_map: vec![
            Point2::new(low[0], low[1]),
            Point2::new(high[0], low[1]),
            Point2::new(high[0], high[1]),
            Point2::new(low[0], high[1]),
        ],
    }
}

fn place(id: &str, en: &str, zh: &str, room: &str, x_m: f64, y_m: f64) -> Place {
    let area = OrientedRect {
        centre_in_map: Pose2::new(x_m, y_m, 0.0),
        size_m: [0.6, 1.0],
    };
    Place {
        names: names(id, &[en], &[zh]),
        room: room.into(),
        footprint: area,
        height_m: 0.7,
        surfaces: vec![Surface {
            height_m: 0.7,
            area,
            headroom_m: None,
        }],
        open_sides: vec![Side::Front, Side::Back],
    }
}

fn item(id: &str, en: &str, zh: &str, kind: &str, colour: BasicColour) -> CatalogueItem {
    CatalogueItem {
        names: names(id, &[en], &[zh]),
        kind: kind.into(),
        colours: vec![colour],
        srgb: vec![[200, 0, 0]],
        size_m: [0.07, 0.06, 0.08],
        shape: ShapeCue::Cylinder,
    }
}

fn kind(id: &str, zh: &str, category: &str) -> Kind {
    Kind {
        names: names(id, &[id], &[zh]),
        category: category.into(),
    }
}

fn person(id: &str, en: &str, zh: &str, place: &str) -> PersonEntry {
    PersonEntry {
        names: names(id, &[en], &[zh]),
        usual_place: Some(place.into()),
        shirt: None,
        shirt_srgb: None,
    }
}

pub fn flat() -> Home {
    Home {
        rooms: vec![
            room("kitchen", "厨房", [3.0, -3.0], [9.0, 3.0]),
            room("office", "书房", [-9.0, -3.0], [3.0, 3.0]),
        ],
        places: vec![
            place("table", "table", "餐桌", "kitchen", 6.0, 0.0),
            place("desk", "desk", "书桌", "office", -4.0, 0.0),
            place("shelf", "shelf", "架子", "office", -7.0, 1.5),
        ],
        categories: vec![
            Category {
                names: names("fruits", &["fruit"], &["水果"]),
            },
            Category {
                names: names("dishes", &["dish"], &["餐具"]),
            },
        ],
        kinds: vec![
            kind("apple", "苹果", "fruits"),
            kind("cup", "杯子", "dishes"),
        ],
        catalogue: vec![
            item("apple", "apple", "苹果", "apple", BasicColour::Red),
            item("red_cup", "red cup", "红色的杯子", "cup", BasicColour::Red),
            item(
                "blue_cup",
                "blue cup",
                "蓝色的杯子",
                "cup",
                BasicColour::Blue,
            ),
        ],
        people: vec![
            person("anna", "anna", "安娜", "desk"),
            person("ben", "ben", "小本", "table"),
        ],
        start_in_map: Pose2::default(),
        map: OccupancyGrid {
            resolution_m: 0.1,
            origin_in_map: Point2::new(0.0, 0.0),
            width: 0,
            height: 0,
            occupied: Vec::new(),
        },
    }
}
