//! Where a picture is taken from.

use super::place::{Layout, Placed};
use super::room::Flat;
use super::solid::Eye;
use crate::noise::Noise;
use hearth_types::{Intrinsics, Isometry3, Point2, Point3, Vector3};
use nalgebra::{Matrix3, Rotation3, Translation3, UnitQuaternion};
use std::f64::consts::PI;

/// \[m\] What the robot needs around itself.
const ROBOT_ROOM_M: f64 = 0.25;
/// \[m\] Nearer to a person the camera is in their clothes.
const FROM_PEOPLE_M: f64 = 0.5;
const HEIGHT_M: [f64; 2] = [0.9, 1.5];
const GROUP_DISTANCE_M: [f64; 2] = [0.5, 3.2];
const PERSON_DISTANCE_M: [f64; 2] = [1.2, 4.5];
const ROLL_RAD: f64 = 0.035;

/// Draws an eye that looks at something of the layout.
pub(super) fn eye(
    layout: &Layout,
    flat: &Flat,
    (intrinsics, size): (Intrinsics, (usize, usize)),
    people_share: f64,
    draw: &mut Noise,
) -> (Eye, Point3) {
    for attempt in 0..6 {
        let kind = draw.uniform();
        let has_groups = !layout.groups.is_empty();
        let aimed = if !layout.people.is_empty() && (kind < people_share || !has_groups) {
            at_person(layout, flat, draw)
        } else if has_groups && (kind < 0.95 || attempt > 0) {
            at_group(layout, flat, draw)
        } else {
            None
        };
        if let Some(aim) = aimed {
            return (looking(&aim, intrinsics, size, draw), aim.target);
        }
    }
    let aim = anywhere(flat, draw);
    (looking(&aim, intrinsics, size, draw), aim.target)
}

struct Aim {
    from: Point3,
    target: Point3,
    /// Where in the picture the target may be: shares of width and height.
    window: [[f64; 2]; 2],
}

fn camera_spot(
    around: &Point3,
    range_m: [f64; 2],
    directions: &[f64],
    layout: &Layout,
    flat: &Flat,
    draw: &mut Noise,
) -> Option<Point3> {
    (0..60).find_map(|_| {
        let azimuth = if directions.is_empty() {
            draw.between(-PI, PI)
        } else {
            directions[draw.index(directions.len())] + draw.gaussian(0.5)
        };
        let distance = draw.between(range_m[0], range_m[1]);
        let z = draw.between(HEIGHT_M[0], HEIGHT_M[1]);
        let drop = z - around.z;
        let flat_distance = (distance * distance - drop * drop).max(0.09).sqrt();
        let at = Point2::new(
            around.x + flat_distance * azimuth.cos(),
            around.y + flat_distance * azimuth.sin(),
        );
        let from = Point3::new(at.x, at.y, z);
        let in_nobody = layout.people.iter().all(|it| {
            let p = it.centre_in_map();
            (p.xy() - at).norm() > FROM_PEOPLE_M
        });
        (in_nobody && flat.is_free(&at, ROBOT_ROOM_M) && flat.is_open(&from, around, 0.06))
            .then_some(from)
    })
}

fn at_group(layout: &Layout, flat: &Flat, draw: &mut Noise) -> Option<Aim> {
    let member = draw.index(layout.objects.len());
    let (_, directions) = layout.groups.iter().find(|it| it.0.contains(&member))?;
    let target = layout.objects.get(member)?.centre_in_map();
    // Half of the pictures from near, where the robot looks before it grasps.
    let range = if draw.uniform() < 0.5 {
        [GROUP_DISTANCE_M[0], 1.5]
    } else {
        GROUP_DISTANCE_M
    };
    let from = camera_spot(&target, range, directions, layout, flat, draw)?;
    Some(Aim {
        from,
        target,
        window: if draw.uniform() < 0.3 {
            [[0.1, 0.9], [0.1, 0.9]]
        } else {
            [[0.3, 0.7], [0.35, 0.75]]
        },
    })
}

fn at_person(layout: &Layout, flat: &Flat, draw: &mut Noise) -> Option<Aim> {
    let person: &Placed = layout.people.get(draw.index(layout.people.len()))?;
    let target = person.centre_in_map();
    let (range, window) = if draw.uniform() < 0.75 {
        // The whole figure.
        ([2.0, PERSON_DISTANCE_M[1]], [[0.15, 0.85], [0.42, 0.58]])
    } else {
        ([PERSON_DISTANCE_M[0], 3.0], [[0.05, 0.95], [0.2, 0.8]])
    };
    let from = camera_spot(&target, range, &[], layout, flat, draw)?;
    Some(Aim {
        from,
        target,
        window,
    })
}

fn anywhere(flat: &Flat, draw: &mut Noise) -> Aim {
    let at = flat
        .free_spot(ROBOT_ROOM_M, draw)
        .unwrap_or(Point2::origin());
    let z = draw.between(HEIGHT_M[0], HEIGHT_M[1]);
    let from = Point3::new(at.x, at.y, z);
    let turn = draw.between(-PI, PI);
    let target = from + Vector3::new(turn.cos(), turn.sin(), -draw.between(0.0, 0.7)) * 1.5;
    Aim {
        from,
        target,
        window: [[0.3, 0.7], [0.3, 0.7]],
    }
}

fn looking(aim: &Aim, intrinsics: Intrinsics, size: (usize, usize), draw: &mut Noise) -> Eye {
    let u = draw.between(aim.window[0][0], aim.window[0][1]) * size.0 as f64;
    let v = draw.between(aim.window[1][0], aim.window[1][1]) * size.1 as f64;
    let to = aim.target - aim.from;
    // Yaw and pitch at which the target is in the middle, less its offset in the picture.
    let yaw = to.y.atan2(to.x) + ((u - intrinsics.cx) / intrinsics.fx).atan();
    let down = (-to.z).atan2(to.x.hypot(to.y)) - ((v - intrinsics.cy) / intrinsics.fy).atan();
    let down = down.clamp(-0.6, 1.3);
    // Optical axes: x right, y down, z ahead.
    let level = Matrix3::new(0.0, 0.0, 1.0, -1.0, 0.0, 0.0, 0.0, -1.0, 0.0);
    let turn = Rotation3::from_euler_angles(0.0, down, yaw)
        * Rotation3::from_matrix_unchecked(level)
        * Rotation3::from_euler_angles(0.0, 0.0, draw.between(-ROLL_RAD, ROLL_RAD));
    Eye {
        intrinsics,
        map_from_optical: Isometry3::from_parts(
            Translation3::from(aim.from.coords),
            UnitQuaternion::from_rotation_matrix(&turn),
        ),
    }
}
