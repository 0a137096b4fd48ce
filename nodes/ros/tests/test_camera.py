"""A camera of rclpy's before a lone perception process: it sees, and never acts on old frames."""

import time
from statistics import median

import pytest
from camera import WALL_M, WHERE, Camera
from hearth_interfaces.msg import Heartbeat, World
from peer import LATCHED, PATIENCE_SECS, SENSOR
from processes import wait_for

CAMERA_HZ = 10
# Where the camera is before base_link, and how far a point of a measured wall may be off.
CAMERA_AHEAD_M = 0.1
WALL_OFF_M = 0.25


@pytest.fixture
def perception(stack, peer):
    if 'perception' not in stack.processes:
        stack.start('perception', '--ros-args', '-p', 'use_sim_time:=false')
    wait_for(lambda: peer.state('perception') == 'active', PATIENCE_SECS, 'it is active')
    return stack['perception']


@pytest.fixture
def camera(perception, peer):
    """At work, and seen."""
    camera = Camera(peer)
    yield camera
    camera.cut()


def stamp(message):
    return message.header.stamp.sec + message.header.stamp.nanosec * 1e-9


def frames_seen(signs, since):
    """The stamps of the frames that perception has been through, in the order in which it said so."""
    seen = []
    for it in signs.since(since):
        if it.node == 'perception' and (not seen or stamp(it) != seen[-1]):
            seen.append(stamp(it))
    return seen


@pytest.mark.parametrize('encoding', ['32FC1', '16UC1'])
def test_it_sees_what_the_camera_shows_in_metres_and_in_millimetres(perception, peer, encoding):
    world, signs = peer.listen(World, 'world', LATCHED), peer.listen(Heartbeat, 'heartbeat', SENSOR)
    begun = time.monotonic()
    camera = Camera(peer, encoding)
    camera.film(CAMERA_HZ)
    try:
        seen = world.wait(lambda it: it.obstacles and stamp(it) in camera.stamps, since=begun, what='it sees the wall')
        wait_for(lambda: set(frames_seen(signs, begun)) & set(camera.stamps), PATIENCE_SECS, 'its sign of life is a frame\'s')
    finally:
        camera.cut()

    ahead = [it.x - WHERE[0] - CAMERA_AHEAD_M for it in seen.obstacles]
    assert abs(median(ahead) - WALL_M) < WALL_OFF_M, median(ahead)


def test_frames_that_waited_while_it_was_frozen_are_not_acted_on(perception, peer, camera):
    signs, world = peer.listen(Heartbeat, 'heartbeat', SENSOR), peer.listen(World, 'world', LATCHED)
    camera.film(CAMERA_HZ)
    signs.wait(lambda it: stamp(it) in camera.stamps, what='it sees')

    perception.freeze()
    time.sleep(0.3)
    frozen, frozen_stamp = time.monotonic(), camera.stamps[-1]
    time.sleep(4.0)
    thawed_stamp = camera.stamps[-1]
    perception.thaw()

    wait_for(lambda: len([it for it in frames_seen(signs, frozen) if it > thawed_stamp]) > 10, PATIENCE_SECS, 'it sees again')
    seen = frames_seen(signs, frozen)
    # The frame that was the newest at the thaw is not old.
    old = [it for it in seen if frozen_stamp < it < thawed_stamp - 1.5 / CAMERA_HZ]
    assert len(old) <= 2, f'{len(old)} old frames of {len(seen)}'
    assert seen == sorted(seen)
    assert len([it for it in world.since(frozen) if frozen_stamp < stamp(it) < thawed_stamp - 1.5 / CAMERA_HZ]) <= 2


def test_a_camera_that_is_too_fast_never_makes_it_lag_behind(perception, peer, camera, parameters):
    signs = peer.listen(Heartbeat, 'heartbeat', SENSOR)
    camera.film(60)
    signs.wait(lambda it: stamp(it) in camera.stamps, what='it sees')
    lags, end, last = [], time.monotonic() + 8, 0.0
    while time.monotonic() < end:
        newest = signs.last
        if newest.node == 'perception' and stamp(newest) != last:
            last = stamp(newest)
            lags.append(camera.stamps[-1] - last)
        time.sleep(0.005)

    third = len(lags) // 3
    first, final = median(lags[:third]), median(lags[-third:])
    print(f'{len(lags)} of {len(camera.stamps)} frames seen; behind by {first:.3f} s at first, {final:.3f} s in the end, at most {max(lags):.3f} s')
    assert len(camera.stamps) >= len(lags) > 10
    # As much as the gate allows, and no trend: ten waiting frames would be a sixth of a second.
    assert max(lags) < parameters['safety']['age']['perception_secs']
    assert final < first + 10 / 60
