//! How well the robot knows where it is, while driving and at rest.

mod toy;

use hearth_controller::config::LocalizationConfig;
use hearth_controller::localization::Localizer;
use hearth_types::{Pose2, PoseHint, Stamp, wrap_angle};
use toy::{ToyWorld, block, two_rooms};

struct Errors {
    worst_m: f64,
    worst_rad: f64,
    mean_m: f64,
    rest_m: f64,
    rest_rad: f64,
}

/// Drives a loop of turns and straights through the left room and measures the errors.
fn drive_around(mut world: ToyWorld, localizer: &mut Localizer) -> Errors {
    let legs = [
        (0.4, 0.0, 2.0),
        (0.3, 0.8, 2.0),
        (0.0, 1.0, 3.0),
        (0.4, -0.4, 3.0),
        (0.4, 0.6, 6.0),
    ];
    let (mut worst_m, mut worst_rad, mut sum_m, mut count) = (0.0_f64, 0.0_f64, 0.0, 0.0);
    let mut last = (0.0, 0.0);
    for (i, &(v, w, secs)) in legs.iter().chain(&[(0.0, 0.0, 3.0)]).enumerate() {
        world.wanted = (v, w);
        for tick in 0..(secs / toy::STEP_SECS) as usize {
            world.step();
            localizer.on_odometry(&world.odometry());
            if tick % 12 != 0 {
                continue;
            }
            let scan = world.scan();
            localizer.on_scan(&scan).expect("usable");
            let found = localizer.base_in_map().expect("known");
            last = (
                found.distance_m(&world.base_in_map),
                wrap_angle(found.yaw_rad - world.base_in_map.yaw_rad).abs(),
            );
            if i < legs.len() {
                worst_m = worst_m.max(last.0);
                worst_rad = worst_rad.max(last.1);
                sum_m += last.0;
                count += 1.0;
            }
        }
    }
    Errors {
        worst_m,
        worst_rad,
        mean_m: sum_m / count,
        rest_m: last.0,
        rest_rad: last.1,
    }
}

#[test]
fn stays_within_centimetres_while_odometry_drifts() {
    for seed in 0..3 {
        let (home, blocks) = two_rooms();
        let world = ToyWorld::new(blocks, home.start_in_map, seed);
        let mut localizer = Localizer::new(
            LocalizationConfig::default(),
            &home.map,
            home.start_in_map,
            Pose2::default(),
        );

        let errors = drive_around(world, &mut localizer);

        println!(
            "{:.4} {:.4} {:.4} rest {:.4} {:.4}",
            errors.worst_m, errors.mean_m, errors.worst_rad, errors.rest_m, errors.rest_rad
        );
        assert!(errors.worst_m < 0.035, "worst {} m", errors.worst_m);
        assert!(errors.mean_m < 0.02, "mean {} m", errors.mean_m);
        assert!(errors.worst_rad < 0.0175, "worst {} rad", errors.worst_rad);
        assert!(errors.rest_m < 0.015, "at rest {} m", errors.rest_m);
        assert!(errors.rest_rad < 0.006, "at rest {} rad", errors.rest_rad);
    }
}

#[test]
fn boxes_and_people_that_the_map_lacks_do_not_pull_it_away() {
    let (home, mut blocks) = two_rooms();
    blocks.push(block(2.6, 0.9, 0.5, 0.4));
    blocks.push(block(0.8, 3.5, 0.3, 0.3));
    blocks.push(block(3.2, 3.2, 0.12, 0.12));
    blocks.push(block(3.2, 3.5, 0.12, 0.12));
    let world = ToyWorld::new(blocks, home.start_in_map, 5);
    let mut localizer = Localizer::new(
        LocalizationConfig::default(),
        &home.map,
        home.start_in_map,
        Pose2::default(),
    );

    let errors = drive_around(world, &mut localizer);

    assert!(errors.worst_m < 0.045, "worst {} m", errors.worst_m);
    assert!(errors.worst_rad < 0.02, "worst {} rad", errors.worst_rad);
}

#[test]
fn finds_itself_again_after_being_pushed_aside() {
    let (home, blocks) = two_rooms();
    let mut world = ToyWorld::new(blocks, home.start_in_map, 9);
    let mut localizer = Localizer::new(
        LocalizationConfig::default(),
        &home.map,
        home.start_in_map,
        Pose2::default(),
    );
    for round in 0..60 {
        for _ in 0..12 {
            world.step();
            localizer.on_odometry(&world.odometry());
        }
        if round == 10 {
            // The wheels did not turn.
            world.base_in_map = Pose2::new(1.1, 2.1, 0.35);
        }
        let scan = world.scan();
        localizer.on_scan(&scan);
    }

    let found = localizer.base_in_map().expect("known");
    assert!(found.distance_m(&world.base_in_map) < 0.05, "{found:?}");
}

#[test]
fn begins_again_where_somebody_says_that_it_is() {
    let (home, blocks) = two_rooms();
    // Switched on far from where the home says that it starts.
    let stands_at = Pose2::new(1.4, 3.4, 1.0);
    let mut world = ToyWorld::new(blocks, stands_at, 9);
    let mut localizer = Localizer::new(
        LocalizationConfig::default(),
        &home.map,
        home.start_in_map,
        Pose2::default(),
    );
    for round in 0..20 {
        for _ in 0..12 {
            world.step();
            localizer.on_odometry(&world.odometry());
        }
        if round == 5 {
            let said = Pose2::new(stands_at.x_m + 0.15, stands_at.y_m - 0.1, 1.1);
            let hint = |base_in_map| PoseHint {
                stamp: Stamp::ZERO,
                base_in_map,
                position_std_m: 0.3,
                yaw_std_rad: 0.2,
            };
            localizer.on_hint(&hint(said));
            // Nonsense changes nothing.
            localizer.on_hint(&hint(Pose2::new(f64::NAN, 0.0, 0.0)));
        }
        localizer.on_scan(&world.scan());
    }

    let found = localizer.base_in_map().expect("known");
    assert!(found.distance_m(&world.base_in_map) < 0.05, "{found:?}");
}

#[test]
fn says_when_it_is_lost() {
    let (home, blocks) = two_rooms();
    let mut world = ToyWorld::new(blocks, home.start_in_map, 9);
    let mut localizer = Localizer::new(
        LocalizationConfig::default(),
        &home.map,
        home.start_in_map,
        Pose2::default(),
    );
    for round in 0..150 {
        for _ in 0..12 {
            world.step();
            localizer.on_odometry(&world.odometry());
        }
        if round == 10 {
            // Carried to a place that looks like nothing on the map.
            world.blocks = vec![
                block(1.5, 9.0, 20.0, 0.1),
                block(5.0, 2.5, 0.1, 5.0),
                block(-4.0, -3.0, 3.0, 7.0),
                block(3.0, -5.5, 2.0, 2.0),
            ];
        }
        let scan = world.scan();
        localizer.on_scan(&scan);
    }

    assert!(localizer.is_lost());
    let latest = localizer.latest().expect("reported");
    assert!(latest.position_std_m > 0.5);
}

#[test]
fn nonsense_changes_nothing() {
    let (home, blocks) = two_rooms();
    let mut world = ToyWorld::new(blocks, home.start_in_map, 1);
    let mut localizer = Localizer::new(
        LocalizationConfig::default(),
        &home.map,
        home.start_in_map,
        Pose2::default(),
    );
    let mut empty = world.scan();
    assert!(localizer.on_scan(&empty).is_none(), "no odometry yet");
    world.step();
    localizer.on_odometry(&world.odometry());
    empty.ranges_m = vec![f32::NAN; 360];
    empty.stamp = world.now();
    localizer.on_scan(&empty);
    empty.angle_increment_rad = f64::INFINITY;
    empty.ranges_m = vec![1.0; 100_000];
    localizer.on_scan(&empty);
    let mut odometry = world.odometry();
    odometry.odom_from_base.x_m = f64::NAN;
    localizer.on_odometry(&odometry);

    let found = localizer.base_in_map().expect("known");
    assert!(found.distance_m(&world.base_in_map) < 0.1, "{found:?}");
}
