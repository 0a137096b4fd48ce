use super::*;
use proptest::prelude::*;

const NOW: Stamp = Stamp::from_millis(9_000);

fn sound(stamp: Stamp) -> RgbdFrame {
    RgbdFrame {
        stamp,
        width: 3,
        height: 2,
        rgb: (0..18).collect(),
        depth_m: vec![0.5, 1.0, 0.0, 2.0, 3.5, 0.0],
        intrinsics: Intrinsics {
            fx: 300.0,
            fy: 301.0,
            cx: 1.0,
            cy: 0.5,
        },
    }
}

fn ready() -> FramePairer {
    let mut pairer = FramePairer::default();
    pairer
        .take_info(&info_msg(&sound(NOW), "camera"))
        .expect("sound");
    pairer
}

fn image<'a>(encoding: &'a str, step: u32, data: &'a [u8]) -> ImageView<'a> {
    ImageView {
        sec: 9,
        nanosec: 0,
        frame: "camera",
        height: 2,
        width: 3,
        encoding,
        is_bigendian: false,
        step,
        data,
    }
}

#[test]
fn a_frame_survives_the_way_there_and_back() {
    let mut pairer = ready();
    let colour = colour_bytes(&sound(NOW), "camera");
    assert_eq!(pairer.take_colour(colour, NOW), Ok(None));
    let frame = pairer.take_depth(depth_bytes(&sound(NOW), "camera"), NOW);
    assert_eq!(frame, Ok(Some(sound(NOW))));
}

#[test]
fn depth_is_paired_with_the_colour_of_its_time_and_not_with_another() {
    let mut pairer = ready();
    let at = |millis| sound(Stamp::from_millis(millis));
    for millis in [8_800, 9_000] {
        let _ = pairer.take_colour(colour_bytes(&at(millis), "camera"), NOW);
    }
    let late = pairer.take_depth(depth_bytes(&at(8_600), "camera"), NOW);
    assert_eq!(late, Ok(None));
    let fits = pairer.take_depth(depth_bytes(&at(8_810), "camera"), NOW);
    assert_eq!(
        fits.expect("sound").expect("a pair").stamp,
        Stamp::from_millis(8_800)
    );
}

#[test]
fn without_calibration_there_is_no_frame() {
    let mut pairer = FramePairer::default();
    let _ = pairer.take_colour(colour_bytes(&sound(NOW), "camera"), NOW);
    let frame = pairer.take_depth(depth_bytes(&sound(NOW), "camera"), NOW);
    assert_eq!(frame, Ok(None));
}

#[test]
fn encodings_of_usual_cameras_are_understood() {
    let bgr: Vec<u8> = (0..18).collect();
    assert_eq!(rgb(&image("bgr8", 9, &bgr)).expect("known")[..3], [2, 1, 0]);
    let padded: Vec<u8> = (0..24).collect();
    assert_eq!(
        rgb(&image("rgb8", 12, &padded)).expect("known")[9..12],
        [12, 13, 14]
    );
    let millimetres = [0xE8, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0xD0, 0x07];
    assert_eq!(
        depth_m(&image("16UC1", 6, &millimetres)).expect("known"),
        [1.0, 0.0, 0.0, 0.0, 0.0, 2.0]
    );
    let holes: Vec<u8> = [f32::NAN, f32::INFINITY, -1.0, 0.0, 1.5, 2.5]
        .iter()
        .flat_map(|it| it.to_le_bytes())
        .collect();
    assert_eq!(
        depth_m(&image("32FC1", 12, &holes)).expect("known"),
        [0.0, 0.0, 0.0, 0.0, 1.5, 2.5]
    );
}

#[test]
fn images_that_make_no_sense_are_refused_with_the_reason() {
    let data = [0; 18];
    let why = |image: ImageView| rgb(&image).expect_err("bad").to_string();
    assert!(why(image("yuv422", 9, &data)).contains("encoding \"yuv422\" is unknown"));
    assert!(why(image("rgb8", 3, &data)).contains("2 rows of 9 bytes"));
    assert!(why(image("rgb8", 9, &data[..10])).contains("10 bytes"));
    let empty = ImageView {
        width: 0,
        ..image("rgb8", 0, &[])
    };
    assert!(why(empty).contains("0x2"));
    let huge = ImageView {
        width: u32::MAX,
        height: u32::MAX,
        step: u32::MAX,
        ..image("rgb8", 0, &data)
    };
    assert!(why(huge).contains("no side over"));
}

#[test]
fn a_depth_image_of_another_size_makes_no_frame() {
    let mut pairer = ready();
    let _ = pairer.take_colour(colour_bytes(&sound(NOW), "camera"), NOW);
    let mut small = sound(NOW);
    (small.width, small.height, small.depth_m) = (1, 1, vec![1.0]);
    let error = pairer.take_depth(depth_bytes(&small, "camera"), NOW);
    assert!(error.expect_err("bad").to_string().contains("1x1"));
}

#[test]
fn a_calibration_without_focal_length_is_refused() {
    let mut info = info_msg(&sound(NOW), "camera");
    info.k = vec![0.0; 9];
    assert!(FramePairer::default().take_info(&info).is_err());
    info.k = vec![f64::NAN; 9];
    assert!(FramePairer::default().take_info(&info).is_err());
}

proptest! {
    #[test]
    fn any_image_is_taken_or_refused(
        encoding in "rgb8|bgra8|mono8|16UC1|32FC1|x",
        width in 0u32..5,
        height in 0u32..5,
        step: u8,
        data in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let view = ImageView { width, height, ..image(&encoding, u32::from(step), &data) };
        if let Ok(rgb) = rgb(&view) {
            prop_assert_eq!(rgb.len(), (3 * width * height) as usize);
        }
        if let Ok(depth) = depth_m(&view) {
            prop_assert_eq!(depth.len(), (width * height) as usize);
            prop_assert!(depth.iter().all(|it| it.is_finite() && *it >= 0.0));
        }
    }
}
