//! Whatever comes in, perception goes on.

mod room;

use hearth_types::{Intrinsics, Message, Pose2, RgbdFrame, Stamp};
use proptest::prelude::*;
use room::{Bench, bare, front, render};

fn stood() -> (Bench, RgbdFrame) {
    let mut bench = Bench::new();
    let camera = bench.stand(&front(), &Pose2::default(), 0.5);
    (bench, render(&bare(), &camera, Stamp::from_millis(1200)))
}

fn faults(messages: &[Message]) -> usize {
    messages
        .iter()
        .filter(|it| matches!(it, Message::Fault(_)))
        .count()
}

#[test]
fn buffers_that_do_not_fit_the_size_are_a_fault_said_once() {
    let (mut bench, good) = stood();
    let mut short = good.clone();
    short.rgb.pop();
    assert_eq!(faults(&bench.show(short.clone())), 1);
    assert_eq!(
        faults(&bench.show(short)),
        0,
        "the same fault is not repeated"
    );
    for (width, height) in [
        (0, 0),
        (0, 240),
        (usize::MAX, 2),
        (320, usize::MAX),
        (1, 76800),
    ] {
        bench.show(RgbdFrame {
            width,
            height,
            ..good.clone()
        });
    }
    let nothing = RgbdFrame {
        width: 0,
        height: 0,
        rgb: vec![],
        depth_m: vec![],
        ..good.clone()
    };
    bench.show(nothing);
    assert!(
        matches!(bench.show(good)[0], Message::World(_)),
        "a good frame is used again"
    );
}

#[test]
fn a_frame_before_anything_is_known_of_the_robot_is_a_fault() {
    let (_, frame) = stood();
    assert_eq!(faults(&Bench::new().show(frame)), 1);
}

#[test]
fn black_white_and_blind_frames_show_nothing() {
    for value in [0, 255] {
        for depth in [0.0, f32::NAN, f32::INFINITY, -1.0, 1e30, 1e-30] {
            let (mut bench, good) = stood();
            let frame = RgbdFrame {
                rgb: vec![value; good.rgb.len()],
                depth_m: vec![depth; good.depth_m.len()],
                ..good
            };
            let Message::World(world) = &bench.show(frame)[0] else {
                panic!("no world")
            };
            assert!(world.objects.is_empty() && world.people.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn never_panics_on_noise(
        width in 0_usize..90,
        height in 0_usize..90,
        seed in any::<u64>(),
        scale in prop_oneof![Just(0.3_f32), Just(2.0), Just(50.0), Just(f32::MAX)],
        lens in prop::array::uniform4(prop_oneof![
            1.0..400.0_f64, Just(f64::NAN), Just(0.0), Just(-5.0), Just(1e300), Just(60.0), Just(45.0)
        ]),
        frames in 1..4,
    ) {
        let mut bench = Bench::new();
        for frame in 0..frames {
            bench.stand(&front(), &Pose2::default(), 0.5);
            let mut state = seed ^ frame as u64;
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as u32
            };
            let depth_m = (0..width * height)
                .map(|_| match next() % 11 {
                    0 => f32::NAN,
                    1 => 0.0,
                    2 => f32::NEG_INFINITY,
                    it => it as f32 * 0.1 * scale,
                })
                .collect();
            let rgb = (0..width * height * 3).map(|_| next() as u8).collect();
            bench.show(RgbdFrame {
                stamp: Stamp::from_millis(1200 + 200 * frame as u64),
                width,
                height,
                rgb,
                depth_m,
                intrinsics: Intrinsics { fx: lens[0], fy: lens[1], cx: lens[2], cy: lens[3] },
            });
        }
    }

    #[test]
    fn never_panics_wherever_the_robot_thinks_it_is(
        x in prop_oneof![-5.0..5.0_f64, Just(1e12), Just(f64::NAN), Just(f64::INFINITY)],
        y in prop_oneof![-5.0..5.0_f64, Just(-1e18)],
        yaw in -4.0..4.0_f64,
    ) {
        let (mut bench, frame) = stood();
        bench.stand(&front(), &Pose2 { x_m: x, y_m: y, yaw_rad: yaw }, 0.5);
        bench.show(RgbdFrame { stamp: Stamp::from_millis(1400), ..frame });
    }
}
