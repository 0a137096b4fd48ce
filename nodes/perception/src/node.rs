//! The node: messages in, world and detections out.

use crate::detector::{Detector, GeometricDetector};
use crate::fusion::Fusion;
use crate::naming::Namer;
use crate::phrases::Asked;
use crate::pose::{PoseBuffer, map_from_camera};
use crate::self_filter::Body;
use crate::view::View;
use crate::{Config, PerceptionError, people, surfaces};
use hearth_types::{
    Checked, Detections, Fault, Heartbeat, Home, Message, Node, Outbox, RgbdFrame, Stamp, Topic,
    Watched, World,
};
use hearth_urdf::{Chain, RobotModel};
use std::sync::Arc;

/// \[m\] Fingers wider apart than this are not closed on anything, closer than `CLOSED_M` neither.
const OPEN_M: f64 = 0.096;
/// \[m\] See `OPEN_M`.
const CLOSED_M: f64 = 0.004;

/// Perception: RGB-D frames to one fused world.
pub struct PerceptionNode {
    config: Config,
    home: Arc<Home>,
    camera: Chain,
    neck: Vec<usize>,
    gripper: Option<usize>,
    body: Body,
    buffer: PoseBuffer,
    detector: Box<dyn Detector>,
    fusion: Fusion,
    last_fault: Option<String>,
}

impl PerceptionNode {
    /// Perception with the geometric detector.
    ///
    /// # Errors
    /// [`PerceptionError`] if the configuration is out of range or the robot has no such camera.
    pub fn new(
        home: Arc<Home>,
        robot: &RobotModel,
        config: Config,
    ) -> Result<Self, PerceptionError> {
        let detector = GeometricDetector::new(config.clone(), Namer::new(&home.catalogue));
        Self::with_detector(home, robot, config, Box::new(detector))
    }

    /// Perception with another detector.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_detector(
        home: Arc<Home>,
        robot: &RobotModel,
        config: Config,
        detector: Box<dyn Detector>,
    ) -> Result<Self, PerceptionError> {
        config.check()?;
        let root = &robot.links[robot.root()].name;
        let camera = robot
            .chain(root, &config.camera_frame)
            .map_err(|error| PerceptionError::Robot(error.to_string()))?;
        let neck = camera.joints().to_vec();
        let body = Body::new(robot, &config)?;
        let namer = Namer::new(&home.catalogue);
        Ok(Self {
            fusion: Fusion::new(Arc::clone(&home), config.clone(), namer),
            gripper: robot.joint_index(&config.gripper_joint),
            config,
            home,
            camera,
            neck,
            body,
            buffer: PoseBuffer::default(),
            detector,
            last_fault: None,
        })
    }

    fn take_frame(
        &mut self,
        frame: &Arc<RgbdFrame>,
    ) -> Result<Option<(World, Detections)>, PerceptionError> {
        let Some(state) = self.buffer.at(frame.stamp, &self.neck) else {
            return Err(PerceptionError::Frame(
                "no odometry, joints or localisation for its time".into(),
            ));
        };
        let rate = state.yaw_rate_rad_s.abs() + state.joint_rate_rad_s;
        let most = self.config.max_camera_rate_rad_s;
        if rate > most {
            return Ok(None);
        }
        let steadiness = 1.0 - 0.8 * (rate / most);
        let base_from_camera = self.camera.pose(&state.positions);
        let pose = map_from_camera(&state.map_from_base, &base_from_camera);
        let mut view = View::new(Arc::clone(frame), pose, steadiness, &self.config)?;
        let holding = self
            .gripper
            .and_then(|it| state.positions.get(it))
            .is_some_and(|it| (CLOSED_M..OPEN_M).contains(&(2.0 * it)));
        self.body.mark(
            &mut view,
            &state.map_from_base.to_isometry3(),
            &state.positions,
            holding,
        );
        let surfaces = surfaces::find(&view, &self.home, &self.config);
        let seen = self.detector.detect(&view, &surfaces)?;
        let persons = people::find(&view, &self.home);
        let persons = people::with_looks(&view, &self.home, persons, seen.people);
        let (world, items) = self.fusion.update(&view, &surfaces, seen.things, &persons);
        Ok(Some((
            world,
            Detections {
                frame: Arc::clone(frame),
                items,
            },
        )))
    }

    /// Reports a fault once, not with every frame.
    fn fault(&mut self, now: Stamp, error: &PerceptionError, out: &mut Outbox) {
        let text = error.to_string();
        if self.last_fault.as_ref() != Some(&text) {
            out.push(Message::Fault(Arc::new(Fault {
                stamp: now,
                node: self.name(),
                text: text.clone(),
            })));
            self.last_fault = Some(text);
        }
    }
}

impl Node for PerceptionNode {
    fn name(&self) -> &'static str {
        "perception"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[
            Topic::Rgbd,
            Topic::Odometry,
            Topic::JointStates,
            Topic::Localization,
            Topic::Queries,
        ]
    }

    fn latency_secs(&self) -> f64 {
        self.config.latency_secs
    }

    fn step(&mut self, now: Stamp, input: &Message, out: &mut Outbox) {
        match input {
            Message::Odometry(it) => self.buffer.add_odometry(*it),
            Message::JointStates(it) => self.buffer.add_joints(it),
            Message::Localization(it) => self.buffer.add_localization(*it),
            Message::Queries(queries) => {
                let asked = Asked::new(&queries.phrases);
                if let Err(error) = self.detector.look_for(asked.phrases()) {
                    self.fault(now, &error, out);
                }
                self.fusion.ask(asked);
            }
            Message::Rgbd(frame) => {
                match self.take_frame(frame) {
                    Ok(Some((world, detections))) => {
                        self.last_fault = None;
                        out.push(Message::World(Arc::new(world)));
                        out.push(Message::Detections(Arc::new(detections)));
                    }
                    // Blurred: nothing is learnt from it, but camera and perception live.
                    Ok(None) => {}
                    Err(error) => {
                        self.fault(now, &error, out);
                        return;
                    }
                }
                out.push(Message::Heartbeat(Heartbeat {
                    stamp: frame.stamp,
                    node: Watched::Perception,
                }));
            }
            _ => {}
        }
    }
}
