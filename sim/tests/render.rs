//! Labelled pictures: they repeat, and their labels are where the things are.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{ember, flat, home, rules};
use hearth_sim::render::{Folder, RenderOptions, Renderer, Sample, SceneSpec, Seen};

fn renderer() -> Renderer {
    let options = RenderOptions::of_robot(&ember()).unwrap();
    Renderer::new(options, &flat(), &home(), &rules()).unwrap()
}

fn thing(name: &str, shape: &str, size: &str, height: f64) -> String {
    let z = height / 2.0;
    format!(
        r#"{{"name":"{name}","size_m":[0.1,0.1,{height}],"attributes":{{"kind":["{shape}"]}},
         "parts":[{{"shape":"{shape}","size":{size},"at":[0,0,{z}],"rgb":[250,20,20]}}]}}"#
    )
}

/// A box, a can, a ball and a person of two parts on a stool.
fn scene(seed: u64) -> SceneSpec {
    let things = [
        thing("box", "box", "[0.1,0.08,0.14]", 0.14),
        thing("can", "cylinder", "[0.04,0.12]", 0.12),
        thing("ball", "sphere", "[0.05]", 0.1),
    ];
    let person = r#"{"name":"p0","posture":"sitting","attributes":{"posture":["sitting"]},"parts":[
        {"shape":"capsule","size":[0.16,0.4],"at":[0,0,0.85],"rgb":[20,20,250],
         "texture":{"kind":"checker","rgb2":[250,250,20],"repeat":4}},
        {"shape":"ellipsoid","size":[0.1,0.08,0.12],"at":[0,0,1.35],"rgb":[220,180,150]},
        {"shape":"box","size":[0.4,0.4,0.45],"at":[0,0,0.225],"rgb":[90,60,30],"seat":true}]}"#;
    let text = format!(
        r#"{{"seed":{seed},"objects":[{}],"people":[{person}]}}"#,
        things.join(",")
    );
    SceneSpec::from_json(&text).unwrap()
}

fn samples(renderer: &mut Renderer, seed: u64, views: usize) -> Vec<Sample> {
    let scene = scene(seed);
    let samples = renderer.samples(&scene, views).unwrap();
    samples.map(Result::unwrap).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_whatever_came_before() {
    let mut one = renderer();
    let first = samples(&mut one, 7, 2);
    let other = samples(&mut one, 8, 2);
    assert_ne!(first, other);
    assert_eq!(samples(&mut one, 7, 2), first);
    // Another renderer on the same thread.
    let mut two = renderer();
    assert_eq!(samples(&mut two, 7, 2), first);
    drop(two);
    assert_eq!(samples(&mut one, 8, 2), other);
}

#[test]
fn boxes_depth_and_positions_agree() {
    let mut renderer = renderer();
    let (mut whole, mut people) = (0, 0);
    for seed in 0..12 {
        for sample in samples(&mut renderer, seed, 3) {
            people += sample.labels.people.len();
            for seen in sample.labels.objects.iter().chain(&sample.labels.people) {
                whole += usize::from(agrees(seen, &sample));
            }
        }
    }
    assert!(whole > 30, "{whole} things seen whole");
    assert!(people > 5, "{people} people seen");
}

/// Returns whether the thing is seen whole.
fn agrees(seen: &Seen, sample: &Sample) -> bool {
    let about = || format!("{} of seed {}: {seen:?}", seen.name, sample.labels.seed);
    let (inner, outer) = (seen.box_px, seen.amodal_box_px);
    for it in 0..2 {
        assert!(inner[it] >= outer[it] - 1.5, "{}", about());
        assert!(inner[it + 2] <= outer[it + 2] + 1.5, "{}", about());
    }
    assert!(seen.visible_px >= 12 && seen.visible_share > 0.0 && seen.visible_share <= 1.0);
    let area = (inner[2] - inner[0]) * (inner[3] - inner[1]);
    assert!(seen.visible_px as f64 <= area);
    if seen.visible_share < 0.97 || area < 150.0 {
        return false;
    }
    for it in 0..4 {
        assert!((inner[it] - outer[it]).abs() < 2.5, "{}", about());
    }
    // The pixel in the middle of a convex thing shows its near side.
    let [x, y, z] = seen.centre_in_camera;
    let centre = hearth_types::Point3::new(x, y, z);
    let (u, v) = sample.labels.intrinsics.project(&centre).unwrap();
    let depth = sample.depth_m[v.round() as usize * sample.width + u.round() as usize];
    if depth > 0.0 && seen.size_m.is_some() {
        let before = z - f64::from(depth);
        assert!((-0.05..0.25).contains(&before), "{before}: {}", about());
    }
    true
}

#[test]
fn a_seat_is_not_part_of_the_person() {
    let mut renderer = renderer();
    for seed in 0..12 {
        for sample in samples(&mut renderer, seed, 3) {
            for person in &sample.labels.people {
                // Torso and head are 0.98 m high, with the stool 1.47 m.
                let [_, top, _, bottom] = person.amodal_box_px;
                let z = person.centre_in_camera[2];
                let height_m = (bottom - top) / sample.labels.intrinsics.fy * z;
                if z > 2.0 {
                    assert!(height_m < 1.3, "{height_m} m: {person:?}");
                }
            }
        }
    }
}

/// A person with a red breast, a green back and a blue hand held out to their left.
fn painted(seed: u64) -> SceneSpec {
    let text = format!(
        r#"{{"seed":{seed},"people":[{{"name":"p0","posture":"standing",
        "attributes":{{"gesture":["pointing_left"],"arm":["left"]}},"parts":[
        {{"shape":"box","size":[0.1,0.4,1.6],"at":[0.05,0,0.8],"rgb":[250,0,0]}},
        {{"shape":"box","size":[0.1,0.4,1.6],"at":[-0.05,0,0.8],"rgb":[0,250,0]}},
        {{"shape":"sphere","size":[0.12],"at":[0,0.6,1.4],"rgb":[0,0,250],"acts":true}}]}}]}}"#
    );
    SceneSpec::from_json(&text).unwrap()
}

/// Pixels of the box in which this colour channel is more than both others together.
fn pixels_of(channel: usize, seen: &Seen, sample: &Sample) -> usize {
    let [left, top, right, bottom] = seen.box_px.map(|it| it as usize);
    let places = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
    places
        .filter(|(x, y)| {
            let at = (y * sample.width + x) * 3;
            let sum: usize = (0..3).map(|it| usize::from(sample.rgb[at + it])).sum();
            2 * usize::from(sample.rgb[at + channel]) > sum + 10
        })
        .count()
}

#[test]
fn where_a_person_looks_and_whether_their_gesture_is_seen_is_told() {
    let mut renderer = renderer();
    let (mut towards, mut away, mut told, mut unseen) = (0, 0, 0, 0);
    for seed in 0..14 {
        let scene = painted(seed);
        let samples = renderer.samples(&scene, 4).unwrap();
        for sample in samples.map(Result::unwrap) {
            for person in sample
                .labels
                .people
                .iter()
                .filter(|it| it.visible_share > 0.5)
            {
                let [red, green, blue] = [0, 1, 2].map(|it| pixels_of(it, person, &sample));
                let turn = person.facing_rad.unwrap();
                if turn.abs() < 1.2 {
                    towards += 1;
                    assert!(red > green, "{red} {green}: {person:?}");
                } else if turn.abs() > 1.9 {
                    away += 1;
                    assert!(green > red, "{red} {green}: {person:?}");
                }
                if person.attributes["gesture"] == ["unseen"] {
                    unseen += 1;
                    assert!(!person.attributes.contains_key("arm"));
                } else {
                    told += 1;
                    assert!(blue >= 8, "{blue} pixels of the hand: {person:?}");
                }
            }
        }
    }
    assert!(towards > 5 && away > 5, "{towards} {away}");
    assert!(told > 10 && unseen > 1, "{told} {unseen}");
}

#[test]
fn a_folder_holds_pictures_depth_and_a_line_each() {
    let folder = std::env::temp_dir().join(format!("hearth-render-{}", std::process::id()));
    let mut written = Folder::create(&folder).unwrap();
    let samples = samples(&mut renderer(), 3, 2);
    for sample in &samples {
        written.add(sample).unwrap();
    }
    assert_eq!(written.finish().unwrap(), 2);
    let lines = std::fs::read_to_string(folder.join("labels.jsonl")).unwrap();
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    assert_eq!(last["image"], 1);
    assert_eq!(last["seed"], 3);
    assert!(last["intrinsics"]["fx"].as_f64().unwrap() > 200.0);
    let seen = last["objects"].as_array().unwrap().len();
    assert_eq!(seen, samples[1].labels.objects.len());
    for name in ["images/000001.png", "depth/000001.png"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
        // Width and height, big-endian, in the header.
        assert_eq!(bytes[16..24], [0, 0, 1, 64, 0, 0, 0, 240]);
        let bits = if name.starts_with("depth") { 16 } else { 8 };
        assert_eq!(bytes[24], bits);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_part_whose_size_does_not_fit_is_named() {
    let text = r#"{"seed":1,"objects":[{"name":"odd","size_m":[1,1,1],"attributes":{},
        "parts":[{"shape":"sphere","size":[1,2],"at":[0,0,0],"rgb":[0,0,0]}]}]}"#;
    let scene = SceneSpec::from_json(text).unwrap();
    let mut renderer = renderer();
    let error = renderer.samples(&scene, 1).err().unwrap().to_string();
    assert!(
        error.contains("odd") && error.contains("sphere radius"),
        "{error}"
    );
}
