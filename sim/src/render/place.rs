//! Where the things and people of a scene are.

use super::figure::{Figure, Taken};
use super::room::Flat;
use super::spec::{SceneSpec, Stance};
use super::top::{is_near_edge, outward_rad, surface};
use crate::noise::Noise;
use hearth_types::{Isometry3, OrientedRect, Place, Point2, Point3, Pose2, Surface};
use std::f64::consts::{FRAC_PI_2, PI};

/// \[m\] A person's distance from walls and furniture.
const PERSON_ROOM_M: f64 = 0.35;
/// \[m\] Lower tops can be lain on.
const LIE_BELOW_M: f64 = 0.6;
/// Share of the groups that are on the floor.
const ON_FLOOR: f64 = 0.15;

/// A thing or person with its place.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// Index among the scene's objects or people.
    pub index: usize,
    pub map_from_thing: Isometry3,
    pub figure: Figure,
    /// The place's id, or `floor`.
    pub place: String,
}

impl Placed {
    pub fn centre_in_map(&self) -> Point3 {
        self.map_from_thing * self.figure.centre()
    }
}

/// Where everything is.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    pub objects: Vec<Placed>,
    pub people: Vec<Placed>,
    /// Indices into `objects` of what stands together, and from where it can be seen (\[rad\] in `map`);
    /// without directions from everywhere.
    pub groups: Vec<(Vec<usize>, Vec<f64>)>,
    taken: Vec<Taken>,
}

fn pose3(at: &Pose2, z: f64) -> Isometry3 {
    let mut pose = at.to_isometry3();
    pose.translation.z = z;
    pose
}

/// Draws where everything is. What does not fit anywhere is left out.
pub(super) fn arrange(
    scene: &SceneSpec,
    objects: &[Figure],
    people: &[Figure],
    flat: &Flat,
    draw: &mut Noise,
) -> Layout {
    let mut layout = Layout::default();
    for (index, figure) in people.iter().enumerate() {
        layout.put_person(index, scene.people[index].posture, figure, flat, draw);
    }
    let mut order: Vec<usize> = (0..scene.objects.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, draw.index(at + 1));
    }
    let mut rest = order.as_slice();
    while !rest.is_empty() {
        let count = (4 + draw.index(8)).min(rest.len());
        let (group, later) = rest.split_at(count);
        rest = later;
        let members: Vec<_> = group.iter().map(|it| (*it, &objects[*it])).collect();
        layout.put_group(&members, flat, draw);
    }
    layout
}

impl Layout {
    fn is_clear(&self, taken: &Taken, gap_m: f64) -> bool {
        self.taken.iter().all(|it| !it.meets(taken, gap_m))
    }

    fn put_person(
        &mut self,
        index: usize,
        posture: Stance,
        figure: &Figure,
        flat: &Flat,
        draw: &mut Noise,
    ) {
        if posture == Stance::Lying
            && draw.uniform() < 0.4
            && let Some((at, z, place)) = self.bed(figure, flat, draw)
        {
            self.taken.push(Taken::of(figure, at, z));
            self.people.push(Placed {
                index,
                map_from_thing: pose3(&at, z),
                figure: figure.clone(),
                place,
            });
            return;
        }
        for _ in 0..60 {
            let Some(spot) = flat.free_spot(PERSON_ROOM_M, draw) else {
                return;
            };
            let at = Pose2::new(spot.x, spot.y, draw.between(-PI, PI));
            let taken = Taken::of(figure, at, 0.0);
            let reaches = |corner: &Point2| {
                // Arms may reach over furniture's edges, not into walls.
                flat.is_free(corner, if posture == Stance::Lying { 0.05 } else { 0.0 })
            };
            if taken.rect.corners_in_map().iter().all(reaches) && self.is_clear(&taken, 0.1) {
                self.taken.push(taken);
                self.people.push(Placed {
                    index,
                    map_from_thing: pose3(&at, 0.0),
                    figure: figure.clone(),
                    place: "floor".to_owned(),
                });
                return;
            }
        }
    }

    /// A bed or sofa on which the figure fits.
    fn bed(&self, figure: &Figure, flat: &Flat, draw: &mut Noise) -> Option<(Pose2, f64, String)> {
        let size = figure.high - figure.low;
        let tops: Vec<(&Place, f64, OrientedRect)> = flat
            .places()
            .iter()
            .filter_map(|place| {
                let surface = place.surfaces.first()?;
                let rect = place.footprint;
                let long = rect.size_m[0].max(rect.size_m[1]);
                let short = rect.size_m[0].min(rect.size_m[1]);
                let fits = size.x.max(size.y) < long - 0.1 && size.x.min(size.y) < short;
                let is_soft = surface.height_m < LIE_BELOW_M && short > 0.7;
                (fits && is_soft).then_some((place, surface.height_m, rect))
            })
            .collect();
        let (place, z, rect) = tops.get(draw.index(tops.len()))?;
        let quarter = if (size.x > size.y) == (rect.size_m[0] > rect.size_m[1]) {
            0.0
        } else {
            FRAC_PI_2
        };
        let turn = if draw.uniform() < 0.5 {
            quarter
        } else {
            quarter + PI
        };
        let yaw = rect.centre_in_map.yaw_rad + turn + draw.gaussian(0.05);
        let middle = figure.centre();
        let offset = Pose2::new(0.0, 0.0, yaw).transform(&Point2::new(middle.x, middle.y));
        let centre = rect.centre_in_map;
        let at = Pose2::new(centre.x_m - offset.x, centre.y_m - offset.y, yaw);
        let taken = Taken::of(figure, at, *z);
        self.is_clear(&taken, 0.0)
            .then(|| (at, *z, place.names.id.clone()))
    }

    fn put_group(&mut self, members: &[(usize, &Figure)], flat: &Flat, draw: &mut Noise) {
        let mut left: Vec<(usize, &Figure)> = members.to_vec();
        let tries = if draw.uniform() < ON_FLOOR { 0 } else { 6 };
        for _ in 0..tries {
            let Some((place, surface)) = surface(flat, draw) else {
                break;
            };
            let first = self.objects.len();
            left = self.put_on_surface(&left, place, surface, flat, draw);
            let directions = place.open_sides.iter().map(|it| outward_rad(place, *it));
            self.close_group(first, directions.collect());
            if left.is_empty() {
                return;
            }
        }
        let first = self.objects.len();
        self.put_on_floor(&left, flat, draw);
        self.close_group(first, Vec::new());
    }

    /// What was put since the `first` is a group.
    fn close_group(&mut self, first: usize, directions: Vec<f64>) {
        if self.objects.len() > first {
            self.groups
                .push(((first..self.objects.len()).collect(), directions));
        }
    }

    /// Returns what does not fit.
    fn put_on_surface<'a>(
        &mut self,
        members: &[(usize, &'a Figure)],
        place: &Place,
        surface: &Surface,
        flat: &Flat,
        draw: &mut Noise,
    ) -> Vec<(usize, &'a Figure)> {
        let area = &surface.area;
        let middle = Point2::new(
            draw.between(-0.5, 0.5) * area.size_m[0],
            draw.between(-0.5, 0.5) * area.size_m[1],
        );
        let spread = 0.05 + 0.018 * members.len() as f64;
        let gap_m = gap(draw);
        let mut left = Vec::new();
        for (index, figure) in members {
            let found = (0..50).find_map(|_| {
                // Kept within the area, or most draws near its edge would be in vain.
                let [hx, hy] = area.size_m.map(|it| (it / 2.0 - 0.02).max(0.0));
                let local = Point2::new(
                    (middle.x + draw.gaussian(spread)).clamp(-hx, hx),
                    (middle.y + draw.gaussian(spread)).clamp(-hy, hy),
                );
                let spot = area.centre_in_map.transform(&local);
                let at = Pose2::new(spot.x, spot.y, draw.between(-PI, PI));
                let taken = Taken::of(figure, at, surface.height_m);
                let fits = surface
                    .headroom_m
                    .is_none_or(|it| figure.high.z < it - 0.01)
                    && taken
                        .rect
                        .corners_in_map()
                        .iter()
                        .all(|it| area.contains(it, 0.0))
                    && is_near_edge(place, surface, &spot)
                    && self.is_clear(&taken, gap_m)
                    && flat.is_clear_above(&taken.rect, [surface.height_m + 0.004, taken.z[1]]);
                fits.then_some((at, taken))
            });
            match found {
                Some((at, taken)) => self.put(
                    *index,
                    figure,
                    pose3(&at, surface.height_m),
                    &place.names.id,
                    taken,
                ),
                None => left.push((*index, *figure)),
            }
        }
        left
    }

    fn put_on_floor(&mut self, members: &[(usize, &Figure)], flat: &Flat, draw: &mut Noise) {
        let Some(middle) = flat.free_spot(0.25, draw) else {
            return;
        };
        let gap_m = gap(draw);
        for (index, figure) in members {
            for _ in 0..40 {
                let spot = Point2::new(
                    middle.x + draw.gaussian(0.25),
                    middle.y + draw.gaussian(0.25),
                );
                let at = Pose2::new(spot.x, spot.y, draw.between(-PI, PI));
                let taken = Taken::of(figure, at, 0.0);
                let corners = taken.rect.corners_in_map();
                if flat.is_free(&spot, 0.03)
                    && corners.iter().all(|it| flat.is_free(it, 0.0))
                    && self.is_clear(&taken, gap_m)
                {
                    self.put(*index, figure, pose3(&at, 0.004), "floor", taken);
                    break;
                }
            }
        }
    }

    fn put(&mut self, index: usize, figure: &Figure, pose: Isometry3, place: &str, taken: Taken) {
        self.taken.push(taken);
        self.objects.push(Placed {
            index,
            map_from_thing: pose,
            figure: figure.clone(),
            place: place.to_owned(),
        });
    }
}

/// \[m\] Between the things of a group: some touch.
fn gap(draw: &mut Noise) -> f64 {
    if draw.uniform() < 0.3 {
        0.001
    } else {
        draw.between(0.01, 0.05)
    }
}
