//! Decoders that lose their place say the same over and over. Nobody speaks so.

/// Fewer tokens that come again are chance.
const LEAST_AGAIN: usize = 4;

/// The longest run of tokens that is watched for repetition.
const LONGEST: usize = 12;
/// So many times in a row is no speech any more: "no, no, no, no" has four.
const MOST_TIMES: usize = 6;
/// Longer runs ("bring me the") repeat less often.
const MOST_TIMES_LONG: usize = 3;

/// How long the run is that the tokens end with again and again, if they do.
pub(super) fn repeated_run(tokens: &[i64]) -> Option<usize> {
    (1..=LONGEST).find(|length| {
        let times = if *length < 3 {
            MOST_TIMES
        } else {
            MOST_TIMES_LONG
        };
        let Some(start) = tokens.len().checked_sub(length * times) else {
            return false;
        };
        let tail = &tokens[start..];
        tail.chunks(*length).all(|it| *it == tail[..*length])
    })
}

/// The tokens with an endless repetition at their end said once.
pub fn without_repeats(tokens: &[i64]) -> &[i64] {
    let Some(length) = repeated_run(tokens) else {
        return tokens;
    };
    let mut end = tokens.len();
    while end >= 2 * length && tokens[end - length..end] == tokens[end - 2 * length..end - length] {
        end -= length;
    }
    &tokens[..end]
}

/// How many tokens there are before the end says what was said just before once more, if only in part: all, if it does not.
pub(super) fn begun_again(tokens: &[i64], same: impl Fn(i64, i64) -> bool) -> usize {
    let again = |period: usize| {
        let pairs = tokens
            .iter()
            .rev()
            .zip(tokens[..tokens.len() - period].iter().rev());
        pairs.take_while(|(a, b)| same(**a, **b)).count()
    };
    let longest = (LEAST_AGAIN..tokens.len()).map(again).max().unwrap_or(0);
    if longest >= LEAST_AGAIN {
        tokens.len() - longest
    } else {
        tokens.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_anew_is_cut_where_it_begins() {
        let same = |a: i64, b: i64| a == b;
        assert_eq!(begun_again(&[1, 2, 3, 4, 5, 6, 1, 2, 3, 4], same), 6);
        // As with a capital at the beginning.
        let alike = |a: i64, b: i64| a % 10 == b % 10;
        assert_eq!(begun_again(&[11, 2, 3, 4, 5, 1, 2, 3, 4], alike), 5);
        assert_eq!(begun_again(&[1, 2, 3, 4, 5, 6, 7, 1, 2, 3], same), 10);
        assert_eq!(begun_again(&[], same), 0);
    }
    use proptest::prelude::*;

    #[test]
    fn an_endless_loop_is_noticed_and_said_once() {
        let tokens = [1, 2, 3, 4, 5, 3, 4, 5, 3, 4, 5];
        assert_eq!(repeated_run(&tokens), Some(3));
        assert_eq!(without_repeats(&tokens), [1, 2, 3, 4, 5]);
        assert_eq!(without_repeats(&[7; 20]), [7]);
    }

    #[test]
    fn what_people_repeat_stays() {
        assert_eq!(repeated_run(&[5, 5, 5, 5]), None);
        let twice = [1, 2, 3, 1, 2, 3];
        assert_eq!(without_repeats(&twice), twice);
    }

    proptest! {
        #[test]
        fn is_total_and_only_shortens(tokens in prop::collection::vec(0_i64..3, 0..60)) {
            let short = without_repeats(&tokens);
            prop_assert!(tokens.starts_with(short));
            prop_assert!(tokens.is_empty() || !short.is_empty());
        }
    }
}
