//! What machine a benchmark ran on.

use anyhow::Context as _;
use serde::Serialize;
use std::path::Path;
use std::process::Command;

/// The machine, as benchmarks name it.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Logical cores that this process may use.
    pub cores: usize,
    /// The processor's model.
    pub model: String,
    /// \[GiB\] Main memory.
    pub memory: f64,
}

impl Machine {
    /// Of this process; what cannot be found out is "unknown" or zero.
    pub fn here() -> Self {
        let field = |file: &str, key: &str| {
            std::fs::read_to_string(file).ok().and_then(|text| {
                text.lines()
                    .find(|line| line.starts_with(key))
                    .and_then(|line| line.split(':').nth(1))
                    .map(|value| value.trim().to_owned())
            })
        };
        let kib = field("/proc/meminfo", "MemTotal")
            .and_then(|it| {
                it.split_whitespace()
                    .next()
                    .and_then(|n| n.parse::<f64>().ok())
            })
            .unwrap_or(0.0);
        Self {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            model: field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".into()),
            memory: (kib / 1024.0 / 1024.0 * 10.0).round() / 10.0,
        }
    }
}

/// The checkout's commit, with `+` where it has changes; "unknown" outside git.
pub fn commit(root: &Path) -> String {
    let git = |arguments: &[&str]| {
        Command::new("git")
            .arg("-C")
            .arg(root)
            .args(arguments)
            .output()
            .ok()
            .filter(|it| it.status.success())
            .map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned())
    };
    let Some(head) = git(&["rev-parse", "--short=12", "HEAD"]) else {
        return "unknown".into();
    };
    match git(&["status", "--porcelain", "--untracked-files=no"]) {
        Some(changes) if changes.is_empty() => head,
        _ => head + "+",
    }
}

/// \[MiB\] The most memory that this process has had resident.
pub fn peak_resident_mib() -> f64 {
    nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_SELF)
        .map_or(0.0, |it| it.max_rss() as f64 / 1024.0)
}

/// \[MiB\] Memory of this process by the system's `key`: `VmRSS:` now, `VmHWM:` at most. `getrusage` would give what the parent
/// had before `exec`.
///
/// # Errors
/// A system that does not say.
pub fn memory_mib(key: &str) -> anyhow::Result<f64> {
    let status =
        std::fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let line = status.lines().find_map(|it| it.strip_prefix(key));
    let kib = line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok());
    Ok(kib.with_context(|| format!("/proc/self/status has no {key}"))? / 1024.0)
}

/// \[MiB\] The memory that this process has resident now; 0 where the system does not say.
pub fn resident_mib() -> f64 {
    memory_mib("VmRSS:").unwrap_or(0.0)
}

/// \[s\] Processor time of all threads of this process so far.
pub fn cpu_secs() -> f64 {
    let secs = |it: nix::sys::time::TimeVal| it.tv_sec() as f64 + it.tv_usec() as f64 * 1e-6;
    nix::sys::resource::getrusage(nix::sys::resource::UsageWho::RUSAGE_SELF)
        .map_or(0.0, |it| secs(it.user_time()) + secs(it.system_time()))
}
