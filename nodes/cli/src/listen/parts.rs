//! The ears, put together from files and parameters, with the planner's parser as what makes sense of words.

use crate::robot::{Makings, Robot};
use hearth_models::{Manifest, Runtime, SessionOptions};
use hearth_planner::language::{Answer, LexiconData, NotUnderstood, Parser};
use hearth_runtime::config::Params;
use hearth_types::{Home, Language};
use hearth_voice::Config;
use hearth_voice::listen::{Ears, Listener};
use hearth_voice::mouth::Mouth;
use hearth_voice::recognise::{Moonshine, Recogniser, Speller, Whisper, WhisperEncoder};
use hearth_voice::speech::Silero;
use hearth_voice::understand::{Comprehension, Interpreter, Meaning, Sense};
use hearth_voice::wake::PhoneticWake;
use hearth_voice::words::Lexicons;
use std::path::Path;

/// The planner's parser, seen from the ears.
pub struct PlannersSense {
    parser: Parser,
}

impl PlannersSense {
    /// For this home.
    ///
    /// # Errors
    /// Words of a language that are wrong.
    pub fn new(home: &Home) -> anyhow::Result<Self> {
        Ok(Self {
            parser: Parser::new(home, &LexiconData::embedded()?)?,
        })
    }
}

impl Comprehension for PlannersSense {
    fn meaning(&self, text: &str, language: Language) -> Meaning {
        match self.parser.parse(text, Some(language)) {
            Ok(meaning) => {
                let notation = meaning.to_string();
                // `?` marks what the home has no name for. What no robot can do is seldom what was said: that too is worth
                // another look at what it may have been.
                let sense = if notation.contains('?') || notation.contains("impossible(") {
                    Sense::Part
                } else {
                    Sense::Whole
                };
                Meaning {
                    sense,
                    notation: Some(notation),
                    reason: None,
                }
            }
            Err(trouble) => Meaning {
                sense: match trouble {
                    NotUnderstood::Incomplete(_) => Sense::Part,
                    _ => Sense::None,
                },
                notation: None,
                reason: Some(self.parser.explain(&trouble)),
            },
        }
    }

    fn is_open(&self, text: &str, language: Language) -> bool {
        self.parser.is_open(text, Some(language))
    }

    fn knows_all(&self, text: &str) -> bool {
        self.parser.knows_all(text)
    }

    fn vocabulary(&self, language: Language) -> Vec<String> {
        let words = self.parser.vocabulary(language);
        words.into_iter().map(str::to_owned).collect()
    }

    fn yes_or_no(&self, text: &str) -> Option<bool> {
        match self.parser.parse_answer(text, &[])? {
            Answer::Yes => Some(true),
            Answer::No => Some(false),
            _ => None,
        }
    }
}

/// The section `voice` of the parameters.
///
/// # Errors
/// A value that makes no sense.
pub fn config(robot: &Robot) -> anyhow::Result<Config> {
    config_of(&robot.makings.params)
}

/// As [`config`], of parameters that nothing else was made from yet.
///
/// # Errors
/// A value that makes no sense.
pub fn config_of(params: &Params) -> anyhow::Result<Config> {
    let config: Option<Config> = params.optional("voice")?;
    Ok(config.unwrap_or_default())
}

/// The ears, with these parameters.
///
/// # Errors
/// A model that is missing or another.
pub fn listener(robot: &Robot, config: &Config) -> anyhow::Result<Listener> {
    listener_of(&robot.makings, config)
}

/// As [`listener`].
///
/// # Errors
/// A model that is missing or another.
pub fn listener_of(makings: &Makings, config: &Config) -> anyhow::Result<Listener> {
    let runtime = Runtime::load_default(&makings.root)?;
    let manifest = Manifest::load(&makings.root)?;
    let options: Option<SessionOptions> = makings.params.optional("models")?;
    let options = options.unwrap_or_default();
    let silero = Silero::open(&runtime, &manifest)?;
    let sense = Box::new(PlannersSense::new(&makings.home)?);
    let encoder = WhisperEncoder::open(&runtime, &manifest, &options)?;
    let lexicons = Lexicons::embedded()?;
    let mut recognisers: Vec<Box<dyn Recogniser>> = Vec::new();
    let mut spoken = Vec::new();
    for language in &config.languages {
        let lexicon = lexicons.of(*language);
        recognisers.push(match language {
            Language::En => Box::new(Moonshine::open(&runtime, &manifest, &options)?),
            Language::Zh => {
                let expected = lexicon.expected(&makings.home, *language);
                let whisper = Whisper::open(&runtime, &manifest, &options, encoder.clone())?;
                Box::new(whisper.expecting(&expected)?)
            }
        });
        let mut words = sense.vocabulary(*language);
        words.extend(config.wake.said_in(*language).map(str::to_owned));
        let spoken_to = lexicon.spoken_to(&makings.home, *language, words);
        spoken.push((*language, spoken_to));
    }
    // Quicker than Whisper, and asked before it; English is Moonshine's first.
    let speller = Speller::open(
        &runtime,
        &manifest,
        &options,
        encoder,
        &spoken,
        &config.wake.names,
    )?;
    let english = config.languages.first() == Some(&Language::En);
    recognisers.insert(usize::from(english), Box::new(speller));
    let ears = Ears::new(recognisers, &config.languages)?;
    let interpreter = Interpreter::new(config.understand.clone(), &makings.home, sense)?;
    let wake = Box::new(PhoneticWake::new(config.wake.clone()));
    Ok(Listener::new(
        config.clone(),
        silero,
        ears,
        interpreter,
        wake,
    ))
}

/// The mouth, with these parameters.
///
/// # Errors
/// A voice of Piper's that is missing or none.
pub fn mouth(root: &Path, config: &Config) -> anyhow::Result<Mouth> {
    let runtime = || Ok(Runtime::load_default(root)?);
    Ok(Mouth::open(config.mouth.clone(), root, runtime)?)
}
