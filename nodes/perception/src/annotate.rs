//! Draws what was found into the frame, for people to look at.

use crate::PerceptionError;
use hearth_types::{Detection, Detections, RgbdFrame};
use opencv::core::{Mat, Point, Rect, Scalar, Size, Vec3b, Vector};
use opencv::prelude::*;
use opencv::{imgcodecs, imgproc};

/// Strong colours that differ from each other, as blue, green, red.
const COLOURS: [[f64; 3]; 10] = [
    [60.0, 60.0, 235.0],
    [70.0, 190.0, 60.0],
    [235.0, 130.0, 40.0],
    [40.0, 190.0, 250.0],
    [210.0, 70.0, 190.0],
    [220.0, 210.0, 50.0],
    [40.0, 120.0, 250.0],
    [150.0, 90.0, 90.0],
    [120.0, 200.0, 180.0],
    [170.0, 110.0, 250.0],
];
const FONT: i32 = imgproc::FONT_HERSHEY_SIMPLEX;
const FONT_SCALE: f64 = 0.45;

/// The frame with boxes and labels as a PNG, `scale` times as large (1 to 4).
///
/// # Errors
/// [`PerceptionError::Frame`] if the frame's buffers do not match its size,
/// [`PerceptionError::OpenCv`] if drawing fails.
pub fn png(detections: &Detections, scale: u32) -> Result<Vec<u8>, PerceptionError> {
    let image = drawn(detections, scale)?;
    let mut bytes = Vector::<u8>::new();
    imgcodecs::imencode_def(".png", &image, &mut bytes)?;
    Ok(bytes.to_vec())
}

/// As [`png`], as pixels: width, height, and 3 bytes a pixel (red, green, blue), row-major from the top left.
///
/// # Errors
/// As for [`png`].
pub fn rgb(
    detections: &Detections,
    scale: u32,
) -> Result<(usize, usize, Vec<u8>), PerceptionError> {
    let image = drawn(detections, scale)?;
    let mut rgb = Mat::default();
    imgproc::cvt_color_def(&image, &mut rgb, imgproc::COLOR_BGR2RGB)?;
    let size = (rgb.cols() as usize, rgb.rows() as usize);
    Ok((size.0, size.1, rgb.data_bytes()?.to_vec()))
}

fn drawn(detections: &Detections, scale: u32) -> Result<Mat, PerceptionError> {
    let scale = scale.clamp(1, 4) as i32;
    let mut image = enlarged(&detections.frame, scale)?;
    let mut labels: Vec<Rect> = Vec::new();
    // Boxes first, so that no box crosses a label.
    for item in &detections.items {
        let rect = scaled(&item.box_px, scale, &image);
        imgproc::rectangle(
            &mut image,
            rect,
            Scalar::new(20.0, 20.0, 20.0, 0.0),
            4,
            imgproc::LINE_8,
            0,
        )?;
        imgproc::rectangle(&mut image, rect, colour_of(item), 2, imgproc::LINE_8, 0)?;
    }
    for item in &detections.items {
        draw_label(&mut image, item, scale, &mut labels)?;
    }
    Ok(image)
}

fn enlarged(frame: &RgbdFrame, scale: i32) -> Result<Mat, PerceptionError> {
    let pixels = frame.width.checked_mul(frame.height).unwrap_or(0);
    if pixels == 0 || pixels > 4_000_000 || frame.rgb.len() != pixels * 3 {
        return Err(PerceptionError::Frame(format!(
            "{} colour bytes for {} x {} pixels",
            frame.rgb.len(),
            frame.width,
            frame.height
        )));
    }
    opencv::core::set_num_threads(1)?;
    let flat = Mat::from_bytes::<Vec3b>(&frame.rgb)?;
    let rgb = flat.reshape(3, frame.height as i32)?;
    let mut bgr = Mat::default();
    imgproc::cvt_color_def(&rgb, &mut bgr, imgproc::COLOR_RGB2BGR)?;
    let mut large = Mat::default();
    let size = Size::new(frame.width as i32 * scale, frame.height as i32 * scale);
    imgproc::resize(&bgr, &mut large, size, 0.0, 0.0, imgproc::INTER_CUBIC)?;
    Ok(large)
}

fn colour_of(item: &Detection) -> Scalar {
    let index = match (item.object, item.person) {
        (Some(id), _) => id.0 as usize,
        (None, Some(id)) => id.0 as usize + 3,
        (None, None) => 0,
    };
    let [b, g, r] = COLOURS[index % COLOURS.len()];
    Scalar::new(b, g, r, 0.0)
}

/// The box in the enlarged image, within its borders.
fn scaled(box_px: &[f64; 4], scale: i32, image: &Mat) -> Rect {
    let (width, height) = (image.cols(), image.rows());
    let along = |value: f64, most: i32| {
        // `as` saturates and maps NaN to zero.
        ((value * f64::from(scale)) as i32).clamp(0, most - 1)
    };
    let (left, right) = (along(box_px[0], width), along(box_px[2], width));
    let (top, bottom) = (along(box_px[1], height), along(box_px[3], height));
    Rect::new(left, top, (right - left).max(1), (bottom - top).max(1))
}

fn draw_label(
    image: &mut Mat,
    item: &Detection,
    scale: i32,
    taken: &mut Vec<Rect>,
) -> Result<(), PerceptionError> {
    let name = item.label.replace('_', " ");
    let percent = (item.probability.clamp(0.0, 1.0) * 100.0).round();
    let text = format!("{name} {percent:.0}%");
    let mut baseline = 0;
    let size = imgproc::get_text_size(&text, FONT, FONT_SCALE, 1, &mut baseline)?;
    let (width, height) = (size.width + 6, size.height + 7);
    let target = scaled(&item.box_px, scale, image);
    let left = target.x.min(image.cols() - width).max(0);
    let above = target.y - height;
    let below = target.y + target.height;
    // Above, below, then further up, so that labels do not hide each other.
    let tries = [
        above,
        below,
        above - height,
        below + height,
        above - 2 * height,
        target.y,
    ];
    let place = tries
        .into_iter()
        .filter(|&top| top >= 0 && top + height <= image.rows())
        .map(|top| Rect::new(left, top, width, height))
        .find(|it| taken.iter().all(|other| (*it & *other).area() == 0))
        .unwrap_or(Rect::new(left, above.max(0), width, height));
    taken.push(place);
    imgproc::rectangle(
        image,
        place,
        colour_of(item),
        imgproc::FILLED,
        imgproc::LINE_8,
        0,
    )?;
    let [b, g, r, _] = colour_of(item).0;
    let dark = 0.114 * b + 0.587 * g + 0.299 * r > 140.0;
    let ink = if dark {
        Scalar::all(0.0)
    } else {
        Scalar::all(255.0)
    };
    let origin = Point::new(place.x + 3, place.y + height - 4);
    imgproc::put_text(
        image,
        &text,
        origin,
        FONT,
        FONT_SCALE,
        ink,
        1,
        imgproc::LINE_AA,
        false,
    )?;
    Ok(())
}
