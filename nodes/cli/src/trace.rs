//! `trace.png`: the flat from above, with the path driven and what was found.

use anyhow::Context;
use hearth_types::{Home, OrientedRect, Point2, World};
use opencv::core::{Mat, Point, Rect, Scalar, Size, Vector};
use opencv::{imgcodecs, imgproc, prelude::*};

const PIXELS_PER_M: f64 = 90.0;
const MARGIN_PX: i32 = 30;
const LEGEND_PX: i32 = 46;
const ROOM_COLOURS: [[u8; 3]; 5] = [
    [233, 240, 247],
    [240, 246, 232],
    [250, 240, 228],
    [238, 233, 246],
    [228, 244, 244],
];
const PATH_COLOURS: [[u8; 3]; 6] = [
    [214, 39, 40],
    [31, 119, 180],
    [44, 160, 44],
    [148, 103, 189],
    [255, 127, 14],
    [23, 150, 160],
];

/// The path that belongs to one command.
#[derive(Clone, Debug, Default)]
pub struct Leg {
    /// What the legend calls it.
    pub label: String,
    /// Where the robot was, by its own localisation.
    pub points_in_map: Vec<Point2>,
}

/// Draws the trace as PNG bytes.
///
/// # Errors
/// OpenCV's, with what it was doing.
pub fn draw(home: &Home, legs: &[Leg], world: Option<&World>) -> anyhow::Result<Vec<u8>> {
    let mut canvas = Canvas::new(home, legs.len())?;
    for (i, room) in home.rooms.iter().enumerate() {
        canvas.polygon(&room.outline_in_map, ROOM_COLOURS[i % ROOM_COLOURS.len()])?;
    }
    canvas.walls(home)?;
    for place in home.places.iter().filter(|it| it.height_m > 0.0) {
        canvas.furniture(&place.footprint)?;
    }
    for room in &home.rooms {
        canvas.room_name(room)?;
    }
    for place in &home.places {
        canvas.label(
            &place.footprint.centre_in_map.point(),
            first(&place.names.en),
            0.36,
            [90, 90, 90],
        )?;
    }
    for (i, leg) in legs.iter().enumerate() {
        canvas.leg(leg, PATH_COLOURS[i % PATH_COLOURS.len()], i)?;
    }
    if let Some(world) = world {
        canvas.contents(home, world)?;
    }
    canvas.encode()
}

fn first(names: &[String]) -> &str {
    names.first().map_or("", String::as_str)
}

struct Canvas {
    image: Mat,
    low: Point2,
    height_px: i32,
}

impl Canvas {
    fn new(home: &Home, legs: usize) -> anyhow::Result<Self> {
        let corners = home.rooms.iter().flat_map(|it| &it.outline_in_map);
        let (mut low, mut high) = (
            Point2::new(f64::MAX, f64::MAX),
            Point2::new(f64::MIN, f64::MIN),
        );
        for corner in corners {
            low = low.inf(corner);
            high = high.sup(corner);
        }
        anyhow::ensure!(
            low.x < high.x && low.y < high.y,
            "the home has no rooms to draw"
        );
        let width = ((high.x - low.x) * PIXELS_PER_M) as i32 + 2 * MARGIN_PX;
        let height_px = ((high.y - low.y) * PIXELS_PER_M) as i32 + 2 * MARGIN_PX;
        let full =
            height_px + LEGEND_PX * i32::try_from(legs.div_ceil(2)).unwrap_or(1).max(1) / 2 + 10;
        let image = Mat::new_rows_cols_with_default(
            full,
            width,
            opencv::core::CV_8UC3,
            Scalar::new(255.0, 255.0, 255.0, 0.0),
        )
        .context("making the picture")?;
        Ok(Self {
            image,
            low,
            height_px,
        })
    }

    fn pixel(&self, point: &Point2) -> Point {
        Point::new(
            MARGIN_PX + ((point.x - self.low.x) * PIXELS_PER_M).round() as i32,
            self.height_px - MARGIN_PX - ((point.y - self.low.y) * PIXELS_PER_M).round() as i32,
        )
    }

    fn polygon(&mut self, corners: &[Point2], colour: [u8; 3]) -> anyhow::Result<()> {
        let points: Vector<Point> = corners.iter().map(|it| self.pixel(it)).collect();
        imgproc::fill_poly(
            &mut self.image,
            &points,
            bgr(colour),
            imgproc::LINE_AA,
            0,
            Point::default(),
        )
        .context("filling")
    }

    fn outline(
        &mut self,
        corners: &[Point2],
        colour: [u8; 3],
        thickness: i32,
    ) -> anyhow::Result<()> {
        let points: Vector<Point> = corners.iter().map(|it| self.pixel(it)).collect();
        imgproc::polylines(
            &mut self.image,
            &points,
            true,
            bgr(colour),
            thickness,
            imgproc::LINE_AA,
            0,
        )
        .context("outlining")
    }

    fn furniture(&mut self, footprint: &OrientedRect) -> anyhow::Result<()> {
        let corners = footprint.corners_in_map();
        self.polygon(&corners, [222, 208, 188])?;
        self.outline(&corners, [150, 130, 105], 1)
    }

    fn walls(&mut self, home: &Home) -> anyhow::Result<()> {
        let map = &home.map;
        let side = (map.resolution_m * PIXELS_PER_M).ceil() as i32 + 1;
        for y in 0..map.height {
            for x in 0..map.width {
                if map.is_occupied(x, y) {
                    let centre = self.pixel(&map.centre_in_map(x, y));
                    let cell = Rect::new(centre.x - side / 2, centre.y - side / 2, side, side);
                    imgproc::rectangle(
                        &mut self.image,
                        cell,
                        bgr([70, 70, 75]),
                        -1,
                        imgproc::LINE_8,
                        0,
                    )
                    .context("drawing walls")?;
                }
            }
        }
        Ok(())
    }

    fn room_name(&mut self, room: &hearth_types::Room) -> anyhow::Result<()> {
        let n = room.outline_in_map.len().max(1) as f64;
        let sum = room
            .outline_in_map
            .iter()
            .fold((0.0, 0.0), |acc, it| (acc.0 + it.x, acc.1 + it.y));
        let name = first(&room.names.en).to_uppercase();
        self.label(
            &Point2::new(sum.0 / n, sum.1 / n),
            &name,
            0.55,
            [165, 165, 175],
        )
    }

    fn label(
        &mut self,
        at: &Point2,
        text: &str,
        scale: f64,
        colour: [u8; 3],
    ) -> anyhow::Result<()> {
        let mut baseline = 0;
        let font = imgproc::FONT_HERSHEY_SIMPLEX;
        let Size { width, height } = imgproc::get_text_size(text, font, scale, 1, &mut baseline)
            .context("measuring text")?;
        let centre = self.pixel(at);
        self.text(
            text,
            Point::new(centre.x - width / 2, centre.y + height / 2),
            scale,
            colour,
        )
    }

    fn text(
        &mut self,
        text: &str,
        origin: Point,
        scale: f64,
        colour: [u8; 3],
    ) -> anyhow::Result<()> {
        imgproc::put_text(
            &mut self.image,
            text,
            origin,
            imgproc::FONT_HERSHEY_SIMPLEX,
            scale,
            bgr(colour),
            1,
            imgproc::LINE_AA,
            false,
        )
        .context("writing text")
    }

    fn leg(&mut self, leg: &Leg, colour: [u8; 3], index: usize) -> anyhow::Result<()> {
        let points: Vector<Point> = leg.points_in_map.iter().map(|it| self.pixel(it)).collect();
        if points.len() > 1 {
            imgproc::polylines(
                &mut self.image,
                &points,
                false,
                bgr(colour),
                2,
                imgproc::LINE_AA,
                0,
            )
            .context("drawing the path")?;
        }
        if let (Ok(start), Ok(end)) = (points.get(0), points.get(points.len().saturating_sub(1))) {
            imgproc::circle(
                &mut self.image,
                start,
                5,
                bgr(colour),
                2,
                imgproc::LINE_AA,
                0,
            )?;
            imgproc::circle(
                &mut self.image,
                end,
                6,
                bgr(colour),
                -1,
                imgproc::LINE_AA,
                0,
            )?;
        }
        let row = i32::try_from(index / 2).unwrap_or(0);
        let column = i32::try_from(index % 2).unwrap_or(0);
        let x = MARGIN_PX + column * (self.image.cols() / 2);
        let y = self.height_px + 6 + row * (LEGEND_PX / 2);
        imgproc::line(
            &mut self.image,
            Point::new(x, y - 4),
            Point::new(x + 24, y - 4),
            bgr(colour),
            3,
            imgproc::LINE_AA,
            0,
        )?;
        self.text(
            &format!("{}. {}", index + 1, leg.label),
            Point::new(x + 32, y),
            0.42,
            [40, 40, 40],
        )
    }

    /// Things and people as the robot believes them to be in the end.
    fn contents(&mut self, home: &Home, world: &World) -> anyhow::Result<()> {
        for object in &world.objects {
            let at = Point2::new(object.centre_in_map.x, object.centre_in_map.y);
            let best = object.hypotheses.first().filter(|it| it.probability >= 0.5);
            let srgb = best
                .and_then(|it| home.item(&it.item))
                .and_then(|it| it.srgb.first().copied());
            let centre = self.pixel(&at);
            imgproc::circle(
                &mut self.image,
                centre,
                5,
                bgr(srgb.unwrap_or([160, 160, 160])),
                -1,
                imgproc::LINE_AA,
                0,
            )?;
            imgproc::circle(
                &mut self.image,
                centre,
                5,
                bgr([40, 40, 40]),
                1,
                imgproc::LINE_AA,
                0,
            )?;
            if let Some(item) = best.and_then(|it| home.item(&it.item)) {
                self.text(
                    first(&item.names.en),
                    Point::new(centre.x + 7, centre.y - 4),
                    0.33,
                    [30, 30, 120],
                )?;
            }
        }
        for person in &world.people {
            let centre = self.pixel(&person.position_in_map);
            imgproc::circle(
                &mut self.image,
                centre,
                14,
                bgr([120, 60, 160]),
                2,
                imgproc::LINE_AA,
                0,
            )?;
            let name = person
                .hypotheses
                .first()
                .filter(|it| it.probability >= 0.5)
                .map_or("person", |it| it.item.as_str());
            self.text(
                name,
                Point::new(centre.x + 16, centre.y + 5),
                0.4,
                [120, 60, 160],
            )?;
        }
        Ok(())
    }

    fn encode(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vector::<u8>::new();
        imgcodecs::imencode(".png", &self.image, &mut bytes, &Vector::new())
            .context("encoding PNG")?;
        Ok(bytes.to_vec())
    }
}

fn bgr(rgb: [u8; 3]) -> Scalar {
    Scalar::new(f64::from(rgb[2]), f64::from(rgb[1]), f64::from(rgb[0]), 0.0)
}
