//! What comes from ROS: subscriptions, drained into Hearth's messages.
//!
//! r2r keeps ten messages a subscription and drops the *newest* when they are not taken. So the ROS thread takes
//! everything after each spin; of what is large or slow only the newest goes on, and the nodes' mailboxes keep
//! only the newest of it: a slow node never finds a stale frame.

mod voice;
mod words;

use super::roles::{Role, comes_in};
use super::sessions::Sessions;
use crate::convert::camera::FramePairer;
use crate::convert::sensors::JointCollector;
use crate::convert::{BadInput, localization, motion, safety, sensors, task, world};
use crate::qos;
use futures::{FutureExt, Stream, StreamExt};
use hearth_types::{EStop, Message, MotionGoal, Node, Stamp, Topic, Watched};
use r2r::hearth_interfaces::msg as own;
use r2r::{QosProfile, WrappedTypesupport, sensor_msgs};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// What a conversion gives: nothing, if it only remembers.
type Converted = Result<Option<Message>, BadInput>;
/// Hears what a poll brought.
pub type Sink<'a> = dyn FnMut(&str, Converted) + 'a;

type Poll = Box<dyn FnMut(Stamp, &mut Sink)>;

struct Inlet {
    topic: &'static str,
    poll: Poll,
}

/// All subscriptions of a process.
#[derive(Default)]
pub struct Inlets {
    inlets: Vec<Inlet>,
}

impl Inlets {
    /// Subscribes to what these nodes want from outside.
    ///
    /// # Errors
    /// What r2r says.
    pub fn subscribe(
        ros: &mut r2r::Node,
        roles: &[Role],
        nodes: &[&dyn Node],
        joints: &[String],
        gripper: &str,
        localized_by_tf: bool,
        sessions: &Arc<Sessions>,
    ) -> r2r::Result<Self> {
        let mut all = Self::default();
        let wants = |topic| comes_in(topic, roles, nodes);
        if wants(Topic::Rgbd) {
            all.camera(ros)?;
        }
        if wants(Topic::Scan) {
            all.newest(ros, "scan", qos::sensor(), |it, now| {
                sensors::scan(it, now).map(|it| Some(Message::Scan(Arc::new(it))))
            })?;
        }
        if wants(Topic::Odometry) {
            all.each(ros, "odom", qos::sensor(), |it, now| {
                sensors::odometry(&it, now).map(|it| Some(Message::Odometry(it)))
            })?;
        }
        if wants(Topic::Imu) {
            all.each(ros, "imu", qos::sensor(), |it, now| {
                sensors::imu(&it, now).map(|it| Some(Message::Imu(it)))
            })?;
        }
        if wants(Topic::JointStates) {
            let mut collector = JointCollector::new(joints.iter().cloned(), gripper);
            all.each(ros, "joint_states", qos::sensor(), move |it, now| {
                let whole = collector.take(&it, now)?;
                Ok(whole.map(|it| Message::JointStates(Arc::new(it))))
            })?;
        }
        if wants(Topic::World) {
            all.newest(ros, "world", qos::latched(), |it, now| {
                world::world(&it, now).map(|it| Some(Message::World(Arc::new(it))))
            })?;
        }
        if localized_by_tf {
            all.somebody_elses_localization(ros)?;
        } else if wants(Topic::Localization) {
            all.newest(ros, "localization", qos::reliable(), |it, now| {
                localization::localization(&it, now).map(|it| Some(Message::Localization(it)))
            })?;
        }
        if wants(Topic::PoseHint) {
            all.each(ros, "initialpose", qos::reliable(), |it, now| {
                sensors::pose_hint(&it, now).map(|it| Some(Message::PoseHint(it)))
            })?;
        }
        if wants(Topic::Utterance) {
            all.each(ros, "utterance", qos::reliable(), |it, now| {
                task::utterance(&it, now).map(|it| Some(Message::Utterance(Arc::new(it))))
            })?;
        }
        if wants(Topic::EStop) {
            all.stops(ros, "e_stop", Message::EStop)?;
        }
        if wants(Topic::SpokenStop) {
            all.stops(ros, "spoken_stop", Message::SpokenStop)?;
        }
        all.voice(ros, &wants)?;
        all.words_about_pictures(ros, &wants, sessions)?;
        all.between_planner_and_controller(ros, roles, &wants, sessions)?;
        Ok(all)
    }

    /// Where somebody else says that the robot is: on `/tf`, and how sure they are of it on `amcl_pose`, if they tell.
    fn somebody_elses_localization(&mut self, ros: &mut r2r::Node) -> r2r::Result<()> {
        let stds = Rc::new(Cell::new(localization::FOREIGN_STDS));
        let known = Rc::clone(&stds);
        self.each(ros, "amcl_pose", qos::latched(), move |it, _| {
            stds.set(sensors::pose_stds(&it, localization::FOREIGN_STDS));
            Ok(None)
        })?;
        self.each(
            ros,
            "/tf",
            qos::reliable().keep_last(100),
            move |it, now| {
                let found = localization::map_from_odom(&it, known.get(), now)?;
                Ok(found.map(Message::Localization))
            },
        )
    }

    fn between_planner_and_controller(
        &mut self,
        ros: &mut r2r::Node,
        roles: &[Role],
        wants: &dyn Fn(Topic) -> bool,
        sessions: &Arc<Sessions>,
    ) -> r2r::Result<()> {
        if wants(Topic::MotionRequest) {
            let sessions = Arc::clone(sessions);
            self.each(ros, "motion_request", qos::reliable(), move |it, now| {
                let mut request = motion::request(&it, now)?;
                sessions.planner.store(it.session, Ordering::Release);
                if it.abandoned {
                    sessions.abandoned.store(it.id, Ordering::Release);
                    request.goal = MotionGoal::Stop;
                }
                Ok(Some(Message::MotionRequest(Arc::new(request))))
            })?;
        }
        if wants(Topic::MotionReport) {
            let session = sessions.own;
            self.each(
                ros,
                "motion_report",
                qos::reliable(),
                move |it: own::MotionReport, _| {
                    // What an earlier start of this planner had asked for is none of its business.
                    if it.session != session {
                        return Ok(None);
                    }
                    motion::report(&it).map(|it| Some(Message::MotionReport(Arc::new(it))))
                },
            )?;
        }
        if !roles.contains(&Role::Controller) {
            let sessions = Arc::clone(sessions);
            self.newest(
                ros,
                "safety_status",
                qos::latched(),
                move |it: own::SafetyStatus, _| {
                    sessions
                        .gate
                        .store(u64::from(it.verdict), Ordering::Release);
                    Ok(None)
                },
            )?;
        }
        if !Role::BODY.iter().all(|it| roles.contains(it)) {
            let sessions = Arc::clone(sessions);
            self.each(
                ros,
                "heartbeat",
                qos::sensor(),
                move |it: own::Heartbeat, now| {
                    let heartbeat = safety::heartbeat(&it, now)?;
                    match heartbeat.node {
                        Watched::Controller => {
                            sessions.controller.store(it.session, Ordering::Release);
                        }
                        // A planner that was started anew knows nothing of the motion that its
                        // forerunner asked for.
                        Watched::Planner => {
                            let asked = sessions.planner.load(Ordering::Acquire);
                            if asked != 0 && asked != it.session {
                                sessions.planner.store(it.session, Ordering::Release);
                                return Ok(Some(super::stop_request(now)));
                            }
                        }
                        Watched::Perception => {}
                    }
                    Ok(Some(Message::Heartbeat(heartbeat)))
                },
            )?;
        }
        Ok(())
    }

    /// A stop is heard from whoever publishes it, latched or not: once for what comes, once for what a latching
    /// publisher said before.
    fn stops(
        &mut self,
        ros: &mut r2r::Node,
        topic: &'static str,
        message: fn(EStop) -> Message,
    ) -> r2r::Result<()> {
        for profile in [qos::reliable(), qos::latched()] {
            self.each(ros, topic, profile, move |it, now| {
                Ok(Some(message(safety::e_stop(&it, now))))
            })?;
        }
        Ok(())
    }

    fn camera(&mut self, ros: &mut r2r::Node) -> r2r::Result<()> {
        let pairer = Rc::new(RefCell::new(FramePairer::default()));
        let image = "sensor_msgs/msg/Image";
        let info_pairer = Rc::clone(&pairer);
        self.newest(
            ros,
            "camera/color/camera_info",
            qos::sensor(),
            move |it: sensor_msgs::msg::CameraInfo, _| {
                info_pairer.borrow_mut().take_info(&it).map(|()| None)
            },
        )?;
        let colour_pairer = Rc::clone(&pairer);
        let colour = ros.subscribe_raw("camera/color/image_raw", image, qos::sensor())?;
        self.raw("camera/color/image_raw", colour, move |bytes, now| {
            let frame = colour_pairer.borrow_mut().take_colour(bytes, now)?;
            Ok(frame.map(|it| Message::Rgbd(Arc::new(it))))
        });
        let depth = ros.subscribe_raw("camera/depth/image_rect_raw", image, qos::sensor())?;
        self.raw("camera/depth/image_rect_raw", depth, move |bytes, now| {
            let frame = pairer.borrow_mut().take_depth(bytes, now)?;
            Ok(frame.map(|it| Message::Rgbd(Arc::new(it))))
        });
        Ok(())
    }

    /// Every message counts.
    pub fn each<T: WrappedTypesupport + 'static>(
        &mut self,
        ros: &mut r2r::Node,
        topic: &'static str,
        profile: QosProfile,
        mut convert: impl FnMut(T, Stamp) -> Converted + 'static,
    ) -> r2r::Result<()> {
        let mut stream = ros.subscribe::<T>(topic, profile)?;
        let poll = move |now: Stamp, sink: &mut Sink| {
            while let Some(message) = ready(&mut stream) {
                sink(topic, convert(message, now));
            }
        };
        self.inlets.push(Inlet {
            topic,
            poll: Box::new(poll),
        });
        Ok(())
    }

    /// Of several that wait, the newest counts.
    fn newest<T: WrappedTypesupport + 'static>(
        &mut self,
        ros: &mut r2r::Node,
        topic: &'static str,
        profile: QosProfile,
        convert: impl FnMut(T, Stamp) -> Converted + 'static,
    ) -> r2r::Result<()> {
        let stream = ros.subscribe::<T>(topic, profile)?;
        self.raw(topic, stream, convert);
        Ok(())
    }

    fn raw<T: 'static>(
        &mut self,
        topic: &'static str,
        mut stream: impl Stream<Item = T> + Unpin + 'static,
        mut convert: impl FnMut(T, Stamp) -> Converted + 'static,
    ) {
        let poll = move |now: Stamp, sink: &mut Sink| {
            let mut newest = None;
            while let Some(message) = ready(&mut stream) {
                newest = Some(message);
            }
            if let Some(message) = newest {
                sink(topic, convert(message, now));
            }
        };
        self.inlets.push(Inlet {
            topic,
            poll: Box::new(poll),
        });
    }

    /// The topics that are listened to.
    pub fn topics(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.inlets.iter().map(|it| it.topic)
    }

    /// Takes everything that has come.
    pub fn poll(&mut self, now: Stamp, sink: &mut Sink) {
        for inlet in &mut self.inlets {
            (inlet.poll)(now, sink);
        }
    }
}

/// What a stream has ready, if anything.
pub fn ready<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> Option<T> {
    stream.next().now_or_never().flatten()
}
