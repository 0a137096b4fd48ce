"""Managed nodes: walked through their life by somebody else, ended by a signal, stopped by a file that is wrong."""

import time

import pytest
from geometry_msgs.msg import Twist
from lifecycle_msgs.msg import State, Transition, TransitionEvent
from lifecycle_msgs.srv import GetAvailableStates, GetAvailableTransitions
from peer import PATIENCE_SECS, Peer
from processes import NODES, ROOT, Process, wait_for

CONFIGURE, CLEANUP, ACTIVATE, DEACTIVATE = (Transition.TRANSITION_CONFIGURE, Transition.TRANSITION_CLEANUP,
                                            Transition.TRANSITION_ACTIVATE, Transition.TRANSITION_DEACTIVATE)


def test_a_node_that_is_not_to_start_itself_is_walked_through_its_life(stack, peer):
    events = peer.listen(TransitionEvent, 'planner/transition_event')
    stack.start('sim')
    stack.start('planner', '--no-autostart')

    assert peer.state('planner') == 'unconfigured'
    wait_for(lambda: peer.node.count_publishers('planner/transition_event'), PATIENCE_SECS, 'it tells of transitions')
    states = peer.call(GetAvailableStates, 'planner/get_available_states').available_states
    assert {it.label for it in states} >= {'unconfigured', 'inactive', 'active', 'finalized'}
    possible = peer.call(GetAvailableTransitions, 'planner/get_available_transitions').available_transitions
    assert {it.transition.label for it in possible} == {'configure', 'shutdown'}

    for refused in (ACTIVATE, DEACTIVATE, CLEANUP, Transition.TRANSITION_ACTIVE_SHUTDOWN, 99):
        assert not peer.change_state('planner', refused)
    for id, state in ((CONFIGURE, 'inactive'), (ACTIVATE, 'active'), (DEACTIVATE, 'inactive'), (CLEANUP, 'unconfigured'),
                      (CONFIGURE, 'inactive'), (ACTIVATE, 'active')):
        assert peer.change_state('planner', id), state
        assert peer.state('planner') == state
    assert not peer.change_state('planner', CONFIGURE), 'it is active already'

    wait_for(lambda: len(events.all) >= 6, 10, 'each transition is told')
    told = [(it.start_state.label, it.goal_state.label, it.transition.id) for _, it in events.all]
    assert told[:2] == [('unconfigured', 'inactive', CONFIGURE), ('inactive', 'active', ACTIVATE)]
    assert told[3] == ('inactive', 'unconfigured', CLEANUP)
    assert events.last.goal_state.id == State.PRIMARY_STATE_ACTIVE


def test_shutting_a_node_down_ends_its_process(stack, peer):
    planner = stack['planner']

    assert peer.change_state('planner', Transition.TRANSITION_ACTIVE_SHUTDOWN)

    assert planner.exit_code() == 0


def test_an_inactive_planner_rejects_commands_and_an_active_one_takes_them(robot, peer):
    assert peer.change_state('planner', DEACTIVATE)
    assert not peer.command('go to the kitchen').accepted
    assert not peer.answer('the kitchen').success

    assert peer.change_state('planner', ACTIVATE)
    assert peer.carries_out('what can you do')


def test_an_inactive_planner_gives_up_what_it_was_at_and_the_base_stands(robot, peer, wheels):
    command = peer.command('go to the office')
    wheels.wait_until_driving()

    assert peer.change_state('planner', DEACTIVATE)

    result = command.result()
    assert result.verdict == 'failed' and 'switched off' in result.reason
    wheels.wait_until_standing()
    assert peer.change_state('planner', ACTIVATE)
    peer.wait_until_ready()
    begun = time.monotonic()
    peer.carries_out('what can you do')
    assert all(wheels.stand(it) for it in wheels.commands.since(begun)), 'what it was at is forgotten'


def test_an_inactive_controller_stands_before_it_says_so_and_does_not_move(robot, peer, wheels):
    peer.command('go to the office')
    wheels.wait_until_driving()

    assert peer.change_state('controller', DEACTIVATE)

    wheels.wait_until_standing(1)
    begun = time.monotonic()
    assert peer.command('go to the kitchen').accepted, 'the planner is active'
    time.sleep(2.0)
    assert all(wheels.stand(it) for it in wheels.commands.since(begun))
    peer.forget()

    assert peer.change_state('controller', ACTIVATE)
    peer.wait_until_ready()
    peer.carries_out('go to the sofa')


def test_an_inactive_perception_is_missed_by_the_gate(robot, peer, wheels):
    peer.command('go to the office')
    wheels.wait_until_driving()

    assert peer.change_state('perception', DEACTIVATE)
    wheels.wait_until_standing()

    peer.forget()
    assert peer.change_state('perception', ACTIVATE)
    peer.wait_until_ready()


def test_sigint_leaves_a_standing_base_and_exit_code_0(robot, peer, wheels):
    peer.command('go to the kitchen')
    peer.command('go to the office')
    wheels.wait_until_driving()
    controller = robot['controller']

    controller.interrupt()

    assert controller.exit_code() == 0
    assert wheels.stand(wheels.commands.last), 'its last word to the wheels'
    peer.forget()
    for name in (*NODES[:2], 'sim'):
        robot[name].interrupt()
        assert robot[name].exit_code() == 0, name


def test_names_follow_the_namespace_and_remaps(folder, domain):
    controller = Process('namespaced', ['node', 'controller', '--ros-args', '-r', '__ns:=/house/ember', '-r',
                                        'cmd_vel:=wheels/cmd_vel'], folder, domain)
    peer = Peer(domain, 'elsewhere')
    try:
        assert peer.state('/house/ember/controller') == 'active'
        peer.listen(Twist, '/house/ember/wheels/cmd_vel').wait(what='the wheels are told to stand')
        names = dict(peer.node.get_publisher_names_and_types_by_node('controller', '/house/ember'))
        assert '/house/ember/safety_status' in names and '/cmd_vel' not in names
        assert '/tf' in names, 'tf has no namespace'
        heard = dict(peer.node.get_subscriber_names_and_types_by_node('controller', '/house/ember'))
        assert {'/house/ember/scan', '/house/ember/odom', '/house/ember/e_stop'} <= set(heard)
    finally:
        controller.end()
        peer.close()
    assert controller.exit_code() == 0


@pytest.mark.parametrize('wrong, right, words', [
    ('  age:\n', '  age:\n    scan_seconds: 1.0\n', ['scan_seconds']),
    ('max_forward_m_s: 0.55', 'max_forward_m_s: -1.0', ['max_forward_m_s', '-1']),
    ('max_forward_m_s: 0.55', 'max_forward_m_s: fast', ['max_forward_m_s']),
    ('localization: own\n  # own', 'localization: mine\n  # own', ['localization', 'mine']),
    ('safety:\n', 'safty:\n', ['safty']),
])
def test_a_wrong_file_ends_the_start_and_the_error_names_file_and_key(folder, domain, wrong, right, words):
    text = (ROOT / 'launch/config/ember.yaml').read_text(encoding='utf-8')
    assert wrong in text
    file = folder / 'broken.yaml'
    file.write_text(text.replace(wrong, right, 1), encoding='utf-8')
    (folder / 'broken.log').unlink(missing_ok=True)

    process = Process('broken', ['node', 'controller', '--config', str(file)], folder, domain)

    assert process.exit_code() == 1
    for it in ('broken.yaml', *words):
        assert it in process.text().partition('\n')[2], it
