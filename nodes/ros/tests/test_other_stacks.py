"""Other stacks beside Hearth, played by rclpy: a joint driver that takes goals, Nav2, somebody who localises."""

import math
import time

import pytest
import yaml
from control_msgs.action import FollowJointTrajectory
from geometry_msgs.msg import TransformStamped, Twist
from hearth_interfaces.msg import Localization
from nav2_msgs.action import NavigateToPose
from peer import PATIENCE_SECS, SENSOR
from processes import NODES, ROOT, Process, wait_for
from rclpy.action import ActionServer, CancelResponse
from rclpy.task import Future
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState
from tf2_msgs.msg import TFMessage

HEAD = ['head_pan_joint', 'head_tilt_joint']


@pytest.fixture
def robot_with(stack, peer, wheels, tmp_path):
    """Starts the whole robot with an overlay; it ends with the test."""
    def start(overlay, also=lambda: None):
        file = tmp_path / 'overlay.yaml'
        file.write_text(yaml.safe_dump(overlay), encoding='utf-8')
        stack.start('sim')
        for node in NODES:
            stack.start(node, '--overlay', str(file))
        also()
        peer.wait_until_ready()
        wheels.wait_until_standing()
        return stack
    yield start
    stack.end()


def test_a_joint_driver_that_takes_goals_moves_the_head(robot_with, peer, parameters):
    others = [it for it in parameters['ros']['joints'][0]['joints'] if it not in HEAD]
    commands = peer.node.create_publisher(JointState, 'joint_commands', 10)
    goals = []

    def follow(handle):
        """Obeys as a trajectory controller would, for the simulated head's motors."""
        trajectory = handle.request.trajectory
        goals.append(trajectory)
        commands.publish(JointState(name=trajectory.joint_names, position=list(trajectory.points[-1].positions)))
        handle.succeed()
        return FollowJointTrajectory.Result()

    server = ActionServer(peer.node, FollowJointTrajectory, 'head_controller/follow_joint_trajectory', follow)
    robot_with({'ros': {'joints': [
        {'interface': 'joint_state', 'topic': 'joint_commands', 'joints': others, 'rate_hz': 125.0},
        {'interface': 'follow_joint_trajectory', 'topic': 'head_controller/follow_joint_trajectory', 'joints': HEAD, 'rate_hz': 20.0},
    ]}})

    # The answer rests on frames of the table: without the driver the camera looks elsewhere.
    peer.carries_out('what is on the kitchen table?')
    assert all(it.joint_names == HEAD for it in goals)
    tilts = [it.points[-1].positions[1] for it in goals]
    assert max(tilts) - min(tilts) > 0.2, f'the head was hardly moved: {tilts}'
    assert all(it.points[-1].time_from_start.sec == 0 for it in goals), 'losing us must stop the joints soon'
    server.destroy()


class Nav2:
    """A navigate_to_pose server that does what the test says."""

    def __init__(self, peer):
        self.goals, self.ends = [], []
        self._server = ActionServer(peer.node, NavigateToPose, 'navigate_to_pose', self._execute,
                                    cancel_callback=lambda _: CancelResponse.ACCEPT)

    async def _execute(self, handle):
        self.goals.append(handle.request.pose)
        self.ends.append(Future())
        await self.ends[-1]
        handle.abort()
        return NavigateToPose.Result()

    def give_up(self):
        self.ends[-1].set_result(True)

    def destroy(self):
        self._server.destroy()


def test_nav2_drives_through_the_gate_and_hearth_where_nav2_gives_up(robot_with, peer, wheels):
    nav2 = Nav2(peer)
    robot_with({'ros': {'navigation': 'nav2'}, 'controller': {'navigation': {'driver': 'external'}}})
    velocities = peer.publisher(Twist, 'cmd_vel_nav')
    command = peer.command('go to the kitchen')

    goal = wait_for(lambda: nav2.goals and nav2.goals[0], PATIENCE_SECS, 'Nav2 gets a goal')
    assert goal.header.frame_id == 'map'
    wheels.wait_until_standing()
    moment = time.monotonic()
    while time.monotonic() - moment < 2.0:
        velocities.publish(Twist(angular=type(Twist().angular)(z=0.3)))
        time.sleep(0.05)
    turned = [it for it in wheels.commands.since(moment) if it.angular.z > 0.25]
    assert turned, 'Nav2\'s velocity reached the wheels'
    assert all(it.angular.z <= 0.31 for it in turned)
    # Nav2 falls silent: its last velocity is not held.
    assert wheels.secs_to_stop(moment) < 5.0
    assert not command.is_over

    nav2.give_up()
    result = command.result()
    assert result.verdict == 'done', result
    nav2.destroy()


def test_a_velocity_of_nav2s_that_hearth_did_not_ask_for_moves_nothing(robot_with, peer, wheels):
    robot_with({'ros': {'navigation': 'nav2'}, 'controller': {'navigation': {'driver': 'external'}}})
    velocities = peer.publisher(Twist, 'cmd_vel_nav')
    moment = time.monotonic()
    while time.monotonic() - moment < 1.5:
        velocities.publish(Twist(angular=type(Twist().angular)(z=0.3)))
        time.sleep(0.05)
    assert all(wheels.stand(it) for it in wheels.commands.since(moment))


def test_somebody_else_localises(robot_with, peer):
    home = yaml.safe_load((ROOT / 'launch/config/home.yaml').read_text(encoding='utf-8'))
    x, y, yaw = (home['start'][it] for it in ('x_m', 'y_m', 'yaw_rad'))
    clock = peer.listen(Clock, '/clock', SENSOR)
    tf = peer.node.create_publisher(TFMessage, '/tf', 100)

    def localise():
        if clock.last is None:
            return
        it = TransformStamped()
        it.header.stamp, it.header.frame_id, it.child_frame_id = clock.last.clock, 'map', 'odom'
        it.transform.translation.x, it.transform.translation.y = x, y
        it.transform.rotation.z, it.transform.rotation.w = math.sin(yaw / 2), math.cos(yaw / 2)
        tf.publish(TFMessage(transforms=[it]))

    timer = peer.node.create_timer(0.05, localise)
    robot_with({'ros': {'localization': 'tf'}, 'controller': {'localization': {'source': 'external'}}})
    own = peer.listen(Localization, 'localization')
    peer.carries_out('go to the kitchen')
    assert not own.all, 'the controller is not to localise too'
    peer.node.destroy_timer(timer)


@pytest.mark.parametrize('overlay, words', [
    ({'ros': {'localization': 'tf'}}, ['ros.localization', 'controller.localization.source', 'external']),
    ({'ros': {'navigation': 'nav2'}}, ['ros.navigation', 'controller.navigation.driver', 'external']),
    ({'ros': {'joints': [{'interface': 'float64', 'topic': '/x', 'joints': ['tail_joint'], 'rate_hz': 50.0}]}}, ['tail_joint', 'lift_joint']),
])
def test_a_file_that_contradicts_itself_is_refused_with_the_keys(folder, domain, tmp_path, overlay, words):
    file = tmp_path / 'contradiction.yaml'
    file.write_text(yaml.safe_dump(overlay), encoding='utf-8')
    process = Process(f'contradiction-{words[0]}', ['node', 'controller', '--overlay', str(file)], folder, domain)
    assert process.exit_code() == 1
    assert all(it in process.text() for it in words), process.text()
