use super::*;

const HOME: &str = r##"
map: map.yaml
start: {x_m: 1.0, y_m: 1.0, yaw_rad: 0.5}
rooms:
  - id: kitchen
    en: [kitchen]
    zh: [厨房]
    outline_m: [[0, 0], [4, 0], [4, 4], [0, 4]]
places:
  - id: shelf
    en: [shelf, rack]
    zh: [架子]
    room: kitchen
    footprint: {x_m: 3, y_m: 3, yaw_rad: 1.57, size_m: [0.4, 0.8]}
    height_m: 1.2
    surfaces:
      - {height_m: 0.5, headroom_m: 0.35, x_m: 3, y_m: 3, yaw_rad: 1.57, size_m: [0.3, 0.7]}
      - {height_m: 0.9, x_m: 3, y_m: 3, yaw_rad: 1.57, size_m: [0.3, 0.7]}
    open_sides: [front]
categories:
  - {id: drinks, en: [drink, drinks], zh: [饮料]}
kinds:
  - {id: cola, en: [cola], zh: [可乐], category: drinks}
catalogue:
  - id: cola_can
    en: [cola]
    zh: [可乐]
    kind: cola
    colours: [red, white]
    srgb: ["#c80a14"]
    size_m: [0.066, 0.066, 0.12]
    shape: cylinder
people:
  - {id: alex, en: [alex], zh: [亚历克斯], usual_place: shelf, shirt: green, shirt_srgb: "#00781e"}
"##;

fn load(home: &str) -> Result<Home, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("home.yaml"), home).unwrap();
    std::fs::write(
        path("map.yaml"),
        "image: map.pgm\nresolution: 1\norigin: [0, 0, 0]\n",
    )
    .unwrap();
    std::fs::write(path("map.pgm"), "P2 2 2 255 0 255 255 255").unwrap();
    load_home(&path("home.yaml"))
}

fn error_after(from: &str, to: &str) -> String {
    assert!(HOME.contains(from), "the fixture lacks {from:?}");
    load(&HOME.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn reads_a_home() {
    let home = load(HOME).unwrap();
    let shelf = home.place("shelf").unwrap();
    assert_eq!(shelf.names.en, ["shelf", "rack"]);
    assert_eq!(shelf.surfaces[0].headroom_m, Some(0.35));
    assert_eq!(home.item("cola_can").unwrap().srgb, [[200, 10, 20]]);
    assert_eq!(
        home.room_at(&Point2::new(1.0, 1.0)).unwrap().names.zh,
        ["厨房"]
    );
    assert!(home.map.is_occupied(0, 1));
}

#[test]
fn names_the_key_that_does_not_fit() {
    for (from, to, key) in [
        ("room: kitchen", "room: cellar", "places[shelf].room"),
        ("category: drinks", "category: food", "kinds[cola].category"),
        ("kind: cola\n", "kind: pepsi\n", "catalogue[cola_can].kind"),
        ("id: alex", "id: shelf", "people[0].id"),
        ("id: shelf", "id: The Shelf", "places[0].id"),
        ("zh: [架子]", "zh: []", "places[shelf].zh"),
        ("en: [shelf, rack]", "en: [Shelf]", "places[shelf].en"),
        (
            "size_m: [0.4, 0.8]",
            "size_m: [0.4, .nan]",
            "places[shelf].footprint.size_m",
        ),
        (
            "height_m: 0.5",
            "height_m: .inf",
            "places[shelf].surfaces[0].height_m",
        ),
        ("height_m: 0.9", "height_m: 0.4", "places[shelf].surfaces"),
        (
            "headroom_m: 0.35",
            "headroom_m: 0",
            "surfaces[0].headroom_m",
        ),
        (
            "open_sides: [front]",
            "open_sides: []",
            "places[shelf].open_sides",
        ),
        (
            "size_m: [0.066,",
            "size_m: [0.060,",
            "catalogue[cola_can].size_m",
        ),
        (
            "usual_place: shelf",
            "usual_place: moon",
            "people[alex].usual_place",
        ),
        ("{x_m: 1.0, y_m: 1.0", "{x_m: 0.5, y_m: 1.5", "start"),
        (
            "[[0, 0], [4, 0], [4, 4], [0, 4]]",
            "[[0, 0], [4, 0]]",
            "rooms[kitchen].outline_m",
        ),
    ] {
        let text = error_after(from, to);
        assert!(
            text.contains("home.yaml: ") && text.contains(key),
            "{to}: {text}"
        );
        assert!(text.contains("must be"), "{to}: {text}");
    }
}

#[test]
fn names_the_line_that_does_not_parse() {
    let text = error_after("    height_m: 1.2", "    heigth_m: 1.2");
    assert!(
        text.contains("home.yaml:") && text.contains("heigth_m"),
        "{text}"
    );
    let text = error_after("shape: cylinder", "shape: tin");
    assert!(
        text.contains("home.yaml:") && text.contains("tin"),
        "{text}"
    );
    let text = error_after("#c80a14", "#c80a1");
    assert!(text.contains("not a colour"), "{text}");
    let text = error_after("shirt: green", "shirt: turquoise");
    assert!(text.contains("turquoise"), "{text}");
}

#[test]
fn the_homes_own_file_is_sound() {
    let home = load_home(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../launch/config/home.yaml"
    )))
    .unwrap();
    assert_eq!(home.places.len(), 25);
    assert!(
        home.places
            .iter()
            .filter(|it| !it.surfaces.is_empty())
            .count()
            >= 15
    );
    assert_eq!(home.categories.len(), 7);
    assert!(home.catalogue.len() >= 30 && home.people.len() >= 3);
}
