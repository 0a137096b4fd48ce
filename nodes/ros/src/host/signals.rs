//! SIGINT and SIGTERM: the robot is brought to a stand first, then the process ends.

use nix::sys::signal::{SigSet, Signal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Turns the signals into a flag. To be called before any thread is started: threads inherit it. A second
/// signal ends the process at once.
///
/// # Errors
/// If the system refuses.
pub fn watch() -> std::io::Result<Arc<AtomicBool>> {
    let mut signals = SigSet::empty();
    signals.add(Signal::SIGINT);
    signals.add(Signal::SIGTERM);
    signals.thread_block()?;
    let ending = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ending);
    std::thread::Builder::new()
        .name("hearth-signals".into())
        .spawn(move || {
            while let Ok(signal) = signals.wait() {
                if flag.swap(true, Ordering::AcqRel) {
                    std::process::exit(128 + signal as i32);
                }
            }
        })?;
    Ok(ending)
}
