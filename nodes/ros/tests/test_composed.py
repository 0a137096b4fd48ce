"""All nodes in one process: the same commands, services and stops."""

import pytest
from deadlines import drive, stops_in_time
from diagnostic_msgs.msg import DiagnosticArray
from processes import wait_for
from std_srvs.srv import SetBool


@pytest.fixture
def robot(stack, peer, wheels):
    stack.make_whole(['composed'])
    wait_for(lambda: peer.state('composed') == 'active', 60, 'it is active')
    peer.wait_until_ready(['composed'])
    return stack


def test_one_process_carries_out_commands_as_three_do(robot, peer):
    heard = peer.listen(DiagnosticArray, '/diagnostics')

    result = peer.carries_out('去厨房')

    assert '厨房' in result.spoken[-1]
    assert not {'perception', 'planner', 'controller'} & set(peer.node.get_node_names())
    heard.wait(lambda it: {one.name for one in it.status} >= {'composed: inputs', 'composed: safety gate'}, what='it tells of itself')


def test_it_stops_in_time_and_ends_at_a_stand(robot, peer, wheels, bounds, record_property):
    drive(peer, wheels)
    stops_in_time(wheels, lambda: peer.call(SetBool, 'set_e_stop', data=True), bounds['e_stop'], 'e-stop, composed', record_property)
    assert peer.call(SetBool, 'set_e_stop', data=False).success
    peer.forget()

    drive(peer, wheels)
    robot['composed'].interrupt()
    assert robot['composed'].exit_code() == 0
    assert wheels.stand(wheels.commands.last)


def test_frozen_and_thawed_it_takes_commands_again(robot, peer):
    robot['composed'].freeze()
    robot['composed'].thaw()

    peer.wait_until_ready(['composed'])
    peer.carries_out('what can you do')
