"""Perception on one computer, the rest on another, and a cable between them that breaks.

Run by test_two_computers.py, on the robot's side.
"""

import pytest
from deadlines import drive, stops_in_time
from hearth_interfaces.msg import SafetyStatus
from peer import LATCHED
from processes import NODES, Stack
from two_computers import Cable

NODES_HERE = ('sim', 'controller', 'planner')
# Participants that are not heard for 20 s (Fast DDS's lease) forget each other.
LEASE_SECS = 20


@pytest.fixture(scope='module')
def cable():
    return Cable.found()


@pytest.fixture(scope='module')
def both(folder, domain, cable):
    stack = Stack(folder, domain)
    for name in NODES_HERE:
        stack.start(name)
    stack.start('perception', before=cable.before('vision'))
    yield stack
    stack.end()


def test_perception_on_another_computer_is_as_good(both, peer, wheels):
    peer.wait_until_ready()

    peer.carries_out('go to the kitchen')


@pytest.mark.parametrize('away_secs', [3, LEASE_SECS + 5], ids=['short', 'longer than the lease'])
def test_the_base_stops_when_the_cable_breaks_and_carries_on_when_it_is_mended(
        both, cable, peer, wheels, bounds, record_property, away_secs):
    peer.wait_until_ready()
    pids = {name: it.pid for name, it in both.processes.items()}
    safety = peer.listen(SafetyStatus, 'safety_status', LATCHED)
    drive(peer, wheels)

    stops_in_time(wheels, cable.cut, bounds['perception'], 'cable cut', record_property)

    safety.wait(lambda it: it.verdict == SafetyStatus.PERCEPTION_LOST and it.stops_base, what='the gate misses perception')
    peer.forget()
    assert peer.carries_out('what can you do'), 'the rest works on'
    wheels.stay(away_secs)
    cable.mend()
    peer.wait_until_ready()
    peer.carries_out('go to the living room')
    assert pids == {name: it.pid for name, it in both.processes.items() if it.is_alive}
    assert set(pids) == {'sim', *NODES}
