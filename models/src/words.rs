//! What phrases mean to the networks that look closer at things and at people.

use crate::ModelError;
use crate::look::Sight;
use crate::manifest::Manifest;
use crate::options::SessionOptions;
use crate::session::{Runtime, Session};
use crate::tensor::Outputs;
use crate::text::{EMBEDDING, TextTower};
use ndarray::{Array1, Array2, Axis, Dimension};

/// The maps from sentence embeddings to what the two say.
pub const TEXT_MAP: &str = "hearth-ground-text";
/// What the outputs of that network are of, in this order.
const GROUPS: [&str; 2] = ["things", "people"];

/// Sentence embeddings, and the network that compares them with what is seen.
#[derive(Debug)]
pub(crate) struct Words {
    map: Session,
    text: TextTower,
}

/// Phrases, ready to be compared with what is seen.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Queries {
    /// A phrase's row: unit length, in the space of embeddings.
    vectors: Array2<f32>,
    /// A phrase's row: how much each value of the traits passes, 0 to 1.
    passes: Array2<f32>,
    /// A trait's row: 1 where a value is one of its.
    traits: Array2<f32>,
    /// What the cosine of the embeddings adds to the log odds.
    scale: f32,
    bias: f32,
    /// What the logarithm of how well the traits fit adds to them.
    gain: f32,
}

impl Queries {
    /// The probability of each phrase for what was seen.
    pub fn scores(&self, sight: &Sight) -> Vec<f32> {
        if self.vectors.is_empty() {
            return Vec::new();
        }
        // For each phrase and trait: how likely the thing has a value that passes.
        let fits = (&self.passes * &sight.traits).dot(&self.traits.t());
        let fit = fits.mapv(|it| it.max(LEAST_FIT).ln()).sum_axis(Axis(1));
        let log_odds =
            self.vectors.dot(&sight.embedding) * self.scale + fit * self.gain + self.bias;
        log_odds.mapv(|it| 1.0 / (1.0 + (-it).exp())).to_vec()
    }
}

/// Traits never fit worse than this: the network says so itself, rounding may not.
const LEAST_FIT: f32 = 1e-6;

impl Words {
    pub fn open(
        runtime: &Runtime,
        manifest: &Manifest,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            map: Session::open(runtime, manifest.model(TEXT_MAP)?, options)?,
            text: TextTower::open(runtime, manifest, options)?,
        })
    }

    /// The phrases for those that look at things, and for those that look at people.
    pub fn queries(&mut self, phrases: &[String]) -> Result<[Queries; 2], ModelError> {
        if phrases.is_empty() {
            return Ok([Queries::default(), Queries::default()]);
        }
        let ways: Vec<(usize, &str)> = phrases
            .iter()
            .enumerate()
            .flat_map(|(index, it)| {
                let bare = Some(without_determiner(it)).filter(|bare| bare != it);
                std::iter::once(it.as_str())
                    .chain(bare)
                    .map(move |it| (index, it))
            })
            .collect();
        let mut sentences = Array2::zeros((ways.len(), EMBEDDING));
        for (mut row, (_, phrase)) in sentences.axis_iter_mut(Axis(0)).zip(&ways) {
            row.assign(&ndarray::aview1(&self.text.embed(phrase)?));
        }
        let mut outputs = self.map.run([("sentence", sentences.into())])?;
        let scales: Array1<f32> = taken(&mut outputs, "scale")?;
        let biases: Array1<f32> = taken(&mut outputs, "bias")?;
        let gains: Array1<f32> = taken(&mut outputs, "gain")?;
        let mut of_group = |index: usize| -> Result<Queries, ModelError> {
            let group = GROUPS[index];
            let vectors = taken(&mut outputs, group)?;
            let passes = taken(&mut outputs, &format!("{group}_passes"))?;
            Ok(Queries {
                vectors: means(&vectors, &ways, phrases.len()),
                passes: means(&passes, &ways, phrases.len()),
                traits: taken(&mut outputs, &format!("{group}_traits"))?,
                scale: scales[index],
                bias: biases[index],
                gain: gains[index],
            })
        };
        Ok([of_group(0)?, of_group(1)?])
    }
}

fn taken<D: Dimension>(
    outputs: &mut Outputs,
    name: &str,
) -> Result<ndarray::Array<f32, D>, ModelError> {
    let values = outputs.take::<f32>(name)?;
    values.into_dimensionality().map_err(|it| ModelError::Run {
        model: TEXT_MAP.to_owned(),
        message: format!("{name}: {it}"),
    })
}

/// Words that say nothing about what a thing is like.
const DETERMINERS: [&str; 15] = [
    "a", "an", "the", "this", "that", "these", "those", "any", "some", "my", "our", "your", "each",
    "every", "one",
];

/// "this red cup" -> "red cup"; what has no such word before it stays, and so does "any of them".
fn without_determiner(phrase: &str) -> &str {
    let Some((first, rest)) = phrase.trim().split_once(char::is_whitespace) else {
        return phrase;
    };
    let rest = rest.trim_start();
    let is_one = DETERMINERS.iter().any(|it| it.eq_ignore_ascii_case(first));
    let begins_of = rest.split_whitespace().next() == Some("of");
    if is_one && !begins_of { rest } else { phrase }
}

/// The mean of the rows that belong to each phrase: each of several ways to say the same has a say, as in the prompt ensembles of
/// Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021). Log odds are linear in the vectors; what passes is averaged, too.
fn means(rows: &Array2<f32>, ways: &[(usize, &str)], phrases: usize) -> Array2<f32> {
    let mut means = Array2::zeros((phrases, rows.ncols()));
    let mut counts = vec![0.0_f32; phrases];
    for (row, (phrase, _)) in rows.axis_iter(Axis(0)).zip(ways) {
        let mut mean = means.row_mut(*phrase);
        mean += &row;
        counts[*phrase] += 1.0;
    }
    for (mut mean, count) in means.axis_iter_mut(Axis(0)).zip(counts) {
        mean /= count.max(1.0);
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_of_a_thing_is_left_out() {
        for (phrase, bare) in [
            ("this red cup", "red cup"),
            ("A  red cup", "red cup"),
            ("red cup", "red cup"),
            ("any of the cups", "any of the cups"),
            ("one cup", "cup"),
            ("one of the cups", "one of the cups"),
            ("another cup", "another cup"),
            ("the", "the"),
            ("", ""),
        ] {
            assert_eq!(without_determiner(phrase), bare, "{phrase:?}");
        }
    }

    #[test]
    fn ways_to_say_the_same_count_alike() {
        let rows = ndarray::array![[1.0, 0.0], [0.0, 1.0], [4.0, 2.0]];
        let ways = [(0, "a cup"), (0, "cup"), (1, "bowl")];
        assert_eq!(
            means(&rows, &ways, 2),
            ndarray::array![[0.5, 0.5], [4.0, 2.0]]
        );
    }

    #[test]
    fn traits_decide_between_things_whose_embeddings_agree() {
        // Two traits: red or blue, striped or plain. "a red one" does not speak of stripes.
        let red = Queries {
            vectors: ndarray::array![[1.0, 0.0]],
            passes: ndarray::array![[1.0, 0.01, 1.0, 1.0]],
            traits: ndarray::array![[1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]],
            scale: 10.0,
            bias: -5.0,
            gain: 1.0,
        };
        let seen = |traits: [f32; 4]| {
            red.scores(&Sight {
                box_px: [0.0; 4],
                is_something: 1.0,
                embedding: ndarray::array![0.6, 0.8],
                traits: traits.to_vec().into(),
            })[0]
        };
        let sure = seen([1.0, 0.0, 0.5, 0.5]);
        assert!(
            (sure - 1.0 / (1.0 + (-1.0_f32).exp())).abs() < 1e-6,
            "{sure}"
        );
        assert!((seen([1.0, 0.0, 1.0, 0.0]) - sure).abs() < 1e-6);
        let odds = |p: f32| p / (1.0 - p);
        assert!((odds(seen([0.0, 1.0, 0.5, 0.5])) / odds(sure) - 0.01).abs() < 1e-4);
    }

    #[test]
    fn no_phrase_has_no_score() {
        let sight = Sight {
            box_px: [0.0; 4],
            is_something: 1.0,
            embedding: ndarray::array![1.0],
            traits: ndarray::array![1.0],
        };
        assert!(Queries::default().scores(&sight).is_empty());
    }
}
