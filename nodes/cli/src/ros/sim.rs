//! The simulated flat as a robot on ROS 2.

use super::log;
use super::node::beside;
use crate::body::Live;
use crate::robot::Robot;
use clap::Args;
use hearth_ros::config::RosConfig;
use hearth_ros::parameters::Parameters;
use hearth_ros::simulated::{self, Names, Obeys};
use hearth_runtime::config::load_home;
use hearth_types::Message;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// `hearth-ros sim`
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// On ROS 2; the only way for now (`hearth demo` runs the flat without).
    #[arg(long, required = true)]
    ros: bool,
    /// Which flat: what stands where.
    #[arg(long, value_name = "N", default_value_t = 7)]
    seed: u64,
    /// Puts things where a story needs them: "on(OBJECT, PLACE) …".
    #[arg(long, value_name = "PREDICATES", default_value = "")]
    setup: String,
    /// The robot's parameters.
    #[arg(long, value_name = "FILE", default_value = "launch/config/ember.yaml")]
    config: PathBuf,
    /// Rooms, places, things and people.
    #[arg(long, value_name = "FILE", default_value = "launch/config/home.yaml")]
    home: PathBuf,
}

/// Runs until the end is wanted.
pub(super) fn run(root: &Path, arguments: &Arguments, ending: &AtomicBool) -> anyhow::Result<()> {
    let _ = log();
    let parameters = Parameters::load(&beside(root, &arguments.config), &[])?;
    let params = parameters.params().map_err(anyhow::Error::msg)?;
    let home = Arc::new(load_home(&beside(root, &arguments.home))?);
    let robot = Robot::with(root.to_owned(), params, home)?;
    let mut sim = RosSim::open(&robot, arguments.seed, &arguments.setup)?;
    tracing::info!("the flat of seed {} is a robot on ROS now", arguments.seed);
    while !ending.load(Ordering::Acquire) {
        sim.spin();
    }
    sim.end();
    Ok(())
}

/// The flat as a robot: obeys and senses on ROS, while the oracle can be asked.
pub struct RosSim {
    live: Arc<Live>,
    obeys: Obeys,
    publishing: Option<JoinHandle<()>>,
    ending: Arc<AtomicBool>,
}

impl RosSim {
    /// Opens the flat of `seed`.
    ///
    /// # Errors
    /// A setup that cannot be, a simulator that does not start, what ROS says.
    pub fn open(robot: &Robot, seed: u64, setup: &str) -> anyhow::Result<Self> {
        let makings = &robot.makings;
        let config: RosConfig = makings.params.section("ros")?;
        let perception: hearth_perception::Config = makings.params.section("perception")?;
        let names = Names {
            joints: makings
                .model
                .actuated()
                .iter()
                .map(|it| it.name.clone())
                .collect(),
            gripper: makings.roles.gripper_joint.clone(),
            laser: makings.roles.laser_link.clone(),
            imu: makings.roles.imu_link.clone(),
            camera: perception.camera_frame,
        };
        let (obeys, mut senses) = simulated::create("sim", &config, &names)?;
        let live = Arc::new(Live::open(robot, seed, setup, Vec::new(), Vec::new())?);
        let ending = Arc::new(AtomicBool::new(false));
        let (source, end) = (Arc::clone(&live), Arc::clone(&ending));
        let publishing = std::thread::Builder::new()
            .name("hearth-senses".into())
            .spawn(move || {
                while !end.load(Ordering::Acquire) {
                    source.threaded().wait(Duration::from_millis(50));
                    for message in source.threaded().messages() {
                        if let Message::Fault(it) = &message {
                            tracing::warn!("{}: {}", it.node, it.text);
                        }
                        if let Err(error) = senses.publish(&message) {
                            tracing::error!("a sensor's message was not sent: {error}");
                        }
                    }
                }
            })?;
        Ok(Self {
            live,
            obeys,
            publishing: Some(publishing),
            ending,
        })
    }

    /// The flat.
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// \[m/s\], \[rad/s\] What the wheels were told last.
    pub fn velocity(&self) -> (f64, f64) {
        self.obeys.velocity()
    }

    /// Listens for a moment, and obeys.
    pub fn spin(&mut self) {
        if let Some(frame) = self.obeys.spin(self.live.threaded().now()) {
            self.live.threaded().inject(&Message::Actuators(frame));
        }
    }

    /// Stops the robot; nothing is published any more.
    pub fn end(&mut self) {
        self.live.threaded().halt();
        self.ending.store(true, Ordering::Release);
        if let Some(publishing) = self.publishing.take() {
            let _ = publishing.join();
        }
    }
}

impl Drop for RosSim {
    fn drop(&mut self) {
        self.end();
    }
}
