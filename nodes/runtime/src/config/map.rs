//! Occupancy maps in the format of ROS's map_server: a YAML file beside a PGM image.

use super::error::{ConfigError, read_text};
use hearth_types::{OccupancyGrid, Point2};
use std::path::Path;

/// As written by map_saver; never leaves this module.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMap {
    image: String,
    resolution: f64,
    origin: [f64; 3],
    #[serde(default)]
    negate: u8,
    #[serde(default = "default_occupied")]
    occupied_thresh: f64,
    #[serde(default = "default_free")]
    free_thresh: f64,
    #[serde(default)]
    mode: Option<String>,
}

fn default_occupied() -> f64 {
    0.65
}

fn default_free() -> f64 {
    0.196
}

/// Reads a map. Cells that are neither occupied nor free ("unknown") count as free: at a home's
/// scale they are the insides of furniture and the outdoors, behind occupied cells.
pub fn load_map(yaml: &Path) -> Result<OccupancyGrid, ConfigError> {
    let raw: RawMap =
        serde_yaml::from_str(&read_text(yaml)?).map_err(|error| ConfigError::yaml(yaml, &error))?;
    check(yaml, &raw)?;
    let image = yaml.parent().unwrap_or(Path::new(".")).join(&raw.image);
    let bytes = std::fs::read(&image).map_err(|source| ConfigError::Read {
        path: image.clone(),
        source,
    })?;
    let pgm = parse_pgm(&bytes).map_err(|message| ConfigError::parse(&image, None, message))?;
    let mut occupied = Vec::with_capacity(pgm.grey.len());
    // The image's first row is the map's highest y.
    for row in pgm.grey.chunks_exact(pgm.width).rev() {
        occupied.extend(row.iter().map(|&grey| {
            let whiteness = f64::from(grey) / f64::from(pgm.max);
            let occupancy = if raw.negate == 0 {
                1.0 - whiteness
            } else {
                whiteness
            };
            occupancy > raw.occupied_thresh
        }));
    }
    Ok(OccupancyGrid {
        resolution_m: raw.resolution,
        origin_in_map: Point2::new(raw.origin[0], raw.origin[1]),
        width: pgm.width,
        height: pgm.height,
        occupied,
    })
}

fn check(path: &Path, raw: &RawMap) -> Result<(), ConfigError> {
    let wrong = |key: &str, found: String, expected: &str| {
        Err(ConfigError::Inconsistent {
            path: path.to_owned(),
            key: key.to_owned(),
            found: format!("is {found}"),
            expected: expected.to_owned(),
        })
    };
    if !(0.005..=1.0).contains(&raw.resolution) {
        return wrong(
            "resolution",
            raw.resolution.to_string(),
            "between 0.005 and 1 (metres a cell)",
        );
    }
    if !raw.origin.iter().all(|it| it.abs() < 1e4) || raw.origin[2] != 0.0 {
        return wrong(
            "origin",
            format!("{:?}", raw.origin),
            "[x, y, 0] in metres; turned maps are not supported",
        );
    }
    if raw.negate > 1 {
        return wrong("negate", raw.negate.to_string(), "0 or 1");
    }
    if !(raw.free_thresh >= 0.0
        && raw.free_thresh <= raw.occupied_thresh
        && raw.occupied_thresh <= 1.0)
    {
        return wrong(
            "occupied_thresh",
            raw.occupied_thresh.to_string(),
            "between free_thresh and 1, and free_thresh at least 0",
        );
    }
    match raw.mode.as_deref() {
        None | Some("trinary") => Ok(()),
        Some(mode) => wrong("mode", mode.to_owned(), "trinary"),
    }
}

/// A grey image; its first row is the top one.
struct Pgm {
    width: usize,
    height: usize,
    max: u8,
    grey: Vec<u8>,
}

/// The longest side that is accepted, in pixels: no flat is a kilometre long.
const MAX_SIDE: usize = 20_000;

/// Reads an 8-bit PGM, plain (P2) or raw (P5).
fn parse_pgm(bytes: &[u8]) -> Result<Pgm, String> {
    let raw = match bytes.get(..2) {
        Some(b"P5") => true,
        Some(b"P2") => false,
        _ => return Err("is not a PGM image: it must start with P5 or P2".into()),
    };
    let mut rest = &bytes[2..];
    let width = pgm_number(&mut rest, "width")?;
    let height = pgm_number(&mut rest, "height")?;
    let max = pgm_number(&mut rest, "maximum grey value")?;
    if !(1..=MAX_SIDE).contains(&width) || !(1..=MAX_SIDE).contains(&height) {
        return Err(format!(
            "is {width} x {height} pixels, but each side must be between 1 and {MAX_SIDE}"
        ));
    }
    let max = u8::try_from(max)
        .ok()
        .filter(|&it| it > 0)
        .ok_or_else(|| format!("maximum grey value is {max}, but must be between 1 and 255"))?;
    let cells = width * height;
    let grey = if raw {
        // Exactly one white-space byte ends the header.
        let pixels = rest.get(1..).unwrap_or_default();
        pixels
            .get(..cells)
            .ok_or_else(|| format!("has {} of {cells} pixels", pixels.len()))?
            .to_vec()
    } else {
        let mut grey = Vec::new();
        for _ in 0..cells {
            let value = pgm_number(&mut rest, "pixel")?;
            grey.push(u8::try_from(value).map_err(|_| format!("a pixel is {value}"))?);
        }
        grey
    };
    Ok(Pgm {
        width,
        height,
        max,
        grey,
    })
}

/// The next number after white space and comments.
fn pgm_number(rest: &mut &[u8], what: &str) -> Result<usize, String> {
    loop {
        match rest.first() {
            Some(byte) if byte.is_ascii_whitespace() => *rest = &rest[1..],
            Some(b'#') => {
                let end = rest.iter().position(|&it| it == b'\n');
                *rest = &rest[end.unwrap_or(rest.len())..];
            }
            _ => break,
        }
    }
    let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    let number = std::str::from_utf8(&rest[..digits])
        .ok()
        .and_then(|it| it.parse().ok())
        .ok_or_else(|| format!("the {what} is missing or not a number"))?;
    *rest = &rest[digits..];
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn load(yaml: &str, pgm: &[u8]) -> Result<OccupancyGrid, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("map.yaml"), yaml).unwrap();
        std::fs::write(folder.path().join("map.pgm"), pgm).unwrap();
        load_map(&folder.path().join("map.yaml"))
    }

    const YAML: &str = "image: map.pgm\nresolution: 0.5\norigin: [-1, -2, 0]\nnegate: 0\n\
                        occupied_thresh: 0.65\nfree_thresh: 0.196\n";

    #[test]
    fn the_top_row_of_the_image_is_the_highest_y() {
        let map = load(
            YAML,
            b"P5\n# made by hand\n3 2\n255\n\x00\xff\xff\xff\xff\xcd",
        )
        .unwrap();
        assert_eq!((map.width, map.height), (3, 2));
        assert_eq!(map.cell(&Point2::new(-0.9, -1.1)), Some((0, 1)));
        assert!(map.is_occupied(0, 1));
        assert_eq!(map.occupied.iter().filter(|it| **it).count(), 1);

        let plain = load(YAML, b"P2 3 2 255 0 255 255 255 255 205").unwrap();
        assert_eq!(plain, map);
    }

    #[test]
    fn names_what_is_wrong() {
        let error = |yaml: &str, pgm: &[u8]| load(yaml, pgm).unwrap_err().to_string();
        let text = error(&YAML.replace("0.5", "-0.5"), b"");
        assert!(text.contains("map.yaml: resolution: is -0.5"), "{text}");
        let text = error(&YAML.replace("-2, 0]", "-2, 1.5]"), b"");
        assert!(text.contains("turned maps"), "{text}");
        let text = error(&YAML.replace("map.pgm", "other.pgm"), b"");
        assert!(text.contains("other.pgm: cannot be read"), "{text}");
        let text = error(YAML, b"P5 3 2 255\n123");
        assert!(text.contains("map.pgm: has 3 of 6 pixels"), "{text}");
        let text = error(YAML, b"PNG");
        assert!(text.contains("P5"), "{text}");
        let text = error(YAML, b"P5 99999999 99999999 255\n");
        assert!(text.contains("each side"), "{text}");
    }

    proptest! {
        #[test]
        fn no_image_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse_pgm(&bytes);
            let _ = parse_pgm(&[b"P5 ".as_slice(), &bytes].concat());
            let _ = parse_pgm(&[b"P2 2 2 255 ".as_slice(), &bytes].concat());
        }
    }
}
