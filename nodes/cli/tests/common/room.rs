//! A room with the robot in it: its mouth is heard by its ears, with what people say. Real mouth, real models.

use hearth::listen;
use hearth::robot::Robot;
use hearth_types::{
    Language, Message, MouthOrder, MouthReport, Node, Outbox, PlayedSound, Say, Sound, SoundSource,
    Stamp,
};
use hearth_voice::mouth::Mouth;
use hearth_voice::{Config, Conversation, MouthConfig, VoiceNode};
use std::sync::Arc;

pub const RATE_HZ: usize = 16_000;
/// \[samples\] A tenth of a second.
const PORTION: usize = RATE_HZ / 10;

/// A room with the robot in it: what its mouth says comes back into its ears from the walls, late, with what people say.
pub struct Room {
    node: VoiceNode,
    mouth: Mouth,
    pub now: Stamp,
    /// How loud the robot is in its own ears; people are at 1.
    loudness: f32,
    /// How the room sounds: the response at the microphone to a click of the loudspeaker.
    response: Vec<f32>,
    /// The person's voice: not the robot's.
    person: Mouth,
    /// What is being said: the order, its sound, how far it is.
    pub saying: Option<(u64, Vec<f32>, usize)>,
    /// The echo that is on its way to the microphone.
    echo: Vec<f32>,
    pub said_secs: f64,
    pub sent: Vec<Message>,
}

/// A room of 4.0 by 3.2 by 2.5 m in which sound dies away by 60 dB in 0.3 s, by the method of mirror images: the microphone is
/// 0.3 m from the loudspeaker, and hears it so much later because of the buffers between. As loud as the sound itself.
fn response(late_secs: f64) -> Vec<f32> {
    const LASTS_SECS: f64 = 0.3;
    const REFLECTED: f64 = 0.853;
    const SOUND_M_S: f64 = 343.0;
    let axes = [(4.0, 1.8, 1.9), (3.2, 1.4, 1.5), (2.5, 0.9, 1.15)];
    // How far apart the images lie along an axis, squared, and how often each was reflected.
    let images = axes.map(|(size, from, to): (f64, f64, f64)| {
        let image = |it: i32| {
            let (room, flipped) = (it.div_euclid(2), it.rem_euclid(2));
            let at = f64::from(2 * room) * size + from * f64::from(1 - 2 * flipped);
            ((at - to).powi(2), (room - flipped).abs() + room.abs())
        };
        (-50..50).map(image).collect::<Vec<_>>()
    });
    let mut response = vec![0.0_f64; (LASTS_SECS * RATE_HZ as f64) as usize];
    for x in &images[0] {
        for y in &images[1] {
            for z in &images[2] {
                let far_m = (x.0 + y.0 + z.0).sqrt();
                let place = far_m / SOUND_M_S * RATE_HZ as f64;
                if let Some(to) = response.get_mut(place as usize) {
                    *to += REFLECTED.powi(x.1 + y.1 + z.1) / far_m;
                }
            }
        }
    }
    let energy: f64 = response.iter().map(|it| it * it).sum();
    let mut late = vec![0.0; (late_secs * RATE_HZ as f64) as usize];
    late.extend(response.iter().map(|it| (it / energy.sqrt()) as f32));
    late
}

impl Room {
    pub fn new(loudness: f32, languages: &[Language]) -> Self {
        Self::with(loudness, languages, Some(0.06))
    }

    /// `late_secs`: how much later the microphone hears the loudspeaker. Without, words alone tell the robot's voice from others',
    /// of a room with nothing in it.
    pub fn with(loudness: f32, languages: &[Language], late_secs: Option<f64>) -> Self {
        let robot = Robot::load().unwrap();
        let mut config = Config {
            languages: languages.to_vec(),
            ..listen::config(&robot).unwrap()
        };
        config.mouth.cancel_echo = late_secs.is_some();
        let person = MouthConfig {
            voice_en: "en-us+f3".to_owned(),
            ..MouthConfig::default()
        };
        let listener = listen::listener(&robot, &config).unwrap();
        let conversation = Conversation::new(&config, listener);
        Self {
            node: VoiceNode::new(&config, conversation),
            mouth: listen::mouth(&robot.root, &config).unwrap(),
            now: Stamp::from_millis(1_000),
            loudness,
            response: late_secs.map_or(vec![1.0], response),
            person: Mouth::new(person),
            saying: None,
            echo: Vec::new(),
            said_secs: 0.0,
            sent: Vec::new(),
        }
    }

    pub fn tell(&mut self, message: &Message) {
        let mut out = Outbox::new();
        self.node.step(self.now, message, &mut out);
        for message in out.drain() {
            match &message {
                Message::Mouth(MouthOrder::Hush) => self.saying = None,
                Message::Mouth(MouthOrder::Say { id, text, language }) => {
                    let speech = self.mouth.speech(text, *language).unwrap();
                    self.saying = Some((*id, speech.at_16_khz().unwrap(), 0));
                }
                _ => {}
            }
            self.sent.push(message);
        }
    }

    pub fn robot_says(&mut self, text: &str, language: Language) {
        self.tell(&Message::Say(Arc::new(Say {
            stamp: self.now,
            text: text.to_owned(),
            language,
        })));
    }

    /// Sound of people, or silence, for as long as it lasts.
    pub fn hears(&mut self, people: &[f32]) {
        for portion in people.chunks(PORTION) {
            let mut samples = portion.to_vec();
            samples.resize(PORTION, 0.0);
            let mut ended = None;
            if let Some((id, sound, at)) = &mut self.saying {
                let own = sound[*at..sound.len().min(*at + PORTION)].to_vec();
                *at += PORTION;
                self.said_secs += 0.1;
                ended = (*at >= sound.len()).then_some(*id);
                self.plays(own);
            }
            let heard = self.echo.len().min(PORTION);
            for (to, echo) in samples.iter_mut().zip(self.echo.drain(..heard)) {
                *to = (*to + echo).clamp(-1.0, 1.0);
            }
            self.now = self.now.plus_secs(0.1);
            self.tell(&Message::Sound(Arc::new(Sound {
                stamp: self.now,
                source: SoundSource::Microphone,
                rate_hz: RATE_HZ as u32,
                samples,
            })));
            if let Some(id) = ended
                && self.saying.as_ref().is_some_and(|it| it.0 == id)
            {
                self.saying = None;
                self.tell(&Message::MouthReport(MouthReport { id, trouble: None }));
            }
        }
    }

    /// The loudspeaker plays this: the ears are told, and its echo is on the way.
    fn plays(&mut self, own: Vec<f32>) {
        let lasts = own.len() + self.response.len();
        self.echo.resize(lasts.max(self.echo.len()), 0.0);
        for (at, it) in own.iter().enumerate() {
            for (to, share) in self.echo[at..].iter_mut().zip(&self.response) {
                *to += self.loudness * it * share;
            }
        }
        self.tell(&Message::Played(Arc::new(PlayedSound {
            stamp: self.now,
            samples: own,
        })));
    }

    pub fn waits(&mut self, secs: f64) {
        self.hears(&vec![0.0; (secs * RATE_HZ as f64) as usize]);
    }

    /// Until it has ended, and the room is quiet.
    pub fn lets_it_speak(&mut self) {
        while self.saying.is_some() {
            self.waits(0.1);
        }
        self.waits(1.5);
    }

    pub fn person_says(&mut self, text: &str) {
        let speech = self.person.speech(text, Language::En).unwrap();
        let sound = speech.at_16_khz().unwrap();
        self.hears(&sound);
    }

    pub fn utterances(&self) -> Vec<&str> {
        self.sent
            .iter()
            .filter_map(|it| match it {
                Message::Utterance(said) => Some(said.text.as_str()),
                _ => None,
            })
            .collect()
    }

    pub fn stops(&self) -> usize {
        let is_stop = |it: &&Message| matches!(it, Message::SpokenStop(stop) if stop.engaged);
        self.sent.iter().filter(is_stop).count()
    }

    pub fn is_hushed(&self) -> bool {
        let hush = Message::Mouth(MouthOrder::Hush);
        self.sent.contains(&hush)
    }
}
