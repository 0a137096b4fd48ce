//! A few of the pictures as files, for the processes that are timed: `rgb.u8`, `depth.f32`, `about.json`.

use super::phrases::Phrase;
use anyhow::Context;
use hearth_sim::render::Sample;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Phrases of which the time is taken.
const PHRASES: usize = 150;

/// What lies in the folder.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct About {
    /// \[px\]
    pub width: usize,
    /// \[px\]
    pub height: usize,
    /// Pictures.
    pub count: usize,
    /// Phrases, each another.
    pub phrases: Vec<String>,
}

/// A folder of pictures.
pub struct Pictures {
    folder: PathBuf,
    rgb: BufWriter<File>,
    depth: BufWriter<File>,
    about: About,
}

/// One picture of the folder.
pub struct Kept {
    /// As of [`hearth_models::Picture`].
    pub rgb: Vec<u8>,
    /// \[m\] As of [`hearth_models::Picture`].
    pub depth_m: Vec<f32>,
}

impl Pictures {
    /// An empty folder.
    pub fn create(folder: &Path) -> anyhow::Result<Self> {
        let file = |name: &str| {
            let path = folder.join(name);
            let file = File::create(&path);
            file.map(BufWriter::new)
                .with_context(|| format!("writing {}", path.display()))
        };
        Ok(Self {
            folder: folder.to_owned(),
            rgb: file("rgb.u8")?,
            depth: file("depth.f32")?,
            about: About::default(),
        })
    }

    /// Adds a picture. All are of one size.
    pub fn add(&mut self, sample: &Sample) -> anyhow::Result<()> {
        (self.about.width, self.about.height) = (sample.width, sample.height);
        self.about.count += 1;
        let depth: Vec<u8> = sample
            .depth_m
            .iter()
            .flat_map(|it| it.to_le_bytes())
            .collect();
        self.rgb
            .write_all(&sample.rgb)
            .and_then(|()| self.depth.write_all(&depth))
            .with_context(|| format!("writing pictures to {}", self.folder.display()))
    }

    /// Writes the rest; gives the folder.
    pub fn finish(mut self, phrases: &[Phrase]) -> anyhow::Result<PathBuf> {
        let every = (phrases.len() / PHRASES).max(1);
        let chosen = phrases.iter().step_by(every).take(PHRASES);
        self.about.phrases = chosen.map(|it| it.text.clone()).collect();
        let about = serde_json::to_vec(&self.about)?;
        self.rgb
            .flush()
            .and_then(|()| self.depth.flush())
            .and_then(|()| std::fs::write(self.folder.join("about.json"), about))
            .with_context(|| format!("writing pictures to {}", self.folder.display()))?;
        Ok(self.folder)
    }
}

impl About {
    /// Of the folder.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("about.json");
        let text = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| path.display().to_string())
    }

    /// The folder's pictures one after the other, so that no more than one is in memory.
    pub fn pictures(
        &self,
        folder: &Path,
    ) -> anyhow::Result<impl Iterator<Item = anyhow::Result<Kept>>> {
        let open = |name: &str| {
            let path = folder.join(name);
            File::open(&path).with_context(|| format!("reading {}", path.display()))
        };
        let (mut rgb, mut depth) = (open("rgb.u8")?, open("depth.f32")?);
        let pixels = self.width * self.height;
        Ok((0..self.count).map(move |_| {
            let mut kept = Kept {
                rgb: vec![0; pixels * 3],
                depth_m: Vec::with_capacity(pixels),
            };
            rgb.read_exact(&mut kept.rgb)?;
            let mut bytes = vec![0; pixels * 4];
            depth.read_exact(&mut bytes)?;
            let depths = bytes.as_chunks::<4>().0.iter();
            kept.depth_m
                .extend(depths.map(|it| f32::from_le_bytes(*it)));
            Ok(kept)
        }))
    }
}
