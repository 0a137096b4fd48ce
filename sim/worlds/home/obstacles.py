"""Things that are not on the map and stand in the way in some scenes. Frame: centre on the floor."""

from .furniture import chair
from .shapes import box, capsule, ellipsoid

OBSTACLES = {
    "cardboard_box": [
        box("body", "#a98356", (-0.18, 0.18), (-0.15, 0.15), (0.0, 0.36)),
        box("tape", "#c9b389", (-0.182, 0.182), (-0.025, 0.025), (0.0, 0.362), solid=False),
    ],
    "moved_chair": chair("chair", 0.0, 0.0, 1),
    "bag": [
        ellipsoid("body", "#4d5560", (0.13, 0.20, 0.17), (0, 0, 0.17)),
        box("base", "#434a54", (-0.11, 0.11), (-0.17, 0.17), (0.0, 0.14)),
        capsule("handle_left", "#363c44", 0.012, (0.0, 0.10, 0.30), (0.0, 0.0, 0.42), solid=False),
        capsule("handle_right", "#363c44", 0.012, (0.0, -0.10, 0.30), (0.0, 0.0, 0.42), solid=False),
    ],
}
