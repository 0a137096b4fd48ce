//! Arm, gripper and head as the node uses them.

use super::ControllerError;
use crate::arm::{
    ArmConfig, ArmModel, ArmOutcome, ArmSequencer, ArmTask, Gaze, Head, ReachQuery, Scene, Solid,
};
use hearth_types::{
    GraspTarget, Home, JointCommand, JointStates, JointTarget, MAX_JOINTS, MotionEvidence,
    MotionFailure, ObjectId, Point2, Point3, Pose2, Stamp, World,
};
use hearth_urdf::RobotModel;
use std::sync::Arc;

/// \[m\] Things further away than this are out of the arm's way.
const NEAR_M: f64 = 1.2;
/// \[m\] A thing seen this near to what the arm goes for is that thing.
const SAME_M: f64 = 0.06;
/// \[m\] Radius of a person's trunk with arms.
const PERSON_M: f64 = 0.28;

/// How an arm's task goes.
#[derive(Clone, Debug, PartialEq)]
pub enum ArmState {
    /// On; what it is at.
    Moving(&'static str),
    /// Ended as asked.
    Done,
    /// Ended otherwise.
    Failed(MotionFailure),
}

/// Arm, gripper and head.
pub struct Limbs {
    arm: Arc<ArmModel>,
    home: Arc<Home>,
    sequencer: ArmSequencer,
    head: Head,
    states: Option<Arc<JointStates>>,
    phase: &'static str,
    outcome: Option<ArmOutcome>,
    targets: [Option<JointTarget>; MAX_JOINTS],
}

impl Limbs {
    /// For a robot in a home.
    ///
    /// # Errors
    /// If the configuration names what the URDF has not.
    pub fn new(
        config: &ArmConfig,
        model: &RobotModel,
        home: &Arc<Home>,
    ) -> Result<Self, ControllerError> {
        let arm = Arc::new(ArmModel::new(model, config.clone())?);
        Ok(Self {
            sequencer: ArmSequencer::new(arm.clone()),
            head: Head::new(arm.clone()),
            home: home.clone(),
            arm,
            states: None,
            phase: "",
            outcome: None,
            targets: [None; MAX_JOINTS],
        })
    }

    /// Takes measured joints; ignored where one is missing or not finite.
    pub fn on_joints(&mut self, states: &Arc<JointStates>) {
        if self.arm.measured(states).is_some() {
            self.states = Some(states.clone());
        }
    }

    /// Whether the joints are known.
    pub fn is_ready(&self) -> bool {
        self.states.is_some()
    }

    /// Whether the arm is folded for driving.
    pub fn is_folded(&self) -> bool {
        self.states
            .as_ref()
            .is_some_and(|it| self.arm.is_folded(it))
    }

    /// Whether something is in the gripper.
    pub fn is_holding(&self) -> bool {
        self.sequencer.is_holding()
    }

    /// Begins a task of the arm.
    ///
    /// # Errors
    /// Why it cannot be begun.
    pub fn start(
        &mut self,
        task: &ArmTask,
        base_in_map: &Pose2,
        world: Option<&World>,
    ) -> Result<(), MotionFailure> {
        let Some(states) = self.states.clone() else {
            return Err(MotionFailure::Halted);
        };
        let scene = self.scene(task, base_in_map, world);
        self.outcome = None;
        self.phase = "reaching";
        self.sequencer.start(task, base_in_map, &states, scene)
    }

    /// How the task goes.
    pub fn state(&self) -> ArmState {
        match &self.outcome {
            Some(Ok(())) => ArmState::Done,
            Some(Err(failure)) => ArmState::Failed(failure.clone()),
            None if self.sequencer.is_active() => ArmState::Moving(self.phase),
            None => ArmState::Done,
        }
    }

    /// The arm stays where it is.
    pub fn halt(&mut self) {
        self.sequencer.stop();
        self.outcome = None;
    }

    /// Points the head at something, and goes on to.
    pub fn look_at(&mut self, target_in_map: &Point3, base_in_map: &Pose2) {
        if let Some(states) = &self.states {
            self.head.look_at(target_in_map, base_in_map, states);
        }
    }

    /// Whether the head looks where it should.
    pub fn gaze(&self, now: Stamp) -> Gaze {
        self.head.gaze(now)
    }

    /// How well the arm reaches something from a base pose; `None` if it does not.
    pub fn reach(
        &self,
        base_in_map: &Pose2,
        query: &ReachQuery,
        world: Option<&World>,
    ) -> Option<f64> {
        let goal_in_map = query.target_in_map();
        let mut scene = Scene::of_home(&self.home, base_in_map);
        if let Some(world) = world {
            add_things(&mut scene, world, base_in_map, &goal_in_map, None);
        }
        self.arm
            .reach_score_with(base_in_map, query, &scene, self.sequencer.held())
    }

    /// Advances arm and head by one tick and gives the command; `None` before anything was asked.
    /// `held_up` is whether the gate holds the joints: then nothing advances.
    pub fn command(
        &mut self,
        now: Stamp,
        valid_until: Stamp,
        held_up: bool,
    ) -> Option<JointCommand> {
        let states = self.states.clone()?;
        if !held_up {
            let tick = self.sequencer.tick(now, &states);
            self.phase = tick.phase;
            if tick.outcome.is_some() {
                self.outcome = tick.outcome;
            }
            self.targets = tick.targets;
            for (index, target) in self.head.tick(now, &states) {
                if let Some(slot) = self.targets.get_mut(index) {
                    *slot = target;
                }
            }
        }
        self.targets
            .iter()
            .any(Option::is_some)
            .then_some(JointCommand {
                stamp: now,
                valid_until,
                targets: self.targets,
            })
    }

    /// What the sensors show, for a report.
    pub fn evidence(&self, base_in_map: Pose2) -> MotionEvidence {
        let found = self.sequencer.evidence();
        MotionEvidence {
            base_in_map,
            gripper_width_m: found.gripper_width_m,
            gripper_effort_n: found.gripper_effort_n,
            holding: found.holding,
            held_below_m: found.held_below_m,
            pull_felt: found.pull_felt,
        }
    }

    /// What stands around, but for what the task is about.
    fn scene(&self, task: &ArmTask, base_in_map: &Pose2, world: Option<&World>) -> Scene {
        let mut scene = Scene::of_home(&self.home, base_in_map);
        let Some(world) = world else { return scene };
        let nowhere = Point3::new(f64::INFINITY, 0.0, 0.0);
        let (goal, object, person) = match task {
            ArmTask::Grasp(target) => (target.centre_in_map, Some(target.object), None),
            ArmTask::Offer { person_in_map, .. } => (nowhere, None, Some(*person_in_map)),
            _ => (nowhere, None, None),
        };
        add_things(&mut scene, world, base_in_map, &goal, object);
        add_people(&mut scene, world, base_in_map, person);
        if self.is_holding()
            && let Some(states) = &self.states
            && let Some(posture) = self.arm.measured(states)
        {
            // What is in the gripper may still be believed to stand somewhere.
            let gripper = self.arm.gripper_pose(&posture).position;
            scene.solids.retain(|it| it.distance_m(&gripper) > 0.0);
        }
        scene
    }
}

/// What is known of a thing near `target_in_map`, as something to grasp; else just the point on what
/// it stands on, `support_m` above the floor. With something in the gripper it is where to put that.
pub fn query(
    home: &Home,
    world: Option<&World>,
    target_in_map: &Point3,
    support_m: f64,
    headroom_m: Option<f64>,
    holding: bool,
) -> ReachQuery {
    if holding {
        let spot_in_map = Point3::new(target_in_map.x, target_in_map.y, target_in_map.z.max(0.0));
        return ReachQuery::Place {
            spot_in_map,
            headroom_m,
        };
    }
    let object = world.and_then(|it| {
        it.objects
            .iter()
            .filter(|it| (it.centre_in_map - target_in_map).norm() < SAME_M)
            .min_by(|a, b| {
                let a_m = (a.centre_in_map - target_in_map).norm();
                a_m.total_cmp(&(b.centre_in_map - target_in_map).norm())
            })
    });
    match object {
        Some(object) => {
            let (size_m, shape) = home.form_of(object);
            ReachQuery::Grasp(GraspTarget {
                object: object.id,
                centre_in_map: object.centre_in_map,
                yaw_rad: object.yaw_rad,
                size_m,
                shape,
                support_height_m: object.support_height_m,
                headroom_m,
                variant: 0,
            })
        }
        None => ReachQuery::Point {
            target_in_map: Point3::new(target_in_map.x, target_in_map.y, support_m),
            headroom_m,
        },
    }
}

fn add_things(
    scene: &mut Scene,
    world: &World,
    base_in_map: &Pose2,
    goal_in_map: &Point3,
    goal: Option<ObjectId>,
) {
    for object in &world.objects {
        let flat = object.centre_in_map.xy();
        let is_goal =
            goal == Some(object.id) || (object.centre_in_map - goal_in_map).norm() < SAME_M;
        let near = (flat - base_in_map.point()).norm() < NEAR_M;
        if near && !is_goal && object.existence > 0.4 {
            scene.add_object(
                base_in_map,
                &object.centre_in_map,
                object.yaw_rad,
                object.size_m,
            );
        }
    }
}

fn add_people(scene: &mut Scene, world: &World, base_in_map: &Pose2, but: Option<Point2>) {
    let base_from_map = base_in_map.inverse();
    for person in &world.people {
        let at = person.position_in_map;
        let is_meant = but.is_some_and(|it| (it - at).norm() < 0.5);
        let near_m = (at - base_in_map.point()).norm();
        if is_meant || person.existence < 0.3 || near_m >= NEAR_M {
            continue;
        }
        let foot = base_from_map.transform(&at);
        let height_m = person.head_height_m.clamp(0.5, 2.2);
        scene.solids.push(Solid::post(
            Point3::new(foot.x, foot.y, 0.0),
            PERSON_M,
            height_m,
        ));
    }
}
