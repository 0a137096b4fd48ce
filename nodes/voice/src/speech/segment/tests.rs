use super::*;
use proptest::prelude::*;

const SPEECH: f32 = 0.9;
const SILENCE: f32 = 0.02;

/// (probability, frames) to what happens.
fn events(config: SegmentConfig, script: &[(f32, usize)]) -> Vec<SegmentEvent> {
    let mut segmenter = Segmenter::new(config);
    let frames = script.iter().flat_map(|(p, n)| std::iter::repeat_n(*p, *n));
    let mut events: Vec<_> = frames.filter_map(|it| segmenter.push(it)).collect();
    events.extend(segmenter.finish());
    events
}

#[test]
fn speech_ends_after_the_pause_and_keeps_what_came_before_it_was_noticed() {
    let found = events(
        SegmentConfig::default(),
        &[(SILENCE, 30), (SPEECH, 40), (SILENCE, 30)],
    );
    let [
        SegmentEvent::Began(began),
        SegmentEvent::Dipped(_),
        SegmentEvent::Ended(ended),
    ] = found.as_slice()
    else {
        panic!("{found:?}")
    };
    assert_eq!(began.from, 30 * 512 - 4_800);
    assert_eq!(ended.from, began.from);
    assert_eq!(ended.until, 70 * 512 + 2_560);
}

#[test]
fn a_breath_does_not_cut_a_sentence_and_a_longer_pause_in_the_configuration_waits_longer() {
    let script = [(SPEECH, 30), (SILENCE, 10), (SPEECH, 30), (SILENCE, 60)];
    let ends = |pause_secs: f64| {
        let config = SegmentConfig {
            pause_secs,
            ..SegmentConfig::default()
        };
        let found = events(config, &script);
        let is_end = |it: &&SegmentEvent| matches!(it, SegmentEvent::Ended(_));
        found.iter().filter(is_end).count()
    };
    assert_eq!([ends(0.2), ends(0.6), ends(1.5)], [2, 1, 1]);
    assert!(events(SegmentConfig::default(), &script).contains(&SegmentEvent::WentOn));
}

#[test]
fn what_calls_for_more_waits_longer_until_more_comes() {
    let mut segmenter = Segmenter::new(SegmentConfig::default());
    let mut push = |probability: f32, frames: usize, is_open: bool| -> Vec<SegmentEvent> {
        let mut found = Vec::new();
        for _ in 0..frames {
            let event = segmenter.push(probability);
            if is_open && matches!(event, Some(SegmentEvent::Dipped(_))) {
                segmenter.keep_open();
            }
            found.extend(event);
        }
        found
    };
    push(SPEECH, 30, true);
    let pause = push(SILENCE, 30, true);
    assert!(matches!(pause[..], [SegmentEvent::Dipped(_)]), "{pause:?}");
    assert_eq!(push(SPEECH, 30, false), [SegmentEvent::WentOn]);
    // The second half is whole.
    let end = push(SILENCE, 30, false);
    assert!(
        matches!(end[..], [SegmentEvent::Dipped(_), SegmentEvent::Ended(_)]),
        "{end:?}"
    );
    // Nothing more comes: it ends all the same.
    push(SPEECH, 30, true);
    let end = push(SILENCE, 60, true);
    assert!(
        matches!(end[..], [SegmentEvent::Dipped(_), SegmentEvent::Ended(_)]),
        "{end:?}"
    );
}

#[test]
fn a_click_is_no_speech_and_endless_speech_is_cut() {
    let click = events(SegmentConfig::default(), &[(SPEECH, 2), (SILENCE, 40)]);
    assert!(
        matches!(click.last(), Some(SegmentEvent::Dropped(_))),
        "{click:?}"
    );
    let endless = events(SegmentConfig::default(), &[(SPEECH, 2_000)]);
    let segments: Vec<_> = endless
        .iter()
        .filter_map(|it| match it {
            SegmentEvent::Ended(it) => Some(*it),
            _ => None,
        })
        .collect();
    assert_eq!(segments.len(), 5);
    assert!(segments.iter().all(|it| it.secs() < 15.3), "{segments:?}");
    assert!(segments.windows(2).all(|it| it[0].until <= it[1].from));
}

proptest! {
    #[test]
    fn utterances_are_in_order_and_never_overlap(
        probabilities in prop::collection::vec(
            prop_oneof![Just(0.9_f32), Just(0.4), Just(0.1), Just(f32::NAN), 0.0_f32..1.0], 0..600),
    ) {
        let mut segmenter = Segmenter::new(SegmentConfig::default());
        let mut behind = 0;
        let mut is_open = false;
        let mut all: Vec<_> = probabilities.iter().filter_map(|it| segmenter.push(*it)).collect();
        all.extend(segmenter.finish());
        for event in all {
            match event {
                SegmentEvent::Began(it) => {
                    prop_assert!(!is_open && it.from >= behind);
                    is_open = true;
                }
                SegmentEvent::Ended(it) | SegmentEvent::Dropped(it) => {
                    prop_assert!(is_open && it.from >= behind && it.until > it.from);
                    behind = it.until;
                    is_open = false;
                }
                SegmentEvent::Dipped(_) | SegmentEvent::WentOn => prop_assert!(is_open),
            }
        }
        prop_assert!(!is_open);
    }
}
