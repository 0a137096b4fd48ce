//! ONNX Runtime, and models that run on it.

mod file;
mod held;

use crate::ModelError;
use crate::manifest::{Dimension, ElementType, ModelEntry, OnnxSpec, TensorSpec};
use crate::options::{SessionOptions, register};
use crate::tensor::{Outputs, Tensor};
use hearth_types::Checked;
use ort::editor::ONNX_DOMAIN;
use ort::environment::Environment;
use ort::session::builder::SessionBuilder;
use ort::value::Outlet;
use ort::value::{TensorElementType, ValueType};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub use held::{Held, Input};

/// The library's place in a checkout. 1.29 and later write files and phone home, which a robot at home must not.
pub const LIBRARY: &str = ".sysroot/onnxruntime/lib/libonnxruntime.so.1.28.0";

/// ONNX Runtime, loaded once a process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Runtime {
    path: PathBuf,
    environment: Environment,
}

static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

impl Runtime {
    /// Loads the shared library at `path` (absolute). A process has one; loading the same again gives it again.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let fail = |message: String| ModelError::Library {
            path: path.to_owned(),
            message,
        };
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = loaded.as_ref() {
            if runtime.path == path {
                return Ok(runtime.clone());
            }
            return Err(fail(format!(
                "the process has {} already",
                runtime.path.display()
            )));
        }
        if !path.is_file() {
            return Err(fail(
                "no such file; `./hearth models fetch` fetches it".to_owned(),
            ));
        }
        let environment = ort::init_from(path)
            .map_err(|it| fail(it.to_string()))?
            .with_name("hearth")
            .with_telemetry(false)
            .build()
            .map_err(|it| fail(it.to_string()))?;
        let runtime = Self {
            path: path.to_owned(),
            environment,
        };
        Ok(loaded.insert(runtime).clone())
    }

    /// Loads the library that the environment variable `ORT_DYLIB_PATH` names (one built for a GPU, say), or else the
    /// one that set-up put into the checkout at `root`.
    pub fn load_default(root: &Path) -> Result<Self, ModelError> {
        match std::env::var_os("ORT_DYLIB_PATH").filter(|it| !it.is_empty()) {
            Some(path) => Self::load(Path::new(&path)),
            None => Self::load(&root.join(LIBRARY)),
        }
    }
}

/// A model that is ready to run.
#[derive(Debug)]
pub struct Session {
    id: String,
    session: ort::session::Session,
}

impl Session {
    /// Opens a model whose files and graph are what the manifest says; anything else is an error that names the
    /// difference.
    pub fn open(
        runtime: &Runtime,
        model: &ModelEntry,
        options: &SessionOptions,
    ) -> Result<Self, ModelError> {
        options.check()?;
        let (Some(spec), [graph, others @ ..]) = (&model.onnx, model.files.as_slice()) else {
            return Err(ModelError::Input(format!("{} is no ONNX model", model.id)));
        };
        let mut others = others.iter();
        others.try_for_each(|it| it.verify(&model.hint(it)))?;
        let content = graph.read(&model.hint(graph))?;
        let format = |error: ort::Error| ModelError::Format {
            path: graph.path.clone(),
            message: format!("ONNX Runtime cannot load it: {error}"),
        };
        let accelerators: Vec<&str> = options.accelerators().collect();
        let mut session = commit(runtime, &content, spec, options, &accelerators);
        if let (Err(error), false) = (&session, accelerators.is_empty()) {
            tracing::warn!(
                "{} goes on without {}: {error}",
                model.id,
                accelerators.join(", ")
            );
            session = commit(runtime, &content, spec, options, &[]);
        }
        let session = session.map_err(format)?;
        check_graph(&session, spec).map_err(|(what, expected, found)| ModelError::Differs {
            path: graph.path.clone(),
            what,
            expected,
            found,
        })?;
        Ok(Self {
            id: model.id.clone(),
            session,
        })
    }

    /// Runs the model. Inputs of wrong name, type or shape are an error.
    pub fn run<'a>(
        &mut self,
        inputs: impl IntoIterator<Item = (&'a str, Tensor)>,
    ) -> Result<Outputs, ModelError> {
        let inputs: Vec<(&str, Tensor)> = inputs.into_iter().collect();
        let id = &self.id;
        let missing = |it: &&Outlet| !inputs.iter().any(|(name, _)| *name == it.name());
        if let Some(missing) = self.session.inputs().iter().find(missing) {
            return Err(ModelError::Run {
                model: id.clone(),
                message: format!("the input {} is missing", missing.name()),
            });
        }
        let fail = |error: ort::Error| ModelError::Run {
            model: id.clone(),
            message: error.to_string(),
        };
        let inputs: Vec<_> = inputs
            .into_iter()
            .map(|(name, tensor)| Ok((name, tensor.into_value()?)))
            .collect::<ort::Result<_>>()
            .map_err(fail)?;
        let outputs = self.session.run(inputs).map_err(fail)?;
        let values = outputs
            .iter()
            .map(|(name, value)| Ok((name.to_owned(), Tensor::from_value(&value)?)))
            .collect::<ort::Result<_>>()
            .map_err(fail)?;
        Ok(Outputs {
            model: id.clone(),
            values,
        })
    }
}

fn commit(
    runtime: &Runtime,
    content: &[u8],
    spec: &OnnxSpec,
    options: &SessionOptions,
    accelerators: &[&str],
) -> ort::Result<ort::session::Session> {
    let mut builder = SessionBuilder::new(&runtime.environment)?
        .with_intra_threads(options.threads)?
        // Threads that spin for work take the cores from the robot's other nodes.
        .with_intra_op_spinning(false)?;
    if let Some(folder) = &spec.weights {
        let key = "session.model_external_initializers_file_folder_path";
        builder = builder.with_config_entry(key, folder.to_string_lossy())?;
    }
    for name in accelerators {
        if let Err(error) = register(name, &mut builder) {
            tracing::warn!("{error}; going on without it");
        }
    }
    builder.commit_from_memory(content)
}

/// What differs: what, as the manifest says, as the graph is.
type Difference = (String, String, String);

fn check_graph(session: &ort::session::Session, spec: &OnnxSpec) -> Result<(), Difference> {
    if let Some(wanted) = spec.opset {
        let opset = session.opset_for_domain(ONNX_DOMAIN);
        if opset != Some(wanted) {
            let found = opset.map_or("none".to_owned(), |it| it.to_string());
            return Err(("opset".to_owned(), wanted.to_string(), found));
        }
    }
    check_outlets("input", session.inputs(), &spec.inputs)?;
    check_outlets("output", session.outputs(), &spec.outputs)
}

fn check_outlets(what: &str, found: &[Outlet], expected: &[TensorSpec]) -> Result<(), Difference> {
    let names = |all: Vec<&str>| format!("[{}]", all.join(", "));
    let found_names: Vec<&str> = found.iter().map(Outlet::name).collect();
    let missing = expected
        .iter()
        .any(|it| !found_names.contains(&it.name.as_str()));
    if missing || found.len() != expected.len() {
        let wanted = expected.iter().map(|it| it.name.as_str()).collect();
        return Err((format!("{what}s"), names(wanted), names(found_names)));
    }
    for wanted in expected {
        let outlet = found.iter().find(|it| it.name() == wanted.name);
        let Some(outlet) = outlet.filter(|it| !fits(it.dtype(), wanted)) else {
            continue;
        };
        return Err((format!("an {what}"), wanted.to_string(), describe(outlet)));
    }
    Ok(())
}

fn fits(found: &ValueType, wanted: &TensorSpec) -> bool {
    let ValueType::Tensor {
        ty,
        shape,
        dimension_symbols,
    } = found
    else {
        return false;
    };
    let dimension = |(index, wanted): (usize, &Dimension)| match wanted {
        Dimension::Fixed(length) => shape[index] == i64::from(*length),
        Dimension::Free(name) => {
            let symbol = dimension_symbols.get(index).map_or("", String::as_str);
            shape[index] < 0 && (symbol.is_empty() || symbol == name)
        }
    };
    element(*ty) == Some(wanted.element)
        && shape.len() == wanted.shape.len()
        && wanted.shape.iter().enumerate().all(dimension)
}

/// As [`TensorSpec`] writes it.
fn describe(outlet: &Outlet) -> String {
    let ValueType::Tensor {
        ty,
        shape,
        dimension_symbols,
    } = outlet.dtype()
    else {
        return format!("{} {}", outlet.name(), outlet.dtype());
    };
    let element =
        element(*ty).map_or_else(|| ty.to_string(), |it| format!("{it:?}").to_lowercase());
    let dimensions: Vec<String> = shape
        .iter()
        .enumerate()
        .map(|(index, length)| match dimension_symbols.get(index) {
            Some(symbol) if *length < 0 && !symbol.is_empty() => symbol.clone(),
            _ if *length < 0 => "?".to_owned(),
            _ => length.to_string(),
        })
        .collect();
    format!("{} {element} [{}]", outlet.name(), dimensions.join(", "))
}

fn element(found: TensorElementType) -> Option<ElementType> {
    Some(match found {
        TensorElementType::Float16 => ElementType::F16,
        TensorElementType::Float32 => ElementType::F32,
        TensorElementType::Float64 => ElementType::F64,
        TensorElementType::Int32 => ElementType::I32,
        TensorElementType::Int64 => ElementType::I64,
        TensorElementType::Uint8 => ElementType::U8,
        TensorElementType::Bool => ElementType::Bool,
        _ => return None,
    })
}
