//! Scripts that measure the same in Python.

use serde::de::DeserializeOwned;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a script of the checkout with the packages of a folder, and reads the JSON that it prints. The error says why there
/// is nothing to compare with.
pub fn run<T: DeserializeOwned>(
    root: &Path,
    script: &str,
    packages: &Path,
    words: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> Result<T, String> {
    let output = Command::new("python3")
        .arg(root.join(script))
        .args(words)
        .env("PYTHONPATH", packages)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .map_err(|it| format!("python3 does not start: {it}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.trim_end().lines().last().unwrap_or("it says nothing");
        return Err(format!("{script} failed: {last}"));
    }
    serde_json::from_slice(&output.stdout).map_err(|it| format!("what {script} printed: {it}"))
}
