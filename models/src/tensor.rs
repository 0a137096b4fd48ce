//! Tensors in and out of a model.

use crate::ModelError;
use crate::manifest::ElementType;
use ndarray::{Array, ArrayD, Dimension};
use ort::value::{DynValue, TensorElementType, ValueType};

/// An array that a model takes or gives.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Tensor {
    F32(ArrayD<f32>),
    I64(ArrayD<i64>),
    I32(ArrayD<i32>),
    U8(ArrayD<u8>),
    Bool(ArrayD<bool>),
}

/// A type whose arrays are [`Tensor`]s.
pub trait Element: Sized {
    /// Its name in the manifest.
    const TYPE: ElementType;

    /// The array, if it has this type.
    fn from_tensor(tensor: Tensor) -> Option<ArrayD<Self>>;
}

macro_rules! elements {
    ($($type:ty => $variant:ident, $ort:ident;)*) => {
        $(
            impl Element for $type {
                const TYPE: ElementType = ElementType::$variant;

                fn from_tensor(tensor: Tensor) -> Option<ArrayD<Self>> {
                    match tensor {
                        Tensor::$variant(array) => Some(array),
                        _ => None,
                    }
                }
            }

            impl<D: Dimension> From<Array<$type, D>> for Tensor {
                fn from(array: Array<$type, D>) -> Self {
                    Self::$variant(array.into_dyn())
                }
            }
        )*

        impl Tensor {
            pub(crate) fn into_value(self) -> ort::Result<DynValue> {
                match self {
                    $(Self::$variant(array) => {
                        let array = array.as_standard_layout().into_owned();
                        Ok(ort::value::Tensor::from_array(array)?.into_dyn())
                    })*
                }
            }

            pub(crate) fn from_value(value: &DynValue) -> ort::Result<Self> {
                match value.dtype() {
                    $(ValueType::Tensor { ty: TensorElementType::$ort, .. } => {
                        Ok(Self::$variant(value.try_extract_array::<$type>()?.to_owned()))
                    })*
                    other => Err(ort::Error::new(format!("it gives {other}, which Hearth does not read"))),
                }
            }
        }
    };
}

elements! {
    f32 => F32, Float32;
    i64 => I64, Int64;
    i32 => I32, Int32;
    u8 => U8, Uint8;
    bool => Bool, Bool;
}

/// What a model gave.
#[derive(Clone, Debug)]
pub struct Outputs {
    pub(crate) model: String,
    pub(crate) values: Vec<(String, Tensor)>,
}

impl Outputs {
    /// The output called `name`, which must have elements of type `T`.
    pub fn take<T: Element>(&mut self, name: &str) -> Result<ArrayD<T>, ModelError> {
        let wrong = |message: String| ModelError::Run {
            model: self.model.clone(),
            message,
        };
        let index = self
            .values
            .iter()
            .position(|(it, _)| it == name)
            .ok_or_else(|| wrong(format!("there is no output {name:?}, or it was taken")))?;
        let error = wrong(format!("the output {name:?} is not of type {:?}", T::TYPE));
        T::from_tensor(self.values.swap_remove(index).1).ok_or(error)
    }
}
