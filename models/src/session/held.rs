//! Values that stay in ONNX Runtime between two runs: a decoder's keys and values, which nobody needs to look at.

use super::Session;
use crate::ModelError;
use crate::tensor::{Outputs, Tensor};
use ort::session::SessionInputValue;
use ort::value::DynValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What a run gave and a later run takes, without a copy. Cheap to clone.
#[derive(Clone)]
pub struct Held(Arc<DynValue>);

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Held({})", self.0.dtype())
    }
}

/// An input of [`Session::run_holding`].
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// An array.
    Tensor(Tensor),
    /// What an earlier run gave.
    Held(&'a Held),
}

impl Session {
    /// Runs the model. The outputs that `read` names are given as arrays; all others are held under their names.
    pub fn run_holding<'a>(
        &mut self,
        inputs: impl IntoIterator<Item = (&'a str, Input<'a>)>,
        read: &[&str],
    ) -> Result<(Outputs, BTreeMap<String, Held>), ModelError> {
        let id = self.id.clone();
        let fail = |error: ort::Error| ModelError::Run {
            model: id.clone(),
            message: error.to_string(),
        };
        let inputs: Vec<(Cow<'a, str>, SessionInputValue<'a>)> = inputs
            .into_iter()
            .map(|(name, input)| {
                let value = match input {
                    Input::Tensor(tensor) => tensor.into_value()?.into(),
                    Input::Held(held) => (&*held.0).into(),
                };
                Ok((Cow::Borrowed(name), value))
            })
            .collect::<ort::Result<_>>()
            .map_err(fail)?;
        if let Some(missing) = self
            .session
            .inputs()
            .iter()
            .find(|it| !inputs.iter().any(|(name, _)| name == it.name()))
        {
            return Err(ModelError::Run {
                model: id.clone(),
                message: format!("the input {} is missing", missing.name()),
            });
        }
        let outputs = self.session.run(inputs).map_err(fail)?;
        let mut values = Vec::new();
        let mut held = BTreeMap::new();
        for (name, value) in outputs {
            if read.contains(&name) {
                let tensor = Tensor::from_value(&value).map_err(fail)?;
                values.push((name.to_owned(), tensor));
            } else {
                held.insert(name.to_owned(), Held(Arc::new(value)));
            }
        }
        let outputs = Outputs {
            model: id.clone(),
            values,
        };
        Ok((outputs, held))
    }
}
