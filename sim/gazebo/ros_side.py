"""Whether the bridge, Hearth's configuration and what Gazebo offers agree: each function yields what is wrong, a line each."""

import base_driver
import gz_side
import joint_states
from gz_side import LISTENS, PUBLISHES
from tree import BRIDGE, CONFIG, FRAMES, OVERLAY, URDF

# What every robot's drivers publish for Hearth, and of which type.
SENSOR_TOPICS = {
    "/clock": "rosgraph_msgs/msg/Clock",
    "/camera/color/image_raw": "sensor_msgs/msg/Image",
    "/camera/depth/image_rect_raw": "sensor_msgs/msg/Image",
    "/camera/color/camera_info": "sensor_msgs/msg/CameraInfo",
    "/scan": "sensor_msgs/msg/LaserScan",
    "/odom": "nav_msgs/msg/Odometry",
    "/imu": "sensor_msgs/msg/Imu",
    "/tf": "tf2_msgs/msg/TFMessage",
}
# Topics that base_driver.py, joint_states.py or a person uses; whatever is below it exists in simulation only.
SIMULATION_ONLY = "/gazebo/"
# Those pairs of ros_gz_bridge's that are of use to a robot like this.
PAIRS = {
    ("geometry_msgs/msg/PoseStamped", "gz.msgs.Pose"),
    ("geometry_msgs/msg/Twist", "gz.msgs.Twist"),
    ("geometry_msgs/msg/TwistStamped", "gz.msgs.Twist"),
    ("geometry_msgs/msg/WrenchStamped", "gz.msgs.Wrench"),
    ("nav_msgs/msg/Odometry", "gz.msgs.Odometry"),
    ("ros_gz_interfaces/msg/Contacts", "gz.msgs.Contacts"),
    ("rosgraph_msgs/msg/Clock", "gz.msgs.Clock"),
    ("sensor_msgs/msg/CameraInfo", "gz.msgs.CameraInfo"),
    ("sensor_msgs/msg/Image", "gz.msgs.Image"),
    ("sensor_msgs/msg/Imu", "gz.msgs.IMU"),
    ("sensor_msgs/msg/JointState", "gz.msgs.Model"),
    ("sensor_msgs/msg/LaserScan", "gz.msgs.LaserScan"),
    ("sensor_msgs/msg/PointCloud2", "gz.msgs.PointCloudPacked"),
    ("std_msgs/msg/Float64", "gz.msgs.Double"),
    ("tf2_msgs/msg/TFMessage", "gz.msgs.Pose_V"),
    ("trajectory_msgs/msg/JointTrajectory", "gz.msgs.JointTrajectory"),
}
BRIDGE_KEYS = {"ros_topic_name", "gz_topic_name", "ros_type_name", "gz_type_name", "direction"}
WAYS = {"GZ_TO_ROS": PUBLISHES, "ROS_TO_GZ": LISTENS}
INTERFACES = {"joint_trajectory": "trajectory_msgs/msg/JointTrajectory", "float64": "std_msgs/msg/Float64"}


def entry_problems(tree):
    """Each entry of the bridge is well-formed, has a pair of types that exists, and an end in Gazebo."""
    for entry in tree.bridge:
        name = entry.get("ros_topic_name")
        at = tree.at(BRIDGE, str(name))
        if missing := BRIDGE_KEYS - set(entry):
            yield f"{at}: {name} has no {', '.join(sorted(missing))}"
            continue
        if unknown := set(entry) - BRIDGE_KEYS - {"lazy", "publisher_queue", "subscriber_queue"}:
            yield f"{at}: {name} has unknown keys: {', '.join(sorted(unknown))}"
        if entry["direction"] not in WAYS:
            yield f"{at}: {name}: direction {entry['direction']!r} is neither of {', '.join(WAYS)}"
            continue
        if (entry["ros_type_name"], entry["gz_type_name"]) not in PAIRS:
            yield f"{at}: {name}: ros_gz_bridge pairs no {entry['ros_type_name']} with {entry['gz_type_name']}"
        wanted = WAYS[entry["direction"]]
        ends = [it for it in tree.gz_topics if it.name == gz_side.absolute(entry["gz_topic_name"]) and it.way == wanted]
        if not ends:
            yield f"{at}: {name}: nothing in Gazebo {wanted} {'' if wanted == PUBLISHES else 'to '}{entry['gz_topic_name']}"
        for end in ends:
            if end.type != entry["gz_type_name"]:
                yield f"{at}: {name}: {end.by} has {end.type} on {end.name}, not {entry['gz_type_name']}"


def command_topics(tree):
    """ROS topic -> type, of what Gazebo is commanded when Hearth does as the overlay says; problems as second."""
    topics, problems = {base_driver.COMMANDS_OUT: "geometry_msgs/msg/Twist"}, []
    base = tree.overlay.get("base") or {}
    if (base.get("topic"), base.get("stamped")) != (base_driver.COMMANDS_IN, False):
        problems.append(f"{tree.at(OVERLAY, 'base')}: ros.base is {base}; base_driver.py wants "
                        f"topic: {base_driver.COMMANDS_IN} and stamped: false")
    for group in tree.overlay.get("joints") or ():
        topic, kind = group.get("topic"), INTERFACES.get(group.get("interface"))
        if kind is None:
            problems.append(f"{tree.at(OVERLAY, str(topic))}: interface {group.get('interface')!r} is none that Gazebo takes: "
                            f"{', '.join(INTERFACES)}")
            continue
        for joint in group.get("joints") or ():
            topics[f"{topic}/{joint}" if group["interface"] == "float64" else topic] = kind
    return topics, problems


def ros_problems(tree):
    """The bridge's ROS side is what Hearth listens to and commands, each once; the base only through its driver."""
    commands, problems = command_topics(tree)
    yield from problems
    expected = {**{name: (kind, "GZ_TO_ROS") for name, kind in SENSOR_TOPICS.items()},
                **{name: (kind, "ROS_TO_GZ") for name, kind in commands.items()},
                joint_states.STATES_IN: ("sensor_msgs/msg/JointState", "GZ_TO_ROS"),
                **{joint_states.EFFORT_PREFIX + it: ("geometry_msgs/msg/WrenchStamped", "GZ_TO_ROS")
                   for it in joint_states.sensed_joints(tree.text(URDF))}}
    names = [it.get("ros_topic_name") for it in tree.bridge]
    for name, (kind, direction) in expected.items():
        if names.count(name) != 1:
            yield f"{BRIDGE}: {name} ({kind}, {direction}) is there {names.count(name)} times"
    for entry in tree.bridge:
        name = entry.get("ros_topic_name")
        if name == base_driver.COMMANDS_IN:
            yield f"{tree.at(BRIDGE, name)}: {name} goes past base_driver.py, which stops the base; bridge {base_driver.COMMANDS_OUT}"
            continue
        if name not in expected:
            if not str(name).startswith(SIMULATION_ONLY):
                yield (f"{tree.at(BRIDGE, str(name))}: {name} is no topic of Hearth's; "
                       f"beside those only {SIMULATION_ONLY}… may be")
            continue
        if (entry.get("ros_type_name"), entry.get("direction")) != expected[name]:
            yield f"{tree.at(BRIDGE, name)}: {name} must be {expected[name][0]}, {expected[name][1]}"


def driven_problems(tree):
    """Each joint of a group has a controller in Gazebo behind its topic, and each controller a group."""
    driven = {}
    for plugin in tree.robot.plugins:
        if plugin.short in ("JointTrajectoryController", "JointPositionController"):
            topic = gz_side.plugin_topics(plugin, tree.robot.name, tree.world.get("name"))[0].name
            driven.setdefault(topic, set()).update(plugin.all("joint_name"))
    gz_by_ros = {it.get("ros_topic_name"): it.get("gz_topic_name") for it in tree.bridge}
    commanded = set()
    for group in tree.overlay.get("joints") or ():
        for joint in group.get("joints") or ():
            topic = group.get("topic") if group.get("interface") != "float64" else f"{group.get('topic')}/{joint}"
            behind = driven.get(gz_side.absolute(str(gz_by_ros.get(topic))), set())
            commanded |= behind
            if joint in tree.robot.joint_by_name and joint not in behind:
                yield f"{tree.at(OVERLAY, joint)}: no controller in Gazebo moves {joint} by {topic}"
    for joint in sorted(set().union(*driven.values()) - commanded):
        yield f"{OVERLAY}: no group commands {joint}, which has a controller in {URDF}"


def configured_names(value, key=""):
    """(what, name) of joints and frames in a configuration: keys end in _joint, joints, _link, _links or _frame."""
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from configured_names(inner, str(inner_key))
    elif isinstance(value, list):
        for inner in value:
            yield from configured_names(inner, key)
    elif isinstance(value, str):
        if key == "joints" or key.endswith(("_joint", "_joints")):
            yield "joint", value
        elif key.endswith(("_link", "_links", "_frame", "_frames")):
            yield "frame", value


def configuration_problems(tree):
    """Joints and frames in gazebo.yaml and ember.yaml exist in the URDF."""
    known = {"joint": set(tree.robot.joint_by_name), "frame": tree.robot.links | FRAMES}
    for file, value in ((OVERLAY, tree.overlay), (CONFIG, tree.config)):
        for what, name in configured_names(value):
            if name not in known[what]:
                yield f"{tree.at(file, name)}: {what} {name!r} is not in {URDF}"


CHECKS = (entry_problems, ros_problems, driven_problems, configuration_problems)
