//! The world as RViz shows it.

use super::text;
use super::transforms::{header, point, quaternion};
use super::world::gesture_word;
use hearth_types::{Gesture, PhraseMatch, Point3, Stamp, World, WorldObject, WorldPerson};
use r2r::builtin_interfaces::msg::Duration;
use r2r::geometry_msgs::msg::{Pose, Vector3};
use r2r::std_msgs::msg::ColorRGBA;
use r2r::visualization_msgs::msg::{Marker, MarkerArray};

/// As in visualization_msgs/Marker.
const CUBE: i32 = 1;
const CYLINDER: i32 = 3;
const TEXT: i32 = 9;
const DELETE_ALL: i32 = 3;
/// \[m\] Of labels, and their distance above what they name.
const LETTERS_M: f64 = 0.06;
/// \[0, 1\] A phrase that fits less than this is not shown.
const SHOWN_FROM: f64 = 0.5;
/// \[m\] Across a person.
const PERSON_M: f64 = 0.4;

/// Boxes for things and cylinders for people, in their colours, with what they are taken for. Fainter where it is
/// less certain that they are still there.
pub fn world_markers(world: &World) -> MarkerArray {
    let mut markers = vec![Marker {
        header: header(world.stamp, "map"),
        action: DELETE_ALL,
        ..Default::default()
    }];
    for object in &world.objects {
        add_object(&mut markers, world.stamp, object);
    }
    for person in &world.people {
        add_person(&mut markers, world.stamp, person);
    }
    MarkerArray { markers }
}

fn add_object(markers: &mut Vec<Marker>, stamp: Stamp, object: &WorldObject) {
    let [x, y, z] = object.size_m;
    let id = object.id.0 as i32;
    markers.push(Marker {
        pose: Pose {
            position: point(&object.centre_in_map),
            orientation: quaternion(object.yaw_rad),
        },
        scale: Vector3 { x, y, z },
        color: rgba(object.colour.lab, object.existence),
        ..marker(stamp, "objects", id, CUBE)
    });
    let name = object
        .hypotheses
        .first()
        .map_or_else(|| "?".to_owned(), |it| likely(&it.item, it.probability));
    let label = joined([Some(name), best_match(&object.matches)]);
    let above = object.centre_in_map + nalgebra::Vector3::z() * (z / 2.0 + LETTERS_M);
    markers.push(label_at(stamp, "object labels", id, &above, label));
}

fn add_person(markers: &mut Vec<Marker>, stamp: Stamp, person: &WorldPerson) {
    let id = person.id.0 as i32;
    let at = person.position_in_map;
    let height_m = person.head_height_m.max(0.1);
    let lab = person.shirt.map_or([70.0, 0.0, 0.0], |it| it.lab);
    markers.push(Marker {
        pose: Pose {
            position: point(&Point3::new(at.x, at.y, height_m / 2.0)),
            orientation: quaternion(0.0),
        },
        scale: Vector3 {
            x: PERSON_M,
            y: PERSON_M,
            z: height_m,
        },
        color: rgba(lab, 0.6 * person.existence),
        ..marker(stamp, "people", id, CYLINDER)
    });
    let name = person
        .hypotheses
        .first()
        .map_or_else(|| "somebody".to_owned(), |it| it.item.clone());
    let gesture = person
        .gesture
        .filter(|it| it.0 != Gesture::None)
        .map(|(it, probability)| likely(&gesture_word(it).replace('_', " "), probability));
    let label = joined([Some(name), gesture, best_match(&person.matches)]);
    let above = Point3::new(at.x, at.y, height_m + LETTERS_M);
    markers.push(label_at(stamp, "people labels", id, &above, label));
}

fn likely(what: &str, probability: f64) -> String {
    format!("{what} {:.0} %", 100.0 * probability)
}

/// The phrase that describes it best, if one does.
fn best_match(matches: &[PhraseMatch]) -> Option<String> {
    let best = matches
        .iter()
        .max_by(|a, b| a.probability.total_cmp(&b.probability))?;
    (best.probability >= SHOWN_FROM).then(|| likely(&best.phrase, best.probability))
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join("\n")
}

fn marker(stamp: Stamp, namespace: &str, id: i32, kind: i32) -> Marker {
    Marker {
        header: header(stamp, "map"),
        ns: namespace.to_owned(),
        id,
        type_: kind,
        lifetime: Duration::default(),
        ..Default::default()
    }
}

fn label_at(stamp: Stamp, namespace: &str, id: i32, at: &Point3, label: String) -> Marker {
    Marker {
        pose: Pose {
            position: point(at),
            orientation: quaternion(0.0),
        },
        scale: Vector3 {
            x: 0.0,
            y: 0.0,
            z: LETTERS_M,
        },
        color: ColorRGBA {
            r: 1.0,
            g: 1.0,
            b: 1.0,
            a: 1.0,
        },
        text: text::to_ros(&label),
        ..marker(stamp, namespace, id, TEXT)
    }
}

/// CIE L*a*b* (D65) as sRGB (IEC 61966-2-1), clamped to what it can show.
fn rgba([l, a, b]: [f32; 3], alpha: f64) -> ColorRGBA {
    let fy = (l + 16.0) / 116.0;
    let cube = |t: f32| {
        if t > 6.0 / 29.0 {
            t.powi(3)
        } else {
            3.0 * (6.0f32 / 29.0).powi(2) * (t - 4.0 / 29.0)
        }
    };
    let (x, y, z) = (
        0.950_47 * cube(fy + a / 500.0),
        cube(fy),
        1.088_83 * cube(fy - b / 200.0),
    );
    let gamma = |linear: f32| {
        let linear = linear.clamp(0.0, 1.0);
        if linear <= 0.003_130_8 {
            12.92 * linear
        } else {
            1.055 * linear.powf(1.0 / 2.4) - 0.055
        }
    };
    ColorRGBA {
        r: gamma(3.240_6 * x - 1.537_2 * y - 0.498_6 * z),
        g: gamma(-0.968_9 * x + 1.875_8 * y + 0.041_5 * z),
        b: gamma(0.055_7 * x - 0.204 * y + 1.057 * z),
        a: alpha.clamp(0.2, 1.0) as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_that_were_seen() {
        let near = |lab, [r, g, b]: [f32; 3]| {
            let it = rgba(lab, 1.0);
            let apart = [(it.r - r), (it.g - g), (it.b - b)];
            assert!(apart.iter().all(|it| it.abs() < 0.02), "{lab:?}: {it:?}");
        };
        // The sRGB primaries and white.
        near([53.24, 80.09, 67.2], [1.0, 0.0, 0.0]);
        near([87.73, -86.18, 83.18], [0.0, 1.0, 0.0]);
        near([32.3, 79.19, -107.86], [0.0, 0.0, 1.0]);
        near([100.0, 0.0, 0.0], [1.0, 1.0, 1.0]);
    }

    #[test]
    fn labels_tell_what_fits_and_what_people_do() {
        let matched = |phrase: &str, probability| PhraseMatch {
            phrase: phrase.into(),
            probability,
        };
        assert_eq!(
            best_match(&[matched("cup", 0.6), matched("striped cup", 0.85)]).as_deref(),
            Some("striped cup 85 %")
        );
        assert_eq!(best_match(&[matched("plate", 0.3)]), None);
        assert_eq!(best_match(&[]), None);
        let person = WorldPerson {
            id: hearth_types::PersonId(3),
            hypotheses: Vec::new(),
            position_in_map: hearth_types::Point2::new(1.0, 2.0),
            head_height_m: 1.6,
            posture: hearth_types::Posture::Standing,
            gesture: Some((Gesture::RaisingLeftArm, 0.9)),
            matches: vec![matched("person wearing a red shirt", 0.7)],
            shirt: None,
            last_seen: Stamp::ZERO,
            sightings: 1,
            existence: 1.0,
        };
        let label = |people: Vec<WorldPerson>| {
            let world = World {
                people,
                ..World::default()
            };
            world_markers(&world).markers.pop().expect("a label").text
        };
        assert_eq!(
            label(vec![person.clone()]),
            "somebody\nraising left arm 90 %\nperson wearing a red shirt 70 %"
        );
        let quiet = WorldPerson {
            gesture: Some((Gesture::None, 0.9)),
            matches: Vec::new(),
            ..person
        };
        assert_eq!(label(vec![quiet]), "somebody");
    }
}
