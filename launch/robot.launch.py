"""Hearth on a robot whose drivers run already: perception, planner, controller (with the gate), robot_state_publisher, the voice.

Several computers: launch this on each, with `nodes:=` naming what runs there. See launch/README.md.
"""

import os
from pathlib import Path

import yaml
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction, SetEnvironmentVariable
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

# The checkout, or <prefix>/share/hearth: both have launch/config, urdf and sim/worlds at the same places.
ROOT = Path(__file__).resolve().parent.parent
NODES = ('perception', 'planner', 'controller')
VOICE = 'voice'
BOOLEAN = ['true', 'false']
RESPAWN_DELAY_SECS = 1.0

# name, default, description, choices
ARGUMENTS = (
    ('nodes', ','.join(NODES), f'What runs on this computer: some of {",".join((*NODES, VOICE))}, joined by commas', None),
    ('voice', 'false', 'The robot hears and speaks, here; as a process of its own, or within the composed one', BOOLEAN),
    ('composed', 'false', 'All nodes in one process, with values passed in memory', BOOLEAN),
    ('config', str(ROOT / 'launch/config/ember.yaml'), "The robot's parameters", None),
    ('overlay', '', 'Files of the same form laid over config, joined by commas, the last one on top', None),
    ('home', str(ROOT / 'launch/config/home.yaml'), 'Rooms, places, things and people, and the map', None),
    ('namespace', '', 'ROS namespace of all nodes', None),
    ('use_sim_time', 'false', 'Time from /clock instead of the computer', BOOLEAN),
    ('autostart', 'true', 'Nodes configure and activate themselves; false leaves it to a lifecycle manager', BOOLEAN),
    ('respawn', 'true', f'A node that dies is started again after {RESPAWN_DELAY_SECS} s', BOOLEAN),
    ('robot_state_publisher', 'true', "Publish the links' frames here, where the controller runs", BOOLEAN),
    ('log_level', 'info', 'Least severity that is logged', ['debug', 'info', 'warn', 'error', 'fatal']),
    ('domain_id', '', 'ROS_DOMAIN_ID; empty leaves the environment as it is', None),
    ('security', 'false', 'DDS security (SROS 2), enforced: no node starts without its enclave', BOOLEAN),
    ('keystore', '', 'Folder made by `ros2 security create_keystore`; needed with security', None),
    ('enclave', '/hearth', 'Enclaves are <enclave>/<node>, e.g. /hearth/controller', None),
)


def chosen_nodes(text, composed, voice):
    """The processes to start, from `nodes`, `composed` and `voice`."""
    names = [it.strip() for it in text.split(',') if it.strip()]
    known = (*NODES, VOICE)
    if not names or any(it not in known for it in names):
        raise RuntimeError(f'nodes:={text}: expected some of {",".join(known)}, joined by commas')
    if not composed:
        return names if VOICE in names or not voice else [*names, VOICE]
    if set(names) - {VOICE} != set(NODES):
        raise RuntimeError(f'nodes:={text} with composed:=true: one process has all nodes; leave one of the two out')
    return ['composed']


def robot_description(files):
    """The text of the URDF that `robot.urdf` of the last of these files names."""
    urdf = None
    for file in files:
        robot = (yaml.safe_load(Path(file).read_text(encoding='utf-8')) or {}).get('robot') or {}
        urdf = robot.get('urdf', urdf)
    if urdf is None:
        raise RuntimeError(f'{", ".join(files)}: robot.urdf is missing; it names the URDF, relative to {ROOT}')
    return (ROOT / urdf).read_text(encoding='utf-8')


def environment(get, on):
    """What all processes find in their environment."""
    # Fast DDS's defaults are too small for images.
    profiles = ROOT / 'launch/config/fastdds.xml'
    if 'FASTDDS_DEFAULT_PROFILES_FILE' not in os.environ and profiles.exists():
        yield SetEnvironmentVariable('FASTDDS_DEFAULT_PROFILES_FILE', str(profiles))
    if get('domain_id'):
        yield SetEnvironmentVariable('ROS_DOMAIN_ID', get('domain_id'))
    if on('security'):
        if not Path(get('keystore'), 'enclaves').is_dir():
            raise RuntimeError(f'security:=true: keystore:={get("keystore")} has no folder `enclaves`; '
                               'make it by `ros2 security create_keystore`')
        yield SetEnvironmentVariable('ROS_SECURITY_ENABLE', 'true')
        yield SetEnvironmentVariable('ROS_SECURITY_STRATEGY', 'Enforce')
        yield SetEnvironmentVariable('ROS_SECURITY_KEYSTORE', get('keystore'))


def processes(context):
    """Environment and nodes, once the arguments are known."""
    def get(name):
        return LaunchConfiguration(name).perform(context)

    def on(name):
        return get(name) == 'true'

    names = chosen_nodes(get('nodes'), on('composed'), on('voice'))
    speaks = on('voice') or VOICE in get('nodes')
    overlays = [it.strip() for it in get('overlay').split(',') if it.strip()]
    # The frames of the links belong to the robot's body: published once, where the controller is.
    publisher = on('robot_state_publisher') and not {'controller', 'composed'}.isdisjoint(names)

    def node(name, **more):
        ros_arguments = ['--log-level', get('log_level')]
        if on('security'):
            ros_arguments += ['--enclave', f'{get("enclave").rstrip("/")}/{name}']
        return Node(
            namespace=get('namespace') or None, exec_name=name, ros_arguments=ros_arguments, output='screen',
            emulate_tty=True, respawn=on('respawn'), respawn_delay=RESPAWN_DELAY_SECS, **more)

    def hearth(name):
        arguments = ['node', name, '--config', get('config'), '--home', get('home')]
        for overlay in overlays:
            arguments += ['--overlay', overlay]
        if name == 'composed' and speaks:
            arguments.append('--voice')
        if not on('autostart'):
            arguments.append('--no-autostart')
        parameters = {'use_sim_time': on('use_sim_time')}
        if name in ('controller', 'composed'):
            parameters['ros.publish_robot_tf'] = not publisher
        return node(name, package='hearth', executable='hearth-ros', arguments=arguments, parameters=[parameters],
                    additional_env={'HEARTH_ROOT': str(ROOT)})

    yield from environment(get, on)
    if publisher:
        # As a string: launch would read XML as YAML.
        text = ParameterValue(robot_description([get('config'), *overlays]), value_type=str)
        yield node('robot_state_publisher', package='robot_state_publisher', executable='robot_state_publisher',
                   parameters=[{'use_sim_time': on('use_sim_time'), 'robot_description': text}])
    # A controller that comes back starts with a closed gate: the base stands until it has fresh sensors and commands.
    for name in names:
        yield hearth(name)


def generate_launch_description():
    """Declares the arguments; the rest depends on their values."""
    return LaunchDescription([
        *(DeclareLaunchArgument(name, default_value=default, description=text, choices=choices)
          for name, default, text, choices in ARGUMENTS),
        OpaqueFunction(function=lambda context: list(processes(context))),
    ])
