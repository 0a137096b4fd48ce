//! A vision-language server, asked about a picture: any that speaks OpenAI's protocol (`/v1/chat/completions`), at home or
//! elsewhere. Off unless the configuration turns it on, since the picture leaves the robot. Its words are words only.
//!
//! The client blocks (ureq): questions are asked from a worker thread, one at a time, and need no runtime of tasks.

mod target;

use crate::detect::as_mat;
use crate::{ModelError, Picture};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hearth_types::check::within;
use hearth_types::{Checked, Language, RangeError, VisualAnswer, VisualQuestion};
use opencv::core::{Mat, Size, Vector};
use opencv::imgcodecs::{IMWRITE_JPEG_QUALITY, imencode};
use opencv::imgproc::{COLOR_RGB2BGR, INTER_AREA, cvt_color_def, resize};
use opencv::prelude::*;
use serde::Deserialize;
use serde_json::json;
use target::{Target, tidy};

/// The server's address, as `http://localhost:8080`.
pub const URL: &str = "HEARTH_VLM_URL";
/// The key that it wants, if any.
pub const KEY: &str = "HEARTH_VLM_KEY";
/// The model to ask, where the server has several.
pub const MODEL: &str = "HEARTH_VLM_MODEL";

/// Characters of a question that are sent.
const MAX_QUESTION: usize = 1000;

/// How a vision-language server is asked. Where it is and the key are in the environment.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RemoteConfig {
    /// Whether it is asked at all. Pictures of the home go to it then.
    pub enabled: bool,
    /// \[px\] Longer sides of pictures are made this long.
    pub long_side_px: u32,
    /// Of JPEG, 1 to 100.
    pub jpeg_quality: u32,
    /// \[s\] From the question to the end of the answer.
    pub timeout_secs: f64,
    /// Tokens that the server may answer with.
    pub most_tokens: u32,
    /// Longer answers are cut.
    pub most_characters: usize,
}

impl Default for RemoteConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            long_side_px: 640,
            jpeg_quality: 80,
            timeout_secs: 20.0,
            most_tokens: 200,
            most_characters: 600,
        }
    }
}

impl Checked for RemoteConfig {
    fn check(&self) -> Result<(), RangeError> {
        within("long_side_px", f64::from(self.long_side_px), 32.0, 4096.0)?;
        within("jpeg_quality", f64::from(self.jpeg_quality), 1.0, 100.0)?;
        within("timeout_secs", self.timeout_secs, 0.1, 600.0)?;
        within("most_tokens", f64::from(self.most_tokens), 1.0, 4096.0)?;
        within(
            "most_characters",
            self.most_characters as f64,
            1.0,
            10_000.0,
        )
    }
}

/// A server and how to ask it.
#[derive(Debug)]
pub struct VisionLanguageServer {
    config: RemoteConfig,
    /// Or why there is none to ask.
    target: Result<Target, String>,
}

impl VisionLanguageServer {
    /// With where it is and the key from the process's environment.
    pub fn from_environment(config: &RemoteConfig) -> Result<Self, ModelError> {
        Self::new(config, |name| std::env::var(name).ok())
    }

    /// With where it is and the key from `variable`. A server that cannot be asked is no error here: each answer says
    /// why there is none.
    pub fn new(
        config: &RemoteConfig,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, ModelError> {
        config.check()?;
        let variable = |name| {
            variable(name)
                .map(|it| it.trim().to_owned())
                .filter(|it| !it.is_empty())
        };
        let target = match variable(URL) {
            _ if !config.enabled => {
                Err("asking a vision-language server is off in the configuration".to_owned())
            }
            None => Err(format!(
                "{URL} is not set: it must be a server's address, as http://localhost:8080"
            )),
            Some(url) => Target::new(config, &url, variable(KEY), variable(MODEL)),
        };
        Ok(Self {
            config: config.clone(),
            target,
        })
    }

    /// Whether there is a server to ask.
    pub fn is_on(&self) -> bool {
        self.target.is_ok()
    }

    /// Asks and waits, no longer than the configuration allows.
    pub fn answer(&mut self, question: &VisualQuestion, picture: &Picture) -> VisualAnswer {
        let (text, server) = match &self.target {
            Ok(target) => (self.ask(target, question, picture), target.name.clone()),
            Err(why) => (Err(why.clone()), "no server".to_owned()),
        };
        VisualAnswer {
            id: question.id,
            text,
            server,
        }
    }

    fn ask(
        &self,
        target: &Target,
        question: &VisualQuestion,
        picture: &Picture,
    ) -> Result<String, String> {
        picture.check().map_err(|it| it.to_string())?;
        let jpeg = self
            .jpeg(picture)
            .map_err(|it| format!("the picture cannot be sent: {}", it.message))?;
        let text: String = question.text.chars().take(MAX_QUESTION).collect();
        if text.trim().is_empty() {
            return Err("the question is empty".to_owned());
        }
        let mut body = json!({
            "messages": [
                {"role": "system", "content": instruction(question.language)},
                {"role": "user", "content": [
                    {"type": "text", "text": text},
                    {"type": "image_url", "image_url": {"url": format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg))}},
                ]},
            ],
            "max_tokens": self.config.most_tokens,
            "temperature": 0,
            "stream": false,
        });
        // A server of one model needs no name, but some want the key to be there.
        body["model"] = target.model.as_deref().unwrap_or("default").into();
        let answer = target.send(&body.to_string(), self.config.timeout_secs)?;
        Ok(tidy(&answer, self.config.most_characters))
    }

    /// No larger than the configuration allows.
    fn jpeg(&self, picture: &Picture) -> opencv::Result<Vec<u8>> {
        let rgb = as_mat(picture)?;
        let mut bgr = Mat::default();
        cvt_color_def(&rgb, &mut bgr, COLOR_RGB2BGR)?;
        let long_side = picture.width.max(picture.height) as f64;
        let scale = f64::from(self.config.long_side_px) / long_side;
        let mut small = Mat::default();
        let sent = if scale < 1.0 {
            let side = |px: usize| ((px as f64 * scale).round() as i32).max(1);
            let size = Size::new(side(picture.width), side(picture.height));
            resize(&bgr, &mut small, size, 0.0, 0.0, INTER_AREA)?;
            &small
        } else {
            &bgr
        };
        let mut jpeg = Vector::new();
        let quality = Vector::from_slice(&[IMWRITE_JPEG_QUALITY, self.config.jpeg_quality as i32]);
        imencode(".jpg", sent, &mut jpeg, &quality)?;
        Ok(jpeg.to_vec())
    }
}

fn instruction(language: Language) -> &'static str {
    match language {
        Language::En => {
            "You see through the camera of a robot in somebody's home. Answer the question about the picture in one or \
             two short English sentences. Say so if the picture does not show it."
        }
        Language::Zh => {
            "你通过家用机器人的摄像头看。请用一两句简短的中文回答关于这张图片的问题。如果图片里看不到，就直说。"
        }
    }
}
