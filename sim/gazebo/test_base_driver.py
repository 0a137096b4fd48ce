"""The watchdog of the base in Gazebo. Needs ROS. Run: python3 sim/gazebo/test_base_driver.py"""

import math
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
from base_driver import (  # noqa: E402
    COMMANDS_IN, COMMANDS_OUT, GUARD_TIMEOUT_SECS, PERIOD_SECS, TIMEOUT_SECS, Watchdog, parts)

# A domain of its own, on this machine only; before rclpy reads it.
os.environ["ROS_DOMAIN_ID"] = str(1 + os.getpid() % 100)
os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
import rclpy  # noqa: E402
from geometry_msgs.msg import Twist  # noqa: E402

DRIVER = Path(__file__).resolve().parent / "base_driver.py"
# Long enough for a busy machine; every wait ends as soon as what it waits for is there.
PATIENCE_SECS = 60
STANDING, DRIVING = [0.0] * 6, [0.3, 0.0, 0.0, 0.0, 0.0, -0.5]


def twist(velocity):
    message = Twist()
    message.linear.x, message.linear.y, message.linear.z = velocity[:3]
    message.angular.x, message.angular.y, message.angular.z = velocity[3:]
    return message


class Silence(unittest.TestCase):
    """The watchdog alone, on simulated time."""

    def test_the_base_stands_until_the_first_velocity(self):
        self.assertFalse(Watchdog().allows_motion(0.0))

    def test_it_stands_again_when_none_has_come_for_the_timeout(self):
        watchdog = Watchdog()
        for now_secs in (5.0, 5.15, 5.3):
            self.assertTrue(watchdog.passes(DRIVING, now_secs))
        self.assertTrue(watchdog.allows_motion(5.3 + 0.9 * TIMEOUT_SECS))
        self.assertFalse(watchdog.allows_motion(5.3 + 1.1 * TIMEOUT_SECS))

    def test_what_is_not_finite_does_not_pass_and_counts_as_silence(self):
        watchdog = Watchdog()
        watchdog.passes(DRIVING, 5.0)
        for part in range(6):
            for wrong in (math.nan, math.inf, -math.inf):
                self.assertFalse(watchdog.passes([wrong if it == part else 0.1 for it in range(6)], 5.1))
        self.assertFalse(watchdog.allows_motion(5.0 + 1.1 * TIMEOUT_SECS))

    def test_a_driver_is_never_silent_for_so_long_that_its_guard_interferes(self):
        self.assertGreater(GUARD_TIMEOUT_SECS, TIMEOUT_SECS + 2 * PERIOD_SECS)


class Driver(unittest.TestCase):
    """The program before rclpy: this side is Hearth's controller and the bridge."""

    @classmethod
    def setUpClass(cls):
        rclpy.init()
        cls.addClassCleanup(rclpy.try_shutdown)

    def setUp(self):
        self.heard = []
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8")
        self.addCleanup(self.log.close)
        self.node = rclpy.create_node("peer")
        self.addCleanup(self.node.destroy_node)
        self.commands = self.node.create_publisher(Twist, COMMANDS_IN, 10)
        self.node.create_subscription(Twist, COMMANDS_OUT, lambda it: self.heard.append(parts(it)), 100)
        self.start()

    def run_driver(self, *arguments):
        process = subprocess.Popen([sys.executable, str(DRIVER), *arguments], stdout=self.log, stderr=self.log)
        self.addCleanup(self.end, process, signal.SIGKILL)
        return process

    def start(self):
        """The driver, once more."""
        self.driver = self.run_driver()

    @staticmethod
    def end(driver, how):
        driver.send_signal(how)
        return driver.wait(PATIENCE_SECS)

    def hears(self, velocity, commanded=None, driver_may_end=False):
        """The bridge is told this velocity; all that it was told on the way there. Meanwhile Hearth commands another, or nothing."""
        del self.heard[:]
        give_up_at = time.monotonic() + PATIENCE_SECS
        while not self.heard or self.heard[-1] != velocity:
            if time.monotonic() > give_up_at or (self.driver.poll() is not None and not driver_may_end):
                self.log.seek(0)
                self.fail(f"{velocity} was not heard, but {self.heard[-3:]}; the driver logged: {self.log.read()}")
            if commanded is not None:
                self.commands.publish(twist(commanded))
            rclpy.spin_once(self.node, timeout_sec=0.02)
        return list(self.heard)

    def test_before_the_first_velocity_the_base_is_told_to_stand(self):
        self.assertEqual(set(map(tuple, self.hears(STANDING))), {tuple(STANDING)})

    def test_a_velocity_passes_and_silence_stops_the_base(self):
        self.hears(DRIVING, commanded=DRIVING)
        self.hears(STANDING)
        for _ in range(3):
            self.assertEqual(self.hears(STANDING), [STANDING])
        self.hears(DRIVING, commanded=DRIVING)

    def test_nan_is_not_passed_and_does_not_keep_the_base_driving(self):
        for wrong in (math.nan, math.inf):
            self.hears(DRIVING, commanded=DRIVING)
            heard = self.hears(STANDING, commanded=[0.3, 0.0, 0.0, 0.0, 0.0, wrong])
            self.assertTrue(all(math.isfinite(part) for velocity in heard for part in velocity), heard)

    def test_the_driver_s_own_end_stops_the_base(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            self.hears(DRIVING, commanded=DRIVING)
            self.assertEqual(self.end(self.driver, how), 0)
            self.hears(STANDING, driver_may_end=True)
            self.start()

    def test_a_driver_that_was_killed_stops_the_base_once_it_is_back(self):
        self.hears(DRIVING, commanded=DRIVING)
        self.end(self.driver, signal.SIGKILL)
        self.start()
        self.hears(STANDING)

    def test_a_guard_stops_the_base_where_the_driver_hangs_or_was_killed(self):
        self.run_driver("--guard")
        for how in (signal.SIGSTOP, signal.SIGKILL):
            self.hears(DRIVING, commanded=DRIVING)
            self.driver.send_signal(how)
            for _ in range(3):
                self.hears(STANDING, driver_may_end=True)
            self.driver.send_signal(signal.SIGCONT)

    def test_a_guard_s_end_leaves_the_driver_alone(self):
        guard = self.run_driver("--guard")
        self.hears(DRIVING, commanded=DRIVING)
        self.end(guard, signal.SIGKILL)
        self.hears(STANDING)
        self.hears(DRIVING, commanded=DRIVING)


if __name__ == "__main__":
    unittest.main()
