"""A part dies or freezes while the robot drives: it stops in time, and carries on when that part is back."""

import time

import pytest
from deadlines import drive, stops_in_time
from hearth_interfaces.msg import SafetyStatus
from nav_msgs.msg import Odometry
from peer import LATCHED, PATIENCE_SECS, SENSOR
from processes import wait_for

LOST_PERCEPTION, LOST_PLANNER = SafetyStatus.PERCEPTION_LOST, SafetyStatus.PLANNER_LOST


@pytest.mark.parametrize('part, verdict', [('perception', LOST_PERCEPTION), ('planner', LOST_PLANNER)])
def test_a_killed_node_stops_the_base_and_a_new_one_carries_on(robot, peer, wheels, bounds, record_property, part, verdict):
    others = {name: it.pid for name, it in robot.processes.items() if name != part}
    safety = peer.listen(SafetyStatus, 'safety_status', LATCHED)
    drive(peer, wheels)

    stops_in_time(wheels, robot[part].kill, bounds[part], f'{part} killed', record_property)

    safety.wait(lambda it: it.verdict == verdict and it.stops_base, what=f'the gate misses {part}')
    peer.forget()
    robot.start(part)
    peer.wait_until_ready()
    peer.carries_out('go to the living room')
    assert others == {name: it.pid for name, it in robot.processes.items() if name != part and it.is_alive}


@pytest.mark.parametrize('part, verdict', [('perception', LOST_PERCEPTION), ('planner', LOST_PLANNER)])
def test_a_frozen_node_stops_the_base_and_thawed_it_carries_on(robot, peer, wheels, bounds, record_property, part, verdict):
    safety = peer.listen(SafetyStatus, 'safety_status', LATCHED)
    drive(peer, wheels)

    stops_in_time(wheels, robot[part].freeze, bounds[part], f'{part} frozen', record_property)

    safety.wait(lambda it: it.verdict == verdict and it.stops_base, what=f'the gate misses {part}')
    robot[part].thaw()
    peer.wait_until_ready()
    peer.forget()
    peer.carries_out('go to the living room')


def test_silent_sensors_stop_the_base_and_when_they_are_back_it_carries_on(robot, peer, wheels, bounds, record_property):
    safety = peer.listen(SafetyStatus, 'safety_status', LATCHED)
    drive(peer, wheels)

    # The sensors' source frozen, /clock with it.
    stops_in_time(wheels, robot['sim'].freeze, bounds['sensors'], 'sensors frozen', record_property)

    lost = (SafetyStatus.ODOMETRY_LOST, SafetyStatus.JOINT_STATES_LOST, SafetyStatus.SCAN_LOST, SafetyStatus.TILTED)
    safety.wait(lambda it: it.verdict in lost and it.stops_base, what='the gate misses the sensors')
    robot['sim'].thaw()
    peer.wait_until_ready()
    peer.forget()
    peer.carries_out('go to the living room')


def test_a_robot_whose_sensors_were_killed_is_driven_again_when_they_are_started_anew(robot, peer, wheels, bounds, record_property):
    nodes = {name: it.pid for name, it in robot.processes.items() if name != 'sim'}
    drive(peer, wheels)

    stops_in_time(wheels, robot['sim'].kill, bounds['sensors'], 'sensors killed', record_property)

    # Its clock starts at zero again: the nodes notice that they are in another run.
    robot.start('sim')
    peer.wait_until_ready()
    peer.forget()
    peer.carries_out('go to the kitchen')
    assert nodes == {name: it.pid for name, it in robot.processes.items() if name != 'sim' and it.is_alive}


def test_without_a_controller_the_driver_stops_and_a_new_one_carries_the_command_out(robot, peer, wheels):
    odometry = peer.listen(Odometry, 'odom', SENSOR)
    command = drive(peer, wheels)
    odometry.wait(lambda it: it.twist.twist.linear.x > 0.2, what='the base moves')

    robot['controller'].kill()

    begun = time.monotonic()
    odometry.wait(lambda it: abs(it.twist.twist.linear.x) < 0.01, since=begun, what='the base stands')
    robot.start('controller')
    peer.wait_until_ready()
    result = command.result()
    assert result.verdict == 'done', result


def test_perception_that_the_gate_goes_on_missing_starts_itself_anew(robot, peer):
    """Shared memory to a gate that crashed may lead nowhere: perception lives and sees, and the new gate never hears of it."""
    robot['controller'].kill()
    log = robot['perception']
    gate = peer.publisher(SafetyStatus, 'safety_status', LATCHED)

    def says(verdict):
        gate.publish(SafetyStatus(verdict=verdict, stops_base=verdict == LOST_PERCEPTION))
        time.sleep(0.5)

    starts = log.text().count('perception is active')
    for _ in range(4):
        says(SafetyStatus.IDLE)
    wait_for(lambda: says(LOST_PERCEPTION) or log.text().count('perception is active') > starts, PATIENCE_SECS,
             'perception started itself anew')
    assert 'the gate has missed this process' in log.text()
    assert log.is_alive

    # Never heard since: there is no point in doing so for ever.
    for _ in range(20):
        says(LOST_PERCEPTION)
    assert log.text().count('perception is active') == starts + 1
