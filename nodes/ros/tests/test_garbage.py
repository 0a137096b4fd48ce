"""Garbage on every topic that anybody listens to: it is refused and told of, and the robot works on."""

import importlib
import time
from itertools import islice

import pytest
from builtin_interfaces.msg import Time
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from garbage import COLOUR, DEPTH_TOPIC, for_any_type, for_topics
from geometry_msgs.msg import Twist
from hearth_interfaces.msg import EStop, Heartbeat, SafetyStatus
from peer import LATCHED, SENSOR, STATUS
from processes import NODES, wait_for
from rclpy._rclpy_pybind11 import RCLError
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, JointState
from std_srvs.srv import SetBool

def all_alive(robot, pids):
    assert {name: it.pid for name, it in robot.processes.items() if it.is_alive} == pids


@pytest.fixture
def pids(robot):
    return {name: it.pid for name, it in robot.processes.items()}


def topics_of(peer, node):
    """What it listens to, with the messages' types."""
    def subscribed():
        found = peer.node.get_subscriber_names_and_types_by_node(node, '/')
        return [(name, types[0]) for name, types in found if name != '/clock']
    return wait_for(subscribed, 20, f'{node} listens to something')


def type_of(name):
    package, _, message = name.split('/')
    return getattr(importlib.import_module(f'{package}.msg'), message)


def pour(peer, node, seed):
    """All that can be made for any type, on each topic that the node listens to."""
    topics = topics_of(peer, node)
    poured = 0
    for topic, type in topics:
        poured += pour_on(peer.publisher(type_of(type), topic, LATCHED), for_any_type(type_of(type), seed))
    print(f'{node}: {poured} messages on {len(topics)} topics')


def pour_on(publisher, garbage):
    poured = 0
    for it in garbage:
        try:
            publisher.publish(it)
        except RCLError:
            continue  # More bytes than the type can ever have: rclpy's side refuses these itself.
        poured += 1
        # Slowly enough that it is garbage that is tested and not a flood.
        time.sleep(0.004)
    return poured


@pytest.mark.parametrize('node', [*NODES, 'sim'])
def test_anything_on_any_topic_harms_nobody(robot, peer, pids, node):
    heard = peer.listen(DiagnosticArray, '/diagnostics', 50)
    begun = time.monotonic()

    pour(peer, node, seed=len(node))

    all_alive(robot, pids)
    if node != 'sim':
        heard.wait(lambda it: any(one.name == f'{node}: inputs' and one.level == DiagnosticStatus.WARN for one in it.status),
                   since=begun, what='a warning came')
    # Bytes at random may have engaged it.
    assert peer.call(SetBool, 'set_e_stop', data=False).success
    peer.publisher(EStop, 'spoken_stop').publish(EStop(engaged=False))
    peer.forget()
    peer.wait_until_ready()
    peer.carries_out('what can you do')


def test_each_kind_of_garbage_is_refused_with_topic_and_reason(robot, peer, pids):
    heard, clock = peer.listen(DiagnosticArray, '/diagnostics', 50), peer.listen(Clock, '/clock', SENSOR)
    signs = peer.listen(Heartbeat, 'heartbeat', SENSOR)
    session = signs.wait(lambda it: it.node == 'planner', what='the planner tells its session').session
    now = clock.wait().clock
    info = peer.listen(CameraInfo, 'camera/color/camera_info', SENSOR).wait()
    cases = for_topics(now, session, (info.width, info.height))
    publishers = {}

    def publish(topic, message):
        pair = message if isinstance(message, tuple) else (message,)
        now = clock.last.clock
        for it, to in zip(pair, (topic, DEPTH_TOPIC)):
            # Stamped now, unless it is the stamp that is wrong.
            if hasattr(it, 'header') and (abs(it.header.stamp.sec - now.sec) < 60 or it.header.stamp == Time()):
                it.header.stamp = now
            if to not in publishers:
                publishers[to] = peer.publisher(type(it), to, LATCHED)
            publishers[to].publish(it)

    for round in range(max(map(len, cases.values()))):
        begun = time.monotonic()
        wanted = {topic: garbage[round] for topic, garbage in cases.items() if round < len(garbage)}

        def all_told():
            untold = {topic: it for topic, it in wanted.items() if not is_told(heard, begun, topic, it[1])}
            for topic, (message, _) in untold.items():
                publish(topic, message)
            time.sleep(0.3)
            return not untold
        wait_for(all_told, 30, lambda: f'these are told: {[(topic, it[1]) for topic, it in wanted.items() if not is_told(heard, begun, topic, it[1])]}')
    all_alive(robot, pids)
    peer.wait_until_ready()


def is_told(heard, since, topic, words):
    """Whether some node warns that a message on this topic was refused, with these words."""
    topics = (COLOUR, DEPTH_TOPIC) if topic == COLOUR else (topic,)
    return any(status.level == DiagnosticStatus.WARN and value.key in [f'{it} last refusal' for it in topics] and words in value.value
               for array in heard.since(since) for status in array.status for value in status.values)


def test_a_drive_goes_on_under_garbage_and_the_emergency_stop_works_still(robot, peer, wheels, pids):
    safety = peer.listen(SafetyStatus, 'safety_status', LATCHED)
    command = peer.command('go to the office')
    wheels.wait_until_driving()
    for node in NODES:
        for topic, type in topics_of(peer, node):
            if not topic.endswith(('e_stop', 'spoken_stop', 'utterance')):
                pour_on(peer.publisher(type_of(type), topic, LATCHED), islice(for_any_type(type_of(type), 5), 6))
    result = command.result()
    assert (result.verdict, command.status) == ('done', STATUS.STATUS_SUCCEEDED), result
    all_alive(robot, pids)

    peer.command('go to the kitchen')
    wheels.wait_until_driving()
    begun = time.monotonic()
    stop = peer.publisher(EStop, 'e_stop')
    stop.publish(peer.e_stop(True))
    wheels.secs_to_stop(begun)
    for stamp in (Time(sec=-1), Time(sec=-2 ** 31), Time(sec=0, nanosec=1)):
        stop.publish(peer.e_stop(False, stamp=stamp))
    time.sleep(0.5)
    assert safety.last.verdict == SafetyStatus.E_STOPPED, 'no absurd release releases'
    assert peer.call(SetBool, 'set_e_stop', data=False).success


def test_the_wheels_and_joints_do_not_obey_garbage(robot, peer, pids):
    joints = peer.listen(JointState, 'joint_states')
    velocity, targets = peer.publisher(Twist, 'cmd_vel'), peer.publisher(JointState, 'joint_commands')
    before = dict(zip(joints.wait().name, joints.last.position))
    nan = float('nan')
    for it in range(20):
        twist = Twist()
        twist.linear.x, twist.angular.z = nan, float('inf')
        velocity.publish(twist)
        targets.publish(JointState(name=['lift_joint', 'no_such_joint'], position=[nan, 1.0]))
        targets.publish(JointState(name=['lift_joint'], position=[]))
        time.sleep(0.02)

    all_alive(robot, pids)
    after = dict(zip(joints.last.name, joints.last.position))
    assert abs(after['lift_joint'] - before['lift_joint']) < 0.02


def test_absurd_times_on_the_clock_are_survived(robot, peer, pids):
    clock = peer.publisher(Clock, '/clock', SENSOR, to=3)
    for sec in (0, -5, 2 ** 31 - 1, 10 ** 6, -2 ** 31):
        clock.publish(Clock(clock=Time(sec=sec, nanosec=4_000_000_000)))
        time.sleep(0.3)
    for it in for_any_type(Clock, 3):
        # One at a time, with sound readings between.
        pour_on(clock, [it])
        time.sleep(0.05)

    all_alive(robot, pids)
    peer.forget()
    peer.wait_until_ready()
    peer.carries_out('go to the sofa')
    all_alive(robot, pids)
