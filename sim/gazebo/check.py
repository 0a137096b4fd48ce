#!/usr/bin/env python3
"""Whether world, robot, bridge and configuration for Gazebo agree, checked without Gazebo.

    python3 sim/gazebo/check.py            exit 1 and a line for each thing that is wrong
    python3 sim/gazebo/check.py --root DIR check another tree (a copy of the checkout)

Needs libsdformat's command: apt install ignition-tools libsdformat-dev (12 or newer; `gz sdf` of a Gazebo will do).
Standard library only.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import gz_side  # noqa: E402
import plain_yaml  # noqa: E402
import ros_side  # noqa: E402
from tree import FRAMES, URDF, WORLD, Tree  # noqa: E402

# The newest that Fortress and Debian's libsdformat 12 read.
NEWEST_SDF = (1, 9)


def libsdformat(option, path):
    """Runs `ign sdf` or `gz sdf`: (output, complaints)."""
    tool = shutil.which("ign") or shutil.which("gz")
    if not tool:
        raise SystemExit("check.py: neither `ign` nor `gz` is here: apt install ignition-tools libsdformat-dev")
    # It leaves a folder in HOME; a check leaves nothing behind.
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run([tool, "sdf", option, str(path)], capture_output=True, text=True, timeout=120, check=False,
                              env={**os.environ, "HOME": home})
    # A library for prettier crashes, which Debian leaves out.
    complaints = [it for it in done.stderr.splitlines() if it.strip() and "ignition-tools-backward" not in it]
    if done.returncode:
        complaints.append(f"{Path(tool).name} sdf {option} ended with {done.returncode}")
    return done.stdout, complaints


def sdf_problems(tree):
    """libsdformat takes both files, without warnings, and the world is old enough for all of them."""
    root = ET.fromstring(tree.text(WORLD))
    version = tuple(int(it) for it in root.get("version", "0").split("."))
    if version > NEWEST_SDF:
        yield f"{WORLD}: is of SDF {root.get('version')}; {NEWEST_SDF[0]}.{NEWEST_SDF[1]} is the newest that Fortress reads"
    for file in (WORLD, URDF):
        output, complaints = libsdformat("-k", tree.root / file)
        if "Valid." not in output:
            complaints.append("is not valid")
        yield from (f"{file}: libsdformat: {it}" for it in complaints)


def converted(tree):
    """The robot as SDF, and what libsdformat said about it."""
    output, complaints = libsdformat("-p", tree.root / URDF)
    problems = [f"{URDF}: libsdformat: {it}" for it in complaints]
    try:
        return gz_side.Converted(output), problems
    except (ET.ParseError, AttributeError):
        return None, [*problems, f"{URDF}: libsdformat makes no model of it"]


def system_problems(tree):
    """Plugins have Harmonic's names and parameters, and every sensor has the system that runs it."""
    systems = {**gz_side.WORLD_SYSTEMS, **{name: library for name, (library, _) in gz_side.MODEL_SYSTEMS.items()}}
    for file, plugins in ((WORLD, tree.world_plugins), (URDF, tree.robot.plugins)):
        for it in plugins:
            library = systems.get(it.short)
            if library is None or it.name != f"gz::sim::systems::{it.short}":
                yield f"{tree.at(file, it.name)}: {it.name!r} is no known system; they are called gz::sim::systems::NAME"
            elif it.filename != f"gz-sim-{library}-system":
                yield f"{tree.at(file, it.filename)}: {it.name} is in gz-sim-{library}-system, not in {it.filename!r}"
    present = {it.short for it in tree.world_plugins}
    for name in ("Physics", "UserCommands", "SceneBroadcaster"):
        if name not in present:
            yield f"{WORLD}: the world has no plugin gz::sim::systems::{name}"
    for it in tree.robot.sensors:
        if it.type not in gz_side.SENSORS:
            yield f"{tree.at(URDF, it.name)}: sensor {it.name!r} is of type {it.type!r}, which check.py does not know"
            continue
        needed, _ = gz_side.SENSORS[it.type]
        if needed not in present:
            yield f"{WORLD}: sensor {it.name!r} ({it.type}) needs the plugin gz::sim::systems::{needed}"
        if not it.topic:
            yield f"{tree.at(URDF, it.name)}: sensor {it.name!r} names no topic"
    for it in tree.robot.plugins:
        _, known = gz_side.MODEL_SYSTEMS.get(it.short, (None, None))
        for tag, _ in it.parameters:
            if known is not None and tag not in known:
                yield f"{tree.at(URDF, tag)}: {it.short} has no parameter <{tag}>"


def name_problems(tree):
    """Joints, links and frames named in the URDF's extensions exist in the URDF."""
    robot, links, joints = tree.robot, tree.robot.links, set(tree.robot.joint_by_name)
    for it in robot.references:
        if it not in links | joints:
            yield f"{tree.at(URDF, it)}: <gazebo reference={it!r}> is neither a link nor a joint"
    for plugin in robot.plugins:
        for joint in plugin.all(*gz_side.JOINT_TAGS):
            if joint not in joints:
                yield f"{tree.at(URDF, joint)}: {plugin.short} names joint {joint!r}, which does not exist"
        for frame in plugin.all("frame_id", "child_frame_id"):
            if frame not in links | FRAMES:
                yield f"{tree.at(URDF, frame)}: {plugin.short} names frame {frame!r}, which is no link"
    for sensor in robot.sensors:
        frames = {sensor.frame, sensor.optical_frame} - {""}
        if sensor.type in ("rgbd_camera", "gpu_lidar", "imu") and not sensor.frame:
            yield f"{tree.at(URDF, sensor.name)}: sensor {sensor.name!r} has no <gz_frame_id>"
        for frame in sorted(frames - links):
            yield f"{tree.at(URDF, frame)}: sensor {sensor.name!r} reports in frame {frame!r}, which is no link"


def geometry_problems(tree):
    """The diff drive's numbers are the wheels', and fingers that mimic are driven with their leader."""
    joints = tree.robot.joint_by_name
    for plugin in (it for it in tree.robot.plugins if it.short == "DiffDrive"):
        sides = [joints.get(plugin.get(tag)) for tag in ("left_joint", "right_joint")]
        if None in sides:
            continue
        y = [float((it.find("origin").get("xyz")).split()[1]) for it in sides]
        if abs(y[0] - y[1] - float(plugin.get("wheel_separation", "nan"))) > 1e-6:
            yield f"{tree.at(URDF, 'wheel_separation')}: the wheels are {y[0] - y[1]:g} m apart"
        wheel = tree.robot.root.find(f"link[@name='{sides[0].find('child').get('link')}']/collision/geometry/cylinder")
        if wheel is None or abs(float(wheel.get("radius")) - float(plugin.get("wheel_radius", "nan"))) > 1e-6:
            yield f"{tree.at(URDF, 'wheel_radius')}: is not the radius of the wheels' collision"
    topic_by_joint = {it.get("joint_name"): it.get("topic") for it in tree.robot.plugins
                      if it.short == "JointPositionController"}
    for name, joint in joints.items():
        mimic = joint.find("mimic")
        if mimic is not None and topic_by_joint.get(name) != topic_by_joint.get(mimic.get("joint")):
            yield f"{tree.at(URDF, name)}: {name} mimics {mimic.get('joint')} but is not driven on the same topic"


def conversion_problems(tree):
    """What plugins and sensors name is still there after the conversion to SDF, which merges links."""
    sdf, problems = converted(tree)
    yield from problems
    if sdf is None:
        return
    for plugin in tree.robot.plugins:
        for joint in plugin.all(*gz_side.JOINT_TAGS):
            if joint in tree.robot.joint_by_name and joint not in sdf.joints:
                yield f"{tree.at(URDF, joint)}: {plugin.short} names joint {joint!r}, which the conversion to SDF merges away"
    if len(sdf.plugins) != len(tree.robot.plugins):
        yield f"{URDF}: {len(tree.robot.plugins)} plugins become {len(sdf.plugins)} in SDF"
    by_name = {it.name: it for it in sdf.sensors}
    for it in tree.robot.sensors:
        became = by_name.get(it.name)
        if became is None or (became.type, became.topic, became.frame) != (it.type, it.topic, it.frame):
            yield f"{tree.at(URDF, it.name)}: sensor {it.name!r} is lost or changed in the conversion to SDF"
            continue
        for name in it.collisions:
            if name not in sdf.collisions_by_link.get(became.on, ()):
                yield f"{tree.at(URDF, name)}: {became.on} has no collision {name!r} after the conversion to SDF"


CHECKS = (sdf_problems, system_problems, name_problems, geometry_problems, conversion_problems, *ros_side.CHECKS)


def problems(root, checks=CHECKS):
    """All that is wrong in the tree, a line each."""
    try:
        tree = Tree(root)
    except ET.ParseError as error:
        return [f"{root}: {URDF} or {WORLD} is no XML: {error}"]
    except (plain_yaml.YamlError, OSError) as error:
        return [str(error)]
    return [line for check in checks for line in check(tree)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2], help="the checkout")
    args = parser.parse_args()
    wrong = problems(args.root)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"gazebo: {len(wrong)} problem(s)" if wrong else "gazebo: world, robot, bridge and configuration agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
