use super::*;
use proptest::prelude::*;

const NOW: Stamp = Stamp::from_millis(50_000);

fn sound_scan() -> LaserScan {
    LaserScan {
        stamp: NOW,
        angle_min_rad: -3.0,
        angle_increment_rad: 0.0625,
        range_min_m: 0.25,
        range_max_m: 10.0,
        ranges_m: vec![1.0, f32::INFINITY, 0.1, f32::NAN],
    }
}

fn state(names: &[&str], positions: &[f64], millis: u64) -> sensor_msgs::msg::JointState {
    sensor_msgs::msg::JointState {
        header: header(Stamp::from_millis(millis), ""),
        name: names.iter().map(|&it| it.to_owned()).collect(),
        position: positions.to_vec(),
        ..Default::default()
    }
}

#[test]
fn a_scan_survives_the_way_there_and_back() {
    let back = scan(scan_msg(&sound_scan(), "laser_link", 0.1), NOW).expect("a scan");
    assert_eq!(back.ranges_m[..3], sound_scan().ranges_m[..3]);
    assert!(back.ranges_m[3].is_nan());
    assert_eq!(
        LaserScan {
            ranges_m: Vec::new(),
            ..back
        },
        LaserScan {
            ranges_m: Vec::new(),
            ..sound_scan()
        }
    );
}

#[test]
fn scans_that_make_no_sense_are_refused_with_the_reason() {
    let good = scan_msg(&sound_scan(), "laser_link", 0.1);
    let refused = |change: &dyn Fn(&mut sensor_msgs::msg::LaserScan)| {
        let mut msg = good.clone();
        change(&mut msg);
        scan(msg, NOW).expect_err("bad").to_string()
    };
    assert_eq!(
        refused(&|it| it.ranges.clear()),
        "the number of ranges is 0, but it must be between 1 and 20000"
    );
    assert_eq!(
        refused(&|it| it.angle_min = f32::NAN),
        "angle_min is not finite"
    );
    assert!(refused(&|it| it.angle_increment = 0.0).contains("at most a turn"));
    assert!(refused(&|it| it.range_max = 0.0).contains("more than range_min"));
    assert!(refused(&|it| it.header.stamp.sec = 0).contains("50.0 s off the clock"));
}

#[test]
fn odometry_and_imu_survive_the_way_there_and_back() {
    let sound = Odometry {
        stamp: NOW,
        odom_from_base: Pose2::new(1.0, -2.0, 0.5),
        forward_m_s: 0.3,
        yaw_rate_rad_s: -0.1,
    };
    let back = odometry(&odometry_msg(&sound), NOW).expect("odometry");
    assert!((back.odom_from_base.yaw_rad - 0.5).abs() < 1e-12);
    assert_eq!(back.forward_m_s, 0.3);

    let felt = Imu {
        stamp: NOW,
        angular_velocity_rad_s: [0.1, 0.2, 0.3],
        linear_acceleration_m_s2: [0.0, 0.1, 9.8],
    };
    let msg = imu_msg(&felt, "imu_link");
    assert_eq!(msg.orientation_covariance[0], -1.0);
    assert_eq!(imu(&msg, NOW), Ok(felt));
}

#[test]
fn joints_of_two_drivers_become_one_whole_in_our_order() {
    let mut collector = JointCollector::new(["lift", "elbow"].map(str::to_owned), "finger");
    let now = NOW;
    let first = state(&["elbow", "left_wheel"], &[0.7, 9.0], 50_000);
    assert_eq!(collector.take(&first, now), Ok(None));

    let whole = collector
        .take(&state(&["lift"], &[0.4], 50_010), now)
        .expect("sound")
        .expect("whole");
    assert_eq!(whole.position, [0.4, 0.7]);
    assert_eq!(whole.effort, [0.0, 0.0]);
    assert_eq!(whole.stamp, Stamp::from_millis(50_010));
}

#[test]
fn a_gripper_that_closes_has_a_positive_effort_here_and_a_negative_one_on_ros() {
    let names = ["lift", "finger"].map(str::to_owned);
    let sound = JointStates {
        stamp: NOW,
        position: vec![0.5, 0.02],
        velocity: vec![0.0, 0.0],
        effort: vec![40.0, 9.0],
    };
    let msg = joint_states_msg(&sound, &names, "finger");
    assert_eq!(msg.effort, [40.0, -9.0]);
    let back = JointCollector::new(names, "finger").take(&msg, NOW);
    assert_eq!(back, Ok(Some(sound)));
}

#[test]
fn a_silent_driver_shows_in_the_stamp_of_the_whole() {
    let mut collector = JointCollector::new(["lift", "elbow"].map(str::to_owned), "finger");
    let _ = collector.take(&state(&["lift", "elbow"], &[0.0, 0.0], 50_000), NOW);
    let later = collector
        .take(&state(&["lift"], &[0.1], 52_000), NOW)
        .expect("sound")
        .expect("whole");
    assert_eq!(later.stamp, Stamp::from_millis(50_000));
}

#[test]
fn a_bad_joint_spoils_its_message_and_no_other() {
    let mut collector = JointCollector::new(["lift", "elbow"].map(str::to_owned), "finger");
    let _ = collector.take(&state(&["lift", "elbow"], &[0.1, 0.2], 50_000), NOW);
    let bad = state(&["lift", "elbow"], &[0.5, f64::NAN], 50_010);
    assert_eq!(
        collector.take(&bad, NOW),
        Err(BadInput::NotFinite { field: "position" })
    );
    let short = state(&["lift", "elbow"], &[0.5], 50_010);
    assert!(collector.take(&short, NOW).is_err());

    let good = collector
        .take(&state(&["elbow"], &[0.3], 50_020), NOW)
        .expect("sound")
        .expect("whole");
    assert_eq!(good.position, [0.1, 0.3]);
}

proptest! {
    #[test]
    fn any_scan_is_taken_or_refused(
        ranges in proptest::collection::vec(any::<f32>(), 0..50),
        numbers: [f32; 4],
        sec: i32,
    ) {
        let mut msg = scan_msg(&sound_scan(), "x", 0.1);
        msg.ranges = ranges;
        [msg.angle_min, msg.angle_increment, msg.range_min, msg.range_max] = numbers;
        msg.header.stamp.sec = sec;
        if let Ok(scan) = scan(msg, NOW) {
            prop_assert!(scan.angle_min_rad.is_finite() && scan.angle_increment_rad != 0.0);
            prop_assert!(!scan.ranges_m.is_empty());
        }
    }

    #[test]
    fn any_joint_state_is_taken_or_refused(
        names in proptest::collection::vec("lift|elbow|x|", 0..6),
        values in proptest::collection::vec(any::<f64>(), 0..6),
        velocities in proptest::collection::vec(any::<f64>(), 0..6),
    ) {
        let mut collector = JointCollector::new(["lift", "elbow"].map(str::to_owned), "finger");
        let mut msg = state(&[], &values, 50_000);
        msg.name = names;
        msg.velocity = velocities;
        if let Ok(Some(whole)) = collector.take(&msg, NOW) {
            let all = whole.position.iter().chain(&whole.velocity).chain(&whole.effort);
            prop_assert!(all.into_iter().all(|it| it.is_finite()));
        }
    }
}
