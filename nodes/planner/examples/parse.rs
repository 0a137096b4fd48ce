//! What sentences mean: `cargo run --release -p hearth-planner --example parse -- TEXT …`, or one
//! sentence a line from the standard input.

use hearth_planner::language::{LexiconData, Parser};
use std::io::BufRead;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../launch/config/home.yaml");
    let home = hearth_runtime::config::load_home(&config)?;
    let parser = Parser::new(&home, &LexiconData::embedded()?)?;
    let show = |text: &str| match parser.parse(text, None) {
        Ok(meaning) => println!("{text}\t{meaning}"),
        Err(trouble) => println!("{text}\t! {trouble} ({})", parser.explain(&trouble)),
    };
    let texts: Vec<String> = std::env::args().skip(1).collect();
    if texts.is_empty() {
        for line in std::io::stdin().lock().lines() {
            show(&line?);
        }
    } else {
        show(&texts.join(" "));
    }
    Ok(())
}
