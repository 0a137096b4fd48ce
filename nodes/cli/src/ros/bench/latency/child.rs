//! A process that is spoken with by lines, and that ends with whoever started it.

use anyhow::{Context, bail};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use std::io::{BufRead, BufReader, Read};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// So many of its last lines are told when it fails.
const LAST_LINES: usize = 12;
/// Between looks at whether the end is wanted.
const LOOK: Duration = Duration::from_millis(100);
/// How long a process that has closed its output may take to end.
const EXIT: Duration = Duration::from_secs(5);

/// A process; killed when this is dropped.
pub struct Child {
    name: String,
    process: std::process::Child,
    input: Option<ChildStdin>,
    output: Receiver<String>,
    errors: Receiver<String>,
}

impl Child {
    /// Starts it.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(name: String, command: &mut Command) -> anyhow::Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {name} ({command:?})"))?;
        let output = lines(process.stdout.take());
        let errors = lines(process.stderr.take());
        Ok(Self {
            name,
            input: process.stdin.take(),
            process,
            output,
            errors,
        })
    }

    /// Its next line.
    ///
    /// # Errors
    /// It ended, `most` has passed, or the end is wanted.
    pub fn line(&mut self, most: Duration, ending: &AtomicBool) -> anyhow::Result<String> {
        let deadline = Instant::now() + most;
        loop {
            match self.output.recv_timeout(LOOK) {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Disconnected) => bail!(self.obituary()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if ending.load(Ordering::Acquire) {
                bail!("interrupted");
            }
            if Instant::now() > deadline {
                let _ = self.process.kill();
                bail!(
                    "{} said nothing in {most:?}; {}",
                    self.name,
                    self.last_lines()
                );
            }
        }
    }

    /// Closes its standard input, at which it ends.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    fn obituary(&mut self) -> String {
        let deadline = Instant::now() + EXIT;
        let status = loop {
            match self.process.try_wait() {
                Ok(Some(status)) => break status.to_string(),
                Err(error) => break error.to_string(),
                Ok(None) if Instant::now() > deadline => break "no exit status".to_owned(),
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
            }
        };
        format!("{} ended with {status}; {}", self.name, self.last_lines())
    }

    fn last_lines(&self) -> String {
        // What it wrote before it ended may still be on its way.
        let mut lines = Vec::new();
        while let Ok(line) = self.errors.recv_timeout(LOOK) {
            lines.push(line);
        }
        if lines.is_empty() {
            return "it wrote nothing to standard error".to_owned();
        }
        let from = lines.len().saturating_sub(LAST_LINES);
        format!("its last lines:\n  {}", lines[from..].join("\n  "))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What comes from a pipe, read whether or not anybody asks for it: a full pipe would stop the writer.
fn lines(pipe: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (send, receive) = crossbeam_channel::unbounded();
    if let Some(pipe) = pipe {
        std::thread::spawn(move || {
            let mut reader = BufReader::new(pipe);
            let mut line = Vec::new();
            while reader.read_until(b'\n', &mut line).is_ok_and(|it| it > 0) {
                let text = String::from_utf8_lossy(&line).trim_end().to_owned();
                line.clear();
                if send.send(text).is_err() {
                    break;
                }
            }
        });
    }
    receive
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Child {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Child::start("the peer".to_owned(), &mut command).expect("sh")
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn who_fails_is_named_with_what_it_said_last() {
        let mut child = shell("echo ready; echo no such thing >&2; exit 3");
        let never = AtomicBool::new(false);
        assert_eq!(child.line(LONG, &never).expect("a line"), "ready");
        let error = child.line(LONG, &never).expect_err("it ended").to_string();
        assert!(
            error.contains("the peer ended with exit status: 3"),
            "{error}"
        );
        assert!(error.contains("no such thing"), "{error}");
    }

    #[test]
    fn whoever_is_silent_is_not_waited_for_for_ever() {
        let mut child = shell("sleep 100");
        let never = AtomicBool::new(false);
        let error = child
            .line(Duration::from_millis(200), &never)
            .expect_err("silent");
        assert!(
            error.to_string().contains("the peer said nothing"),
            "{error}"
        );
    }

    #[test]
    fn ends_when_its_input_does() {
        let mut child = shell("cat >/dev/null; echo done");
        child.close_input();
        let line = child.line(LONG, &AtomicBool::new(false)).expect("a line");
        assert_eq!(line, "done");
    }
}
