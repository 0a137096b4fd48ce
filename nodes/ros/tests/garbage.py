"""Messages that no sound publisher sends."""

import array
import random

from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose2D
from hearth_interfaces.msg import (Heartbeat, Localization, MotionReport, MotionRequest, PhraseMatch, Queries, Utterance,
                                   VisualAnswer, World, WorldObject, WorldPerson)
from nav_msgs.msg import Odometry
from rclpy.serialization import serialize_message
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, LaserScan

NAN, INFINITE = float('nan'), float('inf')
COLOUR, DEPTH_TOPIC = 'camera/color/image_raw', 'camera/depth/image_rect_raw'
HUGE_TEXT = 'apple ' * 200_000


def filled(message, number, whole, text, depth=0):
    """Every number, text and list in it replaced; truth values are not garbage."""
    for name, kind in message.get_fields_and_field_types().items():
        old = getattr(message, name)
        if hasattr(old, 'get_fields_and_field_types'):
            filled(old, number, whole, text, depth + 1)
        elif kind.startswith(('float', 'double')) and not kind.endswith(']') and '<' not in kind:
            setattr(message, name, number)
        elif isinstance(old, str):
            setattr(message, name, text)
        elif isinstance(old, int) and not isinstance(old, bool):
            bits = int(''.join(it for it in kind if it.isdigit()))
            most = 2 ** (bits - (not kind.startswith('u'))) - 1
            setattr(message, name, max(min(whole, most), 0 if kind.startswith('u') else -most - 1))
        elif isinstance(old, (list, array.array)) and ('float' in kind or 'double' in kind):
            setattr(message, name, [number] * 7)
        elif hasattr(old, 'shape'):
            old[:] = number
    return message


def for_any_type(type, seed):
    """What can be made for any message type: nothing in it, NaN, infinities, extremes, endless text, bytes at random, bytes cut off."""
    chance = random.Random(seed)
    yield type()
    for number, whole in ((NAN, -2 ** 63), (INFINITE, 2 ** 64), (-INFINITE, 0), (1e308, 255)):
        yield filled(type(), number, whole, '\u2603 no such thing \t\n')
    yield filled(type(), NAN, 0, HUGE_TEXT)
    sound = bytes(serialize_message(type()))
    for length in (0, 1, 3, 4, 5, 9, 40, 400, 4000):
        yield bytes([0, 1, 0, 0]) + chance.randbytes(length)
        yield chance.randbytes(length)
    for cut in range(4, len(sound), max(1, len(sound) // 8)):
        yield sound[:cut]
    # Lengths that promise more than there is.
    yield bytes([0, 1, 0, 0]) + b'\xff' * 64
    yield bytes([0, 1, 0, 0]) + b'\x00' * 8 + b'\xff\xff\xff\x7f' + b'\x00' * 40


def at(message, now, ahead_secs):
    """With a stamp that is off."""
    message.header.stamp = Time(sec=now.sec + ahead_secs, nanosec=now.nanosec)
    return message


def framed(message, frame):
    message.header.frame_id = frame
    return message


def odometry(x=0.0, w=1.0, speed=0.0):
    message = Odometry()
    message.pose.pose.position.x, message.pose.pose.orientation.w, message.twist.twist.linear.x = x, w, speed
    return message


def scan(ranges=(), increment=0.01, most=10.0):
    return LaserScan(ranges=list(ranges), angle_increment=increment, range_min=0.05, range_max=most)


def world(frame='map', shape='box', x=0.0, posture='standing', objects=True, gesture='', match=0.5):
    message = World()
    message.header.frame_id = frame
    if objects:
        thing = WorldObject(shape=shape)
        thing.colour.name, thing.pose.orientation.w, thing.pose.position.x = 'red', 1.0, x
        thing.matches = [PhraseMatch(phrase='cup', probability=match)]
        message.objects = [thing]
    message.people = [WorldPerson(posture=posture, gesture=gesture)]
    return message


def image(size, encoding='rgb8', pixel_bytes=3, lacking=0, step=None):
    """Grey, and sound unless told otherwise."""
    width, height = size
    return Image(encoding=encoding, width=width, height=height, step=width * pixel_bytes if step is None else step,
                 data=bytes(max(0, width * height * pixel_bytes - lacking)))


def depth(size, **wrong):
    return image(size, **({'encoding': '32FC1', 'pixel_bytes': 4} | wrong))


def for_topics(now, planner_session, size):
    """For each subscription: messages (a pair for colour and depth), each with what the refusal must say.

    `size` is the camera's.
    """
    half = (size[0] // 2, size[1])
    far = 'off the clock'
    return {
        COLOUR: [
            ((image((0, 0)), depth((0, 0))), 'size'), ((image(size), depth(size, lacking=9)), 'data'),
            ((image(size, encoding='jpeg'), depth(size)), 'jpeg'), ((image(size), depth(size, encoding='8UC1')), '8UC1'),
            ((image(size, step=7), depth(size)), 'data'), ((image(size), depth(half)), 'size')],
        'camera/color/camera_info': [(CameraInfo(k=[NAN] * 9), 'not finite'), (CameraInfo(), 'focal length')],
        'odom': [
            (odometry(x=NAN), 'not finite'), (odometry(w=0.0), 'orientation'), (odometry(speed=-INFINITE), 'not finite'),
            (at(odometry(), now, 3600), far)],
        'imu': [(filled(Imu(), NAN, 0, ''), 'not finite'), (at(Imu(), now, 2_000_000), far)],
        'joint_states': [
            (JointState(name=['lift_joint'] * 3, position=[1.0]), 'number of positions'),
            (JointState(name=['lift_joint'], position=[INFINITE]), 'not finite'),
            (at(JointState(name=['lift_joint'], position=[0.5]), now, 500), far)],
        'scan': [
            (scan(), 'number of ranges'), (scan([1.0] * 9, increment=0.0), 'angle_increment'),
            (scan([1.0] * 9, increment=NAN), 'not finite'), (scan([1.0] * 30_000, 0.0001), 'number of ranges'),
            (scan([1.0] * 9, most=-1.0), 'range_max'), (at(scan([1.0] * 9), now, 999), far)],
        'localization': [
            (framed(Localization(), 'mars'), 'mars'),
            (framed(Localization(map_from_odom=Pose2D(x=NAN)), 'map'), 'not finite')],
        'world': [
            (world('moon'), 'moon'), (world(x=NAN), 'not finite'), (world(shape='soul'), 'soul'),
            (world(posture='flying'), 'flying'), (world(gesture='shrugging'), 'shrugging'), (world(match=1.5), 'in [0, 1]'), (at(world(), now, 4000), far)],
        'heartbeat': [(Heartbeat(node='nobody'), 'nobody'), (at(Heartbeat(node='perception'), now, 100), far)],
        'motion_request': [
            (MotionRequest(kind=200), '200'), (MotionRequest(kind=MotionRequest.TURN, angle=NAN), 'not finite'),
            (MotionRequest(kind=MotionRequest.GRASP, shape='soul'), 'soul'),
            (MotionRequest(kind=MotionRequest.LOOK_AT, has_target=True, target=Point(x=INFINITE)), 'not finite')],
        'motion_report': [
            (MotionReport(session=planner_session, state=77), '77'),
            (MotionReport(session=planner_session, state=MotionReport.FAILED, failure='boredom'), 'boredom'),
            (MotionReport(session=planner_session, state=MotionReport.SUCCEEDED, gripper_width=NAN), 'not finite')],
        'queries': [
            (Queries(phrases=['cup'] * 17), 'number of phrases'), (Queries(phrases=[HUGE_TEXT]), "a phrase's length"),
            (Queries(phrases=['']), 'blanks')],
        'visual_answer': [
            (VisualAnswer(session=planner_session, text=HUGE_TEXT), 'length'),
            (VisualAnswer(session=planner_session, server='s' * 300), "server's length")],
        'utterance': [(Utterance(text=HUGE_TEXT), 'length')],
    }
