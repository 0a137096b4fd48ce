"""How soon the base must stand, and how it is measured.

Times are measured where the wheels are: from the fault to the first command to stand that is the last word. A bound is what
launch/config/ember.yaml allows: the age at which the gate misses a part, how old the newest sign of life may have been by
then, the ramp down from full speed, and a margin for a busy machine with two cores.
"""

import time

# Of the newest sign of life, when the fault comes. A frame: taken at 10 Hz, rendered, sent and seen through.
FRAME_OLD_SECS = 0.3
# planner.period_secs, and the way.
PLANNER_SIGN_OLD_SECS = 0.1
# Odometry comes at 50 Hz or more; the way.
ODOMETRY_OLD_SECS = 0.05
# A message's way.
WAY_SECS = 0.1
MARGIN_SECS = 0.3


def bounds(parameters):
    """[s] From a fault to a stand, by what fails."""
    age, base = parameters['safety']['age'], parameters['safety']['base']
    ramp = max(base['max_forward_m_s'] / base['max_deceleration_m_s2'],
               base['max_yaw_rate_rad_s'] / base['max_yaw_acceleration_rad_s2'])
    return {
        'perception': age['perception_secs'] + FRAME_OLD_SECS + ramp + MARGIN_SECS,
        'planner': age['planner_secs'] + PLANNER_SIGN_OLD_SECS + ramp + MARGIN_SECS,
        # Of the sensors, odometry is the first to be missed.
        'sensors': age['odometry_secs'] + ODOMETRY_OLD_SECS + ramp + MARGIN_SECS,
        'e_stop': WAY_SECS + ramp + MARGIN_SECS,
    }


def stops_in_time(wheels, fault, bound, what, record):
    """The fault happens while the base drives."""
    begun = time.monotonic()
    fault()
    secs = wheels.secs_to_stop(begun)
    record(f'secs_to_stop {what}', round(secs, 3))
    print(f'{what}: stood {secs:.3f} s after the fault; at most {bound:.3f} s')
    assert secs < bound


def drive(peer, wheels):
    """Under way to a far room: whichever is not here."""
    for far in ('go to the office', 'go to the kitchen'):
        command = peer.command(far)
        assert command.accepted
        try:
            wheels.wait_until_driving()
            return command
        except AssertionError:
            assert command.is_over, 'it neither drives nor has arrived'
    raise AssertionError('it does not drive')
