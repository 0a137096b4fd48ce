//! What the text tower costs on this machine: time to open, memory, time a phrase.
//!
//! `cargo run --release -p hearth-models --example text_tower [-- THREADS]`

use hearth_models::{Manifest, ModelError, Runtime, SessionOptions, TextTower};
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), ModelError> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut options = SessionOptions::default();
    if let Some(threads) = std::env::args().nth(1).and_then(|it| it.parse().ok()) {
        options.threads = threads;
    }
    println!("at the start: {}", memory());
    let begin = Instant::now();
    let manifest = Manifest::load(&root)?;
    manifest.model(hearth_models::TEXT_TOWER)?.verify_files()?;
    println!("hashes alone: {:.0} ms", millis(begin));
    let begin = Instant::now();
    let runtime = Runtime::load_default(&root)?;
    println!("ONNX Runtime: {:.0} ms, {}", millis(begin), memory());
    let begin = Instant::now();
    let mut tower = TextTower::open(&runtime, &manifest, &options)?;
    println!(
        "text tower open, hashes and all: {:.0} ms, {}",
        millis(begin),
        memory()
    );

    for (what, words) in [("6 words", 6), ("62 words", 62)] {
        let mut millis_each: Vec<f64> = (0..100)
            .map(|round| {
                let text = format!("mug {round} ").repeat(words / 2);
                let begin = Instant::now();
                tower.embed(&text)?;
                Ok(millis(begin))
            })
            .collect::<Result<_, ModelError>>()?;
        millis_each.sort_by(f64::total_cmp);
        println!(
            "{what}: median {:.2} ms, 95th of 100 {:.2} ms",
            millis_each[50], millis_each[95]
        );
    }
    let begin = Instant::now();
    tower.embed(&"x".repeat(10_000))?;
    println!("10,000 characters: {:.1} ms", millis(begin));
    let begin = Instant::now();
    tower.embed(&"x".repeat(10_000))?;
    println!("the same again: {:.3} ms, {}", millis(begin), memory());
    Ok(())
}

fn millis(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}

/// Resident memory now and at most, where Linux says so.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |key: &str| {
        let line = status.lines().find_map(|it| it.strip_prefix(key));
        line.map_or("?", str::trim).to_owned()
    };
    format!("resident {} (at most {})", of("VmRSS:"), of("VmHWM:"))
}
