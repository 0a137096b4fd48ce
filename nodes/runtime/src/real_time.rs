//! Asks the system to favour the control thread.

use nix::sys::mman::{MlockAllFlags, mlockall};
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Above ordinary and most other real-time threads, below the kernel's own.
const PRIORITY: u8 = 80;

/// Moves this thread to SCHED_FIFO, or says why it stays where it is.
pub(crate) fn favour_this_thread() -> Result<(), String> {
    let priority = ThreadPriorityValue::try_from(PRIORITY).map_err(|it| it.to_string())?;
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    set_thread_priority_and_policy(
        thread_native_id(),
        ThreadPriority::Crossplatform(priority),
        policy,
    )
    .map_err(|error| {
        format!(
            "the control thread runs at ordinary priority ({error:?}): ticks may jitter. To allow \
             it, run as root or raise `ulimit -r` to {PRIORITY}"
        )
    })
}

/// Keeps the process's memory from being swapped out, or says why not.
pub(crate) fn lock_memory() -> Result<(), String> {
    mlockall(MlockAllFlags::MCL_CURRENT).map_err(|error| {
        format!("memory is not locked ({error}): a page fault may delay a tick. Raise `ulimit -l`")
    })
}
