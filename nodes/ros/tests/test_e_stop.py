"""The emergency stop: from anybody, by topic or service, at any time; it stays until somebody releases it."""

import time

import pytest
from builtin_interfaces.msg import Time
from deadlines import stops_in_time
from hearth_interfaces.msg import EStop, SafetyStatus
from peer import LATCHED, SENSOR, Peer
from processes import wait_for
from rosgraph_msgs.msg import Clock
from std_srvs.srv import SetBool

@pytest.fixture
def safety(robot, peer):
    """Afterwards nothing is engaged."""
    yield peer.listen(SafetyStatus, 'safety_status', LATCHED)
    if robot['controller'].is_alive:
        assert peer.call(SetBool, 'set_e_stop', data=False).success


def is_stopped(it):
    return it.verdict == SafetyStatus.E_STOPPED and it.stops_base and it.verdict_name == 'e_stopped'


def is_free(it):
    return it.verdict <= SafetyStatus.LIMITED


def stays(safety, fits, secs):
    begun = time.monotonic()
    time.sleep(secs)
    seen = safety.since(begun)
    assert seen and all(fits(it) for it in seen)


@pytest.mark.parametrize('profile', [LATCHED, 10], ids=['latched', 'volatile'])
def test_a_stop_on_the_topic_stops_the_drive_and_stays_until_the_release(robot, peer, wheels, safety, bounds, record_property, profile):
    command = peer.command('go to the office')
    wheels.wait_until_driving()
    publisher = peer.publisher(EStop, 'e_stop', profile)

    stops_in_time(wheels, lambda: publisher.publish(peer.e_stop(True)), bounds['e_stop'], 'e-stop by topic', record_property)

    stays(safety, is_stopped, 1.5)
    begun = time.monotonic()
    again = peer.command('go to the kitchen')
    time.sleep(1.5)
    assert all(wheels.stand(it) for it in wheels.commands.since(begun)), 'no command moves it'
    publisher.publish(peer.e_stop(False))
    safety.wait(is_free, since=begun, what='the release frees it')
    for it in (command, again):
        if not it.is_over:
            it.cancel()
            it.result()
    peer.carries_out('go to the sofa')


def test_the_service_stops_and_releases(robot, peer, wheels, safety, bounds, record_property):
    peer.command('go to the office')
    wheels.wait_until_driving()

    stops_in_time(wheels, lambda: peer.call(SetBool, 'set_e_stop', data=True), bounds['e_stop'], 'e-stop by service', record_property)

    safety.wait(is_stopped, what='the gate says so')
    begun = time.monotonic()
    assert peer.call(SetBool, 'set_e_stop', data=False).success
    safety.wait(is_free, since=begun, what='the release frees it')


def test_a_release_that_is_older_than_the_stop_does_nothing(robot, peer, wheels, safety):
    clock = peer.listen(Clock, '/clock', SENSOR)
    before = clock.wait().clock
    publisher = peer.publisher(EStop, 'e_stop')
    clock.wait(lambda it: (it.clock.sec, it.clock.nanosec) > (before.sec + 1, before.nanosec), what='time goes on')
    publisher.publish(peer.e_stop(True))
    safety.wait(is_stopped, what='it is stopped')

    publisher.publish(peer.e_stop(False, stamp=before))
    publisher.publish(peer.e_stop(False, stamp=Time(sec=-5)))
    stays(safety, is_stopped, 1.5)

    begun = time.monotonic()
    publisher.publish(peer.e_stop(False))
    safety.wait(is_free, since=begun, what='a release of now frees it')


def test_two_people_stop_and_one_release_is_enough(robot, peer, safety, domain):
    other = Peer(domain, 'other')
    try:
        mine, theirs = peer.publisher(EStop, 'e_stop'), other.publisher(EStop, 'e_stop', LATCHED)
        mine.publish(peer.e_stop(True))
        theirs.publish(peer.e_stop(True))
        safety.wait(is_stopped, what='it is stopped')
        begun = time.monotonic()
        mine.publish(peer.e_stop(False))
        safety.wait(is_free, since=begun, what='it is released')
    finally:
        other.close()


def test_a_controller_that_starts_later_hears_a_latched_stop(robot, peer, wheels, safety):
    robot['controller'].end()
    button = peer.node.create_publisher(EStop, 'e_stop', LATCHED)
    button.publish(peer.e_stop(True, 'the red button'))

    begun = time.monotonic()
    robot.start('controller')
    wait_for(lambda: peer.state('controller') == 'active', 60, 'it is active')
    safety.wait(is_stopped, since=begun, what='it knows of the stop')
    stays(safety, is_stopped, 1.5)

    assert peer.command('go to the kitchen').accepted
    time.sleep(1.0)
    assert all(wheels.stand(it) for it in wheels.commands.since(begun))
    begun = time.monotonic()
    button.publish(peer.e_stop(False, 'the red button'))
    safety.wait(is_free, since=begun, what='the button is pulled out')
    peer.node.destroy_publisher(button)


def test_a_stop_is_heard_by_an_inactive_controller_and_outlasts_its_activation(robot, peer, safety):
    assert peer.change_state('controller', 4)
    publisher = peer.publisher(EStop, 'e_stop')
    publisher.publish(peer.e_stop(True))
    assert peer.change_state('controller', 3)

    begun = time.monotonic()
    safety.wait(is_stopped, since=begun, what='it is stopped still')
    stays(safety, is_stopped, 1.5)
