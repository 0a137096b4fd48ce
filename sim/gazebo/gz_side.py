"""What the robot and the world offer to Gazebo's transport, read from the URDF and the SDF.

The tables hold what gz-sim 8 (Harmonic) and gz-sensors 8 do with plugins and sensors: their parameters, and the topics that
they publish (PUBLISHES) or listen to (LISTENS). They were taken from their sources and agree with Fortress's.
"""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

PUBLISHES, LISTENS = "publishes", "listens"

WORLD_SYSTEMS = {
    "Physics": "physics", "UserCommands": "user-commands", "SceneBroadcaster": "scene-broadcaster", "Sensors": "sensors",
    "Imu": "imu", "Contact": "contact", "ForceTorque": "forcetorque",
}
PID = {f"{gain}_gain" for gain in "pid"} | {"i_min", "i_max", "cmd_min", "cmd_max", "cmd_offset"}
MODEL_SYSTEMS = {
    "DiffDrive": ("diff-drive", {
        "left_joint", "right_joint", "wheel_separation", "wheel_radius", "topic", "odom_topic", "tf_topic", "frame_id",
        "child_frame_id", "odom_publish_frequency",
        *(f"{side}{kind}_{what}" for side in ("min", "max") for kind in ("", "_linear", "_angular")
          for what in ("velocity", "acceleration", "jerk"))}),
    "JointStatePublisher": ("joint-state-publisher", {"topic", "joint_name"}),
    "PosePublisher": ("pose-publisher", {
        "publish_link_pose", "publish_nested_model_pose", "publish_model_pose", "publish_visual_pose",
        "publish_collision_pose", "publish_sensor_pose", "use_pose_vector_msg", "update_frequency", "static_publisher",
        "static_update_frequency"}),
    "JointTrajectoryController": ("joint-trajectory-controller", {
        "topic", "joint_name", "initial_position", *(f"{what}_{key}" for what in ("position", "velocity") for key in PID)}),
    "JointPositionController": ("joint-position-controller", {
        "topic", "sub_topic", "joint_name", "joint_index", "initial_position", "use_velocity_commands", *PID}),
}
JOINT_TAGS = {"left_joint", "right_joint", "joint_name"}

# Sensor -> the world's system that runs it, and its topics: what is added to <topic>, and of which type.
SENSORS = {
    "rgbd_camera": ("Sensors", {"/image": "gz.msgs.Image", "/depth_image": "gz.msgs.Image",
                                "/points": "gz.msgs.PointCloudPacked", "/camera_info": "gz.msgs.CameraInfo"}),
    "gpu_lidar": ("Sensors", {"": "gz.msgs.LaserScan", "/points": "gz.msgs.PointCloudPacked"}),
    "imu": ("Imu", {"": "gz.msgs.IMU"}),
    "contact": ("Contact", {"": "gz.msgs.Contacts"}),
    "force_torque": ("ForceTorque", {"": "gz.msgs.Wrench"}),
}


@dataclass(frozen=True)
class Topic:
    """A topic of Gazebo's transport; the name is absolute."""

    name: str
    type: str
    way: str
    by: str


@dataclass
class Plugin:
    """A <plugin>, with its parameters in order."""

    filename: str
    name: str
    parameters: list = field(default_factory=list)

    @property
    def short(self):
        return self.name.rsplit("::", 1)[-1]

    def all(self, *tags):
        return [value for tag, value in self.parameters if tag in tags]

    def get(self, tag, default=None):
        return next(iter(self.all(tag)), default)


@dataclass
class Sensor:
    """A <sensor>, and the link or joint that it is on."""

    name: str
    type: str
    on: str
    topic: str
    frame: str
    optical_frame: str
    collisions: list


def plugins(element):
    """The plugins right under an element."""
    return [Plugin(it.get("filename", ""), it.get("name", ""), [(p.tag, (p.text or "").strip()) for p in it])
            for it in element.findall("plugin")]


def sensor(element, on):
    kind = element.get("type", "")
    return Sensor(element.get("name", ""), kind, on,
                  element.findtext("contact/topic" if kind == "contact" else "topic", "").strip(),
                  element.findtext("gz_frame_id", "").strip(), element.findtext("camera/optical_frame_id", "").strip(),
                  [(it.text or "").strip() for it in element.findall("contact/collision")])


class Robot:
    """Names, plugins and sensors of a URDF's text."""

    def __init__(self, text):
        self.root = ET.fromstring(text)
        self.name = self.root.get("name")
        self.links = {it.get("name") for it in self.root.findall("link")}
        self.joint_by_name = {it.get("name"): it for it in self.root.findall("joint")}
        blocks = self.root.findall("gazebo")
        self.references = [it.get("reference") for it in blocks if it.get("reference")]
        self.plugins = [it for block in blocks for it in plugins(block)]
        self.sensors = [sensor(it, block.get("reference")) for block in blocks for it in block.findall("sensor")]


class Converted:
    """What libsdformat made of the robot: an SDF model."""

    def __init__(self, text):
        model = ET.fromstring(text).find("model")
        self.links = {it.get("name") for it in model.findall("link")}
        self.joints = {it.get("name") for it in model.findall("joint")}
        self.collisions_by_link = {it.get("name"): {c.get("name") for c in it.findall("collision")}
                                   for it in model.findall("link")}
        self.sensors = [sensor(it, on.get("name")) for kind in ("link", "joint") for on in model.findall(kind)
                        for it in on.findall("sensor")]
        self.plugins = plugins(model)


def absolute(topic):
    """gz-transport puts all names that do not start with a slash right below the root."""
    return topic if topic.startswith("/") else f"/{topic}"


def world_topics(world):
    return [Topic("/clock", "gz.msgs.Clock", PUBLISHES, "gz-sim"),
            Topic(f"/world/{world}/clock", "gz.msgs.Clock", PUBLISHES, "gz-sim")]


def plugin_topics(plugin, robot, world):
    """A plugin's topics, named or by default."""
    model = f"/model/{robot}"

    def topic(tag, default, kind, way):
        return Topic(absolute(plugin.get(tag) or default), kind, way, plugin.short)

    if plugin.short == "DiffDrive":
        return [topic("topic", f"{model}/cmd_vel", "gz.msgs.Twist", LISTENS),
                topic("odom_topic", f"{model}/odometry", "gz.msgs.Odometry", PUBLISHES),
                topic("tf_topic", f"{model}/tf", "gz.msgs.Pose_V", PUBLISHES)]
    if plugin.short == "JointStatePublisher":
        return [topic("topic", f"/world/{world}{model}/joint_state", "gz.msgs.Model", PUBLISHES)]
    if plugin.short == "PosePublisher":
        many = plugin.get("use_pose_vector_msg") in ("true", "1")
        return [Topic(f"{model}/pose", "gz.msgs.Pose_V" if many else "gz.msgs.Pose", PUBLISHES, plugin.short)]
    if plugin.short == "JointTrajectoryController":
        heard = topic("topic", f"{model}/joint_trajectory", "gz.msgs.JointTrajectory", LISTENS)
        return [heard, Topic(f"{heard.name}_progress", "gz.msgs.Float", PUBLISHES, plugin.short)]
    if plugin.short == "JointPositionController":
        index = plugin.get("joint_index") or "0"
        default = f"{model}/joint/{plugin.get('joint_name')}/{index}/cmd_pos"
        if plugin.get("sub_topic"):
            default = f"{model}/{plugin.get('sub_topic')}"
        return [topic("topic", default, "gz.msgs.Double", LISTENS)]
    return []


def sensor_topics(it):
    """A sensor's topics; none if it is of an unknown type or its topic has no name."""
    _, kinds = SENSORS.get(it.type, (None, {}))
    return [Topic(absolute(it.topic) + end, kind, PUBLISHES, f"sensor {it.name}") for end, kind in kinds.items() if it.topic]
