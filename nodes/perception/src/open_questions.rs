//! The node that puts open questions to a vision-language server, with the newest picture.
//!
//! Nothing depends on it: it has a worker thread of its own, and what it says goes to the planner as words, never into
//! the [`World`](hearth_types::World).

use hearth_models::Picture;
use hearth_models::remote::VisionLanguageServer;
use hearth_types::{Message, Node, Outbox, RgbdFrame, Stamp, Topic, VisualAnswer, VisualQuestion};
use std::sync::Arc;

/// Whoever answers from a picture; it may take its time.
pub trait Answers: Send {
    /// The answer, or why there is none.
    fn answer(&mut self, question: &VisualQuestion, picture: &Picture) -> VisualAnswer;
}

impl Answers for VisionLanguageServer {
    fn answer(&mut self, question: &VisualQuestion, picture: &Picture) -> VisualAnswer {
        VisionLanguageServer::answer(self, question, picture)
    }
}

/// The node.
pub struct OpenQuestionsNode {
    server: Box<dyn Answers>,
    newest: Option<Arc<RgbdFrame>>,
}

/// \[s\] In lockstep simulation an answer comes this late.
const LATENCY_SECS: f64 = 2.0;

impl OpenQuestionsNode {
    /// With this server.
    pub fn new(server: Box<dyn Answers>) -> Self {
        Self {
            server,
            newest: None,
        }
    }
}

impl Node for OpenQuestionsNode {
    fn name(&self) -> &'static str {
        "open_questions"
    }

    fn inputs(&self) -> &'static [Topic] {
        &[Topic::Rgbd, Topic::VisualQuestion]
    }

    fn latency_secs(&self) -> f64 {
        LATENCY_SECS
    }

    fn step(&mut self, _now: Stamp, input: &Message, out: &mut Outbox) {
        match input {
            Message::Rgbd(frame) => self.newest = Some(Arc::clone(frame)),
            Message::VisualQuestion(question) => {
                let answer = match &self.newest {
                    Some(frame) => self.server.answer(
                        question,
                        &Picture {
                            width: frame.width,
                            height: frame.height,
                            rgb: &frame.rgb,
                            depth_m: None,
                            focal_px: None,
                        },
                    ),
                    None => VisualAnswer {
                        id: question.id,
                        text: Err("there is no picture yet".to_owned()),
                        server: String::new(),
                    },
                };
                out.push(Message::VisualAnswer(Arc::new(answer)));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Answers, OpenQuestionsNode};
    use hearth_models::Picture;
    use hearth_types::{
        Intrinsics, Language, Message, Node, Outbox, RgbdFrame, Stamp, VisualAnswer, VisualQuestion,
    };
    use std::sync::Arc;

    struct Brightness;

    impl Answers for Brightness {
        fn answer(&mut self, question: &VisualQuestion, picture: &Picture) -> VisualAnswer {
            VisualAnswer {
                id: question.id,
                text: Ok(format!("the first pixel is {}", picture.rgb[0])),
                server: "test".to_owned(),
            }
        }
    }

    fn frame(brightness: u8) -> Message {
        Message::Rgbd(Arc::new(RgbdFrame {
            stamp: Stamp::default(),
            width: 2,
            height: 1,
            rgb: vec![brightness; 6],
            depth_m: vec![1.0; 2],
            intrinsics: Intrinsics {
                fx: 1.0,
                fy: 1.0,
                cx: 1.0,
                cy: 0.5,
            },
        }))
    }

    fn ask(node: &mut OpenQuestionsNode) -> VisualAnswer {
        let question = Message::VisualQuestion(Arc::new(VisualQuestion {
            id: 7,
            stamp: Stamp::default(),
            text: "how bright is it?".to_owned(),
            language: Language::En,
        }));
        let mut out = Outbox::new();
        node.step(Stamp::default(), &question, &mut out);
        let answers: Vec<Message> = out.drain().collect();
        let [Message::VisualAnswer(answer)] = answers.as_slice() else {
            panic!("{answers:?}")
        };
        (**answer).clone()
    }

    #[test]
    fn answers_from_the_newest_picture_and_says_when_there_is_none() {
        let mut node = OpenQuestionsNode::new(Box::new(Brightness));
        let none = ask(&mut node);
        assert_eq!(none.id, 7);
        assert!(none.text.unwrap_err().contains("no picture"));
        for brightness in [3, 200] {
            node.step(Stamp::default(), &frame(brightness), &mut Outbox::new());
        }
        assert_eq!(ask(&mut node).text.unwrap(), "the first pixel is 200");
    }
}
