//! Signals as values of a channel.

use anyhow::Context;
use crossbeam_channel::{Receiver, bounded};
use nix::sys::signal::{SigSet, Signal};

/// Tells of requests to stop, and of children that ended.
///
/// To be called before any other thread is started: threads inherit that these signals are left alone.
pub(super) fn listen() -> anyhow::Result<Receiver<Signal>> {
    let mut set = SigSet::empty();
    for signal in [
        Signal::SIGINT,
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGCHLD,
    ] {
        set.add(signal);
    }
    set.thread_block().context("blocking signals")?;
    let (sender, receiver) = bounded(64);
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            while let Ok(signal) = set.wait() {
                if sender.send(signal).is_err() {
                    return;
                }
            }
        })
        .context("starting the thread for signals")?;
    Ok(receiver)
}
