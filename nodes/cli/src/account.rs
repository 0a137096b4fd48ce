//! The live account of a run: what the robot heard, understood, plans, does, sees and concludes.

use hearth_types::{Evidence, Message, PlanStep, Stamp, StepState, TaskEvent, TaskVerdict};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

const LABEL_WIDTH: usize = 11;

/// Prints a run as it goes: plain lines, and on a terminal a progress line below them.
pub struct Account {
    bar: ProgressBar,
    plan: Vec<PlanStep>,
    step_began: Stamp,
    doing: String,
    began: Instant,
    last_drawn: Instant,
    colour: bool,
}

impl Account {
    /// An account on standard output; `quiet` prints nothing.
    pub fn new(quiet: bool) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let bar = if quiet || !is_terminal {
            ProgressBar::hidden()
        } else {
            ProgressBar::new_spinner().with_style(
                ProgressStyle::with_template("  {spinner:.cyan} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner()),
            )
        };
        let now = Instant::now();
        Self {
            bar,
            plan: Vec::new(),
            step_began: Stamp::ZERO,
            doing: String::new(),
            began: now,
            last_drawn: now,
            colour: is_terminal && !quiet && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    /// A free line, above the progress line.
    pub fn line(&self, text: &str) {
        if self.bar.is_hidden() {
            print_line(text);
        } else {
            self.bar.println(text);
        }
    }

    fn labelled(&self, label: &str, text: &str) {
        self.line(&format!("  {label:<LABEL_WIDTH$} {text}"));
    }

    fn paint(&self, text: &str, code: &str) -> String {
        if self.colour {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Takes note of a message at simulated time `now`.
    pub fn observe(&mut self, now: Stamp, message: &Message) {
        match message {
            Message::Task(event) => self.task(event),
            Message::Say(say) => {
                self.labelled("says", &self.paint(&format!("“{}”", say.text), "36"))
            }
            Message::Fault(fault) => {
                self.labelled("fault", &format!("{}: {}", fault.node, fault.text))
            }
            _ => {}
        }
        self.progress(now);
    }

    fn progress(&mut self, now: Stamp) {
        if self.bar.is_hidden() || self.last_drawn.elapsed() < Duration::from_millis(100) {
            return;
        }
        self.last_drawn = Instant::now();
        let real_secs = self.began.elapsed().as_secs_f64().max(1e-3);
        self.bar.set_message(format!(
            "{:6.1} s simulated, {:.1}x real time   {}",
            now.as_secs_f64(),
            now.as_secs_f64() / real_secs,
            self.doing
        ));
        self.bar.tick();
    }

    fn task(&mut self, event: &TaskEvent) {
        match event {
            TaskEvent::Heard { text, .. } => {
                self.line("");
                self.line(&self.paint(&format!("▶ {}", shortened(text, 160)), "1"));
            }
            TaskEvent::Understood { meaning, .. } => self.labelled("understood", meaning),
            TaskEvent::Planned { steps, .. } => {
                if self.plan != *steps {
                    let steps_text: Vec<String> = steps.iter().map(step_text).collect();
                    self.labelled(
                        if self.plan.is_empty() {
                            "plan"
                        } else {
                            "new plan"
                        },
                        &steps_text.join(" → "),
                    );
                }
                self.plan.clone_from(steps);
            }
            TaskEvent::Step {
                stamp,
                index,
                state,
                ..
            } => self.step(*stamp, *index, state),
            TaskEvent::Asked { question, .. } => self.labelled("asks", question),
            TaskEvent::Finished { verdict, .. } => {
                self.plan.clear();
                self.doing.clear();
                let (word, code, why) = match verdict {
                    TaskVerdict::Done => ("done", "1;32", ""),
                    TaskVerdict::Failed { reason } => ("failed", "1;31", reason.as_str()),
                    TaskVerdict::Asked { question } => ("asked", "1;33", question.as_str()),
                    TaskVerdict::Refused { reason } => ("refused", "1;33", reason.as_str()),
                };
                let why = if why.is_empty() {
                    String::new()
                } else {
                    format!(" — {why}")
                };
                self.labelled("verdict", &format!("{}{why}", self.paint(word, code)));
            }
        }
    }

    fn step(&mut self, stamp: Stamp, index: usize, state: &StepState) {
        let name = self
            .plan
            .get(index)
            .map_or_else(|| format!("step {}", index + 1), step_text);
        let secs = stamp.secs_since(self.step_began);
        match state {
            StepState::Started => {
                self.step_began = stamp;
                self.doing = name;
            }
            StepState::Note(note) => self.labelled("", &format!("  {note}")),
            StepState::Succeeded(Evidence { text, .. }) => {
                let mark = self.paint("✓", "32");
                self.labelled(
                    "",
                    &format!("{mark} {name}  {secs:.1} s  {}", self.paint(text, "2")),
                );
            }
            StepState::Failed { reason, evidence } => {
                let mark = self.paint("✗", "31");
                self.labelled(
                    "",
                    &format!(
                        "{mark} {name}  {secs:.1} s  {reason}  {}",
                        self.paint(&evidence.text, "2")
                    ),
                );
            }
        }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Prints a line. A reader that has gone away (`| head`) is no reason to stop the robot.
pub fn print_line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// A step as people read it: `search apple at kitchen_table`.
pub fn step_text(step: &PlanStep) -> String {
    let mut text = step.skill.clone();
    for (_, value) in step.arguments.iter().filter(|it| !it.1.is_empty()) {
        text.push(' ');
        text.push_str(value);
    }
    text
}

/// The text, cut to at most `limit` characters with an ellipsis.
fn shortened(text: &str, limit: usize) -> String {
    let one_line: String = text
        .chars()
        .map(|it| if it.is_control() { ' ' } else { it })
        .collect();
    if one_line.chars().count() <= limit {
        return one_line;
    }
    let mut cut: String = one_line.chars().take(limit).collect();
    cut.push('…');
    cut
}
