//! A small flat, a toy controller and a toy camera, for stories about the planner.
//!
//! The toy follows simple rules: motions take a second; what the camera points at from near is
//! seen, what is gone is noticed; the gripper takes what the script lets it take.

#![allow(dead_code)]

mod flat;

pub use flat::flat;
use hearth_planner::{Config, PlannerNode};
use hearth_types::*;
use std::collections::VecDeque;
use std::sync::Arc;

/// A thing as it truly is.
#[derive(Clone, Debug)]
pub struct Thing {
    pub item: &'static str,
    pub at: Point3,
    pub place: Option<&'static str>,
    /// How sure the camera is of its name; and from a second look on.
    pub sure: [f64; 2],
    /// What it shows, where it is not in the catalogue or not of that colour.
    pub colour: Option<BasicColour>,
    /// How well phrases describe it; others hardly do.
    pub phrases: Vec<(&'static str, f64)>,
}

/// What is seen of a person.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub posture: Posture,
    pub gesture: Option<(Gesture, f64)>,
    pub shirt: Option<BasicColour>,
}

/// What the next grasp does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grip {
    Takes,
    Misses,
    /// The controller believes that it holds something, but the fingers are closed.
    HoldsNothing,
    /// Reports success with something in the gripper, but the thing still stands there.
    TakesAir,
}

pub struct Toy {
    pub node: PlannerNode,
    pub home: Arc<Home>,
    pub now: Stamp,
    pub base: Pose2,
    pub things: Vec<Thing>,
    pub people: Vec<(&'static str, Point2)>,
    /// How people look; standing, with nothing else to tell, where nothing is said.
    pub looks: Vec<(&'static str, Seen)>,
    /// Whether perception can tell how well phrases match.
    pub has_model: bool,
    pub queries: Vec<Vec<String>>,
    pub questions: Vec<VisualQuestion>,
    pub held: Option<Thing>,
    pub grips: VecDeque<Grip>,
    pub blocked: Vec<&'static str>,
    pub full: Vec<&'static str>,
    pub takes_offers: bool,
    pub place_falls: bool,
    /// The next drive with something in the gripper loses it.
    pub drops_once: bool,
    pub said: Vec<String>,
    pub events: Vec<TaskEvent>,
    pub requests: Vec<MotionRequest>,
    running: Option<(Stamp, MotionRequest)>,
    look: Option<Point3>,
    world: World,
    looks_at: Vec<(String, u32)>,
}

impl Toy {
    pub fn new() -> Self {
        Self::with(Config::default())
    }

    pub fn with(config: Config) -> Self {
        let home = Arc::new(flat());
        let node = PlannerNode::new(home.clone(), config);
        Self {
            node: node.unwrap(),
            base: home.start_in_map,
            home,
            now: Stamp::ZERO,
            things: Vec::new(),
            people: vec![("anna", Point2::new(1.5, 0.0))],
            looks: Vec::new(),
            has_model: false,
            queries: Vec::new(),
            questions: Vec::new(),
            held: None,
            grips: VecDeque::new(),
            blocked: Vec::new(),
            full: Vec::new(),
            takes_offers: true,
            place_falls: false,
            drops_once: false,
            said: Vec::new(),
            events: Vec::new(),
            requests: Vec::new(),
            running: None,
            look: None,
            world: World::default(),
            looks_at: Vec::new(),
        }
    }

    pub fn put(mut self, item: &'static str, place: &'static str) -> Self {
        let area = self.home.place(place).unwrap().surfaces[0];
        let beside = self
            .things
            .iter()
            .filter(|it| it.place == Some(place))
            .count() as f64;
        let centre = area.area.centre_in_map;
        self.things.push(Thing {
            item,
            at: Point3::new(centre.x_m, centre.y_m + 0.3 * beside, area.height_m + 0.04),
            place: Some(place),
            sure: [0.9, 0.9],
            colour: None,
            phrases: Vec::new(),
        });
        self
    }

    /// Something that the catalogue does not know.
    pub fn put_odd(
        self,
        name: &'static str,
        place: &'static str,
        colour: BasicColour,
        phrases: &[(&'static str, f64)],
    ) -> Self {
        let mut toy = self.put(name, place);
        if let Some(thing) = toy.things.last_mut() {
            thing.colour = Some(colour);
            thing.phrases = phrases.to_vec();
        }
        toy.has_model = true;
        toy
    }

    /// What the evidence of ended steps says, with the frames.
    pub fn evidence(&self, skill: &str) -> Vec<Evidence> {
        let mut plan: Vec<PlanStep> = Vec::new();
        let mut found = Vec::new();
        for event in &self.events {
            match event {
                TaskEvent::Planned { steps, .. } => plan.clone_from(steps),
                TaskEvent::Step {
                    index,
                    state: StepState::Succeeded(evidence),
                    ..
                } if plan.get(*index).is_some_and(|it| it.skill == skill) => {
                    found.push(evidence.clone());
                }
                _ => {}
            }
        }
        found
    }

    fn matches(&self, phrases: &[(&'static str, f64)]) -> Vec<PhraseMatch> {
        let wanted = self.queries.last().filter(|_| self.has_model);
        let each = wanted.into_iter().flatten().map(|phrase| PhraseMatch {
            phrase: phrase.as_str().into(),
            probability: phrases
                .iter()
                .find(|it| it.0 == phrase)
                .map_or(0.03, |it| it.1),
        });
        each.collect()
    }

    pub fn hear(&mut self, text: &str) {
        let utterance = Utterance {
            stamp: self.now,
            text: text.into(),
            language: None,
            confidence: 1.0,
            speaker: None,
        };
        self.feed(&Message::Utterance(Arc::new(utterance)));
    }

    /// Takes back the command that was heard as the `nth`, from 1.
    pub fn cancel(&mut self, nth: u64) {
        self.feed(&Message::Cancel(TaskId(nth)));
    }

    /// How the command that was heard as the `nth` ended, each time that it did.
    pub fn ends_of(&self, nth: u64) -> Vec<TaskVerdict> {
        let end = |it: &TaskEvent| match it {
            TaskEvent::Finished { task, verdict, .. } if task.0 == nth => Some(verdict.clone()),
            _ => None,
        };
        self.events.iter().filter_map(end).collect()
    }

    pub fn run(&mut self, secs: f64) {
        let until = self.now.plus_secs(secs);
        while self.now < until {
            self.tick();
        }
    }

    /// Runs until nothing is left to do.
    /// Until the robot says something that ends in a question mark.
    pub fn run_to_question(&mut self) {
        for _ in 0..600 {
            if self.said.last().is_some_and(|it| it.ends_with(['?', '？'])) {
                return;
            }
            self.run(0.2);
        }
    }

    pub fn run_out(&mut self) {
        for _ in 0..100_000 {
            self.tick();
            if self.node.is_idle() {
                return;
            }
        }
        panic!(
            "never ends; last events {:#?}",
            &self.events[self.events.len() - 5..]
        );
    }

    pub fn verdicts(&self) -> Vec<TaskVerdict> {
        let verdict = |it: &TaskEvent| match it {
            TaskEvent::Finished { verdict, .. } => Some(verdict.clone()),
            _ => None,
        };
        self.events.iter().filter_map(verdict).collect()
    }

    /// Hears one command and returns how it ended.
    pub fn told(&mut self, text: &str) -> TaskVerdict {
        self.hear(text);
        self.run_out();
        self.verdicts().pop().unwrap()
    }

    pub fn place_of(&self, item: &str) -> Option<&'static str> {
        self.things
            .iter()
            .find(|it| it.item == item)
            .and_then(|it| it.place)
    }

    pub fn goals(&self, kind: &str) -> usize {
        let name = |it: &&MotionRequest| format!("{:?}", it.goal).starts_with(kind);
        self.requests.iter().filter(name).count()
    }

    fn tick(&mut self) {
        self.now = self.now.plus_secs(0.04);
        self.measure();
        self.move_on();
        if self.now.as_nanos().is_multiple_of(200_000_000) {
            self.see();
            let world = Arc::new(self.world.clone());
            self.feed(&Message::World(world));
        }
        self.feed(&Message::Tick(()));
    }

    fn measure(&mut self) {
        self.feed(&Message::Odometry(Odometry {
            stamp: self.now,
            odom_from_base: self.base,
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
        }));
    }

    pub fn feed(&mut self, message: &Message) {
        let mut out = Outbox::new();
        self.node.step(self.now, message, &mut out);
        let messages: Vec<Message> = out.drain().collect();
        for message in messages {
            match message {
                Message::Say(say) => self.said.push(say.text.clone()),
                Message::Task(event) => self.events.push((*event).clone()),
                Message::MotionRequest(request) => {
                    self.requests.push((*request).clone());
                    if let Some((_, old)) = self.running.take() {
                        self.report(old.id, Err(MotionFailure::Superseded));
                    }
                    self.running = Some((self.now.plus_secs(1.0), (*request).clone()));
                }
                Message::Heartbeat(_) => {}
                Message::Queries(queries) => self.queries.push(queries.phrases.clone()),
                Message::VisualQuestion(question) => self.questions.push((*question).clone()),
                other => panic!("the planner sent {other:?}"),
            }
        }
    }

    fn move_on(&mut self) {
        if self.running.as_ref().is_some_and(|it| it.0 <= self.now)
            && let Some((_, request)) = self.running.take()
        {
            let (end, pulled) = self.carry_out(&request.goal);
            self.measure();
            self.report_with(request.id, end, pulled);
        }
    }

    fn report(&mut self, id: MotionId, end: Result<(), MotionFailure>) {
        self.report_with(id, end, false);
    }

    fn report_with(&mut self, id: MotionId, end: Result<(), MotionFailure>, pull_felt: bool) {
        let evidence = MotionEvidence {
            base_in_map: self.base,
            gripper_width_m: if self.held.is_some() { 0.06 } else { 0.0 },
            gripper_effort_n: 8.0,
            holding: self.held.is_some(),
            held_below_m: self.held.as_ref().map(|_| 0.04),
            pull_felt,
        };
        let state = match end {
            Ok(()) => MotionState::Succeeded(evidence),
            Err(failure) => MotionState::Failed { failure, evidence },
        };
        let stamp = self.now;
        self.feed(&Message::MotionReport(Arc::new(MotionReport {
            stamp,
            id,
            state,
        })));
    }

    fn carry_out(&mut self, goal: &MotionGoal) -> (Result<(), MotionFailure>, bool) {
        let end = match goal {
            MotionGoal::ApproachPlace {
                place,
                target_in_map,
                variant,
                ..
            } => {
                return (self.approach(place, *target_in_map, *variant), false);
            }
            MotionGoal::DriveTo { goal_in_map, .. } => {
                self.base = *goal_in_map;
                Ok(())
            }
            MotionGoal::ApproachPoint { target_in_map, .. } => {
                self.base = Pose2::new(target_in_map.x - 0.6, target_in_map.y, 0.0);
                Ok(())
            }
            MotionGoal::ApproachPerson { .. } if self.drops_once && self.held.is_some() => {
                self.drops_once = false;
                self.things.extend(self.held.take());
                Err(MotionFailure::Dropped)
            }
            MotionGoal::ApproachPerson { person_in_map } => {
                self.base = Pose2::new(person_in_map.x - 0.7, person_in_map.y, 0.0);
                Ok(())
            }
            MotionGoal::LookAt { target_in_map } => {
                self.look = Some(*target_in_map);
                Ok(())
            }
            MotionGoal::Grasp(target) => return (self.grasp(target), false),
            MotionGoal::Place(target) => return (self.put_down(target), false),
            MotionGoal::Offer { person_in_map, .. } => {
                let near = (person_in_map - self.base.point()).norm() < 1.0;
                let there = self
                    .people
                    .iter()
                    .any(|it| (it.1 - person_in_map).norm() < 0.5);
                if self.held.is_none() {
                    return (Err(MotionFailure::NothingHeld), false);
                }
                if near && there && self.takes_offers {
                    self.held = None;
                    return (Ok(()), true);
                }
                Err(MotionFailure::NotTaken)
            }
            _ => Ok(()),
        };
        (end, false)
    }

    fn approach(
        &mut self,
        id: &str,
        target: Option<Point3>,
        variant: usize,
    ) -> Result<(), MotionFailure> {
        if self.blocked.contains(&id) {
            return Err(MotionFailure::Blocked);
        }
        if variant > 1 {
            return Err(MotionFailure::NoPose);
        }
        let place = self.home.place(id).unwrap();
        let middle = place.footprint.centre_in_map;
        let at = target.map_or(middle.point(), |it| it.xy());
        let side = if variant == 0 { -0.8 } else { 0.8 };
        self.base = Pose2::new(at.x + side, at.y, if variant == 0 { 0.0 } else { 3.1 });
        Ok(())
    }

    fn grasp(&mut self, target: &GraspTarget) -> Result<(), MotionFailure> {
        let index = self
            .things
            .iter()
            .position(|it| (it.at - target.centre_in_map).norm() < 0.05);
        match (self.grips.pop_front().unwrap_or(Grip::Takes), index) {
            (Grip::Misses, _) | (_, None) => Err(MotionFailure::MissedGrasp),
            (Grip::HoldsNothing, _) => Ok(()),
            (Grip::TakesAir, Some(index)) => {
                self.held = Some(self.things[index].clone());
                Ok(())
            }
            (Grip::Takes, Some(index)) => {
                self.held = Some(self.things.remove(index));
                Ok(())
            }
        }
    }

    fn put_down(&mut self, target: &PlaceTarget) -> Result<(), MotionFailure> {
        let Some(mut thing) = self.held.take() else {
            return Err(MotionFailure::NothingHeld);
        };
        let spot = target.spot_in_map;
        let place = self.home.places.iter().find(|it| {
            it.surfaces
                .iter()
                .any(|it| it.area.contains(&spot.xy(), 0.0))
        });
        thing.at = Point3::new(spot.x, spot.y, spot.z + 0.04);
        thing.place = ["desk", "table", "shelf"]
            .into_iter()
            .find(|id| place.is_some_and(|it| it.names.id == *id));
        if self.place_falls {
            thing.place = None;
            thing.at.z = 0.04;
            thing.at.x += 0.6;
        }
        self.things.push(thing);
        Ok(())
    }

    /// What the camera points at, from near, is seen.
    fn see(&mut self) {
        self.world.stamp = self.now;
        let Some(look) = self.look else { return };
        if (look.xy() - self.base.point()).norm() > 2.5 {
            return;
        }
        self.world.objects.retain(|it| {
            (it.centre_in_map - look).norm() > 1.0
                || self
                    .things
                    .iter()
                    .any(|thing| (thing.at - it.centre_in_map).norm() < 0.02)
        });
        let seen: Vec<Thing> = self
            .things
            .iter()
            .filter(|it| (it.at - look).norm() < 1.0)
            .cloned()
            .collect();
        for thing in seen {
            self.see_thing(&thing);
        }
        for (name, at) in self.people.clone() {
            if (at - look.xy()).norm() < 1.0 {
                self.see_person(name, at);
            }
        }
        self.see_surfaces(&look);
    }

    fn see_thing(&mut self, thing: &Thing) {
        let now = self.now;
        let side = u32::from((self.base.x_m - thing.at.x) > 0.0) + 1;
        let key = format!("{}{:.2}", thing.item, thing.at.y);
        let seen = match self.looks_at.iter_mut().find(|it| it.0 == key) {
            Some(it) => {
                it.1 |= side;
                it.1
            }
            None => {
                self.looks_at.push((key, side));
                side
            }
        };
        let probability = thing.sure[usize::from(seen == 3)];
        let item = self.home.item(thing.item).cloned();
        let known = item.iter().map(|it| Hypothesis {
            item: it.names.id.clone(),
            probability,
        });
        let hypotheses: Vec<Hypothesis> = known.collect();
        let matches = self.matches(&thing.phrases);
        if let Some(it) = self
            .world
            .objects
            .iter_mut()
            .find(|it| (it.centre_in_map - thing.at).norm() < 0.02)
        {
            it.last_seen = now;
            it.sightings += 1;
            it.hypotheses = hypotheses;
            it.matches = matches;
            return;
        }
        let id = ObjectId(now.as_nanos() / 1000 + self.world.objects.len() as u64);
        let colour = item.as_ref().map(|it| it.colours[0]);
        self.world.objects.push(WorldObject {
            matches,
            id,
            hypotheses,
            centre_in_map: thing.at,
            yaw_rad: 0.0,
            size_m: item.as_ref().map_or([0.07, 0.06, 0.08], |it| it.size_m),
            shape: item.as_ref().map_or(ShapeCue::Cylinder, |it| it.shape),
            colour: Colour {
                lab: [50.0, 0.0, 0.0],
                name: thing.colour.or(colour).unwrap(),
            },
            place: thing.place.map(Into::into),
            support_height_m: thing.at.z - 0.04,
            first_seen: now,
            last_seen: now,
            sightings: 1,
            views: 1,
            existence: 0.9,
        });
    }

    fn see_person(&mut self, name: &str, at: Point2) {
        self.world.people.retain(|it| it.hypotheses[0].item != name);
        let looks = self.looks.iter().find(|it| it.0 == name).map(|it| it.1);
        self.world.people.push(WorldPerson {
            gesture: looks.and_then(|it| it.gesture),
            matches: self.matches(&[]),
            id: PersonId(at.x.to_bits()),
            hypotheses: vec![Hypothesis {
                item: name.into(),
                probability: 0.9,
            }],
            position_in_map: at,
            head_height_m: 1.7,
            posture: looks.map_or(Posture::Standing, |it| it.posture),
            shirt: looks.and_then(|it| it.shirt).map(|name| Colour {
                lab: [50.0, 0.0, 0.0],
                name,
            }),
            last_seen: self.now,
            sightings: 5,
            existence: 0.9,
        });
    }

    fn see_surfaces(&mut self, look: &Point3) {
        for place in &self.home.places {
            for (index, surface) in place.surfaces.iter().enumerate() {
                if !surface.area.contains(&look.xy(), 0.1) {
                    continue;
                }
                let id = place.names.id.clone();
                self.world
                    .surfaces
                    .retain(|it| it.place != id || it.surface != index);
                let centre = surface.area.centre_in_map;
                let spot = |dy: f64| Point3::new(centre.x_m, centre.y_m + dy, surface.height_m);
                let free = if self.full.contains(&id.as_str()) {
                    Vec::new()
                } else {
                    let taken = |it: &Point3| {
                        self.things
                            .iter()
                            .any(|thing| (thing.at.xy() - it.xy()).norm() < 0.15)
                    };
                    let mut spots = vec![spot(0.0), spot(0.3), spot(-0.3)];
                    spots.retain(|it| !taken(it));
                    spots
                };
                self.world.surfaces.push(SurfaceView {
                    place: id,
                    surface: index,
                    measured_height_m: Some(surface.height_m),
                    coverage: 0.95,
                    seen_from: self.now,
                    last_seen: self.now,
                    free_spots_in_map: free,
                });
            }
        }
    }
}
