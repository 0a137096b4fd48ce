//! Samples as files.

use super::{Labels, Sample};
use crate::SimError;
use mujoco_rs::renderer::png;
use serde::Serialize;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// A folder of samples: `images/000000.png`, `depth/000000.png` (16 bit, millimetres, 0 for none) and
/// `labels.jsonl`.
pub struct Folder {
    path: PathBuf,
    labels: BufWriter<File>,
    count: usize,
}

#[derive(Serialize)]
struct Line<'a> {
    image: usize,
    #[serde(flatten)]
    labels: &'a Labels,
}

impl Folder {
    /// An empty one; what lies there under the same names is overwritten.
    ///
    /// # Errors
    /// [`SimError::Io`].
    pub fn create(path: &Path) -> Result<Self, SimError> {
        for sub in ["images", "depth"] {
            let sub = path.join(sub);
            std::fs::create_dir_all(&sub).map_err(|source| failed(&sub, source))?;
        }
        let file = path.join("labels.jsonl");
        let labels = File::create(&file).map_err(|source| failed(&file, source))?;
        Ok(Self {
            path: path.to_owned(),
            labels: BufWriter::new(labels),
            count: 0,
        })
    }

    /// Adds a sample.
    ///
    /// # Errors
    /// [`SimError::Io`].
    pub fn add(&mut self, sample: &Sample) -> Result<(), SimError> {
        let name = format!("{:06}.png", self.count);
        let size = (sample.width, sample.height);
        let file = self.path.join("images").join(&name);
        save(&file, size, png::BitDepth::Eight, &sample.rgb)?;
        let millimetres: Vec<u8> = sample
            .depth_m
            .iter()
            .flat_map(|it| ((it * 1000.0).round().clamp(0.0, 65535.0) as u16).to_be_bytes())
            .collect();
        let file = self.path.join("depth").join(&name);
        save(&file, size, png::BitDepth::Sixteen, &millimetres)?;
        let line = Line {
            image: self.count,
            labels: &sample.labels,
        };
        let told = serde_json::to_writer(&mut self.labels, &line).map_err(std::io::Error::from);
        told.and_then(|()| self.labels.write_all(b"\n"))
            .map_err(|source| failed(&self.path.join("labels.jsonl"), source))?;
        self.count += 1;
        Ok(())
    }

    /// Ends it; returns how many samples it has.
    ///
    /// # Errors
    /// [`SimError::Io`].
    pub fn finish(mut self) -> Result<usize, SimError> {
        self.labels
            .flush()
            .map_err(|source| failed(&self.path.join("labels.jsonl"), source))?;
        Ok(self.count)
    }
}

fn failed(file: &Path, source: std::io::Error) -> SimError {
    SimError::Io {
        file: file.to_owned(),
        source,
    }
}

/// Colour with eight bits, grey with sixteen.
fn save(
    file: &Path,
    (width, height): (usize, usize),
    depth: png::BitDepth,
    bytes: &[u8],
) -> Result<(), SimError> {
    let writing = || -> Result<(), png::EncodingError> {
        let mut encoder = png::Encoder::new(
            BufWriter::new(File::create(file)?),
            width as u32,
            height as u32,
        );
        encoder.set_color(match depth {
            png::BitDepth::Sixteen => png::ColorType::Grayscale,
            _ => png::ColorType::Rgb,
        });
        encoder.set_depth(depth);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(bytes)?;
        writer.finish()
    };
    writing().map_err(|error| failed(file, std::io::Error::other(error)))
}
