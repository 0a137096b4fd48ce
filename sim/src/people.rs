//! People who take what is held out to them, by pulling, as a hand does.
//!
//! A thing that the robot alone holds, within reach of a person and still for a moment, is pulled
//! towards that person's hand with a bounded spring force. If the robot lets go, the person keeps
//! it there. Nothing is teleported: a robot that does not let go keeps the thing.

use crate::config::PeopleConfig;
use hearth_types::{Point2, Point3, Vector3};

/// A person's torso: where they reach from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Torso {
    /// The person's id.
    pub person: String,
    /// In the plane.
    pub position_in_map: Point2,
    /// Where their hand is, if they have one.
    pub hand_in_map: Option<Point3>,
}

/// What the people see of one thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thing {
    pub mass_kg: f64,
    pub centre_in_map: Point3,
    pub velocity_m_s: Vector3,
    /// Whether the robot touches it.
    pub touches_robot: bool,
    /// Whether both of the robot's fingers touch it.
    pub in_gripper: bool,
    /// Whether it touches anything else: then it is not held out, it stands somewhere.
    pub supported: bool,
}

#[derive(Clone, Debug)]
enum Grip {
    /// Held out, for so many seconds.
    Offered { torso: usize, secs: f64 },
    /// Pulled towards the hand.
    Pulled {
        torso: usize,
        hand_in_map: Point3,
        free_secs: f64,
    },
    /// The person has it.
    Kept { torso: usize, hand_in_map: Point3 },
}

/// All people together.
#[derive(Clone, Debug)]
pub(crate) struct People {
    config: PeopleConfig,
    torsos: Vec<Torso>,
    grips: Vec<Option<Grip>>,
}

/// \[N/m\] Of a hand.
const SPRING_N_M: f64 = 200.0;
/// \[s\] Free of the robot for so long is taken.
const TAKEN_AFTER_SECS: f64 = 0.3;
/// \[N\] A hand that holds something is firmer than one that tugs at what someone else holds.
const HOLD_N: f64 = 25.0;

impl People {
    /// People, and how many things there are.
    pub fn new(config: PeopleConfig, torsos: Vec<Torso>, things: usize) -> Self {
        Self {
            config,
            torsos,
            grips: vec![None; things],
        }
    }

    /// Who has taken the thing.
    pub fn keeper(&self, thing: usize) -> Option<&str> {
        match self.grips.get(thing) {
            Some(Some(Grip::Kept { torso, .. })) => {
                self.torsos.get(*torso).map(|it| it.person.as_str())
            }
            _ => None,
        }
    }

    /// Whether anybody has a hand on the thing.
    pub fn has_hand_on(&self, thing: usize) -> bool {
        matches!(
            self.grips.get(thing),
            Some(Some(Grip::Kept { .. } | Grip::Pulled { .. }))
        )
    }

    /// \[N\] The force on a thing for the next `secs`, in `map`.
    pub fn force(&mut self, thing: usize, state: &Thing, secs: f64) -> Vector3 {
        let Some(grip) = self.grips.get(thing) else {
            return Vector3::zeros();
        };
        let next = self.next(grip.clone(), state, secs);
        let force = match &next {
            Some(Grip::Pulled {
                hand_in_map,
                free_secs,
                ..
            }) => {
                // What is free already must not fall between two hands.
                let carried = if *free_secs > 0.0 {
                    weight(state)
                } else {
                    Vector3::zeros()
                };
                carried + bounded(spring(state, hand_in_map), self.config.pull_n)
            }
            Some(Grip::Kept { hand_in_map, .. }) => {
                weight(state) + bounded(spring(state, hand_in_map), HOLD_N)
            }
            _ => Vector3::zeros(),
        };
        if let Some(grip) = self.grips.get_mut(thing) {
            *grip = next;
        }
        force
    }

    fn next(&self, grip: Option<Grip>, state: &Thing, secs: f64) -> Option<Grip> {
        match grip {
            Some(Grip::Kept { .. }) => grip,
            Some(Grip::Pulled {
                torso,
                hand_in_map,
                free_secs,
            }) => {
                let free_secs = if state.touches_robot {
                    0.0
                } else {
                    free_secs + secs
                };
                if free_secs >= TAKEN_AFTER_SECS {
                    return Some(Grip::Kept { torso, hand_in_map });
                }
                // Taken away again by the robot, or put down: let go.
                let lost =
                    state.supported || self.distance_m(torso, state) > self.config.reach_m + 0.25;
                (!lost).then_some(Grip::Pulled {
                    torso,
                    hand_in_map,
                    free_secs,
                })
            }
            Some(Grip::Offered { torso, secs: since }) => {
                if !self.is_offered(torso, state) {
                    return None;
                }
                let since = since + secs;
                if since < self.config.patience_secs {
                    return Some(Grip::Offered { torso, secs: since });
                }
                let hand_in_map = self.hand(torso, state);
                Some(Grip::Pulled {
                    torso,
                    hand_in_map,
                    free_secs: 0.0,
                })
            }
            None => {
                if !state.in_gripper {
                    return None;
                }
                let nearest = (0..self.torsos.len())
                    .filter(|torso| self.is_offered(*torso, state))
                    .min_by(|a, b| {
                        self.distance_m(*a, state)
                            .total_cmp(&self.distance_m(*b, state))
                    })?;
                Some(Grip::Offered {
                    torso: nearest,
                    secs: 0.0,
                })
            }
        }
    }

    fn is_offered(&self, torso: usize, state: &Thing) -> bool {
        state.in_gripper
            && !state.supported
            && state.velocity_m_s.norm() < self.config.still_m_s
            && (self.config.lowest_m..=self.config.highest_m).contains(&state.centre_in_map.z)
            && self.distance_m(torso, state) <= self.config.reach_m
    }

    fn distance_m(&self, torso: usize, state: &Thing) -> f64 {
        let Some(torso) = self.torsos.get(torso) else {
            return f64::INFINITY;
        };
        (state.centre_in_map.xy() - torso.position_in_map).norm()
    }

    /// Where the person pulls the thing to: their hand, drawn back a little; without one, before
    /// their body on the thing's side.
    fn hand(&self, torso: usize, state: &Thing) -> Point3 {
        let torso = &self.torsos[torso];
        let from = torso.position_in_map;
        let (direction, height_m) = match torso.hand_in_map {
            Some(hand) => (hand.xy() - from, hand.z + 0.04),
            None => (
                state.centre_in_map.xy() - from,
                state.centre_in_map.z + 0.03,
            ),
        };
        let towards = direction
            .try_normalize(1e-6)
            .unwrap_or_else(nalgebra::Vector2::x);
        let at = from + towards * self.config.hold_m;
        Point3::new(at.x, at.y, height_m)
    }
}

fn weight(state: &Thing) -> Vector3 {
    Vector3::new(0.0, 0.0, 9.81 * state.mass_kg)
}

fn spring(state: &Thing, hand_in_map: &Point3) -> Vector3 {
    let damping = 2.0 * (SPRING_N_M * state.mass_kg).sqrt();
    (hand_in_map - state.centre_in_map) * SPRING_N_M - state.velocity_m_s * damping
}

fn bounded(force: Vector3, most_n: f64) -> Vector3 {
    let size = force.norm();
    if size > most_n {
        force * (most_n / size)
    } else {
        force
    }
}

#[cfg(test)]
mod tests {
    use super::{People, Thing, Torso};
    use crate::config::PeopleConfig;
    use hearth_types::{Point2, Point3, Vector3};

    fn people() -> People {
        let torso = Torso {
            person: "mia".to_owned(),
            position_in_map: Point2::new(1.0, 0.0),
            hand_in_map: None,
        };
        People::new(PeopleConfig::default(), vec![torso], 1)
    }

    fn held_out() -> Thing {
        Thing {
            mass_kg: 0.3,
            centre_in_map: Point3::new(0.4, 0.0, 0.9),
            velocity_m_s: Vector3::zeros(),
            touches_robot: true,
            in_gripper: true,
            supported: false,
        }
    }

    fn pull_after(people: &mut People, thing: &Thing, secs: f64) -> f64 {
        let mut force = Vector3::zeros();
        for _ in 0..(secs / 0.002) as usize {
            force = people.force(0, thing, 0.002);
        }
        force.norm()
    }

    #[test]
    fn pulls_with_bounded_force_at_what_is_held_out_and_keeps_it_when_released() {
        let mut people = people();
        let patience_secs = PeopleConfig::default().patience_secs;
        assert_eq!(
            pull_after(&mut people, &held_out(), patience_secs - 0.1),
            0.0
        );
        let pull_n = pull_after(&mut people, &held_out(), 0.4);
        assert!(pull_n > 3.0 && pull_n <= 8.0, "{pull_n} N");
        assert_eq!(people.keeper(0), None);

        let free = Thing {
            touches_robot: false,
            in_gripper: false,
            ..held_out()
        };
        pull_after(&mut people, &free, 0.5);
        assert_eq!(people.keeper(0), Some("mia"));
    }

    #[test]
    fn leaves_alone_what_stands_on_a_table_or_is_carried_past_or_out_of_reach() {
        for thing in [
            Thing {
                supported: true,
                ..held_out()
            },
            Thing {
                velocity_m_s: Vector3::new(0.3, 0.0, 0.0),
                ..held_out()
            },
            Thing {
                centre_in_map: Point3::new(0.1, 0.0, 0.9),
                ..held_out()
            },
            Thing {
                in_gripper: false,
                touches_robot: false,
                ..held_out()
            },
        ] {
            assert_eq!(pull_after(&mut people(), &thing, 2.0), 0.0, "{thing:?}");
        }
    }
}
