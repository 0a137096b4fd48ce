"""An rclpy peer: a ROS participant that shares nothing with Hearth but its interfaces."""

import threading
import time
from collections import deque

import rclpy
from action_msgs.msg import GoalStatus
from geometry_msgs.msg import Twist
from hearth_interfaces.action import ExecuteCommand
from hearth_interfaces.msg import EStop, SafetyStatus, World
from hearth_interfaces.srv import Answer
from lifecycle_msgs.srv import ChangeState, GetState
from processes import NODES, wait_for
from rclpy._rclpy_pybind11 import InvalidHandle
from rclpy.action import ActionClient
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, qos_profile_sensor_data

LATCHED = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)
SENSOR = qos_profile_sensor_data
# Long enough for a busy machine; every wait ends as soon as what it waits for is there.
PATIENCE_SECS = 60
CARRYING_OUT_SECS = 180


class Heard:
    """What comes on a topic, with the time at which it came."""

    def __init__(self):
        self.all = deque(maxlen=20_000)

    def take(self, message):
        self.all.append((time.monotonic(), message))

    @property
    def last(self):
        return self.all[-1][1] if self.all else None

    def since(self, moment):
        return [it for when, it in list(self.all) if when >= moment]

    def wait(self, fits=lambda _: True, secs=PATIENCE_SECS, what='a fitting message came', since=0.0):
        """The first message that fits."""
        return wait_for(lambda: next((it for it in self.since(since) if fits(it)), None), secs,
                        lambda: f'{what}; the last one of {len(self.all)}: {str(self.last):.2000}')


class Wheels:
    """What the wheels are told."""

    def __init__(self, peer, topic='cmd_vel'):
        self.commands = Heard()
        peer.node.create_subscription(Twist, topic, self.commands.take, 100)

    @staticmethod
    def stand(twist):
        return twist.linear.x == 0.0 and twist.angular.z == 0.0

    def wait_until_driving(self, at_least_m_s=0.3):
        """Well on its way: fast, and for some commands already."""
        def drives():
            newest = [it for when, it in list(self.commands.all)[-5:] if time.monotonic() - when < 0.3]
            return len(newest) == 5 and all(it.linear.x >= at_least_m_s for it in newest)
        wait_for(drives, PATIENCE_SECS, f'it drives at {at_least_m_s} m/s')

    def secs_to_stop(self, moment, standing_secs=2.0):
        """From the moment to the first command to stand that stays the last word for a while."""
        def stopped():
            all = list(self.commands.all)
            moving = [when for when, it in all if not self.stand(it)]
            stood = [when for when, it in all if self.stand(it) and (not moving or when > moving[-1])]
            return stood[0] if stood and time.monotonic() - stood[0] > standing_secs else None
        first = wait_for(stopped, 20, 'the base was told to stand')
        assert first > moment, 'it stood already'
        return first - moment

    def stay(self, secs):
        """Nothing but commands to stand comes for so long."""
        begun = time.monotonic()
        time.sleep(secs)
        assert all(self.stand(it) for it in self.commands.since(begun)), 'it moves'

    def wait_until_standing(self, secs=20):
        wait_for(lambda: self.commands.last and self.stand(self.commands.last), secs, 'the base stands')


class Command:
    """A goal of execute_command: the words, what comes back, how it ends."""

    def __init__(self, peer, text, language=''):
        self.feedback, self._handle = [], None
        goal = ExecuteCommand.Goal(text=text, language=language)
        sent = peer.actions.send_goal_async(goal, feedback_callback=lambda it: self.feedback.append(it.feedback))
        self._handle = peer.answer_of(sent)
        self.accepted = self._handle.accepted
        self._peer = peer
        self._result = self._handle.get_result_async() if self.accepted else None

    @property
    def is_over(self):
        return self._result is None or self._result.done()

    @property
    def status(self):
        return self._result.result().status

    def result(self, secs=CARRYING_OUT_SECS):
        return self._peer.answer_of(self._result, secs).result

    def cancel(self, secs=PATIENCE_SECS):
        return self._peer.answer_of(self._handle.cancel_goal_async(), secs)

    def progress(self, fits, what):
        """The first feedback that fits."""
        return wait_for(lambda: next((it for it in list(self.feedback) if fits(it)), None), PATIENCE_SECS,
                        lambda: f'{what}; feedback was {self.feedback}')


class Peer:
    """Listens, publishes, calls and commands, in a context of its own."""

    def __init__(self, domain, name='peer', namespace=''):
        self._context = rclpy.Context()
        rclpy.init(context=self._context, domain_id=domain)
        self.node = Node(name, context=self._context, namespace=namespace)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)
        self._thread = threading.Thread(target=self._spin, daemon=True)
        self._thread.start()
        self._commands, self._passing = [], []
        self._actions = None

    def _spin(self):
        while self._context.ok():
            try:
                self._executor.spin()
            except ExternalShutdownException:
                pass
            except InvalidHandle:
                pass  # What was just destroyed; the rest goes on.

    def is_alone(self, secs=1.0):
        """Whether nobody else is in its domain."""
        end = time.monotonic() + secs
        while time.monotonic() < end:
            if len(self.node.get_node_names()) > 1:
                return False
            time.sleep(0.05)
        return True

    @property
    def actions(self):
        if self._actions is None:
            self._actions = ActionClient(self.node, ExecuteCommand, 'execute_command')
        assert self._actions.wait_for_server(PATIENCE_SECS), 'there is no execute_command'
        return self._actions

    def listen(self, type, topic, profile=10, to=0):
        """Listens to so many publishers that are already found; until the end of the test."""
        heard = Heard()
        subscription = self.node.create_subscription(type, topic, heard.take, profile)
        self._passing.append(subscription)
        wait_for(lambda: subscription.get_publisher_count() >= to, PATIENCE_SECS, f'somebody publishes {topic}')
        return heard

    def publisher(self, type, topic, profile=10, to=1):
        """A publisher that has already found so many listeners; until the end of the test."""
        publisher = self.node.create_publisher(type, topic, profile)
        self._passing.append(publisher)
        wait_for(lambda: publisher.get_subscription_count() >= to, PATIENCE_SECS, f'somebody listens to {topic}')
        return publisher

    def answer_of(self, future, secs=PATIENCE_SECS):
        wait_for(future.done, secs, 'an answer came')
        return future.result()

    def call(self, type, name, request=None, secs=PATIENCE_SECS, **fields):
        client = self.node.create_client(type, name)
        try:
            assert client.wait_for_service(secs), f'there is no service {name}'
            return self.answer_of(client.call_async(request or type.Request(**fields)), secs)
        finally:
            self.node.destroy_client(client)

    def command(self, text, language=''):
        self._commands.append(Command(self, text, language))
        return self._commands[-1]

    def carries_out(self, text, language=''):
        """A command that must be done."""
        command = self.command(text, language)
        assert command.accepted, f'"{text}" was rejected'
        result = command.result()
        assert result.verdict == 'done', f'"{text}": {result}'
        return result

    def answer(self, text, task_id=0):
        return self.call(Answer, 'answer', text=text, task_id=task_id)

    def e_stop(self, engaged, reason='a test', stamp=None):
        message = EStop(engaged=engaged, reason=reason)
        if stamp is not None:
            message.header.stamp = stamp
        return message

    def state(self, node):
        """Of a node that may have died and come back: whom it asks may be the dead one."""
        def answered():
            try:
                return self.call(GetState, f'{node}/get_state', secs=2).current_state.label
            except AssertionError:
                return None
        return wait_for(answered, PATIENCE_SECS, f'{node} says its state')

    def change_state(self, node, id):
        request = ChangeState.Request()
        request.transition.id = id
        return self.call(ChangeState, f'{node}/change_state', request).success

    def wait_until_ready(self, nodes=NODES):
        """All nodes are active, the gate has no objections, and perception sees."""
        for node in nodes:
            wait_for(lambda: self.state(node) == 'active', PATIENCE_SECS, f'{node} is active')
        begun, first = time.monotonic(), len(self._passing)
        world = self.listen(World, 'world', LATCHED)
        safety = self.listen(SafetyStatus, 'safety_status', LATCHED)
        if 'perception' in nodes:
            wait_for(lambda: len(world.since(begun)) > 1, PATIENCE_SECS, 'perception sees')
        if 'controller' in nodes:
            # Worse than a stale command is what stops the next one too.
            wait_for(lambda: safety.last and safety.last.verdict <= SafetyStatus.COMMAND_STALE, PATIENCE_SECS,
                     lambda: f'the gate has no objections; it says {safety.last}')
        self._drop(first)

    def forget(self):
        """Cancels what still goes on, stops listening and talking."""
        for command in self._commands:
            if not command.is_over:
                try:
                    command.cancel(3)
                    command.result(20)
                except AssertionError:
                    pass  # Its planner is gone.
        self._commands.clear()
        self._drop(0)

    def _drop(self, first):
        for it in self._passing[first:]:
            (self.node.destroy_subscription if hasattr(it, 'callback') else self.node.destroy_publisher)(it)
        del self._passing[first:]

    def close(self):
        self._context.try_shutdown()
        self._thread.join(5)
        self.node.destroy_node()


STATUS = GoalStatus
