#!/usr/bin/env python3
"""The base's driver of a robot in Gazebo: hands /cmd_vel on, and stands still once nothing comes any more.

gz-sim's diff drive keeps its last speed for ever; a real base's driver has a watchdog. Silence counts in real time, whatever
Gazebo's clock does. A velocity that is not finite counts as none.

    python3 sim/gazebo/base_driver.py [--ros-args …]
    python3 sim/gazebo/base_driver.py --guard [--ros-args …]    a second one, which sends zero while the first is silent
"""

import math
import signal
import sys

COMMANDS_IN = "/cmd_vel"
COMMANDS_OUT = "/gazebo/cmd_vel"
# Ten of Hearth's commands.
TIMEOUT_SECS = 0.2
# A driver always says something, if only zero; the guard leaves it time for that. It hears its own zeros too, so that it repeats
# them this often.
GUARD_TIMEOUT_SECS = 0.3
# How often the silence is measured. Zero is sent as often while it lasts: a bridge that starts late, or anew, hears it too.
PERIOD_SECS = 0.02
WARN_EVERY_SECS = 5.0
# So long, at most, its end waits until the bridge has the last zero.
FAREWELL_SECS = 0.5


class Watchdog:
    """Which velocities pass, and when the base must stand. Its clock is the caller's."""

    def __init__(self, timeout_secs=TIMEOUT_SECS):
        self.timeout_secs = timeout_secs
        self.passed_at_secs = None

    def passes(self, velocity, now_secs):
        """Of all six parts of a velocity."""
        if not all(math.isfinite(it) for it in velocity):
            return False
        self.passed_at_secs = now_secs
        return True

    def allows_motion(self, now_secs):
        return self.passed_at_secs is not None and 0.0 <= now_secs - self.passed_at_secs < self.timeout_secs


def parts(twist):
    return [getattr(vector, axis) for vector in (twist.linear, twist.angular) for axis in "xyz"]


def serve(node, guard):
    """Makes the node a driver or its guard; returns its publisher."""
    from geometry_msgs.msg import Twist
    from rclpy.clock import Clock, ClockType
    from rclpy.qos import QoSProfile

    watchdog = Watchdog(GUARD_TIMEOUT_SECS if guard else TIMEOUT_SECS)
    topic = COMMANDS_OUT if guard else COMMANDS_IN
    clock = Clock(clock_type=ClockType.STEADY_TIME)
    # Only the newest counts: after a hold-up, none that is older.
    publisher = node.create_publisher(Twist, COMMANDS_OUT, QoSProfile(depth=1))

    def now_secs():
        return clock.now().nanoseconds * 1e-9

    def on_command(message):
        if watchdog.passes(parts(message), now_secs()):
            if not guard:
                publisher.publish(message)
        else:
            node.get_logger().error(f"a velocity that is not finite was refused: {parts(message)}",
                                    throttle_duration_sec=WARN_EVERY_SECS)

    def on_tick():
        if watchdog.allows_motion(now_secs()):
            return
        if watchdog.passed_at_secs is not None:
            node.get_logger().warning(f"no velocity on {topic} for {watchdog.timeout_secs} s: the base stands still",
                                      throttle_duration_sec=WARN_EVERY_SECS)
            watchdog.passed_at_secs = None
        publisher.publish(Twist())

    node.create_subscription(Twist, topic, on_command, QoSProfile(depth=1))
    node.create_timer(PERIOD_SECS, on_tick, clock=clock)
    return publisher


def run(guard, arguments):
    """Spins until told to stop, and leaves a standing base."""
    import rclpy
    from geometry_msgs.msg import Twist
    from rclpy.duration import Duration
    from rclpy.signals import SignalHandlerOptions

    # rclpy's own handlers would end its context before the last zero is out.
    rclpy.init(args=arguments, signal_handler_options=SignalHandlerOptions.NO)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    node = rclpy.create_node("gazebo_base_guard" if guard else "gazebo_base_driver")
    publisher = serve(node, guard)
    try:
        rclpy.spin(node)
    except KeyboardInterrupt:
        pass
    finally:
        # A guard that ends has no part in what the driver does.
        if not guard:
            publisher.publish(Twist())
        publisher.wait_for_all_acked(Duration(seconds=FAREWELL_SECS))
        node.destroy_node()
        rclpy.try_shutdown()


if __name__ == "__main__":
    run(sys.argv[1:2] == ["--guard"], sys.argv)
