//! YOLO's ONNX exports: v5 to v11, those with suppression built in, and YOLO-World with a fixed vocabulary.
//!
//! Pictures and boxes are treated as ultralytics' own code does it; `tests/detectors/yolo.rs` compares.

use super::classes::Classes;
use super::coco;
use super::config::{YoloConfig, YoloLayout};
use super::graph::{input_side, of_type, wrong_graph};
use super::letterbox::Letterbox;
use super::nms::{Candidate, suppress};
use super::yolo_metadata::{names_of, sides_of};
use crate::manifest::{Dimension, ElementType};
use crate::{
    BoxDetection, ImageTextDetector, ModelError, Picture, Runtime, Session, SessionOptions,
    TextTower,
};
use ndarray::{ArrayView2, Axis, Ix3};

const DEFAULT_PX: u32 = 640;

/// Exports with suppression built in give at most so many boxes.
const END_TO_END_MOST: usize = 300;

/// A YOLO model. Without queries it still gives boxes with their class.
#[derive(Debug)]
pub struct YoloDetector {
    config: YoloConfig,
    session: Session,
    classes: Classes,
    input: String,
    output: String,
    width: usize,
    height: usize,
    suppressed: bool,
}

impl YoloDetector {
    /// Opens the model that the configuration names.
    pub fn open(
        config: &YoloConfig,
        runtime: &Runtime,
        options: &SessionOptions,
        tower: Option<TextTower>,
    ) -> Result<Self, ModelError> {
        let session = Session::open_file(runtime, &config.file, config.sha256, options)?;
        let wrong = |message: String| wrong_graph(&config.file, message);
        let (inputs, outputs) = (session.inputs(), session.outputs());
        let [input] = inputs.as_slice() else {
            return Err(wrong(format!(
                "it has {} inputs, but a YOLO export has one",
                inputs.len()
            )));
        };
        of_type(&inputs, &input.name, ElementType::F32, 4).map_err(&wrong)?;
        let metadata = session.metadata("imgsz");
        let default_px = metadata.as_deref().and_then(sides_of);
        let default_px = config.image_px.or(default_px).unwrap_or(DEFAULT_PX);
        let (width, height) = input_side(&input.shape, default_px).map_err(&wrong)?;
        let output = outputs.first().map_or("output0", |it| it.name.as_str());
        let output = of_type(&outputs, output, ElementType::F32, 3).map_err(&wrong)?;
        let names = match config.classes.as_slice() {
            [] => session.metadata("names").and_then(|it| names_of(&it)),
            names => Some(names.to_vec()),
        };
        let names = names.ok_or_else(|| {
            wrong("it does not name its classes; `classes` in the configuration can".to_owned())
        })?;
        let fixed = |it: &Dimension| match it {
            Dimension::Fixed(length) => Some(*length as usize),
            Dimension::Free(_) => None,
        };
        if let [_, Some(rows), Some(columns)] =
            output.shape.iter().map(fixed).collect::<Vec<_>>()[..]
        {
            layout(config.layout, rows, columns, names.len(), false).map_err(&wrong)?;
        }
        let says = |key: &str| session.metadata(key).is_some_and(|it| it == "True");
        let arguments = session.metadata("args").unwrap_or_default();
        let synonyms = config
            .synonyms
            .iter()
            .map(|(word, name)| (word.as_str(), name.as_str()));
        Ok(Self {
            classes: Classes::new(
                names,
                synonyms.chain(coco::SYNONYMS),
                tower,
                config.min_similarity,
            ),
            config: config.clone(),
            input: input.name.clone(),
            output: output.name.clone(),
            width,
            height,
            suppressed: says("end2end") || arguments.contains("'nms': True"),
            session,
        })
    }

    /// What the model sees: `[1, 3, height, width]`.
    pub fn pixels(&self, picture: &Picture) -> Result<ndarray::Array4<f32>, ModelError> {
        picture.check()?;
        Letterbox::new(picture, self.width, self.height).pixels(picture)
    }

    /// Boxes in the model's picture, with the score of each class that each prediction has.
    fn candidates(&self, found: &Predictions) -> Vec<Candidate> {
        let candidate = |index: usize| {
            let (label, score) = (0..self.classes.len())
                .map(|class| (class, found.score(index, class)))
                .filter(|(_, score)| *score > self.config.min_score)
                .max_by(|a, b| a.1.total_cmp(&b.1))?;
            Some(Candidate {
                box_px: found.corners(index),
                score,
                label,
                index,
            })
        };
        (0..found.values.nrows()).filter_map(candidate).collect()
    }
}

/// Predictions, one a row.
struct Predictions<'a> {
    values: ArrayView2<'a, f32>,
    layout: YoloLayout,
}

impl Predictions<'_> {
    fn corners(&self, index: usize) -> [f32; 4] {
        let [a, b, c, d] = [0, 1, 2, 3].map(|it| self.values[[index, it]]);
        match self.layout {
            YoloLayout::EndToEnd => [a, b, c, d],
            _ => [a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0],
        }
    }

    fn score(&self, index: usize, class: usize) -> f32 {
        match self.layout {
            YoloLayout::EndToEnd if self.values[[index, 5]] == class as f32 => {
                self.values[[index, 4]]
            }
            YoloLayout::EndToEnd => 0.0,
            YoloLayout::V5 => self.values[[index, 4]] * self.values[[index, 5 + class]],
            YoloLayout::V8 | YoloLayout::Auto => self.values[[index, 4 + class]],
        }
    }
}

impl ImageTextDetector for YoloDetector {
    fn set_queries(&mut self, phrases: &[String]) -> Result<(), ModelError> {
        self.classes.set_queries(phrases)
    }

    fn detect(&mut self, picture: &Picture) -> Result<Vec<BoxDetection>, ModelError> {
        picture.check()?;
        let letterbox = Letterbox::new(picture, self.width, self.height);
        let pixels = letterbox.pixels(picture)?;
        let mut outputs = self.session.run([(self.input.as_str(), pixels.into())])?;
        let fail = |message: String| ModelError::Run {
            model: self.config.file.display().to_string(),
            message,
        };
        let all = outputs.take::<f32>(&self.output)?;
        let all = all
            .into_dimensionality::<Ix3>()
            .map_err(|it| fail(it.to_string()))?;
        let &[1, rows, columns] = all.shape() else {
            return Err(fail(format!(
                "an output {:?}, but one picture was asked about",
                all.shape()
            )));
        };
        let layout = layout(
            self.config.layout,
            rows,
            columns,
            self.classes.len(),
            self.suppressed,
        );
        let layout = layout.map_err(&fail)?;
        let values = all.index_axis(Axis(0), 0);
        let found = Predictions {
            values: if layout == YoloLayout::V8 {
                values.reversed_axes()
            } else {
                values
            },
            layout,
        };
        // What is suppressed already stays as it is.
        let max_overlap = if layout == YoloLayout::EndToEnd {
            1.0
        } else {
            self.config.max_overlap
        };
        let kept = suppress(self.candidates(&found), max_overlap, true, self.config.most);
        let detection = |it: &Candidate| {
            Some(BoxDetection {
                box_px: letterbox.back(it.box_px)?,
                objectness: it.score.min(1.0),
                scores: self.classes.scores(|class| found.score(it.index, class)),
                class: self.classes.name(it.label).map(str::to_owned),
            })
        };
        Ok(kept.iter().filter_map(detection).collect())
    }
}

/// Which layout an output `[1, rows, columns]` of a model with so many classes has.
fn layout(
    wanted: YoloLayout,
    rows: usize,
    columns: usize,
    classes: usize,
    suppressed: bool,
) -> Result<YoloLayout, String> {
    let fits = |layout: &YoloLayout| match layout {
        YoloLayout::EndToEnd => {
            columns == 6 && (suppressed || rows <= END_TO_END_MOST || classes != 1)
        }
        YoloLayout::V8 => rows == 4 + classes && !(suppressed && columns == 6),
        YoloLayout::V5 => columns == 5 + classes,
        YoloLayout::Auto => false,
    };
    let candidates = match wanted {
        YoloLayout::Auto => vec![YoloLayout::V8, YoloLayout::EndToEnd, YoloLayout::V5],
        one => vec![one],
    };
    candidates.into_iter().find(fits).ok_or_else(|| {
        format!(
            "its output is [1, {rows}, {columns}]; with {classes} classes a YOLO export gives [1, {}, n], [1, n, {}] or [1, n, 6]",
            4 + classes,
            5 + classes
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_seen_by_the_shape() {
        let auto =
            |rows, columns, classes| layout(YoloLayout::Auto, rows, columns, classes, false).ok();

        assert_eq!(auto(84, 8400, 80), Some(YoloLayout::V8));
        assert_eq!(auto(25_200, 85, 80), Some(YoloLayout::V5));
        assert_eq!(auto(300, 6, 80), Some(YoloLayout::EndToEnd));
        assert_eq!(
            auto(25_200, 6, 1),
            Some(YoloLayout::V5),
            "one class, nothing suppressed"
        );
        assert_eq!(auto(116, 8400, 80), None, "masks, not boxes");
        assert_eq!(auto(84, 8400, 3), None, "other classes");
        assert!(layout(YoloLayout::V5, 84, 8400, 80, false).is_err());
    }
}
