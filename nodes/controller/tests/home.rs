//! The home as configured: everywhere that a person may send the robot there is a spot to stand.

mod toy;

use hearth_controller::approach::{Surroundings, candidates};
use hearth_controller::config::Config;
use hearth_controller::localization::field::MapField;
use hearth_controller::nav::costmap::Costmap;
use hearth_controller::nav::drive::Drive;
use hearth_controller::nav::potential::Potential;
use hearth_runtime::config::load_home;
use hearth_types::{Approach, Home, Point3};
use std::path::Path;
use toy::trial::Trial;

fn home() -> Home {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../launch/config/home.yaml");
    load_home(&path).expect("the home is described")
}

#[test]
fn every_surface_can_be_looked_at_and_reached() {
    let home = home();
    let config = Config::default();
    let field = MapField::new(&home.map, 2);
    let costmap = Costmap::new(config.navigation.clone(), &home, &field);
    let start = home.start_in_map.point();
    let potential = Potential::new(&config.navigation, &costmap, &start, None);
    let around = Surroundings {
        config: &config.approach,
        home: &home,
        field: &field,
        costmap: &costmap,
        potential: &potential,
    };
    let mut without = Vec::new();
    for place in &home.places {
        for (i, surface) in place.surfaces.iter().enumerate() {
            let target = Point3::new(
                surface.area.centre_in_map.x_m,
                surface.area.centre_in_map.y_m,
                surface.height_m + 0.05,
            );
            let views = candidates(&around, Approach::View, Some(place), &target);
            let reaches = candidates(&around, Approach::Reach, Some(place), &target);
            println!(
                "{} {i}: {} views {:?}, {} reaches {:?}",
                place.names.id,
                views.len(),
                views.first().map(|it| it.base_in_map),
                reaches.len(),
                reaches.first().map(|it| it.base_in_map)
            );
            // The middle of a bed is out of any arm's reach.
            let wide = surface.area.size_m.iter().all(|it| *it > 1.2);
            if views.is_empty() || (reaches.is_empty() && !wide) {
                without.push(format!("{} {i}", place.names.id));
            }
        }
    }
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn drives_a_tour_of_the_home_without_touching() {
    let home = home();
    let config = Config::default();
    let mut trial = Trial::in_home(&home, toy::blocks_of(&home), 3);
    let mut total_secs = 0.0;
    for id in [
        "kitchen_table",
        "bedside_table",
        "desk",
        "sofa",
        "cabinet",
        "storage_rack",
        "tv_stand",
        "sink",
    ] {
        let place = home.place(id).expect("a place");
        let surface = place.surfaces[0];
        let target = Point3::new(
            surface.area.centre_in_map.x_m,
            surface.area.centre_in_map.y_m,
            surface.height_m,
        );
        let here = trial.world.base_in_map.point();
        let costmap = trial.senses.costmap();
        let potential = Potential::new(&config.navigation, costmap, &here, None);
        let around = Surroundings {
            config: &config.approach,
            home: &home,
            field: trial.senses.localizer().field(),
            costmap,
            potential: &potential,
        };
        let found = candidates(&around, Approach::Reach, Some(place), &target);
        let goal = found.first().expect("a pose").base_in_map;
        println!("--- {id} {goal:?}");
        let outcome = trial.drive(goal.x_m, goal.y_m, goal.yaw_rad, 120.0);
        assert_eq!(outcome.end, Drive::Done, "{id}");
        assert!(outcome.off_m < 0.03 && outcome.off_rad < 0.04, "{id}");
        assert!(outcome.smallest_gap_m > 0.0, "touched on the way to {id}");
        total_secs += outcome.secs;
    }
    assert!(total_secs < 300.0, "{total_secs} s");
}
