//! Who touches whom, and how hard. Read between a step's collision detection and its solution, so
//! that speeds are those with which things meet.

use crate::model::{Built, Owner};
use hearth_types::Vector3;
use mujoco_rs::prelude::{MjData, MjModel, MjtObjBase};
use std::collections::BTreeMap;
use std::sync::Arc;

type Data = MjData<Arc<MjModel>>;

/// What one thing touches at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touch {
    /// Bit i: the robot's ith finger.
    pub fingers: u8,
    /// Any part of the robot.
    pub robot: bool,
    /// Furniture or the floor, directly. People are none: a hand may touch what it takes.
    pub fixture: bool,
    /// Another thing.
    pub object: bool,
}

/// A meeting of the robot with something that does not move away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bump {
    /// Index into [`Built::statics`].
    pub with: usize,
    /// \[m/s\] Normal speed.
    pub speed_m_s: f64,
}

/// Looks at all contacts; `touches` has one entry a thing.
pub(crate) fn look(data: &Data, built: &Built, touches: &mut [Touch], bumps: &mut Vec<Bump>) {
    touches.fill(Touch::default());
    bumps.clear();
    for contact in data.contact() {
        let [a, b] = contact.geom;
        let (Some(a_owner), Some(b_owner)) = (
            usize::try_from(a)
                .ok()
                .and_then(|it| built.owner_of_geom.get(it)),
            usize::try_from(b)
                .ok()
                .and_then(|it| built.owner_of_geom.get(it)),
        ) else {
            continue;
        };
        for (one, other, geom) in [(a_owner, b_owner, b), (b_owner, a_owner, a)] {
            match *one {
                Owner::Object(object) => note(&mut touches[object], *other, built),
                Owner::Static(with) if is_robot(*other) => {
                    let body = built.model.geom_bodyid()[geom as usize] as usize;
                    let normal = Vector3::new(contact.frame[0], contact.frame[1], contact.frame[2]);
                    let point = Vector3::from(contact.pos);
                    let speed_m_s = velocity_at(data, body, &point).dot(&normal).abs();
                    bumps.push(Bump { with, speed_m_s });
                }
                _ => {}
            }
        }
    }
}

fn is_robot(owner: Owner) -> bool {
    matches!(owner, Owner::RobotBody | Owner::Wheel | Owner::Finger(_))
}

fn note(touch: &mut Touch, other: Owner, built: &Built) {
    match other {
        Owner::Finger(finger) => {
            touch.robot = true;
            touch.fingers |= 1 << finger.min(7);
        }
        Owner::RobotBody | Owner::Wheel => touch.robot = true,
        Owner::Floor => touch.fixture = true,
        Owner::Static(index) => touch.fixture |= !built.is_person[index],
        Owner::Object(_) => touch.object = true,
    }
}

/// \[m/s\] Velocity of the body's material at a point, in `map`.
pub(crate) fn velocity_at(data: &Data, body: usize, point_in_map: &Vector3) -> Vector3 {
    // Rotation first, both along the map's axes, at the body's frame.
    let v = data.object_velocity(MjtObjBase::mjOBJ_XBODY, body, false);
    let lever = point_in_map - Vector3::from(data.xpos()[body]);
    Vector3::new(v[3], v[4], v[5]) + Vector3::new(v[0], v[1], v[2]).cross(&lever)
}

/// Contacts apart by less than this are one episode.
const EPISODE_GAP_SECS: f64 = 0.5;

/// One meeting from first to last touch.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactEpisode {
    /// The static model that was met.
    pub with: String,
    /// Whether it is a person.
    pub is_person: bool,
    /// \[s\] Simulated time of the first touch.
    pub first_secs: f64,
    /// \[s\] Of the last.
    pub last_secs: f64,
    /// \[m/s\] Largest normal speed.
    pub speed_m_s: f64,
}

/// All meetings of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContactLog {
    pub episodes: Vec<ContactEpisode>,
    open: BTreeMap<usize, usize>,
}

impl ContactLog {
    /// Takes what [`look`] found at a time.
    pub fn note(&mut self, now_secs: f64, bumps: &[Bump], name: impl Fn(usize) -> (String, bool)) {
        for bump in bumps {
            let open = self
                .open
                .get(&bump.with)
                .and_then(|it| self.episodes.get_mut(*it));
            match open {
                Some(episode) if now_secs - episode.last_secs < EPISODE_GAP_SECS => {
                    episode.last_secs = now_secs;
                    episode.speed_m_s = episode.speed_m_s.max(bump.speed_m_s);
                }
                _ => {
                    let (with, is_person) = name(bump.with);
                    self.open.insert(bump.with, self.episodes.len());
                    self.episodes.push(ContactEpisode {
                        with,
                        is_person,
                        first_secs: now_secs,
                        last_secs: now_secs,
                        speed_m_s: bump.speed_m_s,
                    });
                }
            }
        }
    }
}
