//! A robot in the flat, driven by hand.
#![allow(dead_code, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_runtime::config::load_home;
use hearth_runtime::{Outbox, Plant};
use hearth_sim::oracle::{Oracle, Predicate};
use hearth_sim::scene::{PlacedObject, PlacedPerson, SceneRules};
use hearth_sim::sdf::SdfWorld;
use hearth_sim::{Scene, SimConfig, Simulation};
use hearth_types::{
    ActuatorFrame, Home, Isometry3, JointTarget, MAX_JOINTS, Message, Pose2, Stamp, Vector3,
};
use hearth_urdf::RobotModel;
use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

pub fn ember() -> RobotModel {
    let text = std::fs::read_to_string(root().join("urdf/ember/ember.urdf")).unwrap();
    RobotModel::parse(&text, "ember.urdf").unwrap().0
}

pub fn flat() -> SdfWorld {
    SdfWorld::from_file(&root().join("sim/worlds/apartment.sdf")).unwrap()
}

pub fn home() -> Home {
    load_home(&root().join("launch/config/home.yaml")).unwrap()
}

pub fn rules() -> SceneRules {
    SceneRules::from_file(&root().join("sim/worlds/scenes.yaml")).unwrap()
}

/// A room with walls at x = 3 and y = 2, a table and a can on it.
pub const ROOM: &str = r#"<sdf version="1.9"><world name="room">
<model name="walls"><static>true</static><link name="l">
 <collision name="ahead"><pose>3.05 0 1 0 0 0</pose><geometry><box><size>0.1 6 2</size></box></geometry></collision>
 <collision name="left"><pose>0 2.05 1 0 0 0</pose><geometry><box><size>6 0.1 2</size></box></geometry></collision>
</link></model>
<model name="table"><static>true</static><pose>1.5 -1 0 0 0 0</pose><link name="l">
 <collision name="top"><pose>0 0 0.35 0 0 0</pose><geometry><box><size>0.6 0.6 0.7</size></box></geometry></collision>
</link></model>
<model name="can"><link name="l">
 <inertial><mass>0.5</mass><pose>0 0 0.06 0 0 0</pose></inertial>
 <collision name="c"><pose>0 0 0.06 0 0 0</pose><geometry><cylinder><radius>0.033</radius><length>0.12</length></cylinder></geometry></collision>
</link></model>
<model name="mia"><static>true</static><link name="l">
 <collision name="c"><pose>0 0 0.8 0 0 0</pose><geometry><cylinder><radius>0.15</radius><length>1.6</length></cylinder></geometry></collision>
</link></model>
</world></sdf>"#;

/// The robot with its hands on the controls.
pub struct Stage {
    pub simulation: Simulation,
    pub robot: RobotModel,
    pub frame: ActuatorFrame,
    pub messages: Vec<Message>,
}

impl Stage {
    /// In [`ROOM`]: the robot at the origin, the can where given, mia where given.
    pub fn room(can: Option<Vector3>, mia: Option<Pose2>, joints: &[(&str, f64)]) -> Self {
        let world = SdfWorld::from_text(ROOM, "room.sdf").unwrap();
        let mut scene = Scene::default();
        if let Some(at) = can {
            let map_from_model = Isometry3::translation(at.x, at.y, at.z);
            scene.objects.push(PlacedObject {
                model: "can".to_owned(),
                map_from_model,
                place: None,
            });
        }
        match mia {
            Some(map_from_person) => {
                scene.people.push(PlacedPerson {
                    model: "mia".to_owned(),
                    map_from_person,
                });
                scene.commander = Some("mia".to_owned());
            }
            None => {
                scene.absent.insert("mia".to_owned());
            }
        }
        Self::new(&world, scene, joints, false)
    }

    pub fn new(world: &SdfWorld, scene: Scene, joints: &[(&str, f64)], camera: bool) -> Self {
        let robot = ember();
        let config = SimConfig {
            camera,
            seed: scene.seed,
            initial_joints: joints
                .iter()
                .map(|(name, it)| ((*name).to_owned(), *it))
                .collect(),
            ..SimConfig::default()
        };
        let simulation = Simulation::new(&config, &robot, world, scene).unwrap();
        let frame = ActuatorFrame {
            stamp: Stamp::ZERO,
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
            joints: [None; MAX_JOINTS],
        };
        Self {
            simulation,
            robot,
            frame,
            messages: Vec::new(),
        }
    }

    /// Sets a joint's target.
    pub fn joint(&mut self, name: &str, position: f64, max_effort: Option<f64>) {
        let index = self.robot.joint_index(name).unwrap();
        self.frame.joints[index] = Some(JointTarget {
            position,
            velocity: 0.0,
            max_effort,
        });
    }

    /// Moves a joint there at constant speed over `secs`.
    pub fn move_joint(&mut self, name: &str, from: f64, to: f64, secs: f64) {
        let index = self.robot.joint_index(name).unwrap();
        let steps = (secs / 0.004) as usize;
        for step in 1..=steps {
            let position = from + (to - from) * step as f64 / steps as f64;
            let velocity = (to - from) / secs;
            self.frame.joints[index] = Some(JointTarget {
                position,
                velocity,
                max_effort: None,
            });
            self.run(0.004);
        }
        self.joint(name, to, None);
    }

    /// Lets time pass, as the gate does: a frame every 4 ms.
    pub fn run(&mut self, secs: f64) {
        let end = self.simulation.now().plus_secs(secs);
        let mut out = Outbox::new();
        while self.simulation.now() < end {
            self.simulation.actuate(&self.frame);
            let next = self.simulation.now().plus_secs(0.004).min(end);
            self.simulation.advance(next, &mut out);
            self.messages.extend(out.drain());
        }
    }

    pub fn holds(&self, home: &Home, predicate: &str) -> bool {
        let oracle = Oracle::new(&self.simulation, home);
        let all = Predicate::parse_all(predicate).unwrap();
        all.iter().all(|it| {
            let judgement = oracle.judge(it);
            println!("{it}: {:?} ({})", judgement.holds, judgement.text);
            judgement.holds == Some(true)
        })
    }

    pub fn can_height_m(&self, home: &Home) -> f64 {
        Oracle::new(&self.simulation, home)
            .object_in_map("can")
            .unwrap()
            .translation
            .z
    }
}

/// The arm stretched forwards, the gripper open; the lift is set to the can's height.
const STRETCHED: [(&str, f64); 5] = [
    ("shoulder_joint", -0.9),
    ("elbow_joint", 0.9),
    ("wrist_yaw_joint", 0.0),
    ("left_finger_joint", 0.05),
    ("lift_joint", 0.87),
];

impl Stage {
    /// The can stands on a narrow table of 0.7 m, between the open fingers; mia, if she is there,
    /// `mia_beyond_m` beyond it. Returns the lift's position too.
    pub fn at_the_can(mia_beyond_m: Option<f64>) -> (Self, f64) {
        let robot = ember();
        let chain = robot.chain("base_link", "gripper_centre").unwrap();
        let mut joints = STRETCHED;
        let at = {
            let position =
                |name: &str| joints.iter().find(|it| it.0 == name).map_or(0.0, |it| it.1);
            let names = chain
                .joints()
                .iter()
                .map(|it| robot.actuated()[*it].name.as_str());
            chain
                .pose(&names.map(position).collect::<Vec<_>>())
                .translation
                .vector
        };
        // The gripper at half of the can's height.
        joints[4].1 -= at.z - 0.76;
        let lift = joints[4].1;
        let text = ROOM.replace("1.5 -1 0 0 0 0", &format!("{} {} 0 0 0 0", at.x, at.y));
        let text = text.replace("0.6 0.6 0.7<", "0.1 0.1 0.7<");
        let world = SdfWorld::from_text(&text, "room.sdf").unwrap();
        let mut scene = Scene::default();
        let map_from_model = Isometry3::translation(at.x, at.y, 0.701);
        scene.objects.push(PlacedObject {
            model: "can".to_owned(),
            map_from_model,
            place: None,
        });
        match mia_beyond_m {
            Some(gap_m) => {
                let map_from_person = Pose2::new(at.x + gap_m, at.y, std::f64::consts::PI);
                scene.people.push(PlacedPerson {
                    model: "mia".to_owned(),
                    map_from_person,
                });
                scene.commander = Some("mia".to_owned());
            }
            None => {
                scene.absent.insert("mia".to_owned());
            }
        }
        (Self::new(&world, scene, &joints, false), lift)
    }

    /// Closes the gripper on the can and lifts it by `height_m`.
    pub fn pick_the_can(&mut self, lift: f64, height_m: f64) {
        self.joint("left_finger_joint", 0.0, Some(15.0));
        self.run(1.0);
        self.move_joint("lift_joint", lift, lift + height_m, height_m / 0.13);
    }
}

impl Stage {
    /// \[N m\] or \[N\] What the arm's motors exert, averaged over the last moments.
    pub fn arm_torque(&self) -> Vec<f64> {
        let last: Vec<_> = self
            .messages
            .iter()
            .rev()
            .filter_map(|it| match it {
                Message::JointStates(joints) => Some(joints.effort[..5].to_vec()),
                _ => None,
            })
            .take(10)
            .collect();
        (0..5)
            .map(|joint| last.iter().map(|it| it[joint]).sum::<f64>() / last.len() as f64)
            .collect()
    }
}
