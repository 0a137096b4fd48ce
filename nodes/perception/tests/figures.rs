//! Who is a person and what is furniture, before a model that takes all that it sees for a person.

mod room;

use hearth_perception::surfaces::Surfaces;
use hearth_perception::{Detector, PerceptionError, PersonLook, Seen, View};
use hearth_types::{Home, Point2, Point3, Pose2, WorldPerson};
use room::{BLUE, Bench, Form, Solid, TABLE_M, bare, home};

/// Sees one person, who fills the picture.
struct Eager;

impl Detector for Eager {
    fn detect(&mut self, view: &View, _surfaces: &Surfaces) -> Result<Seen, PerceptionError> {
        let (width, height) = (view.width() as f64, view.height() as f64);
        Ok(Seen {
            things: Vec::new(),
            people: vec![PersonLook {
                box_px: [0.0, 0.0, width, height],
                probability: 1.0,
                shows_arms: true,
                gestures: [-6.0; 5],
                postures: [6.0, -6.0, -6.0],
                matches: Vec::new(),
            }],
        })
    }
}

fn standing_at(x: f64, y: f64, size: [f64; 3]) -> Solid {
    Solid {
        foot: Point3::new(x, y, 0.0),
        ..Solid::new(Form::Box(size), x, y, BLUE)
    }
}

fn table_with_legs() -> Vec<Solid> {
    let corners = [(1.66, -0.54), (1.66, 0.54), (2.34, -0.54), (2.34, 0.54)];
    let leg = |(x, y)| standing_at(x, y, [0.09, 0.09, TABLE_M - 0.04]);
    bare().into_iter().chain(corners.map(leg)).collect()
}

fn people(home: Home, solids: &[Solid]) -> Vec<WorldPerson> {
    let mut bench = Bench::with_detector(home, Box::new(Eager));
    let (world, _) = bench.look(solids, &Pose2::new(0.8, 0.0, 0.0), &Pose2::default(), 5);
    world.people
}

#[test]
fn the_legs_of_a_table_are_nobody() {
    assert_eq!(people(home(), &table_with_legs()), []);
}

#[test]
fn who_stands_behind_a_table_is_there_and_not_on_it() {
    let mut solids = table_with_legs();
    solids.push(standing_at(2.8, 0.0, [0.25, 0.42, 1.7]));
    let people = people(home(), &solids);
    assert_eq!(people.len(), 1, "{people:#?}");
    let off = people[0].position_in_map - Point2::new(2.8, 0.0);
    assert!(off.norm() < 0.25, "{off}");
}

#[test]
fn an_empty_seat_is_nobody_and_who_sits_on_it_is() {
    let mut seat = home().places.remove(0);
    seat.footprint.centre_in_map = Pose2::new(1.9, 0.0, std::f64::consts::PI);
    seat.footprint.size_m = [0.5, 0.5];
    seat.height_m = 0.86;
    seat.surfaces.clear();
    let bare: Vec<Solid> = bare().into_iter().take(1).collect();
    let chair = [
        standing_at(1.9, 0.0, [0.44, 0.44, 0.45]),
        standing_at(2.1, 0.0, [0.05, 0.44, 0.84]),
    ];
    let empty: Vec<Solid> = bare.into_iter().chain(chair).collect();
    let home = Home {
        places: vec![seat],
        ..home()
    };
    assert_eq!(people(home.clone(), &empty), []);

    let mut taken = empty;
    taken.push(standing_at(1.95, 0.0, [0.24, 0.4, 1.22]));
    assert_eq!(people(home, &taken).len(), 1);
}
