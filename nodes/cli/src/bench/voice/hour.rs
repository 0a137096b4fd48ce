//! An hour of a quiet home through the ears: what it costs, and whether memory grows.

use super::corpus::Recording;
use crate::bench::machine::resident_mib;
use hearth_voice::listen::{Event, Listener};
use hearth_voice::sound::RATE_HZ;
use serde_json::{Value, json};
use std::time::Instant;

/// \[min\] As long as that.
const MINUTES: usize = 60;
/// \[min\] Somebody speaks so often.
const SPOKEN_EVERY: usize = 3;
/// \[min\] Until then whatever is allocated once has been.
const WARM: usize = 12;
/// The room's own noise: -60 dBFS at most.
const NOISE: f32 = 1e-3;

/// What was measured.
pub struct Hour {
    /// \[MiB\] More at the end than when it was warm.
    pub growth_mib: f64,
    pub case: Value,
}

/// Streams an hour of silence and soft noise in turn, with a recording now and then.
///
/// # Errors
/// A file or a model that fails.
pub fn measure(
    listener: &mut Listener,
    recordings: &[&Recording],
    done: &mut dyn FnMut(),
) -> anyhow::Result<Hour> {
    listener.reset();
    let began = Instant::now();
    let (mut said, mut nothing) = (0, 0);
    let mut resident = Vec::new();
    let mut state = 1_u32;
    for minute in 0..MINUTES {
        let mut sound: Vec<f32> = (0..60 * RATE_HZ)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
                if minute % 2 == 0 { 0.0 } else { NOISE * noise }
            })
            .collect();
        if minute % SPOKEN_EVERY == 0
            && let Some(recording) = recordings.get(minute / SPOKEN_EVERY % recordings.len().max(1))
        {
            for (sample, spoken) in sound
                .iter_mut()
                .skip(10 * RATE_HZ as usize)
                .zip(recording.sound()?)
            {
                *sample += spoken;
            }
        }
        for event in listener.push(&sound)? {
            match event {
                Event::Said(_) => said += 1,
                Event::Nothing { .. } => nothing += 1,
                _ => {}
            }
        }
        resident.push(resident_mib());
        done();
    }
    let at = |minute: usize| resident.get(minute).copied().unwrap_or(0.0);
    let growth_mib = at(MINUTES - 1) - at(WARM);
    Ok(Hour {
        growth_mib,
        case: json!({
            "part": "an hour", "minutes": MINUTES, "recordings": MINUTES.div_ceil(SPOKEN_EVERY), "said": said, "nothing_said": nothing,
            "took_secs": began.elapsed().as_secs_f64(), "rss_mib": resident.iter().step_by(WARM).collect::<Vec<_>>(),
            "growth_mib_after_warm": growth_mib,
        }),
    })
}
