//! Words about what the camera sees: phrases to look for, how well they match, open questions and their answers.

use super::text::{self, MOST_SHOWN};
use super::time::given_at;
use super::transforms::header;
use super::{BadInput, probability};
use hearth_types::{MOST_PHRASES, PhraseMatch, Queries, Stamp, VisualAnswer, VisualQuestion};
use r2r::hearth_interfaces::msg;

/// Longest phrase, and name of a server \[byte\].
const LONGEST_PHRASE: usize = 256;
/// Longest question, and answer \[byte\].
const LONGEST_TEXT: usize = 20_000;

/// What to look for, for ROS: without what is no phrase.
pub fn queries_msg(queries: &Queries) -> msg::Queries {
    let phrases = queries.phrases.iter().map(|it| text::to_ros(it));
    msg::Queries {
        phrases: phrases
            .filter(|it| phrase(it).is_ok())
            .take(MOST_PHRASES)
            .collect(),
    }
}

/// What to look for, from ROS.
///
/// # Errors
/// More phrases than are looked for, or something that is no phrase.
pub fn queries(message: &msg::Queries) -> Result<Queries, BadInput> {
    few("the number of phrases", message.phrases.len())?;
    let phrases = message.phrases.iter();
    Ok(Queries {
        phrases: phrases
            .map(|it| phrase(it).map(str::to_owned))
            .collect::<Result<_, _>>()?,
    })
}

/// How well phrases match, for ROS: without what is no phrase or no number.
pub(super) fn matches_msg(matches: &[PhraseMatch]) -> Vec<msg::PhraseMatch> {
    let matches = matches.iter().map(|it| msg::PhraseMatch {
        phrase: text::to_ros(&it.phrase),
        probability: it.probability.clamp(0.0, 1.0),
    });
    matches
        .filter(|it| phrase(&it.phrase).is_ok() && !it.probability.is_nan())
        .take(MOST_PHRASES)
        .collect()
}

/// How well phrases match, from ROS.
///
/// # Errors
/// As for [`queries`], and a probability that is none.
pub(super) fn matches(messages: &[msg::PhraseMatch]) -> Result<Vec<PhraseMatch>, BadInput> {
    few("the number of matches", messages.len())?;
    messages
        .iter()
        .map(|it| {
            Ok(PhraseMatch {
                phrase: phrase(&it.phrase)?.into(),
                probability: probability("matches.probability", it.probability)?,
            })
        })
        .collect()
}

/// An open question for ROS. `session` is the planner's.
pub fn question_msg(question: &VisualQuestion, session: u64) -> msg::VisualQuestion {
    msg::VisualQuestion {
        header: header(question.stamp, ""),
        session,
        id: question.id,
        text: text::to_ros(&question.text),
        language: question.language.code().to_owned(),
    }
}

/// An open question from ROS.
///
/// # Errors
/// [`BadInput`].
pub fn question(message: &msg::VisualQuestion, now: Stamp) -> Result<VisualQuestion, BadInput> {
    short("the text's length", &message.text, LONGEST_TEXT)?;
    Ok(VisualQuestion {
        id: message.id,
        stamp: given_at(&message.header.stamp, now),
        text: message.text.clone(),
        language: text::language(&message.language).ok_or_else(|| BadInput::Unknown {
            field: "language",
            value: text::cut(&message.language, MOST_SHOWN).to_owned(),
        })?,
    })
}

/// An answer for ROS. `session` is that of the planner that asked.
pub fn answer_msg(answer: &VisualAnswer, session: u64) -> msg::VisualAnswer {
    let words = match &answer.text {
        Ok(words) | Err(words) => words,
    };
    msg::VisualAnswer {
        session,
        id: answer.id,
        success: answer.text.is_ok(),
        text: text::to_ros(text::cut(words, LONGEST_TEXT)),
        server: text::to_ros(text::cut(&answer.server, LONGEST_PHRASE)),
    }
}

/// An answer from ROS.
///
/// # Errors
/// Endless words.
pub fn answer(message: &msg::VisualAnswer) -> Result<VisualAnswer, BadInput> {
    short("the text's length", &message.text, LONGEST_TEXT)?;
    short("the server's length", &message.server, LONGEST_PHRASE)?;
    let words = message.text.clone();
    Ok(VisualAnswer {
        id: message.id,
        text: if message.success {
            Ok(words)
        } else {
            Err(words)
        },
        server: message.server.clone(),
    })
}

fn phrase(text: &str) -> Result<&str, BadInput> {
    if text.trim().is_empty() {
        return Err(BadInput::Size {
            what: "a phrase's length",
            found: "nothing but blanks".to_owned(),
            expected: format!("1 to {LONGEST_PHRASE} bytes"),
        });
    }
    short("a phrase's length", text, LONGEST_PHRASE).map(|()| text)
}

fn short(what: &'static str, text: &str, most: usize) -> Result<(), BadInput> {
    if text.len() <= most {
        return Ok(());
    }
    Err(BadInput::Size {
        what,
        found: format!("{} bytes", text.len()),
        expected: format!("at most {most}"),
    })
}

fn few(what: &'static str, count: usize) -> Result<(), BadInput> {
    if count <= MOST_PHRASES {
        return Ok(());
    }
    Err(BadInput::Size {
        what,
        found: count.to_string(),
        expected: format!("at most {MOST_PHRASES}"),
    })
}

#[cfg(test)]
mod tests;
