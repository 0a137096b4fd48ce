//! What the models hear, and how long it takes: `cargo run --release -p hearth-voice --example hear -- FILE.wav…`.

use hearth_models::{Manifest, Runtime, SessionOptions};
use hearth_voice::recognise::{Moonshine, Recogniser};
use hearth_voice::sound::{WavStream, secs};
use hearth_voice::speech::{SegmentConfig, SegmentEvent, Segmenter, Silero};
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()?;
    let runtime = Runtime::load_default(&root)?;
    let manifest = Manifest::load(&root)?;
    let mut silero = Silero::open(&runtime, &manifest)?;
    let mut moonshine = Moonshine::open(&runtime, &manifest, &SessionOptions::default())?;
    for path in std::env::args().skip(1) {
        let mut stream = WavStream::open(Path::new(&path))?;
        let mut sound = Vec::new();
        while let Some(samples) = stream.read()? {
            sound.extend(samples);
        }
        println!(
            "{path}: {}, {:.2} s, {:?}",
            stream.format(),
            secs(sound.len()),
            stream.level()
        );
        silero.reset();
        let mut segmenter = Segmenter::new(SegmentConfig::default());
        let began = Instant::now();
        let chances = silero.push(&sound)?;
        println!(
            "  voice activity took {:.3} s",
            began.elapsed().as_secs_f64()
        );
        let mut events: Vec<_> = chances
            .into_iter()
            .filter_map(|it| segmenter.push(it))
            .collect();
        events.extend(segmenter.finish());
        for event in events {
            let SegmentEvent::Ended(it) = event else {
                continue;
            };
            let until = (it.until as usize).min(sound.len());
            let began = Instant::now();
            let best = moonshine.recognise(&sound[it.from as usize..until], None)?;
            let took = began.elapsed().as_secs_f64();
            println!(
                "  {:.2}-{:.2} s, took {took:.2} s: {best:?}",
                it.from_secs(),
                it.until_secs()
            );
            for other in moonshine.alternatives(5)? {
                println!("      {:.2} {}", other.log_probability, other.text);
            }
            println!("      with others {:.2} s", began.elapsed().as_secs_f64());
        }
    }
    Ok(())
}
