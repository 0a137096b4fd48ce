//! A closer look at boxes: whether something is there, its box more exactly, and its place among words.

use crate::manifest::ModelEntry;
use crate::options::SessionOptions;
use crate::session::{Runtime, Session};
use crate::{ModelError, decode::overlap};
use ndarray::{Array1, Array2, Array4, ArrayD, Ix1, Ix2};

/// What was seen in a box.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    /// \[px\] Left, top, right, bottom in the network's input.
    pub box_px: [f32; 4],
    /// 0 to 1: how surely there is something.
    pub is_something: f32,
    /// Of unit length.
    pub embedding: Array1<f32>,
    /// Of each trait how likely each of its values is.
    pub traits: Array1<f32>,
}

/// The network that looks at boxes.
#[derive(Debug)]
pub(crate) struct Look {
    id: String,
    session: Session,
}

impl Look {
    pub fn open(
        runtime: &Runtime,
        model: &ModelEntry,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            id: model.id.clone(),
            session: Session::open(runtime, model, options)?,
        })
    }

    /// What is in each of the boxes of a picture \[1, 4, h, w\].
    pub fn at(
        &mut self,
        picture: &Array4<f32>,
        boxes: &[[f32; 4]],
    ) -> Result<Vec<Sight>, ModelError> {
        if boxes.is_empty() {
            return Ok(Vec::new());
        }
        let asked = Array2::from_shape_fn((boxes.len(), 4), |(row, side)| boxes[row][side]);
        let inputs = [("picture", picture.clone().into()), ("at", asked.into())];
        let mut outputs = self.session.run(inputs)?;
        let corrected = self.rows(outputs.take("boxes")?, boxes.len())?;
        let something = outputs.take::<f32>("something")?;
        let embedding = self.rows(outputs.take("embedding")?, boxes.len())?;
        let traits = self.rows(outputs.take("traits")?, boxes.len())?;
        let something = something
            .into_dimensionality::<Ix1>()
            .ok()
            .filter(|it| it.len() == boxes.len())
            .ok_or_else(|| self.wrong("something is not one number a box"))?;
        let sight = |row: usize| Sight {
            box_px: sound(boxes[row], std::array::from_fn(|it| corrected[[row, it]])),
            is_something: something[row].max(0.0),
            embedding: embedding.row(row).to_owned(),
            traits: traits.row(row).to_owned(),
        };
        Ok((0..boxes.len()).map(sight).collect())
    }

    fn rows(&self, values: ArrayD<f32>, count: usize) -> Result<Array2<f32>, ModelError> {
        let rows = values.into_dimensionality::<Ix2>().ok();
        rows.filter(|it| it.nrows() == count && it.ncols() >= 4)
            .ok_or_else(|| self.wrong("its outputs have not one row a box"))
    }

    fn wrong(&self, message: &str) -> ModelError {
        ModelError::Run {
            model: self.id.clone(),
            message: message.to_owned(),
        }
    }
}

/// The corrected box, or the one that was asked for if the correction leads away from it.
fn sound(asked: [f32; 4], corrected: [f32; 4]) -> [f32; 4] {
    let near = corrected.iter().all(|it| it.is_finite()) && overlap(&asked, &corrected) > 0.1;
    if near { corrected } else { asked }
}

#[cfg(test)]
mod tests {
    use super::sound;

    #[test]
    fn a_correction_stays_near_what_was_asked() {
        let asked = [10.0, 10.0, 20.0, 20.0];
        assert_eq!(
            sound(asked, [11.0, 10.0, 21.0, 20.0]),
            [11.0, 10.0, 21.0, 20.0]
        );
        assert_eq!(sound(asked, [40.0, 10.0, 50.0, 20.0]), asked);
        assert_eq!(sound(asked, [f32::NAN, 10.0, 20.0, 20.0]), asked);
    }
}
