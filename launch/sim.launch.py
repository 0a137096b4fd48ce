"""The embedded MuJoCo flat as the robot, and Hearth's nodes on it: what robot.launch.py starts, on simulated time."""

from pathlib import Path

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription, OpaqueFunction
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

ROOT = Path(__file__).resolve().parent.parent
RESPAWN_DELAY_SECS = 1.0


def simulator(context):
    """The flat as ROS 2 topics, once the arguments are known."""
    def get(name):
        return LaunchConfiguration(name).perform(context)

    ros_arguments = ['--log-level', get('log_level')]
    if get('security') == 'true':
        ros_arguments += ['--enclave', f'{get("enclave").rstrip("/")}/sim']
    # A flat that dies starts anew, with everything where it was in the beginning and the clock at zero.
    return [Node(
        package='hearth', executable='hearth-ros', exec_name='sim', namespace=get('namespace') or None,
        arguments=['sim', '--ros', '--seed', get('seed')], ros_arguments=ros_arguments,
        output='screen', emulate_tty=True, respawn=get('respawn') == 'true', respawn_delay=RESPAWN_DELAY_SECS,
        additional_env={'HEARTH_ROOT': str(ROOT)})]


def generate_launch_description():
    """Nodes first: including robot.launch.py declares the arguments that the simulator uses too."""
    return LaunchDescription([
        DeclareLaunchArgument('seed', default_value='7', description='Which things stand where in the flat'),
        IncludeLaunchDescription(
            PythonLaunchDescriptionSource(str(ROOT / 'launch/robot.launch.py')),
            launch_arguments={'use_sim_time': 'true'}.items()),
        OpaqueFunction(function=simulator),
    ])
