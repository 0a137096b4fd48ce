"""Parameters as `ros2 param` reads and sets them, and as they are given at the start."""

import pytest
from hearth_interfaces.msg import World
from peer import LATCHED, PATIENCE_SECS
from processes import Process, wait_for
from rcl_interfaces.msg import Parameter, ParameterEvent, ParameterType, ParameterValue
from rcl_interfaces.srv import DescribeParameters, GetParameters, GetParameterTypes, ListParameters, SetParameters
from rcl_interfaces.srv import SetParametersAtomically

SPEED = 'safety.base.max_forward_m_s'


def value(it):
    kinds = {bool: ('bool_value', ParameterType.PARAMETER_BOOL), int: ('integer_value', ParameterType.PARAMETER_INTEGER),
             float: ('double_value', ParameterType.PARAMETER_DOUBLE), str: ('string_value', ParameterType.PARAMETER_STRING)}
    field, kind = kinds[type(it)]
    return ParameterValue(type=kind, **{field: it})


def set_one(peer, name, to, node='controller'):
    parameters = [Parameter(name=name, value=value(to))]
    return peer.call(SetParameters, f'{node}/set_parameters', parameters=parameters).results[0]


def get_one(peer, name, node='controller'):
    return peer.call(GetParameters, f'{node}/get_parameters', names=[name]).values[0]


def test_parameters_are_listed_described_and_read(robot, peer, parameters):
    names = peer.call(ListParameters, 'controller/list_parameters').result.names
    assert {SPEED, 'safety.age.scan_secs', 'controller.navigation.max_speed_m_s', 'use_sim_time', 'ros.base.topic'} <= set(names)
    assert not any(it.startswith(('perception.', 'planner.')) for it in names), 'those are other nodes\' business'
    listed = peer.call(ListParameters, 'controller/list_parameters', prefixes=['safety.age'], depth=10).result.names
    assert set(listed) == {f'safety.age.{it}' for it in parameters['safety']['age']}

    assert get_one(peer, SPEED).double_value == parameters['safety']['base']['max_forward_m_s']
    assert get_one(peer, 'use_sim_time').bool_value
    assert get_one(peer, 'no.such.thing').type == ParameterType.PARAMETER_NOT_SET
    types = peer.call(GetParameterTypes, 'controller/get_parameter_types', names=[SPEED, 'ros.base.topic', 'ros.base.stamped'])
    assert list(types.types) == [ParameterType.PARAMETER_DOUBLE, ParameterType.PARAMETER_STRING, ParameterType.PARAMETER_BOOL]
    speed, topic = peer.call(DescribeParameters, 'controller/describe_parameters', names=[SPEED, 'ros.base.topic']).descriptors
    assert (speed.name, speed.type, speed.read_only) == (SPEED, ParameterType.PARAMETER_DOUBLE, False)
    assert topic.read_only and speed.description
    assert 'planner.answer_patience_secs' in peer.call(ListParameters, 'planner/list_parameters').result.names


@pytest.mark.parametrize('name, to, words', [
    (SPEED, 'fast', ['max_forward_m_s', 'number']),
    (SPEED, -0.3, ['max_forward_m_s', '-0.3']),
    (SPEED, float('nan'), ['max_forward_m_s']),
    (SPEED, 50.0, ['max_forward_m_s', '50']),
    ('safety.base.max_forwards', 0.3, ['max_forwards']),
    ('perception.max_range_m', 3.0, ['perception.max_range_m']),
    ('safety', 1.0, ['safety']),
    ('', 1.0, []),
    ('use_sim_time', False, ['use_sim_time']),
    ('ros.base.topic', '/elsewhere', ['ros.base.topic', '--ros-args']),
    ('robot.radius_m', 0.1, ['robot.radius_m']),
])
def test_what_makes_no_sense_is_refused_with_the_reason(robot, peer, name, to, words):
    before = get_one(peer, name)

    result = set_one(peer, name, to)

    assert not result.successful
    assert result.reason and all(it in result.reason for it in words), result.reason
    assert get_one(peer, name) == before


@pytest.fixture
def perception_with(robot, peer, folder):
    """Starts perception anew with this detector in an overlay; the next test finds it as ever."""
    def start(detector):
        robot['perception'].end()
        file = folder / 'detector.yaml'
        file.write_text(f'perception: {{detector: {detector}}}\n')
        robot.start('perception', '--overlay', str(file))
        wait_for(lambda: peer.state('perception') == 'active', PATIENCE_SECS, 'perception is active')
    yield start
    robot['perception'].end()


KIND = 'perception.detector.kind'


def under_detector(peer):
    return list(peer.call(ListParameters, 'perception/list_parameters', prefixes=['perception.detector'], depth=10).result.names)


def test_what_is_in_an_optional_mapping_is_a_parameter_like_any(perception_with, peer):
    perception_with('{kind: hearth-ground}')

    assert under_detector(peer) == [KIND]
    assert get_one(peer, KIND, 'perception').string_value == 'hearth-ground'
    assert get_one(peer, 'perception.detector', 'perception').type == ParameterType.PARAMETER_NOT_SET
    types = peer.call(GetParameterTypes, 'perception/get_parameter_types', names=[KIND, 'models.threads', 'models.providers'])
    assert list(types.types) == [ParameterType.PARAMETER_STRING, ParameterType.PARAMETER_INTEGER, ParameterType.PARAMETER_STRING_ARRAY]
    descriptor = peer.call(DescribeParameters, 'perception/describe_parameters', names=[KIND]).descriptors[0]
    assert (descriptor.type, descriptor.read_only) == (ParameterType.PARAMETER_STRING, False)
    for to, words in (('clairvoyance', 'clairvoyance'), (3, 'text')):
        result = set_one(peer, KIND, to, 'perception')
        assert not result.successful and words in result.reason, result.reason
    assert get_one(peer, KIND, 'perception').string_value == 'hearth-ground'
    assert set_one(peer, 'models.threads', 1, 'perception').successful


def test_an_optional_mapping_that_is_left_out_can_be_set(perception_with, peer):
    perception_with('null')
    assert under_detector(peer) == ['perception.detector']

    refused = set_one(peer, KIND, 'clairvoyance', 'perception')
    assert not refused.successful and 'clairvoyance' in refused.reason
    assert under_detector(peer) == ['perception.detector'], 'what was refused left nothing behind'
    together = [Parameter(name=KIND, value=value('hearth-ground')), Parameter(name='models.threads', value=value(1))]
    result = peer.call(SetParametersAtomically, 'perception/set_parameters_atomically', parameters=together).result
    assert result.successful, result.reason
    assert under_detector(peer) == [KIND] and get_one(peer, 'models.threads', 'perception').integer_value == 1


def test_of_changes_that_belong_together_all_or_none_count(robot, peer):
    good, bad = Parameter(name=SPEED, value=value(0.4)), Parameter(name='safety.age.scan_secs', value=value(-1.0))
    before = get_one(peer, SPEED)

    result = peer.call(SetParametersAtomically, 'controller/set_parameters_atomically', parameters=[good, bad]).result
    assert not result.successful and 'scan_secs' in result.reason
    assert get_one(peer, SPEED) == before

    results = peer.call(SetParameters, 'controller/set_parameters', parameters=[good, bad]).results
    assert [it.successful for it in results] == [True, False]
    assert get_one(peer, SPEED).double_value == 0.4
    assert set_one(peer, SPEED, before.double_value).successful


def test_a_speed_limit_holds_once_the_node_is_configured_anew(robot, peer, wheels):
    events = peer.listen(ParameterEvent, '/parameter_events', 100)

    assert set_one(peer, SPEED, 0.2).successful
    assert get_one(peer, SPEED).double_value == 0.2
    told = events.wait(lambda it: it.node == '/controller' and it.changed_parameters, what='the change is told')
    assert [it.name for it in told.changed_parameters] == [SPEED]
    for transition in (4, 2, 1, 3):
        assert peer.change_state('controller', transition)
    peer.wait_until_ready()

    peer.command('go to the office')
    wheels.commands.all.clear()
    wheels.wait_until_driving(0.19)
    fastest = max(it.linear.x for it in wheels.commands.since(0))
    assert fastest <= 0.2 + 1e-9


def test_parameters_given_at_the_start_hold(robot, peer, folder):
    robot['controller'].end()
    file = folder / 'more.yaml'
    file.write_text('controller:\n  ros__parameters:\n    safety: {base: {max_forward_m_s: 0.3}}\n    use_sim_time: true\n')

    robot.start('controller', '--ros-args', '--params-file', str(file), '-p', 'use_sim_time:=true', '-p',
                'safety.base.max_reverse_m_s:=0.1')
    peer.wait_until_ready()

    assert get_one(peer, SPEED).double_value == 0.3
    assert get_one(peer, 'safety.base.max_reverse_m_s').double_value == 0.1


def test_an_overlay_lies_over_the_file(robot, peer, folder):
    robot['planner'].end()
    file = folder / 'overlay.yaml'
    file.write_text('planner: {answer_patience_secs: 3.5}\n')

    robot.start('planner', '--overlay', str(file))

    wait_for(lambda: peer.state('planner') == 'active', PATIENCE_SECS, 'the planner is active')
    assert get_one(peer, 'planner.answer_patience_secs', 'planner').double_value == 3.5
    assert peer.listen(World, 'world', LATCHED).wait()


@pytest.mark.parametrize('argument, words', [
    ('safety.base.max_forwards:=0.3', ['max_forwards', 'did you mean']),
    ('safety.base.max_forward_m_s:=fast', ['max_forward_m_s', 'number']),
    ('safety.base.max_forward_m_s:=-2.0', ['max_forward_m_s', '-2']),
])
def test_a_wrong_parameter_at_the_start_ends_it(folder, domain, argument, words):
    (folder / 'wrong.log').unlink(missing_ok=True)

    process = Process('wrong', ['node', 'controller', '--ros-args', '-p', argument], folder, domain)

    assert process.exit_code() == 1
    assert all(it in process.text().partition('\n')[2] for it in words), process.text()
