#!/usr/bin/env python3
"""/joint_states of a robot in Gazebo: what its joint state publisher says, with the efforts that force-torque sensors feel.

gz-sim's publisher leaves efforts at zero (gz-sim issue 883), but Hearth judges by them whether the hand holds something.
The URDF says which joint has a force-torque sensor and where its axis points. An effort is along the joint's axis, as ROS
has it: a gripper that closes towards zero has a negative one. That of a joint which others mimic includes theirs.

    python3 sim/gazebo/joint_states.py urdf/ember/ember.urdf [--ros-args …]
"""

import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass

STATES_IN = "/gazebo/joint_states"
STATES_OUT = "/joint_states"
EFFORT_PREFIX = "/gazebo/effort/"
# Gazebo reports at every step of its physics; the embedded simulator at this rate.
RATE_HZ = 125.0
# Joint states with older efforts are held back, so that whoever relies on them notices.
EFFORT_AGE_SECS = 0.1
# A sensor that has said nothing for so long since the first joint states is not there: its joint has no effort then, with
# which the robot moves, but never takes a thing for held.
PATIENCE_SECS = 5.0
WARN_EVERY_SECS = 5.0


@dataclass(frozen=True)
class Joint:
    """A joint with a force-torque sensor."""

    name: str
    axis: tuple
    slides: bool
    # What it mimics and how fast, or None.
    leader: str = None
    multiplier: float = 1.0

    def effort(self, force, torque):
        """[N] or [N m] Along the axis, of what the parent link exerts on the child."""
        return sum(a * c for a, c in zip(self.axis, force if self.slides else torque))


def sensed_joints(urdf):
    """Those joints of a URDF's text that have a force-torque sensor, by name."""
    robot = ET.fromstring(urdf)
    sensed = {block.get("reference") for block in robot.iter("gazebo")
              for sensor in block.iter("sensor") if sensor.get("type") == "force_torque"}
    return {it.get("name"): read_joint(it) for it in robot.iter("joint") if it.get("name") in sensed}


def read_joint(element):
    axis, mimic = element.find("axis"), element.find("mimic")
    direction = [float(it) for it in (axis.get("xyz") if axis is not None else "1 0 0").split()]
    length = sum(it * it for it in direction) ** 0.5
    return Joint(
        name=element.get("name"),
        axis=tuple(it / length for it in direction),
        slides=element.get("type") == "prismatic",
        leader=None if mimic is None else mimic.get("joint"),
        multiplier=1.0 if mimic is None else float(mimic.get("multiplier", "1")),
    )


class Efforts:
    """The newest effort of each joint that has a sensor."""

    def __init__(self, joints):
        self.joints = joints
        self.felt = {}
        self.waits_since_secs = None

    def feel(self, name, stamp_secs, force, torque):
        self.felt[name] = stamp_secs, self.joints[name].effort(force, torque)

    def silent(self):
        """Joints whose sensor has never said anything."""
        return [name for name in self.joints if name not in self.felt]

    def awaited(self, now_secs):
        """Joints without which there are no joint states now: their effort stopped coming, or may still come."""
        # Time may start anew.
        if self.waits_since_secs is None or now_secs < self.waits_since_secs:
            self.waits_since_secs = now_secs
        patient = now_secs - self.waits_since_secs < PATIENCE_SECS
        return [name for name in self.joints
                if (now_secs - self.felt[name][0] > EFFORT_AGE_SECS if name in self.felt else patient)]

    def of(self, name):
        """Of the joint and what mimics it; 0 without a sensor."""
        own = self.felt[name][1] if name in self.felt else 0.0
        followers = [it for it in self.joints.values() if it.leader == name and it.name in self.felt]
        return own + sum(it.multiplier * self.felt[it.name][1] for it in followers)


class Pace:
    """Lets samples pass at a rate of their own stamps, also when time starts anew."""

    def __init__(self, rate_hz):
        # A tenth less, so that stamps on a grid of steps pass at the rate and not below it.
        self.period_secs = 0.9 / rate_hz
        self.last_secs = None

    def passes(self, stamp_secs):
        if self.last_secs is not None and 0.0 <= stamp_secs - self.last_secs < self.period_secs:
            return False
        self.last_secs = stamp_secs
        return True


def secs(stamp):
    return stamp.sec + stamp.nanosec * 1e-9


def xyz(vector):
    return vector.x, vector.y, vector.z


def run(urdf, arguments):
    """Spins until told to stop."""
    import rclpy
    from geometry_msgs.msg import WrenchStamped
    from rclpy.executors import ExternalShutdownException
    from rclpy.qos import QoSProfile, qos_profile_sensor_data
    from sensor_msgs.msg import JointState

    rclpy.init(args=arguments)
    node = rclpy.create_node("gazebo_joint_states")
    efforts, pace = Efforts(sensed_joints(urdf)), Pace(RATE_HZ)
    publisher = node.create_publisher(JointState, STATES_OUT, QoSProfile(depth=10))

    def on_states(message):
        now_secs = secs(message.header.stamp)
        awaited, silent = efforts.awaited(now_secs), efforts.silent()
        if awaited:
            node.get_logger().warning(f"no effort of {', '.join(awaited)}: {STATES_OUT} is held back",
                                      throttle_duration_sec=WARN_EVERY_SECS)
            return
        if silent:
            node.get_logger().error(f"no force-torque sensor of {', '.join(silent)}: nothing will be felt in the gripper",
                                    throttle_duration_sec=WARN_EVERY_SECS)
        if pace.passes(now_secs):
            message.effort = [efforts.of(name) for name in message.name]
            publisher.publish(message)

    def on_wrench(name, message):
        wrench = message.wrench
        efforts.feel(name, secs(message.header.stamp), xyz(wrench.force), xyz(wrench.torque))

    node.create_subscription(JointState, STATES_IN, on_states, qos_profile_sensor_data)
    for name in efforts.joints:
        node.create_subscription(WrenchStamped, EFFORT_PREFIX + name,
                                 lambda message, name=name: on_wrench(name, message), qos_profile_sensor_data)
    try:
        rclpy.spin(node)
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    finally:
        node.destroy_node()
        rclpy.try_shutdown()


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print(f"usage: {sys.argv[0]} ROBOT.urdf [--ros-args …]", file=sys.stderr)
        return 2
    with open(sys.argv[1], encoding="utf-8") as file:
        run(file.read(), sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
