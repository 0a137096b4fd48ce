//! From a request to a job.

use super::job::{Job, SeekJob, Stop};
use super::limbs;
use super::seek::Seek;
use super::{Active, ControllerNode, DEADLINE_SECS};
use crate::approach::{
    Surroundings, candidates, distinct, poses_before_person, shortlist, sight_line,
};
use crate::arm::ArmTask;
use crate::nav::dock::DriveGoal;
use crate::nav::drive::Turn;
use crate::nav::potential::Potential;
use hearth_types::{
    Approach, BaseCommand, Message, MotionFailure, MotionGoal, MotionRequest, Outbox, Place,
    Point2, Point3, Pose2, Stamp,
};
use std::sync::Arc;

/// \[s\] How long a request may wait for the first odometry, joint states, and localisation.
const PATIENCE_SECS: f64 = 3.0;
/// How near a drive must come for an approach: position \[m\] and heading \[rad\].
const VIEW_TOLERANCE: (f64, f64) = (0.06, 0.07);
const REACH_TOLERANCE: (f64, f64) = (0.025, 0.04);
const PERSON_TOLERANCE: (f64, f64) = (0.08, 0.1);
const SPOT_TOLERANCE: (f64, f64) = (0.15, 0.2);
/// \[m\] Arm and camera work from where the robot really stands: this near will do.
const APPROACH_SLACK_M: f64 = 0.1;

impl ControllerNode {
    /// Takes a request; the one under way is superseded.
    pub(super) fn take(&mut self, now: Stamp, request: Arc<MotionRequest>, out: &mut Outbox) {
        if self.outside.take_back(now) {
            self.outside.send(out);
            let stop = BaseCommand::stop(now, now.plus_secs(DEADLINE_SECS));
            out.push(Message::Base(stop));
        }
        let running = self.active.take().map(|it| it.request);
        for old in running.into_iter().chain(self.waiting.take()) {
            self.fail(now, &old, MotionFailure::Superseded, out);
        }
        self.begin(now, request, out);
    }

    /// Starts a request, or lets it wait until the robot knows itself.
    pub(super) fn begin(&mut self, now: Stamp, request: Arc<MotionRequest>, out: &mut Outbox) {
        let localizer = self.senses.localizer();
        let placed = localizer.base_in_map().is_some();
        if !(placed && self.limbs.is_ready()) {
            if now.secs_since(request.stamp) > PATIENCE_SECS {
                // Whoever should say where the robot is keeps silent.
                let failure = match localizer.odometry() {
                    Some(_) if !placed => MotionFailure::Lost,
                    _ => MotionFailure::Halted,
                };
                self.fail(now, &request, failure, out);
            } else {
                self.waiting = Some(request);
            }
            return;
        }
        match self.job(&request.goal) {
            Ok((job, limit_secs)) => {
                self.watch.start(now);
                self.active = Some(Active {
                    request,
                    job,
                    deadline: now.plus_secs(limit_secs),
                    phase: "",
                });
            }
            Err(failure) => self.fail(now, &request, failure, out),
        }
    }

    /// The job that carries out a goal, and how long it may take.
    fn job(&mut self, goal: &MotionGoal) -> Result<(Job, f64), MotionFailure> {
        check(goal)?;
        match goal {
            MotionGoal::DriveTo {
                goal_in_map,
                tolerance_m,
                tolerance_rad,
            } => {
                let tolerance = (tolerance_m.max(0.015), tolerance_rad.max(0.02));
                Ok(self.drive(vec![*goal_in_map], tolerance, None))
            }
            MotionGoal::ApproachPlace {
                place,
                target_in_map,
                approach,
                variant,
            } => self.approach_place(place, *target_in_map, *approach, *variant),
            MotionGoal::ApproachPoint {
                target_in_map,
                approach,
                variant,
            } => self.approach(None, target_in_map, *approach, *variant),
            MotionGoal::ApproachPerson { person_in_map } => self.approach_person(person_in_map),
            MotionGoal::LookAt { target_in_map } => Ok((Job::look(*target_in_map), 8.0)),
            MotionGoal::Turn { angle_rad } => {
                let turn = Turn::by(*angle_rad, 0.02);
                Ok((Job::turn(turn), 25.0 + 2.0 * angle_rad.abs()))
            }
            MotionGoal::Grasp(target) => Ok((Job::arm(ArmTask::Grasp(target.clone())), 75.0)),
            MotionGoal::Place(target) => Ok((Job::arm(ArmTask::Place(*target)), 75.0)),
            MotionGoal::Offer {
                person_in_map,
                patience_secs,
            } => {
                let task = ArmTask::Offer {
                    person_in_map: *person_in_map,
                    patience_secs: *patience_secs,
                };
                Ok((Job::arm(task), patience_secs + 60.0))
            }
            MotionGoal::Stow => Ok((Job::arm(ArmTask::Stow), 40.0)),
            MotionGoal::Stop => Ok((Job::Stop(Stop::default()), 5.0)),
        }
    }

    /// Drives to the first pose, or to the next when the way there is blocked.
    fn drive(
        &mut self,
        poses_in_map: Vec<Pose2>,
        tolerance: (f64, f64),
        look_at: Option<Point3>,
    ) -> (Job, f64) {
        let here = self.senses.localizer().base_in_map().unwrap_or_default();
        let furthest_m = poses_in_map
            .iter()
            .map(|it| it.distance_m(&here))
            .fold(0.0, f64::max);
        let goals: Vec<DriveGoal> = poses_in_map
            .into_iter()
            .take(3)
            .map(|pose_in_map| DriveGoal {
                pose_in_map,
                tolerance_m: tolerance.0,
                tolerance_rad: tolerance.1,
                slack_m: if look_at.is_some() {
                    APPROACH_SLACK_M
                } else {
                    0.0
                },
            })
            .collect();
        let limit_secs = 60.0 + 12.0 * furthest_m.min(30.0);
        (Job::drive(&self.config, goals, look_at), limit_secs)
    }

    fn approach_place(
        &mut self,
        id: &str,
        target: Option<Point3>,
        approach: Approach,
        variant: usize,
    ) -> Result<(Job, f64), MotionFailure> {
        let home = self.home.clone();
        let place = home
            .place(id)
            .ok_or_else(|| MotionFailure::Invalid(format!("there is no place {id:?}")))?;
        if place.height_m <= 0.0 && target.is_none() {
            return self.stand_on(place);
        }
        let target = target.unwrap_or_else(|| middle_of(place));
        self.approach(Some(place), &target, approach, variant)
    }

    /// Drives onto a mere spot.
    fn stand_on(&mut self, place: &Place) -> Result<(Job, f64), MotionFailure> {
        let centre = place.footprint.centre_in_map;
        if self.senses.costmap().gap_m(&centre.point()) < 0.05 {
            let target = Point3::new(centre.x_m, centre.y_m, 0.3);
            return self.approach(Some(place), &target, Approach::View, 0);
        }
        Ok(self.drive(vec![centre], SPOT_TOLERANCE, None))
    }

    fn approach(
        &mut self,
        place: Option<&Place>,
        target: &Point3,
        approach: Approach,
        variant: usize,
    ) -> Result<(Job, f64), MotionFailure> {
        let potential = self.potential()?;
        let used = self.tried.before(approach, target, variant).to_vec();
        let skip = variant - used.len();
        let around = surroundings(&self.config, &self.home, &self.senses, &potential);
        let all = candidates(&around, approach, place, target);
        let apart_rad = self.config.approach.variant_angle_rad;
        if approach == Approach::Reach {
            let surface = place.and_then(|it| sight_line::surface_below(it, target));
            let headroom_m = surface.and_then(|it| it.headroom_m);
            let support_m = surface.map_or((target.z - 0.05).max(0.0), |it| it.height_m);
            let (first, others) = shortlist(&all, apart_rad);
            let seek = Seek {
                target_in_map: *target,
                query: limbs::query(
                    &self.home,
                    self.world.as_deref(),
                    target,
                    support_m,
                    headroom_m,
                    self.limbs.is_holding(),
                ),
                left: first.into(),
                others,
                found: Vec::new(),
                used,
                skip,
            };
            let goal = DriveGoal {
                pose_in_map: Pose2::default(),
                tolerance_m: REACH_TOLERANCE.0,
                tolerance_rad: REACH_TOLERANCE.1,
                slack_m: APPROACH_SLACK_M,
            };
            return Ok((Job::Seek(Box::new(SeekJob { seek, goal })), 200.0));
        }
        let chosen: Vec<Pose2> = distinct(all, apart_rad, &used, &target.xy())
            .into_iter()
            .skip(skip)
            .map(|it| it.base_in_map)
            .collect();
        let first = *chosen.first().ok_or(MotionFailure::NoPose)?;
        self.tried.add(first);
        Ok(self.drive(chosen, VIEW_TOLERANCE, Some(*target)))
    }

    fn approach_person(&mut self, person: &Point2) -> Result<(Job, f64), MotionFailure> {
        let potential = self.potential()?;
        let around = surroundings(&self.config, &self.home, &self.senses, &potential);
        let found = poses_before_person(&around, person);
        if found.is_empty() {
            return Err(MotionFailure::NoPose);
        }
        let chosen = found.into_iter().map(|it| it.base_in_map).collect();
        let face = Point3::new(person.x, person.y, 1.2);
        Ok(self.drive(chosen, PERSON_TOLERANCE, Some(face)))
    }

    fn potential(&self) -> Result<Potential, MotionFailure> {
        let here = self
            .senses
            .localizer()
            .base_in_map()
            .ok_or(MotionFailure::Lost)?;
        let costmap = self.senses.costmap();
        Ok(Potential::new(
            &self.config.navigation,
            costmap,
            &here.point(),
            None,
        ))
    }
}

fn surroundings<'a>(
    config: &'a crate::config::Config,
    home: &'a hearth_types::Home,
    senses: &'a crate::senses::Senses,
    potential: &'a Potential,
) -> Surroundings<'a> {
    Surroundings {
        config: &config.approach,
        home,
        field: senses.localizer().field(),
        costmap: senses.costmap(),
        potential,
    }
}

/// The middle of a place's first surface, or of its body.
fn middle_of(place: &Place) -> Point3 {
    match place.surfaces.first() {
        Some(surface) => {
            let centre = surface.area.centre_in_map;
            Point3::new(centre.x_m, centre.y_m, surface.height_m)
        }
        None => {
            let centre = place.footprint.centre_in_map;
            Point3::new(centre.x_m, centre.y_m, place.height_m.min(1.0))
        }
    }
}

/// Refuses requests that are not finite or beyond all reason.
fn check(goal: &MotionGoal) -> Result<(), MotionFailure> {
    let sane = |values: &[f64]| values.iter().all(|it| it.abs() < 1e4);
    let fine = match goal {
        MotionGoal::DriveTo {
            goal_in_map: pose,
            tolerance_m,
            tolerance_rad,
        } => sane(&[
            pose.x_m,
            pose.y_m,
            pose.yaw_rad,
            *tolerance_m,
            *tolerance_rad,
        ]),
        MotionGoal::ApproachPlace { target_in_map, .. } => {
            target_in_map.is_none_or(|it| sane(it.coords.as_slice()))
        }
        MotionGoal::ApproachPoint { target_in_map, .. } | MotionGoal::LookAt { target_in_map } => {
            sane(target_in_map.coords.as_slice())
        }
        MotionGoal::ApproachPerson { person_in_map } => sane(person_in_map.coords.as_slice()),
        MotionGoal::Turn { angle_rad } => angle_rad.abs() < 50.0,
        MotionGoal::Grasp(target) => {
            sane(target.centre_in_map.coords.as_slice())
                && sane(&target.size_m)
                && sane(&[target.yaw_rad, target.support_height_m])
        }
        MotionGoal::Place(target) => {
            sane(target.spot_in_map.coords.as_slice()) && target.held_below_m.abs() < 2.0
        }
        MotionGoal::Offer {
            person_in_map,
            patience_secs,
        } => sane(person_in_map.coords.as_slice()) && (0.0..=600.0).contains(patience_secs),
        MotionGoal::Stow | MotionGoal::Stop => true,
    };
    if fine {
        Ok(())
    } else {
        Err(MotionFailure::Invalid(
            "a number is out of all range".into(),
        ))
    }
}
