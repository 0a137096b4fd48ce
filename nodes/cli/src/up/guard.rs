//! Makes a child end with its parent, however that ends.
//!
//! Only the child itself can ask the kernel for this, and only before it runs another program: so
//! children are started through this binary, which asks and then becomes the program.

use anyhow::Context;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigSet, Signal};
use nix::unistd::{Pid, getppid};
use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

/// Arguments of the hidden command that a child is started through.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Process whose end ends this one.
    #[arg(long)]
    parent: i32,
    /// The program and its arguments.
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    program: Vec<OsString>,
}

/// The command that runs `program` until this process ends.
///
/// To be spawned by a thread that lives as long as the process: for the kernel, that thread is the parent.
pub(super) fn guarded(program: &OsStr) -> Command {
    // Not `current_exe`: that file may have been replaced by a build since.
    let mut command = Command::new("/proc/self/exe");
    command
        .arg0("hearth")
        .args(["guard", "--parent", &Pid::this().to_string(), "--"])
        .arg(program);
    command
}

/// Becomes the program.
///
/// # Errors
/// A program that cannot be run; a parent that has ended already.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    // Not SIGKILL: the controller is to stop the actuators.
    set_pdeathsig(Signal::SIGTERM).context("asking to end with the parent")?;
    anyhow::ensure!(
        getppid().as_raw() == arguments.parent,
        "the parent has ended already"
    );
    // The supervisor's threads leave signals to one of them; a program expects to get its own.
    SigSet::empty()
        .thread_set_mask()
        .context("unblocking signals")?;
    let (program, rest) = arguments
        .program
        .split_first()
        .context("no program given")?;
    let error = Command::new(program).args(rest).exec();
    Err(error).with_context(|| format!("running {}", program.display()))
}
