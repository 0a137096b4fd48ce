//! Commands, what happens with them, and what the robot says.

use super::BadInput;
use super::text;
use super::time::{self, given_at};
use super::transforms::header;
use hearth_types::{
    Evidence, PlanStep, Say, Stamp, StepState, TaskEvent, TaskId, TaskVerdict, Utterance,
};
use r2r::hearth_interfaces::msg;

/// Longest words \[byte\] that are taken for something a person said.
const LONGEST_TEXT: usize = 20_000;

/// Something said, for ROS.
pub fn utterance_msg(utterance: &Utterance) -> msg::Utterance {
    msg::Utterance {
        header: header(utterance.stamp, ""),
        text: text::to_ros(&utterance.text),
        language: utterance.language.map_or("", |it| it.code()).to_owned(),
        // 0 counts as 1.
        confidence: (utterance.confidence as f32).max(f32::MIN_POSITIVE),
        speaker: utterance.speaker.clone().unwrap_or_default(),
    }
}

/// Something said, from ROS.
///
/// # Errors
/// Words longer than anybody speaks.
pub fn utterance(message: &msg::Utterance, now: Stamp) -> Result<Utterance, BadInput> {
    if message.text.len() > LONGEST_TEXT {
        return Err(BadInput::Size {
            what: "the text's length",
            found: format!("{} bytes", message.text.len()),
            expected: format!("at most {LONGEST_TEXT}"),
        });
    }
    let confidence = f64::from(message.confidence);
    Ok(Utterance {
        stamp: given_at(&message.header.stamp, now),
        text: message.text.clone(),
        language: text::language(&message.language),
        confidence: if confidence > 0.0 {
            confidence.min(1.0)
        } else {
            1.0
        },
        speaker: text::optional(&message.speaker),
    })
}

/// Something to say, for ROS.
pub fn say_msg(say: &Say) -> msg::Say {
    msg::Say {
        header: header(say.stamp, ""),
        text: text::to_ros(&say.text),
        language: say.language.code().to_owned(),
    }
}

/// A plan's steps for ROS.
pub fn steps_msg(steps: &[PlanStep]) -> Vec<msg::PlanStep> {
    let part = |it: &String| text::to_ros(it);
    steps
        .iter()
        .map(|step| msg::PlanStep {
            skill: text::to_ros(&step.skill),
            argument_names: step.arguments.iter().map(|it| part(&it.0)).collect(),
            argument_values: step.arguments.iter().map(|it| part(&it.1)).collect(),
        })
        .collect()
}

/// Which command an event is about, and when it happened.
pub fn task_of(event: &TaskEvent) -> (TaskId, Stamp) {
    match event {
        TaskEvent::Heard { task, stamp, .. }
        | TaskEvent::Understood { task, stamp, .. }
        | TaskEvent::Planned { task, stamp, .. }
        | TaskEvent::Step { task, stamp, .. }
        | TaskEvent::Asked { task, stamp, .. }
        | TaskEvent::Finished { task, stamp, .. } => (*task, *stamp),
    }
}

/// A verdict's word, and the reason or question that goes with it.
pub fn verdict(verdict: &TaskVerdict) -> (&'static str, &str) {
    match verdict {
        TaskVerdict::Done => ("done", ""),
        TaskVerdict::Failed { reason } => ("failed", reason),
        TaskVerdict::Asked { question } => ("asked", question),
        TaskVerdict::Refused { reason } => ("refused", reason),
    }
}

/// How a step goes, for ROS. `skill` is that of the plan's step.
pub fn status_msg(
    stamp: Stamp,
    task: TaskId,
    index: usize,
    skill: &str,
    state: &StepState,
) -> msg::SkillStatus {
    let mut out = msg::SkillStatus {
        header: header(stamp, ""),
        task_id: task.0,
        step_index: u32::try_from(index).unwrap_or(u32::MAX),
        skill: text::to_ros(skill),
        ..Default::default()
    };
    let evidence = match state {
        StepState::Started => {
            out.state = number::STARTED;
            None
        }
        StepState::Note(note) => {
            out.state = number::NOTE;
            out.text = text::to_ros(note);
            None
        }
        StepState::Succeeded(evidence) => {
            out.state = number::SUCCEEDED;
            Some(evidence)
        }
        StepState::Failed { reason, evidence } => {
            out.state = number::FAILED;
            out.text = text::to_ros(reason);
            Some(evidence)
        }
    };
    if let Some(evidence) = evidence {
        out.evidence = text::to_ros(&evidence.text);
        out.has_evidence_stamp = evidence.frame.is_some();
        out.evidence_stamp = evidence.frame.map(time::to_ros).unwrap_or_default();
    }
    out
}

/// An event for ROS. `skill` is that of the step that it is about, if it is about one.
pub fn event_msg(event: &TaskEvent, skill: &str) -> msg::TaskEvent {
    let (task, stamp) = task_of(event);
    let mut out = msg::TaskEvent {
        header: header(stamp, ""),
        task_id: task.0,
        ..Default::default()
    };
    match event {
        TaskEvent::Heard { text, .. } => {
            out.kind = number::HEARD;
            out.text = text::to_ros(text);
        }
        TaskEvent::Understood {
            language, meaning, ..
        } => {
            out.kind = number::UNDERSTOOD;
            out.text = text::to_ros(meaning);
            out.language = language.code().to_owned();
        }
        TaskEvent::Planned { steps, .. } => {
            out.kind = number::PLANNED;
            out.steps = steps_msg(steps);
        }
        TaskEvent::Step { index, state, .. } => {
            out.kind = number::STEP;
            out.step = status_msg(stamp, task, *index, skill, state);
        }
        TaskEvent::Asked { question, .. } => {
            out.kind = number::ASKED;
            out.text = text::to_ros(question);
        }
        TaskEvent::Finished {
            understood,
            verdict: it,
            ..
        } => {
            out.kind = number::FINISHED;
            out.understood = *understood;
            let (word, reason) = verdict(it);
            out.verdict = word.to_owned();
            out.text = text::to_ros(reason);
        }
    }
    out
}

/// The message files' constants as numbers.
mod number {
    use r2r::hearth_interfaces::msg::{SkillStatus, TaskEvent};

    macro_rules! numbers {
        ($($of:ident: $($name:ident)*;)*) => {
            $($(pub const $name: u8 = $of::$name as u8;)*)*
        };
    }
    numbers! {
        TaskEvent: HEARD UNDERSTOOD PLANNED STEP ASKED FINISHED;
    }
    numbers! {
        SkillStatus: STARTED NOTE SUCCEEDED FAILED;
    }
}

/// An event from ROS, for whoever follows a robot.
///
/// # Errors
/// [`BadInput::Unknown`].
pub fn event(message: &msg::TaskEvent) -> Result<TaskEvent, BadInput> {
    let stamp = time::from_ros(&message.header.stamp);
    let task = TaskId(message.task_id);
    let text = message.text.clone();
    Ok(match message.kind {
        number::HEARD => TaskEvent::Heard { stamp, task, text },
        number::UNDERSTOOD => TaskEvent::Understood {
            stamp,
            task,
            language: text::language(&message.language)
                .ok_or_else(|| unknown("language", &message.language))?,
            meaning: text,
        },
        number::PLANNED => TaskEvent::Planned {
            stamp,
            task,
            steps: message.steps.iter().map(step).collect(),
        },
        number::STEP => TaskEvent::Step {
            stamp,
            task,
            index: message.step.step_index as usize,
            state: state(&message.step)?,
        },
        number::ASKED => TaskEvent::Asked {
            stamp,
            task,
            question: text,
        },
        number::FINISHED => TaskEvent::Finished {
            stamp,
            task,
            understood: message.understood,
            verdict: match message.verdict.as_str() {
                "done" => TaskVerdict::Done,
                "failed" => TaskVerdict::Failed { reason: text },
                "asked" => TaskVerdict::Asked { question: text },
                "refused" => TaskVerdict::Refused { reason: text },
                other => return Err(unknown("verdict", other)),
            },
        },
        other => return Err(unknown("kind", &other.to_string())),
    })
}

fn unknown(field: &'static str, value: &str) -> BadInput {
    BadInput::Unknown {
        field,
        value: value.to_owned(),
    }
}

fn step(message: &msg::PlanStep) -> PlanStep {
    let names = message.argument_names.iter().cloned();
    PlanStep {
        skill: message.skill.clone(),
        arguments: names.zip(message.argument_values.iter().cloned()).collect(),
    }
}

fn state(message: &msg::SkillStatus) -> Result<StepState, BadInput> {
    let evidence = || Evidence {
        text: message.evidence.clone(),
        frame: message
            .has_evidence_stamp
            .then(|| time::from_ros(&message.evidence_stamp)),
    };
    Ok(match message.state {
        number::STARTED => StepState::Started,
        number::NOTE => StepState::Note(message.text.clone()),
        number::SUCCEEDED => StepState::Succeeded(evidence()),
        number::FAILED => StepState::Failed {
            reason: message.text.clone(),
            evidence: evidence(),
        },
        other => return Err(unknown("state", &other.to_string())),
    })
}

/// Something said, from ROS.
///
/// # Errors
/// An unknown language.
pub fn say(message: &msg::Say) -> Result<Say, BadInput> {
    Ok(Say {
        stamp: time::from_ros(&message.header.stamp),
        text: message.text.clone(),
        language: text::language(&message.language)
            .ok_or_else(|| unknown("language", &message.language))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::Language;

    const NOW: Stamp = Stamp::from_millis(1_000);

    #[test]
    fn what_somebody_typed_has_full_confidence_and_the_time_of_now() {
        let message = msg::Utterance {
            text: "拿苹果".into(),
            language: "zh".into(),
            ..Default::default()
        };
        assert_eq!(
            utterance(&message, NOW),
            Ok(Utterance {
                stamp: NOW,
                text: "拿苹果".into(),
                language: Some(Language::Zh),
                confidence: 1.0,
                speaker: None,
            })
        );
    }

    #[test]
    fn nonsense_confidence_and_endless_text_do_no_harm() {
        let mut message = msg::Utterance {
            text: "go".into(),
            confidence: f32::NAN,
            ..Default::default()
        };
        assert_eq!(utterance(&message, NOW).expect("sound").confidence, 1.0);
        message.text = "a".repeat(30_000);
        assert!(utterance(&message, NOW).is_err());
    }

    #[test]
    fn a_failed_step_tells_why_and_what_shows_it() {
        let state = StepState::Failed {
            reason: "nothing there".into(),
            evidence: Evidence {
                text: "desk seen empty".into(),
                frame: Some(NOW),
            },
        };
        let out = status_msg(NOW, TaskId(3), 1, "pick", &state);
        assert_eq!(out.state, number::FAILED);
        assert_eq!(
            (out.text.as_str(), out.skill.as_str()),
            ("nothing there", "pick")
        );
        assert!(out.has_evidence_stamp);
    }

    #[test]
    fn every_event_survives_the_way_there_and_back() {
        let (stamp, task) = (NOW, TaskId(4));
        let evidence = Evidence {
            text: "gripper 0.07 m".into(),
            frame: Some(NOW),
        };
        let reason = || "weil".to_owned();
        let states = [
            StepState::Started,
            StepState::Note("looking on".into()),
            StepState::Succeeded(evidence.clone()),
            StepState::Failed {
                reason: reason(),
                evidence,
            },
        ];
        let verdicts = [
            TaskVerdict::Done,
            TaskVerdict::Failed { reason: reason() },
            TaskVerdict::Asked { question: reason() },
            TaskVerdict::Refused { reason: reason() },
        ];
        let others = [
            TaskEvent::Heard {
                stamp,
                task,
                text: "go".into(),
            },
            TaskEvent::Understood {
                stamp,
                task,
                language: Language::Zh,
                meaning: "GoTo { kitchen }".into(),
            },
            TaskEvent::Planned {
                stamp,
                task,
                steps: vec![PlanStep {
                    skill: "go_to".into(),
                    arguments: vec![("to".into(), "kitchen".into())],
                }],
            },
            TaskEvent::Asked {
                stamp,
                task,
                question: "which?".into(),
            },
        ];
        let steps = states.into_iter().map(|state| TaskEvent::Step {
            stamp,
            task,
            index: 2,
            state,
        });
        let ends = verdicts.into_iter().map(|verdict| TaskEvent::Finished {
            stamp,
            task,
            understood: true,
            verdict,
        });
        for sound in steps.chain(ends).chain(others) {
            assert_eq!(event(&event_msg(&sound, "pick")), Ok(sound));
        }
    }
}
