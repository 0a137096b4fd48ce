use super::*;
use hearth_types::{Pose2, ShapeCue};
use proptest::prelude::*;

const NOW: Stamp = Stamp::from_millis(4_000);

fn goals() -> Vec<MotionGoal> {
    let target_in_map = Point3::new(1.0, -2.0, 0.7);
    let person_in_map = Point2::new(3.0, 4.0);
    vec![
        MotionGoal::DriveTo {
            goal_in_map: Pose2::new(1.0, 2.0, 0.5),
            tolerance_m: 0.1,
            tolerance_rad: 0.2,
        },
        MotionGoal::ApproachPlace {
            place: "sofa".into(),
            target_in_map: None,
            approach: Approach::Reach,
            variant: 2,
        },
        MotionGoal::ApproachPlace {
            place: "desk".into(),
            target_in_map: Some(target_in_map),
            approach: Approach::View,
            variant: 0,
        },
        MotionGoal::ApproachPoint {
            target_in_map,
            approach: Approach::View,
            variant: 1,
        },
        MotionGoal::ApproachPerson { person_in_map },
        MotionGoal::LookAt { target_in_map },
        MotionGoal::Turn { angle_rad: -0.4 },
        MotionGoal::Grasp(GraspTarget {
            object: ObjectId(9),
            centre_in_map: target_in_map,
            yaw_rad: 0.3,
            size_m: [0.1, 0.05, 0.2],
            shape: ShapeCue::Cylinder,
            support_height_m: 0.6,
            headroom_m: Some(0.3),
            variant: 3,
        }),
        MotionGoal::Place(PlaceTarget {
            spot_in_map: target_in_map,
            headroom_m: None,
            held_below_m: 0.04,
        }),
        MotionGoal::Offer {
            person_in_map,
            patience_secs: 12.0,
        },
        MotionGoal::Stow,
        MotionGoal::Stop,
    ]
}

#[test]
fn every_request_survives_the_way_there_and_back() {
    for goal in goals() {
        let sound = MotionRequest {
            stamp: Stamp::from_millis(3_990),
            id: MotionId(5),
            goal,
        };
        assert_eq!(request(&request_msg(&sound, 1), NOW), Ok(sound));
    }
}

#[test]
fn every_report_survives_the_way_there_and_back() {
    let evidence = MotionEvidence {
        base_in_map: Pose2::new(1.0, 2.0, 3.0),
        gripper_width_m: 0.07,
        gripper_effort_n: 9.0,
        holding: true,
        held_below_m: Some(0.03),
        pull_felt: false,
    };
    let invalid = MotionFailure::Invalid("no such place".into());
    let failures = FAILURES.iter().map(|it| it.1.clone()).chain([invalid]);
    let failed = failures.map(|failure| MotionState::Failed { failure, evidence });
    for state in failed.chain([MotionState::Succeeded(evidence)]) {
        let sound = MotionReport {
            stamp: NOW,
            id: MotionId(5),
            state,
        };
        assert_eq!(report(&report_msg(&sound, 1)), Ok(sound));
    }
}

#[test]
fn evidence_that_is_not_sound_is_none() {
    let sound = MotionReport {
        stamp: NOW,
        id: MotionId(5),
        state: MotionState::Succeeded(MotionEvidence {
            base_in_map: Pose2::default(),
            gripper_width_m: f64::NAN,
            gripper_effort_n: 0.0,
            holding: true,
            held_below_m: None,
            pull_felt: false,
        }),
    };
    assert!(report(&report_msg(&sound, 1)).is_err());
}

proptest! {
    #[test]
    fn any_request_is_taken_or_refused(kind: u8, approach: u8, numbers: [f64; 6], shape in "box|x|") {
        let mut message = request_msg(
            &MotionRequest { stamp: NOW, id: MotionId(1), goal: MotionGoal::Stop },
            0,
        );
        message.kind = kind;
        message.approach = approach;
        message.shape = shape;
        [
            message.pose.theta,
            message.target.z,
            message.angle,
            message.size.x,
            message.patience,
            message.tolerance_position,
        ] = numbers;
        if let Ok(request) = request(&message, NOW) {
            // NaN is the only float that differs from itself.
            prop_assert_eq!(&request, &request);
        }
    }
}
