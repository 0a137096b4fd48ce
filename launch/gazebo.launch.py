"""Gazebo (gz-sim) as the robot, and Hearth's nodes on it: what robot.launch.py starts, on Gazebo's time.

See sim/gazebo/README.md for what is between the two.
"""

import shlex
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import yaml
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription, OpaqueFunction
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration, PathJoinSubstitution
from launch_ros.actions import Node
from launch_ros.substitutions import FindPackageShare

ROOT = Path(__file__).resolve().parent.parent
URDF = ROOT / 'urdf/ember/ember.urdf'
BRIDGE = ROOT / 'sim/gazebo/bridge.yaml'
BASE_DRIVER = ROOT / 'sim/gazebo/base_driver.py'
JOINT_STATES = ROOT / 'sim/gazebo/joint_states.py'
OVERLAY = ROOT / 'launch/config/gazebo.yaml'
RESPAWN_DELAY_SECS = 1.0
# A model appears with all joints at zero, which is Ember's hand on the floor: it is let fall from this height.
SPAWN_HEIGHT_M = 0.05
BOOLEAN = ['true', 'false']

# name, default, description, choices
ARGUMENTS = (
    ('world', str(ROOT / 'sim/worlds/apartment.sdf'), 'The world, an SDF file', None),
    ('gui', 'true', "Open Gazebo's window", BOOLEAN),
    ('headless', 'false', 'No window, and camera and lidar are rendered without a display (EGL)', BOOLEAN),
    ('seed', '', "Of Gazebo's random numbers (the sensors' noise); empty leaves it to Gazebo", None),
    ('verbosity', '2', "Gazebo's own log, from 0 (nothing) to 4 (everything)", ['0', '1', '2', '3', '4']),
    ('overlay', '', f'Files laid over config and {OVERLAY.name}, joined by commas, the last one on top', None),
    ('home', str(ROOT / 'launch/config/home.yaml'), 'Rooms, places, things and people, the map, and where Ember starts', None),
    ('use_sim_time', 'true', "Time from Gazebo's clock", BOOLEAN),
)


def gazebo_arguments(get):
    """The command line of `gz sim`: -r runs at once, -s is the server alone."""
    words = ['-r', '-v', get('verbosity')]
    if get('headless') == 'true':
        words += ['-s', '--headless-rendering']
    elif get('gui') == 'false':
        words.append('-s')
    if get('seed'):
        words += ['--seed', get('seed')]
    # ros_gz_sim hands this to a shell.
    return shlex.join([*words, get('world')])


def world_name(file):
    """The name of the world in an SDF file, which is in the names of Gazebo's services."""
    world = ET.parse(file).getroot().find('world')
    if world is None or not world.get('name'):
        raise RuntimeError(f'world:={file}: it has no <world name="…">')
    return world.get('name')


def start_pose(file):
    """x, y and yaw of `start` in home.yaml, as text."""
    start = (yaml.safe_load(Path(file).read_text(encoding='utf-8')) or {}).get('start') or {}
    missing = [key for key in ('x_m', 'y_m', 'yaw_rad') if key not in start]
    if missing:
        raise RuntimeError(f'home:={file}: start has no {", ".join(missing)}; it says where the robot starts')
    return [str(start[key]) for key in ('x_m', 'y_m', 'yaw_rad')]


def simulator(context):
    """Gazebo, Ember in it, and what joins it to ROS, once the arguments are known."""
    def get(name):
        return LaunchConfiguration(name).perform(context)

    time = {'use_sim_time': get('use_sim_time') == 'true'}
    log = ['--log-level', get('log_level')]
    x, y, yaw = start_pose(get('home'))
    gz_sim = PathJoinSubstitution([FindPackageShare('ros_gz_sim'), 'launch', 'gz_sim.launch.py'])
    yield IncludeLaunchDescription(
        PythonLaunchDescriptionSource(gz_sim),
        # Without a simulator the rest has nothing to do.
        launch_arguments={'gz_args': gazebo_arguments(get), 'on_exit_shutdown': 'true'}.items())
    # Takes the URDF from robot_state_publisher, waits for Gazebo, and ends.
    yield Node(
        package='ros_gz_sim', executable='create', exec_name='spawn', output='screen', ros_arguments=log,
        arguments=['-world', world_name(get('world')), '-topic', 'robot_description', '-name', 'ember',
                   '-x', x, '-y', y, '-z', str(SPAWN_HEIGHT_M), '-Y', yaw])
    yield Node(
        package='ros_gz_bridge', executable='parameter_bridge', exec_name='bridge', output='screen', ros_arguments=log,
        parameters=[{'config_file': str(BRIDGE), **time}], respawn=True, respawn_delay=RESPAWN_DELAY_SECS)
    for label, arguments in (('base_driver', []), ('base_guard', ['--guard'])):
        yield Node(
            executable=sys.executable, arguments=[str(BASE_DRIVER), *arguments], exec_name=label, output='screen',
            ros_arguments=log, parameters=[time], respawn=True, respawn_delay=RESPAWN_DELAY_SECS)
    yield Node(
        executable=sys.executable, arguments=[str(JOINT_STATES), str(URDF)], exec_name='joint_states', output='screen',
        ros_arguments=log, parameters=[time], respawn=True, respawn_delay=RESPAWN_DELAY_SECS)


def generate_launch_description():
    """Nodes first: including robot.launch.py declares the arguments that the simulator uses too."""
    return LaunchDescription([
        *(DeclareLaunchArgument(name, default_value=default, description=text, choices=choices)
          for name, default, text, choices in ARGUMENTS),
        IncludeLaunchDescription(
            PythonLaunchDescriptionSource(str(ROOT / 'launch/robot.launch.py')),
            launch_arguments={'overlay': [str(OVERLAY), ',', LaunchConfiguration('overlay')]}.items()),
        OpaqueFunction(function=lambda context: list(simulator(context))),
    ])
