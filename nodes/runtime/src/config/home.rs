//! What the robot is told about the home, from `launch/config/home.yaml`.

use super::error::{ConfigError, read_text};
use super::home_raw::RawHome;
use super::map::load_map;
use hearth_types::{Home, Names, OrientedRect, Point2};
use std::collections::BTreeSet;
use std::path::Path;

/// \[m\] Coordinates beyond this are a mistake: no home is that large.
const FAR_M: f64 = 1000.0;

/// Reads the home and its map (named by `map`, relative to the file) and checks that they make
/// sense together.
pub fn load_home(path: &Path) -> Result<Home, ConfigError> {
    let raw: RawHome =
        serde_yaml::from_str(&read_text(path)?).map_err(|error| ConfigError::yaml(path, &error))?;
    let map = load_map(&path.parent().unwrap_or(Path::new(".")).join(&raw.map))?;
    let home = Home {
        start_in_map: (&raw.start).into(),
        rooms: raw.rooms.into_iter().map(Into::into).collect(),
        places: raw.places.into_iter().map(Into::into).collect(),
        categories: raw.categories.into_iter().map(Into::into).collect(),
        kinds: raw.kinds.into_iter().map(Into::into).collect(),
        catalogue: raw.catalogue.into_iter().map(Into::into).collect(),
        people: raw.people.into_iter().map(Into::into).collect(),
        map,
    };
    check_home(&home).map_err(|problem| ConfigError::Inconsistent {
        path: path.to_owned(),
        key: problem.key,
        found: problem.found,
        expected: problem.expected,
    })?;
    Ok(home)
}

/// What does not fit, and where.
struct Problem {
    key: String,
    found: String,
    expected: String,
}

type Check = Result<(), Problem>;

fn require(ok: bool, key: impl Into<String>, found: impl Into<String>, expected: &str) -> Check {
    if ok {
        return Ok(());
    }
    Err(Problem {
        key: key.into(),
        found: found.into(),
        expected: expected.to_owned(),
    })
}

fn check_home(home: &Home) -> Check {
    check_names(home)?;
    check_rooms(home)?;
    check_places(home)?;
    check_things(home)?;
    check_people(home)?;
    check_start(home)
}

fn check_names(home: &Home) -> Check {
    fn list<'a>(
        key: &'a str,
        all: impl Iterator<Item = &'a Names>,
        ids: &mut BTreeSet<String>,
    ) -> Check {
        for (index, names) in all.enumerate() {
            let at = format!("{key}[{index}]");
            let snake = !names.id.is_empty()
                && names
                    .id
                    .chars()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_');
            require(
                snake,
                format!("{at}.id"),
                format!("is {:?}", names.id),
                "a snake_case name",
            )?;
            require(
                ids.insert(names.id.clone()),
                format!("{at}.id"),
                format!("{:?} is there twice", names.id),
                "unique in the file",
            )?;
            let at = format!("{key}[{}]", names.id);
            for (language, words) in [("en", &names.en), ("zh", &names.zh)] {
                let named = !words.is_empty() && words.iter().all(|it| !it.trim().is_empty());
                require(
                    named,
                    format!("{at}.{language}"),
                    "is empty",
                    "one name or more",
                )?;
            }
            let lower = names.en.iter().find(|it| **it != it.trim().to_lowercase());
            require(
                lower.is_none(),
                format!("{at}.en"),
                format!("has {:?}", lower.map_or("", String::as_str)),
                "lower case without spaces around it",
            )?;
        }
        Ok(())
    }
    // Rooms, places, things and people share one space of ids; kinds and categories have their own,
    // because a kind may well be called as its only item.
    let mut ids = BTreeSet::new();
    list("rooms", home.rooms.iter().map(|it| &it.names), &mut ids)?;
    list("places", home.places.iter().map(|it| &it.names), &mut ids)?;
    list(
        "catalogue",
        home.catalogue.iter().map(|it| &it.names),
        &mut ids,
    )?;
    list("people", home.people.iter().map(|it| &it.names), &mut ids)?;
    list(
        "kinds",
        home.kinds.iter().map(|it| &it.names),
        &mut BTreeSet::new(),
    )?;
    list(
        "categories",
        home.categories.iter().map(|it| &it.names),
        &mut BTreeSet::new(),
    )
}

fn check_rooms(home: &Home) -> Check {
    require(
        !home.rooms.is_empty(),
        "rooms",
        "is empty",
        "one room or more",
    )?;
    for room in &home.rooms {
        let key = format!("rooms[{}].outline_m", room.names.id);
        let corners = &room.outline_in_map;
        require(
            corners.len() >= 3,
            &key,
            format!("has {} corners", corners.len()),
            "a polygon of three corners or more",
        )?;
        let near = corners
            .iter()
            .all(|it| it.x.abs() < FAR_M && it.y.abs() < FAR_M);
        require(
            near,
            &key,
            "has a corner that is far off or not a number",
            "in metres",
        )?;
    }
    Ok(())
}

fn check_places(home: &Home) -> Check {
    for place in &home.places {
        let key = |field: &str| format!("places[{}].{field}", place.names.id);
        require(
            home.room(&place.room).is_some(),
            key("room"),
            format!("is {:?}", place.room),
            "the id of a room",
        )?;
        check_rect(&key("footprint"), &place.footprint)?;
        check_height(key("height_m"), place.height_m, 0.0)?;
        for (index, surface) in place.surfaces.iter().enumerate() {
            let key = |field: &str| format!("places[{}].surfaces[{index}].{field}", place.names.id);
            check_rect(
                &format!("places[{}].surfaces[{index}]", place.names.id),
                &surface.area,
            )?;
            check_height(key("height_m"), surface.height_m, 0.0)?;
            let centre = surface.area.centre_in_map.point();
            require(
                place.footprint.contains(&centre, 0.10),
                key("x_m, y_m"),
                format!("is ({}, {})", centre.x, centre.y),
                "over the place's footprint",
            )?;
            let headroom = surface.headroom_m.unwrap_or(1.0);
            require(
                headroom > 0.02 && headroom < 5.0,
                key("headroom_m"),
                format!("is {headroom}"),
                "between 0.02 and 5 metres",
            )?;
        }
        require(
            place.surfaces.is_sorted_by(|a, b| a.height_m <= b.height_m),
            key("surfaces"),
            "are not in order of height",
            "from the lowest to the highest",
        )?;
        require(
            place.surfaces.is_empty() || !place.open_sides.is_empty(),
            key("open_sides"),
            "is empty",
            "one side or more where the place has surfaces",
        )?;
    }
    Ok(())
}

fn check_rect(key: &str, rect: &OrientedRect) -> Check {
    let pose = rect.centre_in_map;
    require(
        pose.is_finite() && pose.x_m.abs() < FAR_M && pose.y_m.abs() < FAR_M,
        format!("{key}.x_m, y_m, yaw_rad"),
        "is far off or not a number",
        "in metres and radians",
    )?;
    require(
        rect.size_m.iter().all(|it| *it > 0.01 && *it < 50.0),
        format!("{key}.size_m"),
        format!("is {:?}", rect.size_m),
        "between 0.01 and 50 metres each",
    )
}

fn check_height(key: String, height_m: f64, min_m: f64) -> Check {
    require(
        height_m >= min_m && height_m < 4.0,
        key,
        format!("is {height_m}"),
        "between 0 and 4 metres",
    )
}

fn check_things(home: &Home) -> Check {
    for kind in &home.kinds {
        require(
            home.categories
                .iter()
                .any(|it| it.names.id == kind.category),
            format!("kinds[{}].category", kind.names.id),
            format!("is {:?}", kind.category),
            "the id of a category",
        )?;
    }
    for item in &home.catalogue {
        let key = |field: &str| format!("catalogue[{}].{field}", item.names.id);
        require(
            home.kind(&item.kind).is_some(),
            key("kind"),
            format!("is {:?}", item.kind),
            "the id of a kind",
        )?;
        require(
            !item.colours.is_empty() && !item.srgb.is_empty(),
            key("colours"),
            "or `srgb` is empty",
            "one colour or more in both",
        )?;
        let [length, width, height] = item.size_m;
        let sound = [length, width, height]
            .iter()
            .all(|it| *it > 0.002 && *it < 2.0);
        require(
            sound && length >= width,
            key("size_m"),
            format!("is {:?}", item.size_m),
            "[length, width, height] in metres, each between 0.002 and 2, length at least width",
        )?;
    }
    Ok(())
}

fn check_people(home: &Home) -> Check {
    for person in &home.people {
        let Some(place) = &person.usual_place else {
            continue;
        };
        require(
            home.place(place).is_some() || home.room(place).is_some(),
            format!("people[{}].usual_place", person.names.id),
            format!("is {place:?}"),
            "the id of a place or room",
        )?;
    }
    Ok(())
}

fn check_start(home: &Home) -> Check {
    let start = home.start_in_map;
    let free = start.is_finite()
        && home
            .map
            .cell(&Point2::new(start.x_m, start.y_m))
            .is_some_and(|(x, y)| !home.map.is_occupied(x, y));
    require(
        free,
        "start",
        format!("is ({}, {}, {})", start.x_m, start.y_m, start.yaw_rad),
        "a free spot on the map",
    )
}

#[cfg(test)]
#[path = "home_tests.rs"]
mod tests;
