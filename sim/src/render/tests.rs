//! Where things and people of a scene are put.

use super::figure::Figure;
use super::place::{Layout, Placed, arrange};
use super::room::Flat;
use super::spec::SceneSpec;
use crate::noise::{Noise, Stream};
use crate::sdf::SdfWorld;
use hearth_runtime::config::load_home;
use hearth_types::{Home, Point3};
use std::path::Path;

fn described() -> (Home, Flat) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let world = SdfWorld::from_file(&root.join("sim/worlds/apartment.sdf")).unwrap();
    let home = load_home(&root.join("launch/config/home.yaml")).unwrap();
    let flat = Flat::new(&world, &home, &[]);
    (home, flat)
}

/// Twelve boxes, a person standing and one lying.
fn spec(seed: u64) -> SceneSpec {
    let part = |size: &str, at: &str| {
        format!(r#"{{"shape":"box","size":{size},"at":{at},"rgb":[200,30,30]}}"#)
    };
    let objects: Vec<String> = (0..12)
        .map(|it| {
            let part = part("[0.1,0.06,0.12]", "[0,0,0.06]");
            format!(
                r#"{{"name":"o{it}","parts":[{part}],"size_m":[0.1,0.06,0.12],"attributes":{{}}}}"#
            )
        })
        .collect();
    let person = |name: &str, posture: &str, part: String| {
        format!(r#"{{"name":"{name}","posture":"{posture}","parts":[{part}],"attributes":{{}}}}"#)
    };
    let people = [
        person("p0", "standing", part("[0.3,0.5,1.7]", "[0,0,0.85]")),
        person("p1", "lying", part("[1.7,0.5,0.25]", "[0,0,0.125]")),
    ];
    let text = format!(
        r#"{{"seed":{seed},"objects":[{}],"people":[{}]}}"#,
        objects.join(","),
        people.join(",")
    );
    SceneSpec::from_json(&text).unwrap()
}

fn layout(spec: &SceneSpec, flat: &Flat) -> Layout {
    let figures = |parts: &[super::PartSpec]| Figure::new(parts).unwrap();
    let objects: Vec<_> = spec.objects.iter().map(|it| figures(&it.parts)).collect();
    let people: Vec<_> = spec.people.iter().map(|it| figures(&it.parts)).collect();
    let mut draw = Noise::new(spec.seed, Stream::Render, 0);
    arrange(spec, &objects, &people, flat, &mut draw)
}

fn corners(placed: &Placed) -> Vec<Point3> {
    let (low, high) = (placed.figure.low, placed.figure.high);
    let mut out = Vec::new();
    for x in [low.x, high.x] {
        for y in [low.y, high.y] {
            out.push(placed.map_from_thing * Point3::new(x, y, low.z));
        }
    }
    out
}

#[test]
fn things_stand_on_surfaces_or_on_free_floor() {
    let (home, flat) = described();
    let (mut on_surfaces, mut on_floor) = (0, 0);
    for seed in 0..30 {
        let layout = layout(&spec(seed), &flat);
        for placed in &layout.objects {
            if placed.place == "floor" {
                on_floor += 1;
                assert!(corners(placed).iter().all(|it| flat.is_free(&it.xy(), 0.0)));
                continue;
            }
            on_surfaces += 1;
            let place = home.place(&placed.place).unwrap();
            let holds = place.surfaces.iter().any(|surface| {
                (surface.height_m - placed.map_from_thing.translation.z).abs() < 1e-9
                    && surface.headroom_m.is_none_or(|it| it > 0.12)
                    && corners(placed)
                        .iter()
                        .all(|it| surface.area.contains(&it.xy(), 1e-6))
            });
            assert!(holds, "seed {seed}: {} on {}", placed.index, placed.place);
        }
        let grouped: usize = layout.groups.iter().map(|it| it.0.len()).sum();
        assert_eq!(grouped, layout.objects.len());
    }
    // Of 360; what fits nowhere is left out.
    assert!(
        on_surfaces > 200 && on_floor > 20,
        "{on_surfaces}, {on_floor}"
    );
    assert!(on_surfaces + on_floor > 320, "{on_surfaces}, {on_floor}");
}

#[test]
fn people_are_on_free_floor_or_lie_where_they_fit() {
    let (_, flat) = described();
    let mut beds = 0;
    for seed in 0..30 {
        for person in &layout(&spec(seed), &flat).people {
            if person.place == "floor" {
                let p = person.map_from_thing.translation.vector;
                assert!(flat.is_free(&p.xy().into(), 0.35));
                assert!(corners(person).iter().all(|it| flat.is_free(&it.xy(), 0.0)));
            } else {
                assert_eq!(person.index, 1, "only who lies is on furniture");
                beds += 1;
            }
        }
    }
    assert!(beds > 3, "{beds}");
}

#[test]
fn nothing_stands_in_anything_else() {
    let (_, flat) = described();
    for seed in 0..30 {
        let layout = layout(&spec(seed), &flat);
        let all: Vec<&Placed> = layout.objects.iter().chain(&layout.people).collect();
        for (at, one) in all.iter().enumerate() {
            for other in &all[at + 1..] {
                let inside = |a: &Placed, b: &Placed| {
                    corners(a).iter().any(|corner| {
                        let p = b.map_from_thing.inverse_transform_point(corner);
                        (0..3).all(|it| {
                            p[it] > b.figure.low[it] + 0.006 && p[it] < b.figure.high[it] - 0.006
                        })
                    })
                };
                assert!(!inside(one, other) && !inside(other, one), "seed {seed}");
            }
        }
    }
}
