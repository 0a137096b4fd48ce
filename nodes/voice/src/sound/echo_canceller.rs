//! The robot's own voice, taken out of what its microphone hears: WebRTC's AEC3 knows what was played and learns the room.

use super::person::PersonGate;
use super::samples;
use sonora_aec3::block::Block;
use sonora_aec3::block_processor::BlockProcessor;
use sonora_aec3::common::BLOCK_SIZE;
use sonora_aec3::config::EchoCanceller3Config;
use std::collections::VecDeque;

/// \[s\] When nothing was played for so long, the room is quiet again, and sound passes as it is.
const REST_SECS: f64 = 3.0;
/// \[s\] What was played is told in portions; one that comes later than this begins something new.
const LATE_SECS: f64 = 0.06;
/// \[s\] More than this is not told ahead: AEC3 finds delays up to about half a second.
const AHEAD_SECS: f64 = 0.4;
/// \[blocks\] Sound is given back so much later, so that the first of a person's word is not lost.
const LOOK_AHEAD: usize = 25;
/// \[blocks\] In a room that it does not know it goes over the first seconds again, this often, so that it knows the room sooner.
const LEARN: usize = 1_000;
const LEARN_AGAIN: usize = 125;
/// Until something is known of the room at all, what is left is lowered by this: too little of the echo is gone.
const UNKNOWN: f32 = 0.03;
/// AEC3 counts as 16-bit sound does.
const FULL_SCALE: f32 = 32_768.0;
/// \[16 bits\] From here on the microphone cut the wave off.
const SATURATED: f32 = 32_700.0;

/// Takes the echo of what is played out of what is heard (both mono, 16 kHz). While nothing is played it changes nothing.
pub struct EchoCanceller {
    processor: BlockProcessor,
    /// Played, and its echo not yet looked for.
    played: VecDeque<f32>,
    /// \[samples\] Silence that was taken for what was played, because that came late.
    missed: usize,
    /// \[samples\] Heard since something was played.
    quiet: usize,
    /// Heard, less than a block.
    waiting: Vec<f32>,
    /// Blocks on their way through.
    cleaned: VecDeque<Cleaned>,
    gate: PersonGate,
    /// The first that was played and heard.
    first: Vec<Pair>,
}

/// A block that was played, and one that was heard then.
type Pair = ([f32; BLOCK_SIZE], [f32; BLOCK_SIZE]);

/// A block without its echo.
struct Cleaned {
    /// What the filter alone leaves: a person as they speak, and a little of the robot.
    linear: [f32; BLOCK_SIZE],
    /// With the rest of the echo pressed down, and some of the person with it. It comes a block later.
    suppressed: Option<[f32; BLOCK_SIZE]>,
}

impl Default for EchoCanceller {
    fn default() -> Self {
        Self::new()
    }
}

impl EchoCanceller {
    /// Knows nothing of the room yet.
    pub fn new() -> Self {
        Self {
            processor: processor(),
            played: VecDeque::new(),
            missed: 0,
            quiet: samples(REST_SECS),
            waiting: Vec::new(),
            cleaned: VecDeque::new(),
            gate: PersonGate::default(),
            first: Vec::new(),
        }
    }

    /// Whether it changes nothing at present.
    pub fn rests(&self) -> bool {
        self.played.is_empty() && self.quiet >= samples(REST_SECS)
    }

    /// What goes to the loudspeaker now (mono, 16 kHz, in \[-1, 1\]), in portions as they are played; before its echo is heard.
    pub fn played(&mut self, portion: &[f32]) {
        if portion.is_empty() {
            return;
        }
        // Silence stood for it already.
        let late = if self.missed < samples(LATE_SECS) {
            self.missed.min(portion.len())
        } else {
            0
        };
        self.missed -= late;
        if late == 0 {
            self.missed = 0;
        }
        self.played
            .extend(portion[late..].iter().map(|it| sane(*it)));
        let excess = self.played.len().saturating_sub(samples(AHEAD_SECS));
        self.played.drain(..excess);
        self.quiet = 0;
    }

    /// Takes what the microphone heard next (mono, 16 kHz) and gives it back without the echo, while it works some 100 ms later.
    pub fn push(&mut self, portion: &[f32]) -> Vec<f32> {
        let mut out = Vec::with_capacity(portion.len());
        let mut rest = portion;
        while !self.rests() {
            let lacks = (BLOCK_SIZE - self.waiting.len()).min(rest.len());
            self.waiting.extend_from_slice(&rest[..lacks]);
            rest = &rest[lacks..];
            let Some(block) = self.waiting.first_chunk::<BLOCK_SIZE>().copied() else {
                return out;
            };
            self.waiting.clear();
            self.clean(block, &mut out);
            if self.rests() {
                self.let_go(&mut out);
            }
        }
        out.extend_from_slice(rest);
        out
    }

    fn clean(&mut self, heard: [f32; BLOCK_SIZE], out: &mut Vec<f32>) {
        let mut reference = Block::new(1, 1);
        let there = self.played.len().min(BLOCK_SIZE);
        for (to, it) in reference
            .view_mut(0, 0)
            .iter_mut()
            .zip(self.played.drain(..there))
        {
            *to = it;
        }
        self.missed = self.missed.saturating_add(BLOCK_SIZE - there);
        self.quiet = if there == 0 {
            self.quiet + BLOCK_SIZE
        } else {
            0
        };

        let played = values(&reference);
        let heard = heard.map(sane);
        let (linear, suppressed) = self.process(&played, &heard);
        if !linear.iter().chain(&suppressed).all(|it| it.is_finite()) {
            // It begins anew.
            self.processor = processor();
            self.gate = PersonGate::default();
            self.first.clear();
        }
        // What comes now belongs to the block before.
        if let Some(before) = self.cleaned.back_mut() {
            before.suppressed = Some(suppressed);
        }
        self.gate.look(played, heard, linear);
        if there > 0 {
            self.learn(played, heard);
        }
        self.cleaned.push_back(Cleaned {
            linear,
            suppressed: None,
        });
        if self.cleaned.len() > LOOK_AHEAD {
            self.give(out);
        }
    }

    /// What is left of what was heard: by the filter alone, and suppressed.
    fn process(&mut self, played: &[f32], heard: &[f32]) -> Pair {
        let (mut reference, mut microphone) = (Block::new(1, 1), Block::new(1, 1));
        let mut linear = Block::new(1, 1);
        reference.view_mut(0, 0).copy_from_slice(played);
        microphone.view_mut(0, 0).copy_from_slice(heard);
        let is_saturated = heard.iter().any(|it| it.abs() > SATURATED);
        self.processor.buffer_render(&reference);
        self.processor
            .process_capture(false, is_saturated, Some(&mut linear), &mut microphone);
        (values(&linear), values(&microphone))
    }

    /// Goes over the first seconds twice more now and then, until they are over.
    fn learn(&mut self, played: [f32; BLOCK_SIZE], heard: [f32; BLOCK_SIZE]) {
        if self.first.len() == LEARN {
            return;
        }
        self.first.push((played, heard));
        if self.first.len().is_multiple_of(LEARN_AGAIN) {
            let first = std::mem::take(&mut self.first);
            for (played, heard) in first.iter().chain(&first) {
                self.process(played, heard);
            }
            self.first = first;
        }
    }

    /// The oldest block on its way.
    fn give(&mut self, out: &mut Vec<f32>) {
        let Some(Cleaned { linear, suppressed }) = self.cleaned.pop_front() else {
            return;
        };
        let suppressed = suppressed.unwrap_or(linear);
        let low = if self.gate.knows_room() { 1.0 } else { UNKNOWN };
        for (linear, suppressed) in linear.iter().zip(suppressed) {
            let share = self.gate.share();
            let suppressed = low * suppressed;
            let mixed = (suppressed + share * (linear - suppressed)) / FULL_SCALE;
            out.push(if mixed.is_finite() {
                mixed.clamp(-1.0, 1.0)
            } else {
                0.0
            });
        }
    }

    /// What is still on its way: from here on sound passes.
    fn let_go(&mut self, out: &mut Vec<f32>) {
        while !self.cleaned.is_empty() {
            self.give(out);
        }
    }
}

fn processor() -> BlockProcessor {
    let mut config = EchoCanceller3Config::default();
    let filter = &mut config.filter;
    filter.export_linear_aec_output = true;
    // 160 ms of the room instead of 52, which a living room needs; the rest found by trying, with people speaking over it.
    for (of, blocks) in [(&mut filter.refined, 40), (&mut filter.refined_initial, 30)] {
        of.length_blocks = blocks;
        of.noise_gate = 3.8e6;
        of.error_ceil = 0.92;
        of.error_floor = 1.4e-3;
    }
    filter.refined.leakage_converged = 1.3e-6;
    filter.refined.leakage_diverged = 0.021;
    filter.refined_initial.leakage_converged = 0.041;
    filter.refined_initial.leakage_diverged = 18.0;
    for (of, blocks) in [(&mut filter.coarse, 40), (&mut filter.coarse_initial, 30)] {
        of.length_blocks = blocks;
        of.noise_gate = 3.8e6;
        of.rate = 0.85;
    }
    // Nothing of it is out of range; if it were, it would be brought into it.
    config.validate();
    BlockProcessor::new(&config, super::RATE_HZ as usize, 1, 1)
}

/// As AEC3 wants it; silence for what is no number.
fn sane(sample: f32) -> f32 {
    if sample.is_finite() {
        sample.clamp(-1.0, 1.0) * FULL_SCALE
    } else {
        0.0
    }
}

fn values(block: &Block) -> [f32; BLOCK_SIZE] {
    let mut values = [0.0; BLOCK_SIZE];
    values.copy_from_slice(block.view(0, 0));
    values
}
