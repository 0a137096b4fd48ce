//! The fused world.

use super::query::{matches, matches_msg};
use super::text;
use super::time::{self, measured_at};
use super::transforms::{floor_point, header, point, point3, quaternion, yaw_rad};
use super::{BadInput, finite, probability};
use hearth_types::{
    Colour, Gesture, Hypothesis, ObjectId, PersonId, Point2, Stamp, SurfaceView, World,
    WorldObject, WorldPerson,
};
use r2r::geometry_msgs::msg::{Pose, Vector3};
use r2r::hearth_interfaces::msg;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as PlainError};

/// More things, people, surfaces or points than any home has.
const MOST: usize = 20_000;

/// The word for a value of one of Hearth's plain enums.
fn word(value: &impl Serialize) -> String {
    match serde_yaml::to_value(value) {
        Ok(serde_yaml::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn from_word<T: DeserializeOwned>(field: &'static str, word: &str) -> Result<T, BadInput> {
    let plain = IntoDeserializer::<PlainError>::into_deserializer(word);
    T::deserialize(plain).map_err(|_| BadInput::Unknown {
        field,
        value: text::cut(word, text::MOST_SHOWN).to_owned(),
    })
}

/// The word for what somebody does with their arms.
pub(super) fn gesture_word(gesture: Gesture) -> String {
    word(&gesture)
}

/// The word for a form, as in `WorldObject.shape`.
pub(super) fn shape_word(shape: hearth_types::ShapeCue) -> String {
    word(&shape)
}

pub(super) fn shape(word: &str) -> Result<hearth_types::ShapeCue, BadInput> {
    from_word("shape", word)
}

/// The world for ROS.
pub fn world_msg(world: &World) -> msg::World {
    msg::World {
        header: header(world.stamp, "map"),
        objects: world.objects.iter().map(object_msg).collect(),
        people: world.people.iter().map(person_msg).collect(),
        surfaces: world.surfaces.iter().map(surface_msg).collect(),
        obstacles: world.obstacles_in_map.iter().map(floor_point).collect(),
    }
}

/// The world from ROS.
///
/// # Errors
/// [`BadInput`].
pub fn world(message: &msg::World, now: Stamp) -> Result<World, BadInput> {
    let stamp = measured_at(&message.header.stamp, now)?;
    in_map(&message.header.frame_id)?;
    let sizes = [
        message.objects.len(),
        message.people.len(),
        message.surfaces.len(),
        message.obstacles.len(),
    ];
    if let Some(most) = sizes.into_iter().find(|it| *it > MOST) {
        return Err(BadInput::Size {
            what: "a list's length",
            found: most.to_string(),
            expected: format!("at most {MOST}"),
        });
    }
    let obstacle = |it: &r2r::geometry_msgs::msg::Point| {
        Ok(Point2::new(
            finite("obstacles", it.x)?,
            finite("obstacles", it.y)?,
        ))
    };
    Ok(World {
        stamp,
        objects: message
            .objects
            .iter()
            .map(object)
            .collect::<Result<_, _>>()?,
        people: message
            .people
            .iter()
            .map(person)
            .collect::<Result<_, _>>()?,
        surfaces: message
            .surfaces
            .iter()
            .map(surface)
            .collect::<Result<_, _>>()?,
        obstacles_in_map: message
            .obstacles
            .iter()
            .map(obstacle)
            .collect::<Result<_, _>>()?,
    })
}

pub(super) fn in_map(frame: &str) -> Result<(), BadInput> {
    if frame == "map" {
        return Ok(());
    }
    Err(BadInput::Frame {
        found: frame.to_owned(),
        expected: "map".to_owned(),
    })
}

fn hypothesis_msg(hypothesis: &Hypothesis) -> msg::Hypothesis {
    msg::Hypothesis {
        id: text::to_ros(&hypothesis.item),
        probability: hypothesis.probability,
    }
}

fn hypothesis(message: &msg::Hypothesis) -> Result<Hypothesis, BadInput> {
    Ok(Hypothesis {
        item: message.id.clone(),
        probability: finite("hypotheses.probability", message.probability)?.clamp(0.0, 1.0),
    })
}

fn colour_msg(colour: &Colour) -> msg::Colour {
    msg::Colour {
        lab: colour.lab.to_vec(),
        name: word(&colour.name),
    }
}

fn colour(message: &msg::Colour) -> Result<Colour, BadInput> {
    let mut lab = [0.0; 3];
    for (to, from) in lab.iter_mut().zip(&message.lab) {
        *to = finite("colour.lab", f64::from(*from))? as f32;
    }
    Ok(Colour {
        lab,
        name: from_word("colour.name", &message.name)?,
    })
}

fn object_msg(object: &WorldObject) -> msg::WorldObject {
    let [x, y, z] = object.size_m;
    msg::WorldObject {
        id: object.id.0,
        hypotheses: object.hypotheses.iter().map(hypothesis_msg).collect(),
        matches: matches_msg(&object.matches),
        pose: Pose {
            position: point(&object.centre_in_map),
            orientation: quaternion(object.yaw_rad),
        },
        size: Vector3 { x, y, z },
        shape: word(&object.shape),
        colour: colour_msg(&object.colour),
        place: text::to_ros(object.place.as_deref().unwrap_or_default()),
        support_height: object.support_height_m,
        first_seen: time::to_ros(object.first_seen),
        last_seen: time::to_ros(object.last_seen),
        sightings: object.sightings,
        views: object.views,
        existence: object.existence,
    }
}

fn object(message: &msg::WorldObject) -> Result<WorldObject, BadInput> {
    let centre_in_map = point3(&message.pose.position);
    for value in centre_in_map.iter() {
        finite("objects.pose.position", *value)?;
    }
    let size = [message.size.x, message.size.y, message.size.z];
    for value in size {
        finite("objects.size", value)?;
    }
    Ok(WorldObject {
        id: ObjectId(message.id),
        hypotheses: message
            .hypotheses
            .iter()
            .map(hypothesis)
            .collect::<Result<_, _>>()?,
        matches: matches(&message.matches)?,
        centre_in_map,
        yaw_rad: yaw_rad(&message.pose.orientation).ok_or(BadInput::NotFinite {
            field: "objects.pose.orientation",
        })?,
        size_m: size.map(|it| it.max(0.0)),
        shape: shape(&message.shape)?,
        colour: colour(&message.colour)?,
        place: text::optional(&message.place),
        support_height_m: finite("objects.support_height", message.support_height)?,
        first_seen: time::from_ros(&message.first_seen),
        last_seen: time::from_ros(&message.last_seen),
        sightings: message.sightings,
        views: message.views,
        existence: finite("objects.existence", message.existence)?.clamp(0.0, 1.0),
    })
}

fn person_msg(person: &WorldPerson) -> msg::WorldPerson {
    let (gesture, gesture_probability) = person
        .gesture
        .filter(|it| !it.1.is_nan())
        .map_or_else(Default::default, |it| (word(&it.0), it.1.clamp(0.0, 1.0)));
    msg::WorldPerson {
        id: person.id.0,
        hypotheses: person.hypotheses.iter().map(hypothesis_msg).collect(),
        position: floor_point(&person.position_in_map),
        head_height: person.head_height_m,
        posture: word(&person.posture),
        gesture,
        gesture_probability,
        matches: matches_msg(&person.matches),
        has_shirt: person.shirt.is_some(),
        shirt: person.shirt.as_ref().map(colour_msg).unwrap_or_default(),
        last_seen: time::to_ros(person.last_seen),
        sightings: person.sightings,
        existence: person.existence,
    }
}

fn person(message: &msg::WorldPerson) -> Result<WorldPerson, BadInput> {
    Ok(WorldPerson {
        id: PersonId(message.id),
        hypotheses: message
            .hypotheses
            .iter()
            .map(hypothesis)
            .collect::<Result<_, _>>()?,
        position_in_map: Point2::new(
            finite("people.position", message.position.x)?,
            finite("people.position", message.position.y)?,
        ),
        head_height_m: finite("people.head_height", message.head_height)?,
        posture: from_word("people.posture", &message.posture)?,
        gesture: gesture(message)?,
        matches: matches(&message.matches)?,
        shirt: message
            .has_shirt
            .then(|| colour(&message.shirt))
            .transpose()?,
        last_seen: time::from_ros(&message.last_seen),
        sightings: message.sightings,
        existence: finite("people.existence", message.existence)?.clamp(0.0, 1.0),
    })
}

fn gesture(message: &msg::WorldPerson) -> Result<Option<(Gesture, f64)>, BadInput> {
    if message.gesture.is_empty() {
        return Ok(None);
    }
    let gesture = from_word("people.gesture", &message.gesture)?;
    let probability = probability("people.gesture_probability", message.gesture_probability)?;
    Ok(Some((gesture, probability)))
}

fn surface_msg(surface: &SurfaceView) -> msg::SurfaceView {
    msg::SurfaceView {
        place: text::to_ros(&surface.place),
        surface: u32::try_from(surface.surface).unwrap_or(u32::MAX),
        has_measured_height: surface.measured_height_m.is_some(),
        measured_height: surface.measured_height_m.unwrap_or(0.0),
        coverage: surface.coverage,
        seen_from: time::to_ros(surface.seen_from),
        last_seen: time::to_ros(surface.last_seen),
        free_spots: surface.free_spots_in_map.iter().map(point).collect(),
    }
}

fn surface(message: &msg::SurfaceView) -> Result<SurfaceView, BadInput> {
    let spots = message.free_spots.iter().map(|it| {
        let spot = point3(it);
        if spot.iter().all(|it| it.is_finite()) {
            Ok(spot)
        } else {
            Err(BadInput::NotFinite {
                field: "surfaces.free_spots",
            })
        }
    });
    Ok(SurfaceView {
        place: message.place.clone(),
        surface: message.surface as usize,
        measured_height_m: message
            .has_measured_height
            .then(|| finite("surfaces.measured_height", message.measured_height))
            .transpose()?,
        coverage: finite("surfaces.coverage", message.coverage)?.clamp(0.0, 1.0),
        seen_from: time::from_ros(&message.seen_from),
        last_seen: time::from_ros(&message.last_seen),
        free_spots_in_map: spots.collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests;
