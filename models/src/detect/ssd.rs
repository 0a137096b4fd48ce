//! SSD MobileNet v2, trained on COCO: TensorFlow's frozen graph with a description made for OpenCV, which runs it.

use super::classes::Classes;
use super::coco;
use super::config::SsdConfig;
use super::letterbox::{as_mat, unfit};
use super::nms::within_picture;
use crate::files::Hash;
use crate::{BoxDetection, ImageTextDetector, ModelError, Picture, TextTower};
use opencv::core::{CV_32F, Mat, Scalar, Size};
use opencv::dnn::{Net, blob_from_image, read_net_from_tensorflow};
use opencv::prelude::*;
use std::fs::File;
use std::path::Path;

/// Numbers that the network gives for each box: picture, class, score, corners.
const FIELDS: usize = 7;

/// A detector of COCO's 80 classes. Without queries it still gives boxes with their class.
#[derive(Debug)]
pub struct SsdDetector {
    config: SsdConfig,
    net: Net,
    classes: Classes,
}

impl SsdDetector {
    /// Opens the model that the configuration names.
    pub fn open(config: &SsdConfig, tower: Option<TextTower>) -> Result<Self, ModelError> {
        for path in [&config.file, &config.graph] {
            readable(path)?;
        }
        if let Some(expected) = config.sha256 {
            compare(&config.file, expected)?;
        }
        let [weights, graph] = [&config.file, &config.graph].map(|it| it.to_string_lossy());
        let net =
            read_net_from_tensorflow(&weights, &graph).map_err(|error| ModelError::Format {
                path: config.file.clone(),
                message: format!("OpenCV cannot load it with {graph}: {}", error.message),
            })?;
        let synonyms = config
            .synonyms
            .iter()
            .map(|(word, name)| (word.as_str(), name.as_str()));
        Ok(Self {
            config: config.clone(),
            net,
            classes: Classes::new(
                coco::names(),
                synonyms.chain(coco::SYNONYMS),
                tower,
                config.min_similarity,
            ),
        })
    }

    fn forward(&mut self, picture: &Picture) -> opencv::Result<Vec<f32>> {
        let side = self.config.image_px as i32;
        // The scaling that the network was trained with is part of the graph.
        let blob = blob_from_image(
            &as_mat(picture)?,
            1.0,
            Size::new(side, side),
            Scalar::default(),
            false,
            false,
            CV_32F,
        )?;
        self.net.set_input_def(&blob)?;
        let found: Mat = self.net.forward_single_def()?;
        Ok(found.data_typed::<f32>()?.to_vec())
    }

    fn detection(&self, picture: &Picture, row: &[f32]) -> Option<BoxDetection> {
        let &[_, number, score, left, top, right, bottom] = row else {
            return None;
        };
        let finite = row.iter().all(|it| it.is_finite());
        if !finite || score < self.config.min_score || number < 0.0 {
            return None;
        }
        let class = number as usize;
        let (width, height) = (picture.width as f32, picture.height as f32);
        let box_px = [left * width, top * height, right * width, bottom * height];
        Some(BoxDetection {
            box_px: within_picture(box_px, width, height)?,
            objectness: score.min(1.0),
            scores: self
                .classes
                .scores(|it| if it == class { score } else { 0.0 }),
            class: self
                .classes
                .name(class)
                .filter(|it| !it.is_empty())
                .map(str::to_owned),
        })
    }
}

impl ImageTextDetector for SsdDetector {
    fn set_queries(&mut self, phrases: &[String]) -> Result<(), ModelError> {
        self.classes.set_queries(phrases)
    }

    fn detect(&mut self, picture: &Picture) -> Result<Vec<BoxDetection>, ModelError> {
        picture.check()?;
        let rows = self.forward(picture).map_err(|it| unfit(&it))?;
        let mut found: Vec<BoxDetection> = rows
            .chunks_exact(FIELDS)
            .filter_map(|row| self.detection(picture, row))
            .collect();
        found.sort_by(|a, b| b.objectness.total_cmp(&a.objectness));
        found.truncate(self.config.most);
        Ok(found)
    }
}

fn readable(path: &Path) -> Result<File, ModelError> {
    File::open(path).map_err(|source| unreadable(path, source))
}

fn compare(path: &Path, expected: Hash) -> Result<(), ModelError> {
    let content = std::fs::read(path).map_err(|source| unreadable(path, source))?;
    let found = Hash::of(&content);
    if found == expected {
        return Ok(());
    }
    Err(ModelError::Differs {
        path: path.to_owned(),
        what: "sha256".to_owned(),
        expected: expected.to_string(),
        found: found.to_string(),
    })
}

fn unreadable(path: &Path, source: std::io::Error) -> ModelError {
    ModelError::Read {
        path: path.to_owned(),
        hint: "; `./hearth models fetch` fetches the models that the manifest names".to_owned(),
        source,
    }
}
