"""Efforts of /joint_states in Gazebo. Run: python3 sim/gazebo/test_joint_states.py"""

import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from joint_states import EFFORT_AGE_SECS, PATIENCE_SECS, Efforts, Pace, sensed_joints  # noqa: E402

EMBER = (Path(__file__).resolve().parents[2] / "urdf/ember/ember.urdf").read_text(encoding="utf-8")


class Joints(unittest.TestCase):
    def setUp(self):
        self.efforts = Efforts(sensed_joints(EMBER))

    def test_arm_and_fingers_have_sensors(self):
        self.assertEqual(list(self.efforts.joints), [
            "lift_joint", "shoulder_joint", "elbow_joint", "wrist_yaw_joint", "wrist_pitch_joint", "left_finger_joint",
            "right_finger_joint"])

    def test_what_slides_has_a_force_and_what_turns_a_torque_along_its_axis(self):
        self.efforts.feel("lift_joint", 1.0, force=(1, 2, 33.6), torque=(4, 5, 6))
        self.efforts.feel("wrist_pitch_joint", 1.0, force=(1, 2, 3), torque=(4, -0.3, 6))
        self.assertEqual(self.efforts.of("lift_joint"), 33.6)
        self.assertEqual(self.efforts.of("wrist_pitch_joint"), -0.3)

    def test_closing_on_a_thing_is_the_sum_of_both_fingers_and_negative(self):
        # The left finger pushes towards -y, the right one towards +y, against the axes along which they open.
        self.efforts.feel("left_finger_joint", 1.0, force=(0, -7, 0), torque=(0, 0, 0))
        self.efforts.feel("right_finger_joint", 1.0, force=(0, 7, 0), torque=(0, 0, 0))
        self.assertEqual(self.efforts.of("left_finger_joint"), -14)
        self.assertEqual(self.efforts.of("right_finger_joint"), -7)

    def test_a_joint_without_a_sensor_has_no_effort(self):
        self.assertEqual(self.efforts.of("head_pan_joint"), 0.0)

    def feel_all(self, now_secs, but=None):
        for name in self.efforts.joints:
            if name != but:
                self.efforts.feel(name, now_secs, force=(0, 0, 0), torque=(0, 0, 0))

    def test_an_effort_that_stops_coming_is_waited_for_for_ever(self):
        self.feel_all(1.0)
        self.assertEqual(self.efforts.awaited(1.0 + 0.9 * EFFORT_AGE_SECS), [])
        self.feel_all(1.2, but="elbow_joint")
        self.assertEqual(self.efforts.awaited(1.2), ["elbow_joint"])
        self.feel_all(100.0, but="elbow_joint")
        self.assertEqual(self.efforts.awaited(100.0), ["elbow_joint"])

    def test_a_sensor_that_never_comes_is_given_up(self):
        self.assertEqual(len(self.efforts.awaited(3.0)), 7)
        self.feel_all(3.0 + PATIENCE_SECS, but="elbow_joint")
        self.assertEqual(self.efforts.awaited(3.0 + PATIENCE_SECS), [])
        self.assertEqual(self.efforts.silent(), ["elbow_joint"])
        self.assertEqual(self.efforts.of("elbow_joint"), 0.0)

    def test_time_that_starts_anew_brings_patience_anew(self):
        self.efforts.awaited(50.0)
        self.assertEqual(len(self.efforts.awaited(0.1)), 7)


class Rate(unittest.TestCase):
    def test_one_of_four_steps_of_two_milliseconds_passes(self):
        pace = Pace(125.0)
        passed = [i for i in range(100) if pace.passes(5.0 + 0.002 * i)]
        self.assertEqual(passed, list(range(0, 100, 4)))

    def test_time_that_starts_anew_passes(self):
        pace = Pace(125.0)
        self.assertTrue(pace.passes(50.0))
        self.assertTrue(pace.passes(0.002))
        self.assertFalse(pace.passes(0.004))


if __name__ == "__main__":
    unittest.main()
