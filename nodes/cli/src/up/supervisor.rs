//! Keeps processes running, and stops them in order.

use super::guard::guarded;
use super::output::{Output, Stream, say};
use super::programs::{Program, Stage};
use super::restarts::Restarts;
use super::signals::listen;
use anyhow::Context;
use crossbeam_channel::Receiver;
use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use std::os::unix::process::CommandExt;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How patient the supervisor is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    /// From being told to stop to being killed.
    pub(super) grace: Duration,
    pub(super) first_delay: Duration,
    pub(super) quick_deaths: u32,
}

/// Why it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Somebody wanted it.
    Asked,
    /// A process could not be kept running.
    GaveUp,
}

/// The processes and what they are doing.
pub(super) struct Supervisor {
    processes: Vec<Process>,
    output: Output,
    signals: Receiver<Signal>,
    grace: Duration,
}

struct Process {
    program: Program,
    state: State,
    restarts: Restarts,
}

enum State {
    /// To be started at this time.
    Due(Instant),
    Running {
        child: Child,
        since: Instant,
    },
    Stopped,
}

impl Supervisor {
    /// To be called before other threads are started.
    pub(super) fn new(programs: Vec<Program>, policy: Policy) -> anyhow::Result<Self> {
        let signals = listen()?;
        let now = Instant::now();
        let width = programs.iter().map(|it| it.name.len()).max().unwrap_or(0);
        let processes = programs.into_iter().map(|program| Process {
            program,
            state: State::Due(now),
            restarts: Restarts::new(policy.first_delay, policy.quick_deaths),
        });
        Ok(Self {
            processes: processes.collect(),
            output: Output::new(width),
            signals,
            grace: policy.grace,
        })
    }

    /// Runs until it is told to stop or gives up. To be called by the main thread: children end with the thread
    /// that started them.
    pub(super) fn run(mut self) -> Ending {
        let (ending, signal) = self.keep_running();
        for stage in Stage::ALL {
            self.stop(stage, signal);
        }
        self.output.finish();
        ending
    }

    /// Why it ended, and with which signal the processes are to be told.
    fn keep_running(&mut self) -> (Ending, Signal) {
        loop {
            if !self.reap() || !self.start_due() {
                return (Ending::GaveUp, Signal::SIGINT);
            }
            match self.wait(self.next_start()) {
                Some(Signal::SIGCHLD) | None => {}
                // ROS programs know SIGINT and SIGTERM; a terminal that was closed is a wish to stop.
                Some(Signal::SIGTERM) => return (Ending::Asked, Signal::SIGTERM),
                Some(_) => return (Ending::Asked, Signal::SIGINT),
            }
        }
    }

    /// Sees which processes have ended, and when they are to be started again. False if one is given up.
    fn reap(&mut self) -> bool {
        let mut all_live = true;
        for process in &mut self.processes {
            let Some((status, lived)) = process.ended() else {
                continue;
            };
            let name = process.program.name;
            if let Some(delay) = process.restarts.after_death(lived) {
                let secs = delay.as_secs_f64();
                say(&format!(
                    "{name} ended ({status}); starting it again in {secs} s"
                ));
                process.state = State::Due(Instant::now() + delay);
            } else {
                let times = process.restarts.quick_deaths();
                say(&format!(
                    "{name} ended ({status}), {times} times in a row soon after its start: giving up and stopping all"
                ));
                all_live = false;
            }
        }
        all_live
    }

    /// Starts those whose time has come. False if one cannot be started.
    fn start_due(&mut self) -> bool {
        let now = Instant::now();
        for (index, process) in self.processes.iter_mut().enumerate() {
            if !matches!(process.state, State::Due(at) if at <= now) {
                continue;
            }
            if let Err(error) = process.start(index, &self.output) {
                let name = process.program.name;
                say(&format!(
                    "{name} could not be started, stopping all: {error:#}"
                ));
                process.state = State::Stopped;
                return false;
            }
        }
        true
    }

    fn next_start(&self) -> Option<Instant> {
        let due = self.processes.iter().filter_map(|it| match it.state {
            State::Due(at) => Some(at),
            _ => None,
        });
        due.min()
    }

    /// Waits for a signal, until then.
    fn wait(&self, until: Option<Instant>) -> Option<Signal> {
        // The sender's thread lives as long as this process: an error is the time that has come.
        match until {
            Some(until) => self.signals.recv_deadline(until).ok(),
            None => self.signals.recv().ok(),
        }
    }

    /// Stops the processes of a stage, the patient way first.
    fn stop(&mut self, stage: Stage, signal: Signal) {
        let within = |it: &&mut Process| it.program.stage == stage;
        for process in self.processes.iter_mut().filter(within) {
            process.tell(signal);
        }
        let deadline = Instant::now() + self.grace;
        while self.any_runs(stage) && Instant::now() < deadline {
            match self.wait(Some(deadline)) {
                Some(Signal::SIGCHLD) | None => {}
                // Asked again, by somebody in a hurry: nobody is waited for in turn any more.
                Some(_) => {
                    for process in self
                        .processes
                        .iter_mut()
                        .filter(|it| stage < it.program.stage)
                    {
                        process.tell(signal);
                    }
                }
            }
        }
        for process in self.processes.iter_mut().filter(within) {
            process.kill(self.grace);
        }
    }

    /// Whether any does, once those that have ended are seen.
    fn any_runs(&mut self, stage: Stage) -> bool {
        let mut any = false;
        for process in &mut self.processes {
            process.ended();
            any |= process.program.stage == stage && matches!(process.state, State::Running { .. });
        }
        any
    }
}

impl Process {
    fn start(&mut self, index: usize, output: &Output) -> anyhow::Result<()> {
        let Program {
            name,
            path,
            arguments,
            ..
        } = &self.program;
        let mut child = guarded(path.as_os_str())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C in a terminal goes to a whole group: the order of stopping is the supervisor's.
            .process_group(0)
            .spawn()
            .with_context(|| format!("running {}", path.display()))?;
        let pipes = (child.stdout.take(), child.stderr.take());
        self.state = State::Running {
            child,
            since: Instant::now(),
        };
        if let (Some(out), Some(err)) = pipes {
            output.pass_on(name, index, Stream::Out, out)?;
            output.pass_on(name, index, Stream::Err, err)?;
        }
        Ok(())
    }

    /// How it ended and how long it had lived, told once.
    fn ended(&mut self) -> Option<(ExitStatus, Duration)> {
        let State::Running { child, since } = &mut self.state else {
            return None;
        };
        let status = child.try_wait().ok()??;
        let lived = since.elapsed();
        self.state = State::Stopped;
        Some((status, lived))
    }

    fn tell(&mut self, signal: Signal) {
        match &self.state {
            // Its id is its own until it has been waited for.
            State::Running { child, .. } => {
                let _ = kill(pid(child), signal);
            }
            State::Due(_) => self.state = State::Stopped,
            State::Stopped => {}
        }
    }

    /// What is left of it after the grace.
    fn kill(&mut self, grace: Duration) {
        let State::Running { child, .. } = &mut self.state else {
            return;
        };
        say(&format!(
            "{} did not stop within {} s: killing it",
            self.program.name,
            grace.as_secs_f64()
        ));
        let _ = killpg(pid(child), Signal::SIGKILL);
        let _ = child.wait();
        self.state = State::Stopped;
    }
}

fn pid(child: &Child) -> Pid {
    // Linux's process ids are at most 2^22.
    Pid::from_raw(i32::try_from(child.id()).unwrap_or(i32::MAX))
}
