//! What the echo canceller promises.

use super::{EchoCanceller, samples};
use proptest::prelude::*;
use std::f32::consts::TAU;

/// Something like a voice: a tone with its overtones that moves up and down, in syllables.
fn voice(base_hz: f32, secs: f64) -> Vec<f32> {
    let mut phase = 0.0_f32;
    let sample = |index: usize| {
        let secs = index as f32 / 16_000.0;
        phase += base_hz * (1.0 + 0.2 * (TAU * 1.3 * secs).sin()) / 16_000.0;
        let syllable = (TAU * 2.1 * secs).sin().max(0.0);
        let tones = (1..20).map(|it| (TAU * phase * it as f32).sin() / it as f32);
        0.2 * syllable * tones.sum::<f32>()
    };
    (0..samples(secs)).map(sample).collect()
}

fn power(sound: &[f32]) -> f32 {
    sound.iter().map(|it| it * it).sum::<f32>() / sound.len().max(1) as f32
}

/// Plays `own` in a room that gives it back 60 ms later, with `person` over it; what is left.
fn heard_over(echo: &mut EchoCanceller, own: &[f32], person: &[f32]) -> Vec<f32> {
    let late = samples(0.06);
    let at = |sound: &[f32], place: Option<usize>| {
        place.and_then(|it| sound.get(it)).copied().unwrap_or(0.0)
    };
    let microphone: Vec<f32> = (0..own.len())
        .map(|it| {
            let direct = at(own, it.checked_sub(late));
            let wall = at(own, it.checked_sub(late + 130));
            0.8 * direct + 0.4 * wall + at(person, Some(it))
        })
        .collect();
    let portions = own.chunks(1_600).zip(microphone.chunks(1_600));
    let push = |(own, heard): (&[f32], &[f32])| {
        echo.played(own);
        echo.push(heard)
    };
    portions.flat_map(push).collect()
}

#[test]
fn its_own_voice_is_taken_out_and_a_person_s_is_left() {
    let mut echo = EchoCanceller::new();
    let own = voice(110.0, 6.0);
    let left = heard_over(&mut echo, &own, &[]);
    let (first, last) = (samples(4.0), samples(5.5));
    let less = power(&own[first..last]) / power(&left[first..last]);
    // 25 dB.
    assert!(less > 316.0, "{less}");

    // The room is known from before.
    let mut person = vec![0.0; samples(2.0)];
    person.extend(voice(190.0, 1.0));
    let left = heard_over(&mut echo, &own, &person);
    let of_person = power(&left[samples(2.1)..samples(3.1)]) / power(&person[samples(2.0)..]);
    assert!((0.5..2.0).contains(&of_person), "{of_person}");
}

#[test]
fn where_the_loudspeaker_is_mute_a_person_is_heard_as_they_speak() {
    let mut echo = EchoCanceller::new();
    let mut person = vec![0.0; samples(2.0)];
    person.extend(voice(190.0, 1.0));
    let mut left = Vec::new();
    for (own, heard) in voice(110.0, 3.0).chunks(1_600).zip(person.chunks(1_600)) {
        echo.played(own);
        left.extend(echo.push(heard));
    }
    left.extend(echo.push(&vec![0.0; samples(0.2)]));
    let of_person = power(&left[samples(2.1)..samples(3.1)]) / power(&person[samples(2.0)..]);
    assert!((0.7..1.4).contains(&of_person), "{of_person}");
}

#[test]
fn when_the_room_is_quiet_again_sound_passes_as_it_is_and_none_is_lost() {
    let mut echo = EchoCanceller::new();
    let own = voice(110.0, 0.5);
    let mut given = heard_over(&mut echo, &own, &[]).len();
    assert!(!echo.rests());
    given += echo.push(&vec![0.0; samples(3.6)]).len();
    assert!(echo.rests());
    assert_eq!(given, samples(4.1));
    let person = voice(190.0, 0.3);
    assert_eq!(echo.push(&person), person);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn without_anything_played_it_changes_nothing(
        portions in prop::collection::vec(prop::collection::vec(any::<f32>(), 0..700), 0..8),
    ) {
        let mut echo = EchoCanceller::new();
        for portion in portions {
            let bits = |it: &[f32]| it.iter().map(|it| it.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(&echo.push(&portion)), bits(&portion));
        }
    }

    #[test]
    fn whatever_comes_it_gives_numbers_in_range_and_no_more_than_it_took(
        portions in prop::collection::vec(
            (
                prop::collection::vec(any::<f32>(), 0..900),
                prop::collection::vec(prop_oneof![any::<f32>(), -1.0_f32..1.0], 0..900),
            ),
            1..12,
        ),
    ) {
        let mut echo = EchoCanceller::new();
        echo.played(&[0.5]);
        let (mut took, mut gave) = (0, 0);
        for (played, heard) in portions {
            echo.played(&played);
            let left = echo.push(&heard);
            took += heard.len();
            gave += left.len();
            prop_assert!(left.iter().all(|it| it.abs() <= 1.0));
            prop_assert!(gave <= took);
        }
    }

    #[test]
    fn portions_do_not_matter(portion in 1_usize..3_000) {
        let own = voice(110.0, 0.7);
        let heard = |portion: usize| {
            let mut echo = EchoCanceller::new();
            echo.played(&own[..samples(0.4)]);
            let portions = own.chunks(portion);
            portions.flat_map(|it| echo.push(it)).collect::<Vec<_>>()
        };
        prop_assert_eq!(heard(portion), heard(own.len()));
    }
}
