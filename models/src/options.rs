//! How a model is run: threads and execution providers.

use crate::ModelError;
use hearth_types::{Checked, RangeError};
use ort::ep::{self, ExecutionProvider};
use ort::session::builder::SessionBuilder;
use serde::Deserialize;

/// How a model is run. A section of a configuration file may have this as it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionOptions {
    /// Threads that share one operation.
    pub threads: usize,
    /// Execution providers in the order of preference, by name: see [`PROVIDERS`]. One that this machine or this build
    /// of ONNX Runtime lacks is left out with a warning; `cpu` always remains.
    pub providers: Vec<String>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            threads: 2,
            providers: vec!["cpu".to_owned()],
        }
    }
}

const MAX_THREADS: usize = 64;

/// The names of the execution providers.
pub const PROVIDERS: [&str; 9] = [
    "cpu", "cuda", "tensorrt", "openvino", "migraphx", "qnn", "xnnpack", "coreml", "directml",
];

impl Checked for SessionOptions {
    fn check(&self) -> Result<(), RangeError> {
        if !(1..=MAX_THREADS).contains(&self.threads) {
            let expected = format!("between 1 and {MAX_THREADS}");
            return Err(RangeError::new("threads", self.threads, expected));
        }
        let unknown = self
            .providers
            .iter()
            .find(|it| !PROVIDERS.contains(&it.as_str()));
        match unknown {
            Some(name) => Err(RangeError::new(
                "providers",
                format!("{name:?}"),
                format!("one of {}", PROVIDERS.join(", ")),
            )),
            None if self.providers.is_empty() => Err(RangeError::new(
                "providers",
                "empty",
                "one name or more, as `cpu`",
            )),
            None => Ok(()),
        }
    }
}

impl SessionOptions {
    /// The providers before `cpu`, which is always there.
    pub(crate) fn accelerators(&self) -> impl Iterator<Item = &str> {
        self.providers
            .iter()
            .map(String::as_str)
            .take_while(|it| *it != "cpu")
    }
}

/// Has the session use the provider.
pub(crate) fn register(name: &str, builder: &mut SessionBuilder) -> Result<(), ModelError> {
    fn with<P: ExecutionProvider + Default>(builder: &mut SessionBuilder) -> Result<(), String> {
        match P::is_available() {
            Ok(true) => P::default().register(builder).map_err(|it| it.to_string()),
            Ok(false) => Err("this build of ONNX Runtime lacks it".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
    let done = match name {
        "cuda" => with::<ep::CUDA>(builder),
        "tensorrt" => with::<ep::TensorRT>(builder),
        "openvino" => with::<ep::OpenVINO>(builder),
        "migraphx" => with::<ep::MIGraphX>(builder),
        "qnn" => with::<ep::QNN>(builder),
        "xnnpack" => with::<ep::XNNPACK>(builder),
        "coreml" => with::<ep::CoreML>(builder),
        "directml" => with::<ep::DirectML>(builder),
        _ => Ok(()),
    };
    done.map_err(|message| ModelError::Run {
        model: format!("execution provider {name}"),
        message,
    })
}
