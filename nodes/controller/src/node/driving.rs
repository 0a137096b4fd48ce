//! A drive: the arm folded first, then by a driver outside or the controller, and docking.

use super::job::{Context, Progress, Stowing};
use super::outside::Course;
use crate::config::{Config, Provider};
use crate::nav::Twist;
use crate::nav::dock::DriveGoal;
use crate::nav::drive::{Drive, Driver};
use hearth_types::{MotionFailure, Point2, Point3, Pose2, Stamp};

/// \[m\] How far ahead on the route the head looks while driving.
const LOOK_AHEAD_M: f64 = 1.3;
/// \[m\] From here on the head looks at what the drive is for.
const LOOK_AT_TARGET_M: f64 = 0.5;
/// \[s\] The gripper must have been empty for this long before what it held counts as dropped.
const DROPPED_SECS: f64 = 0.8;
/// \[m\] A driver outside is asked for what is further away. Nearer, its tolerance (Nav2: 0.25 m) and its turns
/// cost more than it brings: the controller docks from wherever it is.
const OUTSIDE_FROM_M: f64 = 0.8;

/// A drive.
pub struct DriveJob {
    stowing: Stowing,
    driver: Option<Driver>,
    others: Vec<DriveGoal>,
    look_at: Option<Point3>,
    held_at_start: Option<bool>,
    empty_since: Option<Stamp>,
    /// The pose that a search has chosen.
    pub chosen: Option<Pose2>,
    way: Way,
}

/// Who drives to the goal at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A driver outside, if it is far.
    Unasked,
    /// A driver outside.
    Outside,
    /// The controller the rest of the way; to another goal it may be a driver outside again.
    Rest,
    /// The controller, for the whole motion.
    Own,
}

impl DriveJob {
    /// Drives to the first goal, or the next if that is blocked. Looks at `look_at` near the end.
    pub fn new(config: &Config, goals: Vec<DriveGoal>, look_at: Option<Point3>) -> Self {
        let mut goals = goals.into_iter();
        let first = goals
            .next()
            .map(|it| Driver::new(config.navigation.clone(), it));
        Self {
            stowing: Stowing::default(),
            driver: first,
            others: goals.collect(),
            look_at,
            held_at_start: None,
            empty_since: None,
            chosen: None,
            way: match config.navigation.driver {
                Provider::Own => Way::Own,
                Provider::External => Way::Unasked,
            },
        }
    }

    /// The route, if it changed.
    pub fn take_route(&mut self) -> Option<Vec<Point2>> {
        self.driver.as_mut()?.take_route()
    }

    /// One tick.
    pub fn tick(&mut self, context: &mut Context<'_>) -> Progress {
        if let Some(progress) = self.stowing.tick(context) {
            return progress;
        }
        if let Some(failure) = self.dropped(context) {
            return Progress::Failed(failure);
        }
        if let Some(progress) = self.drive_outside(context) {
            return progress;
        }
        let Some(driver) = &mut self.driver else {
            return Progress::Failed(MotionFailure::NoPose);
        };
        let trail = context.senses.trail_in_map().clone();
        let Some(sight) = context.senses.sight(context.now) else {
            return Progress::Failed(MotionFailure::Lost);
        };
        let base_in_map = sight.base_in_map;
        let drive = driver.tick(&sight, &trail);
        let left_m = base_in_map.distance_m(&driver.goal().pose_in_map);
        let gaze = match self.look_at {
            Some(target) if left_m < LOOK_AT_TARGET_M => Some(target),
            _ => driver
                .look_ahead(LOOK_AHEAD_M)
                .map(|it| Point3::new(it.x, it.y, 0.15)),
        };
        if let Some(gaze) = gaze {
            context.limbs.look_at(&gaze, &base_in_map);
        }
        match drive {
            Drive::Go(twist, phase) => Progress::Go(twist, phase),
            Drive::Done => Progress::Done,
            Drive::Failed(MotionFailure::Blocked) if !self.others.is_empty() => {
                let next = self.others.remove(0);
                self.driver = Some(Driver::new(context.config.navigation.clone(), next));
                if self.way == Way::Rest {
                    self.way = Way::Unasked;
                }
                Progress::Go(Twist::STOP, "trying another side")
            }
            Drive::Failed(failure) => Progress::Failed(failure),
        }
    }

    /// Has a driver outside drive the long way. `None` where the controller drives.
    fn drive_outside(&mut self, context: &mut Context<'_>) -> Option<Progress> {
        if matches!(self.way, Way::Rest | Way::Own) {
            return None;
        }
        let goal_in_map = self.driver.as_ref()?.goal().pose_in_map;
        let base_in_map = context.senses.localizer().base_in_map()?;
        if self.way == Way::Unasked {
            if base_in_map.distance_m(&goal_in_map) <= OUTSIDE_FROM_M {
                self.way = Way::Rest;
                return None;
            }
            if !context.at_rest {
                return Some(Progress::Go(Twist::STOP, "braking"));
            }
            context.outside.ask(context.now, goal_in_map);
            self.way = Way::Outside;
        }
        match context.outside.course(context.now) {
            Course::UnderWay => {
                let ahead = base_in_map.transform(&Point2::new(LOOK_AHEAD_M, 0.0));
                let gaze = Point3::new(ahead.x, ahead.y, 0.15);
                context.limbs.look_at(&gaze, &base_in_map);
                Some(Progress::Outside("navigating"))
            }
            Course::Reached => {
                self.way = Way::Rest;
                None
            }
            Course::Over(why) => {
                context.outside.complain(context.now, &why);
                self.way = Way::Own;
                None
            }
        }
    }

    /// Whether what was held at the start is held no more.
    fn dropped(&mut self, context: &Context<'_>) -> Option<MotionFailure> {
        let holding = context.limbs.is_holding();
        let held = *self.held_at_start.get_or_insert(holding);
        if !held || holding {
            self.empty_since = None;
            return None;
        }
        let since = *self.empty_since.get_or_insert(context.now);
        (context.now.secs_since(since) > DROPPED_SECS).then_some(MotionFailure::Dropped)
    }
}
