"""The files about Gazebo, read once, and where in them a word is."""

import re
import xml.etree.ElementTree as ET

import gz_side
import plain_yaml

WORLD, URDF = "sim/worlds/apartment.sdf", "urdf/ember/ember.urdf"
BRIDGE, OVERLAY, CONFIG = "sim/gazebo/bridge.yaml", "launch/config/gazebo.yaml", "launch/config/ember.yaml"
# Frames that are no links.
FRAMES = {"map", "odom"}


def where(root, file, needle):
    """FILE:LINE of the first line that has the text as a word; FILE if there is none."""
    pattern = re.compile(rf"(?<![\w/]){re.escape(needle)}(?![\w/])")
    for number, line in enumerate((root / file).read_text(encoding="utf-8").splitlines(), 1):
        if pattern.search(line):
            return f"{file}:{number}"
    return file


class Tree:
    """The files, read once."""

    def __init__(self, root):
        self.root = root
        self.robot = gz_side.Robot(self.text(URDF))
        self.world = ET.fromstring(self.text(WORLD)).find("world")
        self.world_plugins = gz_side.plugins(self.world)
        self.bridge = self.yaml(BRIDGE) or []
        self.overlay = (self.yaml(OVERLAY) or {}).get("ros") or {}
        self.config = self.yaml(CONFIG) or {}
        topics = gz_side.world_topics(self.world.get("name"))
        for plugin in self.robot.plugins:
            topics += gz_side.plugin_topics(plugin, self.robot.name, self.world.get("name"))
        for sensor in self.robot.sensors:
            topics += gz_side.sensor_topics(sensor)
        self.gz_topics = topics

    def text(self, file):
        return (self.root / file).read_text(encoding="utf-8")

    def yaml(self, file):
        return plain_yaml.load(self.text(file), file)

    def at(self, file, needle):
        return where(self.root, file, needle)
