//! A WAV file through the ears.

use hearth_voice::listen::{Event, Listener, Said};
use hearth_voice::sound::{Level, WavFormat, WavStream};
use hearth_voice::understand::Sense;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Instant;

/// What was heard in a file.
pub struct FileReport {
    file: String,
    format: WavFormat,
    level: Level,
    truncated: Option<String>,
    /// \[s\] How long the sound is.
    pub heard_secs: f64,
    /// \[s\] How long listening to it took.
    pub took_secs: f64,
    /// \[s\] From the end of each utterance's sound until it was understood, as long as the models took.
    pub thinking_secs: Vec<f64>,
    /// All that was noticed, in order.
    pub events: Vec<Event>,
}

/// Listens to a file from its beginning to its end; `follow` is told of all that is noticed.
///
/// # Errors
/// A file that is no sound, a model that fails.
pub fn listen_to(
    path: &Path,
    listener: &mut Listener,
    follow: &mut dyn FnMut(&Event),
) -> anyhow::Result<FileReport> {
    let mut stream = WavStream::open(path)?;
    let began = Instant::now();
    let mut events = Vec::new();
    let mut thinking_secs = Vec::new();
    let start_secs = listener.now_secs();
    let mut is_over = false;
    while !is_over {
        let portion = stream.read()?;
        let before = Instant::now();
        let new = match portion {
            Some(samples) => listener.push(&samples)?,
            None => {
                is_over = true;
                listener.finish()?
            }
        };
        new.iter().for_each(&mut *follow);
        let ends = new.iter().filter(|it| matches!(it, Event::Said(_))).count();
        thinking_secs.extend(std::iter::repeat_n(before.elapsed().as_secs_f64(), ends));
        // An hour-long file has an hour of levels; the file's own is kept by the stream.
        events.extend(new.into_iter().filter(|it| !matches!(it, Event::Level(_))));
    }
    if let Some(message) = stream.truncated() {
        eprintln!("hearth: {}: {message}", path.display());
    }
    Ok(FileReport {
        file: path.display().to_string(),
        format: stream.format(),
        level: stream.level(),
        truncated: stream.truncated().map(str::to_owned),
        heard_secs: listener.now_secs() - start_secs,
        took_secs: began.elapsed().as_secs_f64(),
        thinking_secs,
        events,
    })
}

impl FileReport {
    /// What was said, in order.
    pub fn said(&self) -> impl Iterator<Item = &Said> {
        self.events.iter().filter_map(|it| match it {
            Event::Said(said) => Some(said),
            _ => None,
        })
    }

    /// Whether something was said, and all of it makes whole sense.
    pub fn is_understood(&self) -> bool {
        let meant = |it: &Said| it.interpretation.meaning.sense == Sense::Whole || it.stopped;
        self.said().next().is_some() && self.said().all(meant)
    }

    /// The last line.
    pub fn summary(&self) -> String {
        let level = &self.level;
        let mut text = format!(
            "{}: {}, {:.2} s, {:.1} dBFS (peak {:.1}), {} said, heard in {:.2} s",
            self.file,
            self.format,
            self.heard_secs,
            level.rms_dbfs,
            level.peak_dbfs,
            self.said().count(),
            self.took_secs
        );
        if level.is_clipped() {
            text.push_str(&format!(
                "; clipped: {:.1} % of it is cut off",
                100.0 * level.clipped
            ));
        }
        if level.is_silent() {
            text.push_str("; there is no sound in it at all");
        }
        text
    }

    /// As data.
    pub fn to_json(&self) -> Value {
        let level = &self.level;
        let mut segments = Vec::new();
        let mut partials = Vec::new();
        let mut stops = Vec::new();
        let mut said = Vec::new();
        for event in &self.events {
            match event {
                Event::Partial {
                    at_secs,
                    text,
                    language,
                } => {
                    partials.push(json!({"at_secs": at_secs, "text": text, "language": language}));
                }
                Event::Stop { at_secs, word } => {
                    stops.push(json!({"at_secs": at_secs, "word": word}));
                }
                Event::Said(it) => {
                    segments.push(json!([it.segment.from_secs(), it.segment.until_secs()]));
                    said.push(as_json(it));
                }
                _ => {}
            }
        }
        json!({
            "file": self.file,
            "format": self.format.to_string(),
            "secs": self.heard_secs,
            "level": {
                "rms_dbfs": level.rms_dbfs, "peak_dbfs": level.peak_dbfs, "clipped": level.clipped,
                "silent": level.is_silent(), "invalid_samples": level.invalid,
            },
            "truncated": self.truncated,
            "segments": segments,
            "partials": partials,
            "stops": stops,
            "said": said,
            "understood": self.is_understood(),
            "took_secs": self.took_secs,
            "thinking_secs": self.thinking_secs,
        })
    }
}

fn as_json(said: &Said) -> Value {
    let it = &said.interpretation;
    json!({
        "from_secs": said.segment.from_secs(),
        "until_secs": said.segment.until_secs(),
        "language": it.language,
        "heard": it.heard,
        "understood": it.understood,
        "how": it.how,
        "sense": it.meaning.sense,
        "notation": it.meaning.notation,
        "reason": it.meaning.reason,
        "confidence": it.confidence,
        "ask": it.ask,
        "others": it.others,
        "to_robot": said.to_robot,
        "stopped": said.stopped,
        "is_echo": said.is_echo,
    })
}
