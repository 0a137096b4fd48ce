"""check.py finds what is misspelt. Run: python3 sim/gazebo/test_check.py"""

import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import check  # noqa: E402
import plain_yaml  # noqa: E402
from tree import BRIDGE, CONFIG, OVERLAY, URDF, WORLD  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
FILES = (BRIDGE, CONFIG, OVERLAY, URDF, WORLD)
WITH_LIBSDFORMAT = (check.sdf_problems, check.conversion_problems)
WITHOUT = tuple(it for it in check.CHECKS if it not in WITH_LIBSDFORMAT)


class Copied(unittest.TestCase):
    """Has a copy of the files that it may spoil."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for file in FILES:
            (self.root / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / file, self.root / file)

    def change(self, file, old, new):
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def finds(self, named, *changes, checks=WITHOUT):
        """Says so, with a file, once these (file, old, new) are changed."""
        for it in changes:
            self.change(*it)
        found = check.problems(self.root, checks)
        self.assertTrue([it for it in found if named in it and it.split(":")[0] in FILES], found)


class Check(Copied):
    def test_the_checkout_is_right(self):
        self.assertEqual(check.problems(self.root), [])

    def test_a_misspelt_topic_in_gazebo(self):
        self.finds("nothing in Gazebo publishes /scann", (BRIDGE, "gz_topic_name: /scan", "gz_topic_name: /scann"))

    def test_a_misspelt_topic_of_a_command_in_gazebo(self):
        self.finds("nothing in Gazebo listens to /cmd_vell", (BRIDGE, "gz_topic_name: /cmd_vel", "gz_topic_name: /cmd_vell"))

    def test_a_bridge_past_the_watchdog_of_the_base(self):
        self.finds("/cmd_vel goes past base_driver.py", (BRIDGE, "ros_topic_name: /gazebo/cmd_vel", "ros_topic_name: /cmd_vel"))
        self.finds("/gazebo/cmd_vel (geometry_msgs/msg/Twist, ROS_TO_GZ) is there 0 times")

    def test_a_base_that_is_commanded_where_its_driver_does_not_listen(self):
        for old, new in (("topic: /cmd_vel", "topic: /gazebo/cmd_vel"), ("stamped: false", "stamped: true")):
            self.finds("base_driver.py wants topic: /cmd_vel and stamped: false", (OVERLAY, old, new))
            self.change(OVERLAY, new, old)

    def test_a_misspelt_topic_of_a_sensor(self):
        self.finds("nothing in Gazebo publishes /camera/depth_image", (URDF, "<topic>camera</topic>", "<topic>kamera</topic>"))

    def test_a_misspelt_topic_of_a_plugin(self):
        self.finds("nothing in Gazebo publishes /odom", (URDF, "<odom_topic>odom<", "<odom_topic>odometry<"))

    def test_a_plugin_left_to_its_default_topic(self):
        self.finds("nothing in Gazebo publishes /ember/joint_states", (URDF, "<topic>ember/joint_states</topic>", ""))

    def test_a_misspelt_topic_on_the_ros_side(self):
        self.finds("/camera/color/image is no topic of Hearth's",
                   (BRIDGE, "ros_topic_name: /camera/color/image_raw", "ros_topic_name: /camera/color/image"))

    def test_a_topic_that_nobody_bridges(self):
        self.finds("/head/head_tilt_joint (std_msgs/msg/Float64, ROS_TO_GZ) is there 0 times",
                   (BRIDGE, "ros_topic_name: /head/head_tilt_joint", "ros_topic_name: /gazebo/head_tilt_joint"))

    def test_a_pair_of_types_that_the_bridge_has_not(self):
        self.finds("pairs no sensor_msgs/msg/Image", (BRIDGE, "gz_type_name: gz.msgs.Image", "gz_type_name: gz.msgs.IMU"))

    def test_a_type_that_gazebo_does_not_send(self):
        self.finds("has gz.msgs.Pose_V on /model/ember/pose",
                   (BRIDGE, "ros_type_name: tf2_msgs/msg/TFMessage\n  gz_type_name: gz.msgs.Pose_V\n  direction: GZ_TO_ROS\n  lazy",
                    "ros_type_name: geometry_msgs/msg/PoseStamped\n  gz_type_name: gz.msgs.Pose\n  direction: GZ_TO_ROS\n  lazy"))

    def test_a_bridge_the_wrong_way_round(self):
        self.finds("/odom must be nav_msgs/msg/Odometry, GZ_TO_ROS",
                   (BRIDGE, "gz_type_name: gz.msgs.Odometry\n  direction: GZ_TO_ROS",
                    "gz_type_name: gz.msgs.Odometry\n  direction: ROS_TO_GZ"))

    def test_a_misspelt_key_of_the_bridge(self):
        self.finds("has no direction", (BRIDGE, "direction:", "Direction:"))

    def test_a_misspelt_joint_of_a_plugin(self):
        self.finds("names joint 'elbow_jiont'", (URDF, "<joint_name>elbow_joint<", "<joint_name>elbow_jiont<"))

    def test_a_misspelt_wheel(self):
        self.finds("names joint 'left_weel_joint'", (URDF, "<left_joint>left_wheel_joint<", "<left_joint>left_weel_joint<"))

    def test_a_misspelt_joint_in_the_overlay(self):
        self.finds("joint 'shoulder_jont' is not in", (OVERLAY, "shoulder_joint", "shoulder_jont"))

    def test_a_misspelt_joint_in_the_configuration(self):
        self.finds("joint 'left_finger' is not in", (CONFIG, "gripper_joint: left_finger_joint", "gripper_joint: left_finger"))

    def test_a_misspelt_link_in_the_configuration(self):
        self.finds("frame 'lazer_link' is not in", (CONFIG, "laser_link: laser_link", "laser_link: lazer_link"))

    def test_a_misspelt_frame_of_a_sensor(self):
        self.finds("frame 'lazer_link', which is no link",
                   (URDF, "<gz_frame_id>laser_link<", "<gz_frame_id>lazer_link<"))

    def test_a_misspelt_optical_frame(self):
        self.finds("'camera_frame', which is no link",
                   (URDF, "<optical_frame_id>camera_optical_frame<", "<optical_frame_id>camera_frame<"))

    def test_a_misspelt_frame_of_the_odometry(self):
        self.finds("frame 'base', which is no link", (URDF, "<child_frame_id>base_link<", "<child_frame_id>base<"))

    def test_a_misspelt_reference(self):
        self.finds("reference='imu'> is neither a link nor a joint", (URDF, '<gazebo reference="imu_link">', '<gazebo reference="imu">'))

    def test_a_group_on_another_topic_than_its_controller(self):
        self.finds("no controller in Gazebo moves elbow_joint by /arm/joint_trajectory",
                   (OVERLAY, "/arm_controller/joint_trajectory", "/arm/joint_trajectory"),
                   (BRIDGE, "ros_topic_name: /arm_controller/joint_trajectory", "ros_topic_name: /arm/joint_trajectory"),
                   (BRIDGE, "gz_topic_name: /arm_controller/joint_trajectory", "gz_topic_name: /head/head_pan_joint"))

    def test_a_controller_that_nobody_commands(self):
        self.finds("no group commands head_tilt_joint", (OVERLAY, "[head_pan_joint, head_tilt_joint]", "[head_pan_joint]"))

    def test_fingers_that_are_not_driven_together(self):
        self.finds("right_finger_joint mimics left_finger_joint",
                   (URDF, "<joint_name>right_finger_joint</joint_name>\n      <topic>gripper/left_finger_joint<",
                    "<joint_name>right_finger_joint</joint_name>\n      <topic>gripper/right_finger_joint<"))

    def test_wheels_that_are_elsewhere(self):
        self.finds("the wheels are 0.34 m apart", (URDF, "<wheel_separation>0.34<", "<wheel_separation>0.43<"))

    def test_a_system_with_an_old_name(self):
        self.finds("is no known system", (WORLD, "gz::sim::systems::Imu", "ignition::gazebo::systems::Imu"))

    def test_a_system_from_another_library(self):
        self.finds("is in gz-sim-sensors-system", (WORLD, "gz-sim-sensors-system", "gz-sim-sensor-system"))

    def test_a_sensor_without_its_system(self):
        self.finds("needs the plugin gz::sim::systems::Contact",
                   (WORLD, '<plugin filename="gz-sim-contact-system" name="gz::sim::systems::Contact"/>', ""))

    def test_a_misspelt_parameter(self):
        self.finds("has no parameter <position_p_gian>",
                   (URDF, "<position_p_gain>215</position_p_gain>", "<position_p_gian>215</position_p_gian>"))

    def test_yaml_that_is_not_read(self):
        self.finds("is no `key: value`", (BRIDGE, "  direction: GZ_TO_ROS", "  direction GZ_TO_ROS"))


class WithLibsdformat(Copied):
    """The same for what libsdformat finds; slower, so only what needs it."""

    def test_a_newer_sdf(self):
        self.finds("1.9 is the newest", (WORLD, 'sdf version="1.9"', 'sdf version="1.11"'), checks=(check.sdf_problems,))

    def test_a_world_that_is_none(self):
        self.finds("libsdformat", (WORLD, '<model name="walls">', '<model name="ground">'), checks=(check.sdf_problems,))

    def test_a_collision_with_another_name_after_the_conversion(self):
        self.finds("no collision 'left_finger_collision'",
                   (URDF, "<collision>left_finger_link_collision<", "<collision>left_finger_collision<"),
                   checks=(check.conversion_problems,))

    def test_a_joint_that_is_merged_away(self):
        self.finds("'camera_joint', which the conversion to SDF merges away",
                   (URDF, "<joint_name>head_pan_joint</joint_name>\n      <joint_name>head_tilt_joint<",
                    "<joint_name>head_pan_joint</joint_name>\n      <joint_name>camera_joint<"),
                   checks=(check.conversion_problems,))

    def test_a_sensor_that_is_lost(self):
        self.finds("sensor 'lift_joint_effort' is lost",
                   (URDF, '<gazebo reference="lift_joint">', '<gazebo reference="camera_joint">'),
                   checks=(check.conversion_problems,))


class Yaml(unittest.TestCase):
    def test_what_the_configuration_uses(self):
        text = 'a: 1 # one\nb: {c: [x, "y # z"], d: -0.5}\nlist:\n  - e: true\n    f: [1,\n        2]\n  - plain\nempty:\n'
        self.assertEqual(plain_yaml.load(text, "it"), {
            "a": 1, "b": {"c": ["x", "y # z"], "d": -0.5}, "list": [{"e": True, "f": [1, 2]}, "plain"], "empty": None})

    def test_what_is_not_read_is_an_error_with_its_line(self):
        for text in ("a: 1\na: 2", "a: 1\nb: &x", "a: 1\nb: [1", "a: 1\nb: {c}", "a:\n  b: 1\n c: 2", "a: 1\nb: |"):
            with self.subTest(text), self.assertRaisesRegex(plain_yaml.YamlError, r"^it:[23]: "):
                plain_yaml.load(text, "it")


if __name__ == "__main__":
    unittest.main()
