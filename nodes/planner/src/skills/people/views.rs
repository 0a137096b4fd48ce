//! Where to look for people, and from where.

use super::{Wanted, seen};
use crate::executive::robot::{Robot, Step};
use crate::skills::go;
use crate::skills::which::{self, Spot};
use hearth_types::{OccupancyGrid, Point2, Point3, Posture, Room, WorldPerson};

/// \[m\] Where faces are, roughly; and those who lie.
const FACE_M: f64 = 1.2;
const LYING_M: f64 = 0.3;
/// \[m\] How far away the robot looks while it turns.
const AHEAD_M: f64 = 2.0;

/// \[m\] People are known up to about this far away.
const SEES_M: f64 = 4.5;
/// \[m\] Between points of a floor that are asked for.
const FLOOR_STEP_M: f64 = 0.3;
/// Less than this part of a room is not worth another look; and from more spots than these nobody looks.
const WORTH_A_LOOK: f64 = 0.12;
const MOST_SPOTS: usize = 3;
/// \[m\] From so far away a standing person's arms are in the picture, and large enough to tell what they do.
const SHOWS_ARMS_M: std::ops::RangeInclusive<f64> = 1.7..=3.5;

/// Looks at whoever is there.
pub(super) async fn look_at(robot: &Robot, point: &Point2) -> bool {
    look_at_height(robot, point, FACE_M).await
}

async fn look_at_height(robot: &Robot, point: &Point2, height_m: f64) -> bool {
    robot
        .look(Point3::new(point.x, point.y, height_m))
        .await
        .is_ok()
}

/// Looks at the middle of a place.
pub(super) async fn look_at_place(robot: &Robot, id: &str) -> bool {
    match which::middle_of(robot, id) {
        Some(middle) => look_at(robot, &middle.xy()).await,
        None => false,
    }
}

/// Looks all around from here; stops as soon as the person is seen.
pub(super) async fn look_around(
    robot: &Robot,
    wanted: &Wanted,
    spot: Option<&Spot>,
) -> Option<WorldPerson> {
    let lies = matches!(wanted, Wanted::Anyone(looks) if looks.posture == Some(Posture::Lying));
    let height_m = if lies { LYING_M } else { FACE_M };
    let start = robot.base_in_map();
    for turn in 0..7 {
        if let Some(person) = seen(robot, wanted, spot)
            && robot.now().secs_since(person.last_seen) < 5.0
        {
            return Some(person);
        }
        let (sin, cos) = (start.yaw_rad + f64::from(turn) * 0.95).sin_cos();
        let at = Point2::new(start.x_m + AHEAD_M * cos, start.y_m + AHEAD_M * sin);
        look_at_height(robot, &at, height_m).await;
    }
    seen(robot, wanted, spot)
}

/// Having looked around in a room: goes on to where more of it can be seen. False where that is not worth it, or the way is blocked.
/// `stood` are the spots from which it looked before.
pub(super) async fn move_on(
    robot: &Robot,
    room: &Room,
    stood: &mut Vec<Point2>,
    step: &Step<'_>,
) -> bool {
    stood.push(robot.base_in_map().point());
    match next_view(robot, room, stood) {
        Some(view) => go::to_point(robot, view, step).await,
        None => false,
    }
}

/// Goes where the arms of somebody who was seen from too near are in the picture, and looks at them. False where no such spot
/// can be reached.
pub(super) async fn stand_back(robot: &Robot, person: &WorldPerson, step: &Step<'_>) -> bool {
    let (at, here) = (person.position_in_map, robot.base_in_map().point());
    let Some(room) = robot.home.rooms.iter().find(|it| it.contains(&at)) else {
        return false;
    };
    let shows_arms = |from: &Point2| {
        SHOWS_ARMS_M.contains(&(at - from).norm()) && is_in_view(&robot.home.map, from, &at)
    };
    let spots = go::spots_in_room(robot, room)
        .into_iter()
        .filter(shows_arms);
    let way_m = |it: &Point2| (it - here).norm();
    match spots.min_by(|a, b| way_m(a).total_cmp(&way_m(b))) {
        Some(view) => go::to_point(robot, view, step).await && look_at(robot, &at).await,
        None => false,
    }
}

/// The spot of a room from which most can be seen of what could not be seen from where the robot stood; none if that is little.
fn next_view(robot: &Robot, room: &Room, stood: &[Point2]) -> Option<Point2> {
    let map = &robot.home.map;
    if stood.len() >= MOST_SPOTS {
        return None;
    }
    let floor = floor_of(room, map);
    let hidden: Vec<&Point2> = floor
        .iter()
        .filter(|it| stood.iter().all(|from| !is_in_view(map, from, it)))
        .collect();
    let shown = |from: &Point2| hidden.iter().filter(|it| is_in_view(map, from, it)).count();
    let spots = go::spots_in_room(robot, room).into_iter();
    let (view, count) = spots.map(|it| (it, shown(&it))).max_by_key(|it| it.1)?;
    (count as f64 > WORTH_A_LOOK * floor.len() as f64).then_some(view)
}

/// Points of a room where the map shows nothing.
fn floor_of(room: &Room, map: &OccupancyGrid) -> Vec<Point2> {
    let (from, to) = go::bounds(&room.outline_in_map);
    let steps = |length_m: f64| (length_m / FLOOR_STEP_M).clamp(0.0, 200.0) as usize;
    let (along_x, along_y) = (steps(to.x - from.x), steps(to.y - from.y));
    (0..=along_x)
        .flat_map(|x| (0..=along_y).map(move |y| (x as f64, y as f64)))
        .map(|(x, y)| Point2::new(from.x + x * FLOOR_STEP_M, from.y + y * FLOOR_STEP_M))
        .filter(|it| room.contains(it) && is_free(map, it))
        .collect()
}

fn is_free(map: &OccupancyGrid, point: &Point2) -> bool {
    map.cell(point).is_some_and(|(x, y)| !map.is_occupied(x, y))
}

/// Whether nothing on the map is between, and it is not too far to know a person.
fn is_in_view(map: &OccupancyGrid, from: &Point2, point: &Point2) -> bool {
    let way = point - from;
    let steps = (way.norm() / map.resolution_m.max(0.05)).ceil().max(1.0);
    way.norm() <= SEES_M
        && (0..=steps as usize).all(|it| is_free(map, &(from + way * (it as f64 / steps))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_behind_a_wall_is_not_in_view() {
        // Two metres square, with a wall in the middle that leaves a gap at the top.
        let map = OccupancyGrid {
            resolution_m: 0.1,
            origin_in_map: Point2::origin(),
            width: 20,
            height: 20,
            occupied: (0..400).map(|it| it % 20 == 10 && it / 20 < 15).collect(),
        };
        let from = Point2::new(0.5, 0.5);
        assert!(is_in_view(&map, &from, &Point2::new(0.5, 1.9)));
        assert!(!is_in_view(&map, &from, &Point2::new(1.5, 0.5)));
        assert!(is_in_view(
            &map,
            &Point2::new(0.9, 1.8),
            &Point2::new(1.5, 1.7)
        ));
        assert!(
            !is_in_view(&map, &from, &Point2::new(0.5, 2.5)),
            "off the map"
        );
    }
}
