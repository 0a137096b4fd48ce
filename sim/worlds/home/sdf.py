"""The flat as SDF 1.9."""

import math

from . import extras, flat, guests
from .catalogue import ITEMS
from .people import PEOPLE, figure
from .shapes import Part, box, mass_properties


def num(value):
    text = f"{value:.5f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def nums(values):
    return " ".join(num(v) for v in values)


def rgb(colour):
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def geometry(part):
    s = part.size
    inner = {
        "box": lambda: f"<box><size>{nums(s)}</size></box>",
        "sphere": lambda: f"<sphere><radius>{num(s[0])}</radius></sphere>",
        "ellipsoid": lambda: f"<ellipsoid><radii>{nums(s)}</radii></ellipsoid>",
        "cylinder": lambda: f"<cylinder><radius>{num(s[0])}</radius><length>{num(s[1])}</length></cylinder>",
        "capsule": lambda: f"<capsule><radius>{num(s[0])}</radius><length>{num(s[1])}</length></capsule>",
    }[part.shape]()
    return f"<geometry>{inner}</geometry>"


def material(colour, shine=0.05):
    diffuse = nums(rgb(colour))
    return (f"<material><ambient>{diffuse} 1</ambient><diffuse>{diffuse} 1</diffuse>"
            f"<specular>{nums([shine] * 3)} 1</specular></material>")


def surface(friction, rolling):
    ode = f"<ode><mu>{num(friction)}</mu><mu2>{num(friction)}</mu2></ode>"
    twist = "<torsional><coefficient>0.005</coefficient></torsional>" if rolling is not None else ""
    roll = f"<bullet><rolling_friction>{num(rolling)}</rolling_friction></bullet>" if rolling else ""
    return f"<surface><friction>{ode}{twist}{roll}</friction></surface>"


def body(parts, friction=0.8, rolling=None, shine=0.05):
    lines = []
    for part in parts:
        pose = f"<pose>{nums(part.at)} {nums(part.rpy)}</pose>"
        if part.solid:
            lines.append(f'      <collision name="{part.name}_collision">{pose}{geometry(part)}{surface(friction, rolling)}</collision>')
        if part.visual:
            lines.append(f'      <visual name="{part.name}">{pose}{geometry(part)}{material(part.colour, shine)}</visual>')
    return lines


def model(name, pose, parts, extra=()):
    return [f'    <model name="{name}">', "      <static>true</static>", f"      <pose>{nums(pose)}</pose>",
            '      <link name="body">', *body(parts), "      </link>", *extra, "    </model>"]


def item_model(item, pose):
    com, inertia = mass_properties(item.parts, item.mass)
    tags = zip(("ixx", "iyy", "izz", "ixy", "ixz", "iyz"), inertia)
    tensor = "".join(f"<{t}>{v:.4e}</{t}>" for t, v in tags)
    return [
        f'    <model name="{item.id}">', f"      <pose>{nums(pose)}</pose>", '      <link name="body">',
        f"      <inertial><pose>{nums(com)} 0 0 0</pose><mass>{num(item.mass)}</mass><inertia>{tensor}</inertia></inertial>",
        *body(item.parts, item.friction, item.rolling, 0.15), "      </link>", "    </model>",
    ]


def person_model(person, pose):
    parts, hand = figure(person)
    held = Part("hand", "sphere", (0.045,), hand, person.skin, solid=False)
    link = ['      <link name="hand">', *body([held]), "      </link>"]
    return model(person.id, pose, parts, link)


def shell():
    """Floors and walls."""
    w, h, t = *flat.SIZE, flat.WALL
    outer = [((-t, w + t), (-t, 0.0)), ((-t, w + t), (h, h + t)), ((-t, 0.0), (0.0, h)), ((w, w + t), (0.0, h))]
    walls = [(f"outer_{i}", *xy) for i, xy in enumerate(outer)]
    walls += [(f"inner_{i}", *xy) for i, xy in enumerate(flat.INNER_WALLS)]
    shades = ("#dcd8ce", "#d6d3cb", "#dfdcd4", "#d2d0c9")
    parts = [box(n, shades[i % 4], x, y, (0.0, flat.WALL_HEIGHT)) for i, (n, x, y) in enumerate(walls)]
    skirts = [box(f"skirting_{p.name}", "#b9b3a7", (p.at[0] - p.size[0] / 2 - 0.004, p.at[0] + p.size[0] / 2 + 0.004),
                  (p.at[1] - p.size[1] / 2 - 0.004, p.at[1] + p.size[1] / 2 + 0.004), (0.0, 0.07), solid=False)
              for p in parts]
    floors = [box(f"floor_{r.id}", r.floor, r.x, r.y, (-0.02, 0.0), solid=False) for r in flat.ROOMS]
    rugs = [box(n, c, x, y, (0.0, 0.004), solid=False) for n, x, y, c in flat.RUGS]
    return parts, skirts, floors + rugs


def lights():
    """A sun with shadows and two that fill in: big flat walls look right under parallel rays in every renderer."""
    lines = []
    for name, shadows, strength, direction in flat.LIGHTS:
        lines.append(f'    <light type="directional" name="{name}"><pose>5 4 10 0 0 0</pose><cast_shadows>{shadows}</cast_shadows>'
                     f"<diffuse>{nums(strength)} 1</diffuse><specular>0.05 0.05 0.05 1</specular>"
                     f"<direction>{nums(direction)}</direction></light>")
    return lines


# What gz-sim runs in this world: name of the library between `gz-sim-` and `-system`, class, settings. Harmonic's
# names; Fortress takes them too. The robot's own plugins come with its URDF.
SYSTEMS = (
    ("physics", "Physics", ""),
    ("user-commands", "UserCommands", ""),  # the service through which the robot is spawned
    ("scene-broadcaster", "SceneBroadcaster", ""),
    ("sensors", "Sensors", "<render_engine>ogre2</render_engine>"),  # camera and lidar are rendered
    ("imu", "Imu", ""),
    ("contact", "Contact", ""),
    ("forcetorque", "ForceTorque", ""),
)


def systems():
    lines = []
    for library, name, settings in SYSTEMS:
        head = f'    <plugin filename="gz-sim-{library}-system" name="gz::sim::systems::{name}"'
        lines.append(f"{head}>{settings}</plugin>" if settings else f"{head}/>")
    return lines


def guest_models():
    stands, lines = guests.poses(), []
    for guest in guests.GUESTS:
        x, y, yaw = stands[guest.id]
        lines += model(guest.id, (x, y, 0, 0, 0, yaw), guests.figure(guest))
    return lines


def obstacle_models():
    from .obstacles import OBSTACLES
    lines = []
    for i, (name, parts) in enumerate(OBSTACLES.items()):
        lines += model(name, (12.0 + 1.2 * i, -1.5, 0, 0, 0, 0), parts)
    return lines


def world(item_poses):
    """The whole file; `item_poses`: item id -> (x, y, z, yaw)."""
    walls, skirts, floors = shell()
    lines = ['<?xml version="1.0"?>', "<!-- Written by sim/worlds/build.py; change the tables in sim/worlds/home instead. -->",
             '<sdf version="1.9">', '  <world name="apartment">',
             '    <physics name="2ms" type="ignored"><max_step_size>0.002</max_step_size><real_time_factor>1</real_time_factor></physics>',
             "    <gravity>0 0 -9.81</gravity>",
             *systems(),
             "    <scene><ambient>0.55 0.55 0.55 1</ambient><background>0.72 0.80 0.88 1</background><shadows>true</shadows></scene>",
             *lights(),
             '    <model name="ground">', "      <static>true</static>", '      <link name="body">',
             '      <collision name="plane"><geometry><plane><normal>0 0 1</normal><size>60 60</size></plane></geometry>'
             + surface(0.9, None) + "</collision>",
             *body(floors), "      </link>", "    </model>",
             *model("walls", (0, 0, 0, 0, 0, 0), walls + skirts)]
    for place in flat.PLACES:
        lines += model(place.id, (place.x, place.y, 0, 0, 0, place.yaw), place.parts)
    for person in PEOPLE:
        x, y, yaw = person.pose
        lines += person_model(person, (x, y, 0, 0, 0, getattr(flat, yaw)))
    for item in ITEMS:
        x, y, z, yaw = item_poses[item.id]
        lines += item_model(item, (x, y, z + 0.001, 0, 0, yaw))
    stands = extras.poses()
    for extra in extras.EXTRAS:
        x, y, z, yaw = stands[extra.id]
        lines += item_model(extra, (x, y, z + 0.001, 0, 0, yaw))
    lines += obstacle_models() + guest_models()
    return "\n".join([*lines, "  </world>", "</sdf>", ""])
