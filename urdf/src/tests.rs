use crate::{Geometry, JointKind, RobotModel, SensorKind, UrdfError};
use proptest::prelude::*;

const EMBER: &str = include_str!("../ember/ember.urdf");

fn ember() -> RobotModel {
    let (model, ignored) = RobotModel::parse(EMBER, "ember.urdf").unwrap();
    assert_eq!(ignored, vec![]);
    model
}

fn message(text: &str) -> String {
    RobotModel::parse(text, "it.urdf").unwrap_err().to_string()
}

fn robot(body: &str) -> String {
    format!("<robot name=\"r\">\n<link name=\"a\"/>\n<link name=\"b\"/>\n{body}\n</robot>")
}

#[test]
fn ember_has_the_agreed_joints_in_order() {
    let model = ember();
    let names: Vec<_> = model.actuated().iter().map(|it| it.name.as_str()).collect();
    let expected = [
        "lift_joint",
        "shoulder_joint",
        "elbow_joint",
        "wrist_yaw_joint",
        "wrist_pitch_joint",
        "left_finger_joint",
        "head_pan_joint",
        "head_tilt_joint",
    ];
    assert_eq!(names, expected);
    let wheels: Vec<_> = model.wheels().iter().map(|it| it.name.as_str()).collect();
    assert_eq!(wheels, ["left_wheel_joint", "right_wheel_joint"]);
    assert_eq!(model.wheels()[0].radius_m, Some(0.08));
    assert_eq!(model.joint_index("elbow_joint"), Some(2));
}

#[test]
fn the_lift_joint_is_the_height_of_the_hands_plane() {
    let pose = ember().link_pose("wrist_yaw_link", &[0.7]).unwrap();
    assert!((pose.translation.z - 0.7).abs() < 1e-12);
}

#[test]
fn positive_wrist_pitch_points_the_gripper_down() {
    let down = [0.7, 0.0, 0.0, 0.0, std::f64::consts::FRAC_PI_2];
    let pose = ember().link_pose("gripper_centre", &down).unwrap();
    let approach = pose.rotation * hearth_types::Vector3::x();
    assert!((approach.z + 1.0).abs() < 1e-9, "{approach}");
}

#[test]
fn the_fingers_open_by_twice_the_joints_position() {
    let model = ember();
    let positions = [0.7, 0.0, 0.0, 0.0, 0.0, 0.03, 0.0, 0.0];
    let left = model.link_pose("left_finger_link", &positions).unwrap();
    let right = model.link_pose("right_finger_link", &positions).unwrap();
    assert!((left.translation.y - right.translation.y - 0.06).abs() < 1e-12);
}

#[test]
fn positive_head_tilt_looks_down() {
    let positions = [0.7, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5];
    let pose = ember()
        .link_pose("camera_optical_frame", &positions)
        .unwrap();
    let gaze = pose.rotation * hearth_types::Vector3::z();
    assert!(gaze.x > 0.8 && gaze.z < -0.4, "{gaze}");
    assert!((pose.translation.z - 1.2).abs() < 0.05);
}

#[test]
fn ember_has_its_sensors() {
    let model = ember();
    let frames: Vec<_> = model.sensors.iter().map(|it| it.frame.as_str()).collect();
    assert_eq!(frames, ["laser_link", "imu_link", "camera_optical_frame"]);
    let SensorKind::Lidar(lidar) = &model.sensors[0].kind else {
        panic!("no lidar");
    };
    assert_eq!((lidar.rays, lidar.range_m), (360, [0.25, 10.0]));
    let SensorKind::RgbdCamera(camera) = &model.sensors[2].kind else {
        panic!("no camera");
    };
    assert_eq!((camera.width, camera.height), (320, 240));
}

#[test]
fn ember_weighs_what_a_home_robot_weighs_and_every_moving_link_has_mass() {
    let model = ember();
    assert!(
        (25.0..35.0).contains(&model.mass_kg()),
        "{}",
        model.mass_kg()
    );
    for joint in model.joints.iter().filter(|it| it.kind != JointKind::Fixed) {
        assert!(
            model.links[joint.child].inertial.is_some(),
            "{}",
            joint.name
        );
    }
}

#[test]
fn materials_give_visuals_their_colour() {
    let model = ember();
    let visuals = model.links.iter().flat_map(|it| &it.visuals);
    for visual in visuals {
        assert!(visual.rgba.is_some(), "{visual:?}");
        assert!(!matches!(visual.geometry, Geometry::Mesh { .. }));
    }
}

#[test]
fn jacobian_agrees_with_finite_differences() {
    let model = ember();
    let chain = model.chain("base_link", "gripper_centre").unwrap();
    let positions = [0.7, -0.4, 1.3, -0.6, 0.5, 0.02, 0.0, 0.0];
    let (_, jacobian) = chain.pose_and_jacobian(&positions);
    for (column, joint) in chain.joints().iter().enumerate() {
        let step = 1e-6;
        let mut moved = positions;
        moved[*joint] += step;
        let change =
            chain.pose(&moved).translation.vector - chain.pose(&positions).translation.vector;
        for row in 0..3 {
            let expected = change[row] / step;
            assert!((jacobian[(row, column)] - expected).abs() < 1e-5);
        }
    }
}

#[test]
fn errors_name_file_line_and_remedy() {
    let cases = [
        (String::new(), "it.urdf:1: not well-formed XML"),
        ("<sdf/>".into(), "it.urdf:1: the root element is <sdf>"),
        ("<robot name=\"r\"/>".into(), "it.urdf:1: there is no link"),
        (
            robot(""),
            "it.urdf:3: links \"a\" and \"b\" both hang on no joint",
        ),
        (
            robot("<joint name=\"j\" type=\"fixed\"/>"),
            "it.urdf:4: <joint> has no <parent>",
        ),
        (
            robot(
                "<joint name=\"j\" type=\"revolute\"><parent link=\"a\"/><child link=\"b\"/></joint>",
            ),
            "it.urdf:4: joint \"j\" moves but has no <limit>",
        ),
        (
            robot(
                "<joint name=\"j\" type=\"fixed\"><parent link=\"a\"/>\n<child link=\"c\"/></joint>",
            ),
            "names link \"c\", which does not exist",
        ),
        (
            robot(
                "<joint name=\"j\" type=\"prismatic\"><parent link=\"a\"/><child link=\"b\"/>\n\
                 <limit lower=\"1\" upper=\"0\" velocity=\"1\" effort=\"1\"/></joint>",
            ),
            "it.urdf:5: joint \"j\" has lower 1 and upper 0",
        ),
        (
            robot(
                "<joint name=\"j\" type=\"prismatic\"><parent link=\"a\"/><child link=\"b\"/>\n\
                 <limit lower=\"0\" upper=\"1\" velocity=\"fast\" effort=\"1\"/></joint>",
            ),
            "\"velocity\" must be a number above 0",
        ),
        (
            robot(
                "<joint name=\"j\" type=\"wobbly\"><parent link=\"a\"/><child link=\"b\"/></joint>",
            ),
            "it.urdf:4: joint \"j\" is of type \"wobbly\"",
        ),
        (
            robot(
                "<joint name=\"j\" type=\"fixed\"><parent link=\"a\"/><child link=\"b\"/></joint>\
                 <joint name=\"k\" type=\"fixed\"><parent link=\"b\"/><child link=\"a\"/></joint>",
            ),
            "the joints form a ring",
        ),
        (robot("<link name=\"a\"/>"), "a second link is called \"a\""),
    ];
    for (text, expected) in cases {
        let message = message(&text);
        assert!(message.contains(expected), "{message:?} lacks {expected:?}");
    }
}

#[test]
fn too_many_joints_are_an_error() {
    let mut text = "<robot name=\"r\"><link name=\"l0\"/>".to_owned();
    for i in 0..17 {
        text += &format!(
            "<link name=\"l{}\"/><joint name=\"j{i}\" type=\"revolute\"><parent link=\"l{i}\"/>\
             <child link=\"l{}\"/><limit lower=\"0\" upper=\"1\" velocity=\"1\" effort=\"1\"/></joint>",
            i + 1,
            i + 1
        );
    }
    let error = RobotModel::parse(&(text + "</robot>"), "it.urdf").unwrap_err();
    assert!(
        matches!(error, UrdfError::TooManyJoints { joints: 17, .. }),
        "{error}"
    );
}

#[test]
fn unused_tags_are_listed_with_their_line() {
    let text = robot(
        "<transmission name=\"t\"/>\n\
         <joint name=\"j\" type=\"floating\"><parent link=\"a\"/><child link=\"b\"/></joint>",
    );
    let (_, ignored) = RobotModel::parse(&text, "it.urdf").unwrap();
    let lines: Vec<_> = ignored.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0], "line 4: <transmission> in <robot>");
    assert!(
        lines[1].starts_with("line 5: the motion of joint \"j\""),
        "{lines:?}"
    );
}

#[test]
fn what_only_gazebo_uses_is_no_news() {
    let text = robot(
        "<joint name=\"j\" type=\"fixed\"><parent link=\"a\"/><child link=\"b\"/></joint>\n\
         <gazebo><plugin filename=\"f\" name=\"n\"/></gazebo>\n\
         <gazebo reference=\"j\"><preserveFixedJoint>true</preserveFixedJoint>\
         <sensor name=\"s\" type=\"force_torque\"/></gazebo>\n\
         <gazebo reference=\"a\"><sensor name=\"t\" type=\"contact\"/></gazebo>",
    );
    let (model, ignored) = RobotModel::parse(&text, "it.urdf").unwrap();
    assert_eq!((model.sensors.len(), ignored), (0, vec![]));

    let misspelt = text.replace("reference=\"j\"", "reference=\"jj\"");
    let error = RobotModel::parse(&misspelt, "it.urdf").unwrap_err();
    assert!(error.to_string().contains("\"jj\""), "{error}");
}

#[test]
fn deep_nesting_is_refused_not_overflowed() {
    let deep = "<visual>".repeat(50_000);
    let text = format!("<robot name=\"r\"><link name=\"a\">{deep}");
    assert!(RobotModel::parse(&text, "it.urdf").is_err());
    let closed = format!("{text}{}</link></robot>", "</visual>".repeat(50_000));
    assert!(RobotModel::parse(&closed, "it.urdf").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_gives_an_answer(text in "\\PC{0,400}") {
        let _ = RobotModel::parse(&text, "it.urdf");
    }

    #[test]
    fn a_mutated_ember_gives_an_answer(
        at in 0..EMBER.len(),
        cut in 0usize..40,
        put in "[ -~]{0,12}",
    ) {
        let end = (at + cut).min(EMBER.len());
        if EMBER.is_char_boundary(at) && EMBER.is_char_boundary(end) {
            let text = format!("{}{put}{}", &EMBER[..at], &EMBER[end..]);
            if let Ok((model, _)) = RobotModel::parse(&text, "it.urdf") {
                let _ = model.chain("base_link", "gripper_centre").map(|it| it.pose(&[0.5; 8]));
            }
        }
    }
}
