//! From a seed to a scene.

use super::rules::{SceneRules, YawRule};
use super::surface::{Spot, Table};
use super::{PlacedObject, PlacedPerson, Scene};
use crate::SimError;
use crate::noise::{Noise, Stream};
use crate::oracle::{ObjectRef, Predicate, matching};
use crate::sdf::SdfWorld;
use hearth_types::{Home, Isometry3, Point2, Pose2, Vector3};

/// How often a free spot is looked for before giving up.
pub(super) const TRIES: usize = 300;

impl Scene {
    /// The scene of a seed. `setup` holds [`Predicate::On`]s and [`Predicate::PersonAt`]s that must
    /// hold at the start; all else is drawn.
    ///
    /// # Errors
    /// [`SimError::Placement`] if the setup cannot be had, [`SimError::Rules`] if the rules name
    /// models that the world has not.
    pub fn generate(
        rules: &SceneRules,
        world: &SdfWorld,
        home: &Home,
        seed: u64,
        setup: &[Predicate],
    ) -> Result<Self, SimError> {
        let mut draw = Noise::new(seed, Stream::Scene, 0);
        let mut scene = Self {
            seed,
            ..Self::default()
        };
        scene.draw_people(rules, world, &mut draw)?;
        scene.draw_obstacles(rules, world, &mut draw)?;
        // Streams of their own: a setup must not change who is at home, nor its people its things.
        scene.bring_all(rules, world, home, setup)?;
        let draw = Noise::new(seed, Stream::Scene, 1);
        let mut placing = Placing {
            rules,
            world,
            home,
            scene,
            draw,
            gap_m: rules.objects.gap_m,
        };
        placing.set_up(setup)?;
        placing.fill();
        Ok(placing.scene)
    }

    fn draw_obstacles(
        &mut self,
        rules: &SceneRules,
        world: &SdfWorld,
        draw: &mut Noise,
    ) -> Result<(), SimError> {
        for obstacle in &rules.obstacles {
            known(world, &obstacle.model)?;
            let is_there = draw.uniform() < obstacle.probability;
            let [x, y, yaw] = obstacle.poses[draw.index(obstacle.poses.len())];
            if is_there {
                self.moved
                    .insert(obstacle.model.clone(), Pose2::new(x, y, yaw).to_isometry3());
            } else {
                self.absent.insert(obstacle.model.clone());
            }
        }
        Ok(())
    }
}

pub(super) fn known(world: &SdfWorld, model: &str) -> Result<(), SimError> {
    if world.model(model).is_some_and(|it| it.is_static) {
        return Ok(());
    }
    Err(SimError::Rules {
        file: "scenes.yaml".to_owned(),
        problem: format!("the world has no static model {model:?}"),
        expected: "name people and obstacles as in the world's SDF".to_owned(),
    })
}

struct Placing<'a> {
    rules: &'a SceneRules,
    world: &'a SdfWorld,
    home: &'a Home,
    scene: Scene,
    draw: Noise,
    gap_m: f64,
}

impl Placing<'_> {
    fn set_up(&mut self, setup: &[Predicate]) -> Result<(), SimError> {
        for predicate in setup {
            let (object, place) = match predicate {
                Predicate::On(object, place) => (object, place),
                Predicate::PersonAt(..) => continue,
                other => {
                    return Err(SimError::Placement {
                        object: other.to_string(),
                        place: String::new(),
                        reason:
                            "a setup holds only on(OBJECT, PLACE) and at(PERSON, ROOM_OR_PLACE)"
                                .to_owned(),
                    });
                }
            };
            let failed = |reason: String| SimError::Placement {
                object: object.to_string(),
                place: place.clone(),
                reason,
            };
            let model = self.choose(object).map_err(failed)?;
            let place = self
                .home
                .place(place)
                .ok_or_else(|| failed("the home has no such place".to_owned()))?;
            // Set-up things may stand closer together than drawn ones, if there is no other way.
            let spot = [1.0, 0.6, 0.3].iter().find_map(|share| {
                let gap_m = self.rules.objects.gap_m * share;
                (0..TRIES).find_map(|_| self.spot(&model, &place.names.id, gap_m))
            });
            let spot =
                spot.ok_or_else(|| failed("no free spot there is large enough".to_owned()))?;
            self.put(&model, &spot);
        }
        Ok(())
    }

    /// The model that a setup's object stands for.
    fn choose(&mut self, object: &ObjectRef) -> Result<String, String> {
        let placed = |model: &str| self.scene.pose_of_object(model).is_some();
        let fitting: Vec<String> = matching(object, self.home)
            .into_iter()
            .filter(|it| self.world.model(it).is_some_and(|it| !it.is_static))
            .filter(|it| !placed(it))
            .collect();
        if fitting.is_empty() {
            return Err("the world has no such movable thing left".to_owned());
        }
        Ok(fitting[self.draw.index(fitting.len())].clone())
    }

    fn fill(&mut self) {
        let crowded = self.draw.uniform() < self.rules.clutter.probability;
        let ([low, high], per_place, gap_m) = if crowded {
            let it = &self.rules.clutter;
            (it.count, it.per_place, it.gap_m)
        } else {
            let it = &self.rules.objects;
            (it.count, it.per_place, it.gap_m)
        };
        self.gap_m = gap_m;
        let wanted = low + self.draw.index(high - low + 1);
        let mut items: Vec<String> = self
            .home
            .catalogue
            .iter()
            .map(|it| it.names.id.clone())
            .collect();
        for last in (1..items.len()).rev() {
            items.swap(last, self.draw.index(last + 1));
        }
        // First some of each category, then whatever comes.
        for least in [self.rules.objects.per_category, usize::MAX] {
            for model in &items {
                let enough =
                    self.scene.objects.len() >= wanted || self.in_category_of(model) >= least;
                if !enough {
                    self.put_somewhere(model, per_place);
                }
            }
        }
    }

    /// How many things of this one's category are in the scene.
    fn in_category_of(&self, model: &str) -> usize {
        let category = |model: &str| {
            let item = self.home.item(model)?;
            self.home.kind(&item.kind).map(|it| it.category.as_str())
        };
        let wanted = category(model);
        self.scene
            .objects
            .iter()
            .filter(|it| category(&it.model) == wanted)
            .count()
    }

    /// Puts the thing where such things belong, if there is room.
    fn put_somewhere(&mut self, model: &str, per_place: usize) {
        let is_movable = self.world.model(model).is_some_and(|it| !it.is_static);
        if !is_movable || self.scene.pose_of_object(model).is_some() {
            return;
        }
        let spot = (0..TRIES).find_map(|_| {
            let place = self.usual_place(model)?;
            let there = self
                .scene
                .objects
                .iter()
                .filter(|it| it.place.as_deref() == Some(&place));
            if there.count() >= per_place {
                None
            } else {
                self.spot(model, &place, self.gap_m)
            }
        });
        if let Some(spot) = spot {
            self.put(model, &spot);
        }
    }

    /// A place where such a thing belongs, by weight.
    fn usual_place(&mut self, model: &str) -> Option<String> {
        let item = self.home.item(model)?;
        let kind = self.home.kind(&item.kind)?;
        let places = self.rules.belongs.get(&kind.category)?;
        let total: f64 = places.values().sum();
        let mut left = self.draw.uniform() * total;
        for (place, weight) in places {
            left -= weight;
            if left < 0.0 {
                return Some(place.clone());
            }
        }
        places.keys().next_back().cloned()
    }

    /// One try for a free spot on one of the place's surfaces.
    fn spot(&mut self, model: &str, place: &str, gap_m: f64) -> Option<Spot> {
        let place = self.home.place(place)?;
        if place.surfaces.is_empty() {
            return None;
        }
        let surface = &place.surfaces[self.draw.index(place.surfaces.len())];
        let table = Table {
            place,
            surface,
            world: self.world,
            scene: &self.scene,
        };
        let thing = table.outline(self.world.model(model)?);
        let headroom = surface.headroom_m.unwrap_or(f64::INFINITY);
        if thing.height_m + self.rules.objects.headroom_m > headroom {
            return None;
        }
        let [sx, sy] = surface.area.size_m;
        let local = Point2::new(
            self.draw.between(-sx / 2.0, sx / 2.0),
            self.draw.between(-sy / 2.0, sy / 2.0),
        );
        let yaw_rad = match self.rules.objects.yaw {
            YawRule::Any => self
                .draw
                .between(-std::f64::consts::PI, std::f64::consts::PI),
            YawRule::Aligned => surface.area.centre_in_map.yaw_rad,
        };
        let at = surface.area.centre_in_map.transform(&local);
        let keep_out_m = self.rules.people_keep_out_m;
        let clear_of_people =
            |person: &PlacedPerson| (person.map_from_person.point() - at).norm() >= keep_out_m;
        let fits = table.is_within_edges(&local, &thing, self.rules.objects.edge_m)
            && self.scene.people.iter().all(clear_of_people)
            && table.is_clear_of_things(&at, &thing, gap_m)
            && table.is_clear_of_furniture(&at, &thing);
        fits.then(|| Spot {
            place: place.names.id.clone(),
            map_from_model: Isometry3::new(
                // A hair above, so that nothing starts inside of the surface.
                Vector3::new(at.x, at.y, surface.height_m + 0.001),
                Vector3::new(0.0, 0.0, yaw_rad),
            ),
        })
    }

    fn put(&mut self, model: &str, spot: &Spot) {
        self.scene.objects.push(PlacedObject {
            model: model.to_owned(),
            map_from_model: spot.map_from_model,
            place: Some(spot.place.clone()),
        });
    }
}
