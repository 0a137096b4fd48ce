//! Non-maximum suppression: of boxes that lie on each other, the best stays.

/// Boxes beyond this many are not looked at: more are noise, and comparing all with all would take long.
const MOST_CANDIDATES: usize = 4000;

/// A box before suppression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Candidate {
    /// \[px\] Left, top, right, bottom.
    pub(super) box_px: [f32; 4],
    pub(super) score: f32,
    /// Its class, or the best query.
    pub(super) label: usize,
    /// Which of the model's predictions it is.
    pub(super) index: usize,
}

/// The part of a box (left, top, right, bottom) that lies in a picture of that size; none where nothing does, or where it
/// has numbers that are none.
pub(super) fn within_picture(box_px: [f32; 4], width: f32, height: f32) -> Option<[f32; 4]> {
    let [left, top, right, bottom] = box_px;
    let inside = [
        left.clamp(0.0, width),
        top.clamp(0.0, height),
        right.clamp(0.0, width),
        bottom.clamp(0.0, height),
    ];
    let some = inside[2] > inside[0] && inside[3] > inside[1];
    (some && box_px.iter().all(|it| it.is_finite())).then_some(inside)
}

/// The share of the union that two boxes have in common; 0 where one is empty or no number.
pub(super) fn overlap(a: &[f32; 4], b: &[f32; 4]) -> f32 {
    let area = |it: &[f32; 4]| (it[2] - it[0]).max(0.0) * (it[3] - it[1]).max(0.0);
    let width = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
    let height = (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
    let common = width * height;
    let share = common / (area(a) + area(b) - common);
    if share.is_finite() { share } else { 0.0 }
}

/// The best `most`, best first, without those that overlap a better one (of the same label, if `by_label`) by more than
/// `max_overlap`. Candidates with numbers that are none are dropped.
pub(super) fn suppress(
    mut all: Vec<Candidate>,
    max_overlap: f32,
    by_label: bool,
    most: usize,
) -> Vec<Candidate> {
    all.retain(|it| it.score.is_finite() && it.box_px.iter().all(|it| it.is_finite()));
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all.truncate(MOST_CANDIDATES);
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in all {
        let hidden = kept.iter().any(|it| {
            (!by_label || it.label == candidate.label)
                && overlap(&it.box_px, &candidate.box_px) > max_overlap
        });
        if !hidden {
            kept.push(candidate);
        }
        if kept.len() == most {
            break;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(left: f32, score: f32, label: usize) -> Candidate {
        Candidate {
            box_px: [left, 0.0, left + 10.0, 10.0],
            score,
            label,
            index: 0,
        }
    }

    #[test]
    fn the_best_of_those_on_each_other_stays() {
        let all = vec![
            candidate(1.0, 0.5, 0),
            candidate(0.0, 0.9, 0),
            candidate(1.0, 0.6, 1),
            candidate(8.0, 0.7, 0),
        ];

        let lefts = |by_label| -> Vec<f32> {
            suppress(all.clone(), 0.5, by_label, 9)
                .iter()
                .map(|it| it.box_px[0])
                .collect()
        };

        assert_eq!(lefts(true), [0.0, 8.0, 1.0]);
        assert_eq!(lefts(false), [0.0, 8.0]);
        assert_eq!(suppress(all.clone(), 0.5, true, 2).len(), 2);
    }

    #[test]
    fn boxes_end_where_the_picture_ends() {
        let cut = |box_px| within_picture(box_px, 100.0, 50.0);

        assert_eq!(
            cut([-5.0, 10.0, 200.0, 60.0]),
            Some([0.0, 10.0, 100.0, 50.0])
        );
        assert_eq!(cut([110.0, 10.0, 120.0, 20.0]), None);
        assert_eq!(cut([20.0, 10.0, 10.0, 20.0]), None);
        assert_eq!(cut([f32::NAN, 10.0, 20.0, 20.0]), None);
        assert_eq!(cut([10.0, 10.0, f32::INFINITY, 20.0]), None);
    }

    #[test]
    fn what_is_no_number_is_dropped() {
        let all = vec![
            candidate(f32::NAN, 0.9, 0),
            candidate(0.0, f32::NAN, 0),
            candidate(f32::INFINITY, 0.9, 0),
        ];

        assert!(suppress(all, 0.5, true, 9).is_empty());
    }
}
