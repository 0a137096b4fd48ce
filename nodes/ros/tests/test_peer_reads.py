"""What a ROS user looks for is there, under the usual names, types and qualities of service."""

import time
import xml.etree.ElementTree as ElementTree

import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from geometry_msgs.msg import Twist
from hearth_interfaces.msg import Heartbeat, Localization, Queries, SafetyStatus, VisualQuestion, World
from nav_msgs.msg import Odometry, Path
from peer import LATCHED, PATIENCE_SECS, SENSOR, Peer
from processes import ROOT, wait_for
from rcl_interfaces.msg import Log
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import CameraInfo, Image, Imu, JointState, LaserScan
from std_msgs.msg import String
from tf2_msgs.msg import TFMessage

STATIC_TF = QoSProfile(depth=100, durability=DurabilityPolicy.TRANSIENT_LOCAL)
BEST, RELIABLE = ReliabilityPolicy.BEST_EFFORT, ReliabilityPolicy.RELIABLE
VOLATILE, TRANSIENT = DurabilityPolicy.VOLATILE, DurabilityPolicy.TRANSIENT_LOCAL


class Frames:
    """What /tf and /tf_static say, as tf2 would keep it."""

    def __init__(self, peer):
        self.moving, self.static = peer.listen(TFMessage, '/tf', 100), peer.listen(TFMessage, '/tf_static', STATIC_TF)

    @staticmethod
    def _parents(heard):
        return {one.child_frame_id: one for it in heard.since(0) for one in it.transforms}

    def parents(self):
        return self._parents(self.static) | self._parents(self.moving)

    def chain(self, frame):
        parents, chain = self.parents(), [frame]
        while chain[-1] in parents and len(chain) < 50:
            chain.append(parents[chain[-1]].header.frame_id)
        return chain


@pytest.mark.parametrize('topic, type, reliability, durability, by', [
    ('scan', LaserScan, BEST, VOLATILE, 'sim'), ('odom', Odometry, BEST, VOLATILE, 'sim'),
    ('imu', Imu, BEST, VOLATILE, 'sim'), ('joint_states', JointState, RELIABLE, VOLATILE, 'sim'),
    ('camera/color/image_raw', Image, BEST, VOLATILE, 'sim'), ('camera/depth/image_rect_raw', Image, BEST, VOLATILE, 'sim'),
    ('camera/color/camera_info', CameraInfo, BEST, VOLATILE, 'sim'), ('/clock', Clock, BEST, VOLATILE, 'sim'),
    ('world', World, RELIABLE, TRANSIENT, 'perception'), ('detections/image', Image, BEST, VOLATILE, 'perception'),
    ('plan', None, RELIABLE, TRANSIENT, 'planner'), ('say', None, RELIABLE, VOLATILE, 'planner'),
    ('queries', Queries, RELIABLE, TRANSIENT, 'planner'), ('visual_question', VisualQuestion, RELIABLE, VOLATILE, 'planner'),
    ('task_events', None, RELIABLE, VOLATILE, 'planner'), ('skill_status', None, RELIABLE, VOLATILE, 'planner'),
    ('safety_status', SafetyStatus, RELIABLE, TRANSIENT, 'controller'), ('cmd_vel', Twist, RELIABLE, VOLATILE, 'controller'),
    ('localization', Localization, RELIABLE, VOLATILE, 'controller'), ('plan_path', Path, RELIABLE, VOLATILE, 'controller'),
    ('robot_description', String, RELIABLE, TRANSIENT, 'controller'), ('/tf_static', TFMessage, RELIABLE, TRANSIENT, 'controller'),
    ('/tf', TFMessage, RELIABLE, VOLATILE, 'controller'), ('/rosout', Log, RELIABLE, TRANSIENT, 'planner'),
    ('/diagnostics', DiagnosticArray, RELIABLE, VOLATILE, 'perception'),
])
def test_a_topic_has_its_usual_type_and_quality_of_service(robot, peer, topic, type, reliability, durability, by):
    def publishers():
        return [it for it in peer.node.get_publishers_info_by_topic(topic) if it.node_name == by]
    found = wait_for(publishers, 20, f'{by} publishes {topic}')[0]

    assert (found.qos_profile.reliability, found.qos_profile.durability) == (reliability, durability)
    if type is not None:
        names = type.__module__.split('.')
        assert found.topic_type == f'{names[0]}/msg/{type.__name__}'


@pytest.mark.parametrize('topic', ['e_stop', 'world', 'scan', 'odom', 'imu', 'camera/color/image_raw'])
def test_any_publisher_s_quality_is_good_enough_for_a_listener(robot, peer, topic):
    listeners = [it for it in peer.node.get_subscriptions_info_by_topic(topic) if it.node_name != 'peer']

    assert listeners
    if topic not in ('e_stop', 'world'):
        assert all(it.qos_profile.reliability == BEST for it in listeners)
    if topic == 'e_stop':
        assert {it.qos_profile.durability for it in listeners if it.node_name == 'controller'} == {VOLATILE, TRANSIENT}


def test_the_world_is_latched_in_map_and_grows_with_each_frame(robot, peer, domain):
    late = Peer(domain, 'late')
    try:
        world = late.listen(World, 'world', LATCHED)
        first = world.wait(what='a world came')
        assert first.header.frame_id == 'map'
        newer = world.wait(lambda it: stamp(it) > stamp(first), what='a newer one came')
        for it in newer.objects:
            assert it.hypotheses and 0.0 <= it.existence <= 1.0 and it.size.x >= it.size.y
    finally:
        late.close()


def test_the_chain_of_frames_from_map_to_the_camera_is_whole(robot, peer):
    frames = Frames(peer)
    wanted = ['camera_optical_frame', 'base_link', 'odom', 'map']
    wait_for(lambda: set(wanted) <= set(frames.chain('camera_optical_frame')), 20,
             lambda: f'map -> camera_optical_frame; known is {frames.chain("camera_optical_frame")}')

    chain = frames.chain('camera_optical_frame')
    assert [it for it in chain if it in wanted] == wanted and chain[-1] == 'map'
    for frame in ('laser_link', 'imu_link', 'gripper_centre', 'left_wheel_link'):
        assert frames.chain(frame)[-1] == 'map', frame
    moving, static = frames._parents(frames.moving), frames._parents(frames.static)
    assert not set(moving) & set(static), 'a frame either moves or not'
    assert {'odom', 'base_link'} <= set(moving) and 'laser_link' in static
    for it in frames.parents().values():
        turn = it.transform.rotation
        assert abs(turn.x ** 2 + turn.y ** 2 + turn.z ** 2 + turn.w ** 2 - 1) < 1e-6, it.child_frame_id


def test_frames_of_joints_follow_the_joints(robot, peer, wheels):
    frames, joints = Frames(peer), peer.listen(JointState, 'joint_states')
    head = 'head_pan_link'
    wait_for(lambda: head in frames.parents() and joints.last, 20, 'the head has a frame')
    before = frames.parents()[head].transform.rotation.z

    peer.command('find the apple')

    wait_for(lambda: abs(frames.parents()[head].transform.rotation.z - before) > 0.02, 60, 'the head looks about')
    assert 'head_pan_joint' in joints.last.name


def test_the_base_moves_in_odom_and_the_pose_in_map_follows(robot, peer, wheels):
    frames, odometry = Frames(peer), peer.listen(Odometry, 'odom', SENSOR)
    peer.command('go to the office')
    wheels.wait_until_driving()

    assert odometry.last.header.frame_id == 'odom' and odometry.last.child_frame_id == 'base_link'
    wait_for(lambda: odometry.last.twist.twist.linear.x > 0.2, 20, 'odometry sees it')
    base = wait_for(lambda: frames.parents().get('base_link'), 20, 'odom -> base_link')
    before = base.transform.translation
    wait_for(lambda: abs(frames.parents()['base_link'].transform.translation.x - before.x) > 0.05, 20, 'the frame moves')
    assert abs(stamp_of(frames.parents()['odom'].header) - stamp_of(base.header)) < 2.0


def test_diagnostics_tell_of_each_node(robot, peer):
    heard = peer.listen(DiagnosticArray, '/diagnostics', 50)
    wanted = {f'{node}: {part}' for node in ('perception', 'planner', 'controller') for part in ('inputs', 'nodes')}
    wanted.add('controller: safety gate')

    def statuses():
        return {one.name: one for it in heard.since(0) for one in it.status}
    # What was not well is told of for ten seconds more: before the robot was whole, or when the machine stood still.
    wait_for(lambda: wanted <= {name for name, it in statuses().items() if it.level == DiagnosticStatus.OK}, PATIENCE_SECS,
             lambda: f'all tell that they are well; {statuses()} came')

    assert statuses()['planner: nodes'].message == 'active'
    keys = {it.key for it in statuses()['perception: inputs'].values}
    assert {'camera/color/image_raw taken', 'camera/color/image_raw age'} <= keys


def test_log_lines_are_on_rosout(robot, peer):
    lines = peer.listen(Log, '/rosout', QoSProfile(depth=1000, durability=DurabilityPolicy.TRANSIENT_LOCAL))

    line = lines.wait(lambda it: it.name == 'controller' and 'active' in it.msg, what='the controller said that it is active')

    assert line.level in (20, b'\x14') and line.stamp.sec >= 0


def test_the_robot_describes_itself(robot, peer):
    text = peer.listen(String, 'robot_description', LATCHED).wait(what='the URDF came').data

    urdf = ElementTree.fromstring(text)
    own = ElementTree.parse(ROOT / 'urdf/ember/ember.urdf').getroot()
    assert urdf.tag == 'robot' and urdf.get('name') == own.get('name')
    assert {it.get('name') for it in urdf.iter('link')} == {it.get('name') for it in own.iter('link')}


def test_the_clock_goes_on_and_signs_of_life_keep_up_with_it(robot, peer):
    clock, signs = peer.listen(Clock, '/clock', SENSOR), peer.listen(Heartbeat, 'heartbeat', SENSOR)
    first = stamp_of_time(clock.wait().clock)
    clock.wait(lambda it: stamp_of_time(it.clock) > first + 1.0, what='it goes on')

    for node, allowed_secs in (('perception', 1.0), ('planner', 0.5)):
        sign = signs.wait(lambda it: it.node == node, since=time.monotonic(), what=f'{node} gives a sign of life')
        assert stamp_of_time(clock.last.clock) - stamp(sign) < allowed_secs


def test_the_picture_of_what_was_detected_is_there_for_whoever_looks(robot, peer):
    picture = peer.listen(Image, 'detections/image', SENSOR).wait(what='a picture came')

    assert picture.encoding == 'rgb8' and picture.width > 0 and picture.height > 0
    assert len(picture.data) == picture.step * picture.height
    assert picture.header.frame_id == 'camera_optical_frame'


def stamp_of_time(time):
    return time.sec + time.nanosec * 1e-9


def stamp_of(header):
    return stamp_of_time(header.stamp)


def stamp(message):
    return stamp_of(message.header)
