//! The robot's parameter file as ROS parameters: dotted keys, types, changes that are checked before they count.

use hearth_runtime::config::Params;
use r2r::ParameterValue;
use serde_yaml::{Mapping, Value};
use std::path::{Path, PathBuf};

/// Why a parameter was not set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParameterError {
    /// A file cannot be read.
    #[error("{path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not YAML, or not a mapping.
    #[error("{path}: {reason}")]
    Syntax {
        /// Which.
        path: PathBuf,
        /// With line and column where they are known.
        reason: String,
    },
    /// There is no such parameter.
    #[error("there is no parameter {key:?}{}", hint(.near))]
    Unknown {
        /// As given.
        key: String,
        /// The most similar one.
        near: Option<String>,
    },
    /// Another type.
    #[error("{key} is {expected}, not {given}")]
    Type {
        /// Which.
        key: String,
        /// As it is.
        expected: &'static str,
        /// As given.
        given: &'static str,
    },
    /// Set once, at the start.
    #[error("{key} is read when the process starts; change it in the file or with --ros-args -p")]
    ReadOnly {
        /// Which.
        key: String,
    },
    /// The whole does not hold together with it.
    #[error("{0}")]
    Refused(String),
}

fn hint(near: &Option<String>) -> String {
    near.as_ref()
        .map_or_else(String::new, |it| format!("; did you mean {it:?}?"))
}

/// A parameter file, what is laid over it, and what was set since.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameters {
    path: PathBuf,
    /// The file's own text while nothing was changed, so that errors know their lines.
    text: Option<String>,
    tree: Value,
}

impl Parameters {
    /// Reads a parameter file and lays others of the same form, partial, over it.
    ///
    /// # Errors
    /// A file that cannot be read, or is no mapping. Whether keys and values make sense is found out later, by
    /// whoever reads them.
    pub fn load(path: &Path, overlays: &[PathBuf]) -> Result<Self, ParameterError> {
        let text = read(path)?;
        let mut parameters = Self {
            path: path.to_owned(),
            tree: parse(path, &text)?,
            text: Some(text),
        };
        for overlay in overlays {
            let over = parse(overlay, &read(overlay)?)?;
            merge(&mut parameters.tree, over);
            parameters.text = None;
            let name = overlay.file_name().unwrap_or_default().to_string_lossy();
            parameters
                .path
                .as_mut_os_string()
                .push(format!(" with {name}"));
        }
        Ok(parameters)
    }

    /// For the nodes to read.
    ///
    /// # Errors
    /// Unknown or repeated sections.
    pub fn params(&self) -> Result<Params, String> {
        let text = match &self.text {
            Some(text) => text.clone(),
            None => serde_yaml::to_string(&self.tree).map_err(|it| it.to_string())?,
        };
        Params::from_text(&self.path, text).map_err(|it| it.to_string())
    }

    /// Every parameter of these sections: dotted key and value, in the file's order.
    pub fn list(&self, sections: &[&str]) -> Vec<(String, ParameterValue)> {
        let mut all = Vec::new();
        if let Value::Mapping(top) = &self.tree {
            for (key, value) in top {
                if let Some(section) = key.as_str().filter(|it| sections.contains(it)) {
                    flatten(section, value, &mut all);
                }
            }
        }
        all
    }

    /// The value of a parameter.
    pub fn get(&self, key: &str) -> Option<ParameterValue> {
        let mut value = &self.tree;
        for part in key.split('.') {
            value = value.as_mapping()?.get(part)?;
        }
        (!value.is_mapping()).then(|| to_ros(value))
    }

    /// A copy with this parameter changed. Types stay; a whole number is taken for a decimal one.
    ///
    /// # Errors
    /// [`ParameterError`].
    pub fn with(&self, key: &str, value: &ParameterValue) -> Result<Self, ParameterError> {
        let mut changed = self.clone();
        let slot = slot(&mut changed.tree, key).ok_or_else(|| ParameterError::Unknown {
            key: key.to_owned(),
            near: self.nearest(key),
        })?;
        let wrong = |expected| ParameterError::Type {
            key: key.to_owned(),
            expected,
            given: type_name(value),
        };
        *slot = from_ros(slot, value).map_err(wrong)?;
        if changed.tree != self.tree {
            changed.text = None;
            let mark = " with ROS parameters";
            if !changed.path.to_string_lossy().ends_with(mark) {
                changed.path.as_mut_os_string().push(mark);
            }
        }
        Ok(changed)
    }

    /// The parameter whose name is most like `key`: ends alike, or has the most words in common.
    fn nearest(&self, key: &str) -> Option<String> {
        let words =
            |key: &str| -> Vec<String> { key.split(['.', '_']).map(str::to_owned).collect() };
        let wanted = words(key);
        let top = self.tree.as_mapping()?;
        let sections: Vec<&str> = top.keys().filter_map(Value::as_str).collect();
        self.list(&sections)
            .into_iter()
            .map(|(it, _)| {
                let common = words(&it).iter().filter(|it| wanted.contains(it)).count();
                (common, it)
            })
            .filter(|it| it.0 >= 2)
            .max_by_key(|it| it.0)
            .map(|it| it.1)
    }
}

fn read(path: &Path) -> Result<String, ParameterError> {
    std::fs::read_to_string(path).map_err(|source| ParameterError::Read {
        path: path.to_owned(),
        source,
    })
}

fn parse(path: &Path, text: &str) -> Result<Value, ParameterError> {
    let syntax = |reason: String| ParameterError::Syntax {
        path: path.to_owned(),
        reason,
    };
    let tree: Value = serde_yaml::from_str(text).map_err(|it| syntax(it.to_string()))?;
    match tree {
        Value::Mapping(_) => Ok(tree),
        Value::Null => Ok(Value::Mapping(Mapping::new())),
        _ => Err(syntax("it must be a mapping of sections".to_owned())),
    }
}

/// Mappings are merged key by key; anything else takes the place of what was there.
fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Mapping(under), Value::Mapping(over)) => {
            for (key, value) in over {
                match under.get_mut(&key) {
                    Some(slot) => merge(slot, value),
                    None => {
                        under.insert(key, value);
                    }
                }
            }
        }
        (under, over) => *under = over,
    }
}

/// Where a parameter's value stands. What is left out as `null` may be a mapping: it becomes one when something in it
/// is set.
fn slot<'a>(tree: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    let mut value = tree;
    for part in key.split('.') {
        if value.is_null() && !part.is_empty() {
            let only = Mapping::from_iter([(part.into(), Value::Null)]);
            *value = Value::Mapping(only);
        }
        value = value.as_mapping_mut()?.get_mut(part)?;
    }
    (!value.is_mapping()).then_some(value)
}

fn flatten(prefix: &str, value: &Value, all: &mut Vec<(String, ParameterValue)>) {
    match value {
        Value::Mapping(map) => {
            for (key, value) in map {
                if let Some(key) = key.as_str() {
                    flatten(&format!("{prefix}.{key}"), value, all);
                }
            }
        }
        leaf => all.push((prefix.to_owned(), to_ros(leaf))),
    }
}

/// Lists of one plain type are ROS arrays; what ROS has no type for is YAML in a string.
fn to_ros(value: &Value) -> ParameterValue {
    match value {
        Value::Null => ParameterValue::NotSet,
        Value::Bool(it) => ParameterValue::Bool(*it),
        Value::Number(it) => it
            .as_i64()
            .map(ParameterValue::Integer)
            .or_else(|| it.as_f64().map(ParameterValue::Double))
            .unwrap_or(ParameterValue::NotSet),
        Value::String(it) => ParameterValue::String(it.clone()),
        Value::Sequence(items) => array(items).unwrap_or_else(|| yaml(value)),
        Value::Mapping(_) | Value::Tagged(_) => yaml(value),
    }
}

fn yaml(value: &Value) -> ParameterValue {
    let text = serde_yaml::to_string(value).unwrap_or_default();
    ParameterValue::String(text.trim_end().to_owned())
}

fn array(items: &[Value]) -> Option<ParameterValue> {
    fn all<T>(items: &[Value], one: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
        items.iter().map(one).collect()
    }
    all(items, |it| it.as_str().map(str::to_owned))
        .map(ParameterValue::StringArray)
        .or_else(|| all(items, Value::as_bool).map(ParameterValue::BoolArray))
        .or_else(|| all(items, Value::as_i64).map(ParameterValue::IntegerArray))
        .or_else(|| all(items, Value::as_f64).map(ParameterValue::DoubleArray))
}

/// The new value in the type of the old; else the name of that type.
fn from_ros(old: &Value, new: &ParameterValue) -> Result<Value, &'static str> {
    let number = |it: f64| Value::Number(it.into());
    let list = |it: Vec<Value>| Value::Sequence(it);
    Ok(match (old, new) {
        (Value::Bool(_), ParameterValue::Bool(it)) => Value::Bool(*it),
        (Value::Number(_), ParameterValue::Double(it)) => number(*it),
        // A decimal number may be written without its point.
        (Value::Number(_), ParameterValue::Integer(it)) => Value::Number((*it).into()),
        (Value::String(_), ParameterValue::String(it)) => Value::String(it.clone()),
        (Value::Sequence(_), ParameterValue::StringArray(it)) => {
            list(it.iter().cloned().map(Value::String).collect())
        }
        (Value::Sequence(_), ParameterValue::DoubleArray(it)) => {
            list(it.iter().map(|it| number(*it)).collect())
        }
        (Value::Sequence(_), ParameterValue::IntegerArray(it)) => {
            list(it.iter().map(|it| Value::Number((*it).into())).collect())
        }
        (Value::Sequence(_), ParameterValue::BoolArray(it)) => {
            list(it.iter().map(|it| Value::Bool(*it)).collect())
        }
        (Value::Sequence(_) | Value::Null, ParameterValue::String(it)) => {
            serde_yaml::from_str(it).map_err(|_| "a list, or YAML text of one")?
        }
        (Value::Null, ParameterValue::Bool(it)) => Value::Bool(*it),
        (Value::Null, ParameterValue::Double(it)) => number(*it),
        (Value::Null, ParameterValue::Integer(it)) => Value::Number((*it).into()),
        (Value::Bool(_), _) => return Err("a truth value"),
        (Value::Number(_), _) => return Err("a number"),
        (Value::String(_), _) => return Err("text"),
        (Value::Sequence(_), _) => return Err("a list"),
        _ => return Err("not to be set"),
    })
}

fn type_name(value: &ParameterValue) -> &'static str {
    match value {
        ParameterValue::NotSet => "unset",
        ParameterValue::Bool(_) => "a truth value",
        ParameterValue::Integer(_) | ParameterValue::Double(_) => "a number",
        ParameterValue::String(_) => "text",
        _ => "a list",
    }
}

#[cfg(test)]
mod tests;
