//! How long a message takes from one process to another: ours and rclpy's, in one run, on one clock.
//!
//! Each measurement is a pair of processes: one sends at a camera's or a controller's rate, one notes when each message was
//! there. What was sent and did not arrive is counted.

mod child;
mod composed;
mod pair;

use crate::bench::quantile;
use anyhow::Context;
use hearth_ros::bench::Payload;
use pair::{Code, Pair, Profile};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// As in the figures, without the quantile: `image_ms`, `image_ms_rclpy`, …
    pub name: &'static str,
    /// Whose code it was.
    pub code: &'static str,
    /// Quality of service: `sensor` (best effort) or `reliable`; `none` in memory.
    pub qos: &'static str,
    /// Fast DDS's settings.
    pub profile: &'static str,
    /// \[Hz\]
    pub rate_hz: f64,
    /// Messages after the warm-up.
    pub sent: usize,
    /// Of these.
    pub received: usize,
    /// \[ms\] From before the sender's first copy to the frame or text in the receiver's memory.
    #[serde(skip)]
    pub ms: Vec<f64>,
    /// What a reader of the figures must know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Series {
    /// `p50`, `p90` and `p99` \[ms\]; empty if nothing arrived.
    pub fn quantiles(&self) -> BTreeMap<&'static str, f64> {
        [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]
            .into_iter()
            .filter_map(|(name, q)| Some((name, quantile(&self.ms, q)?)))
            .collect()
    }

    fn loses_more_than_half(&self) -> bool {
        self.received * 2 < self.sent
    }
}

/// All measurements of a run.
#[derive(Clone, Debug)]
pub struct Latencies {
    /// What the figures are of.
    pub series: Vec<Series>,
    /// What was tried before and is not in the figures, because too little arrived.
    pub tried: Vec<Series>,
}

impl Latencies {
    /// The medians \[ms\] by the names of the benchmark's output.
    pub fn figures(&self) -> BTreeMap<&'static str, f64> {
        let median = |it: &Series| Some((figure(it.name)?, quantile(&it.ms, 0.5)?));
        self.series.iter().filter_map(median).collect()
    }

    /// Quantiles \[ms\] by series.
    pub fn distributions(&self) -> BTreeMap<&'static str, BTreeMap<&'static str, f64>> {
        self.series.iter().map(|it| (it.name, it.quantiles())).collect()
    }

    /// Every measurement with what was sent and what arrived, for the output's `cases`.
    ///
    /// # Errors
    /// None that is known; what serde says.
    pub fn cases(&self) -> serde_json::Result<Vec<Value>> {
        let mut cases = Vec::new();
        for (all, is_in_figures) in [(&self.series, true), (&self.tried, false)] {
            for series in all {
                let mut case = serde_json::to_value(series)?;
                case["quantiles_ms"] = serde_json::to_value(series.quantiles())?;
                case["in_figures"] = is_in_figures.into();
                cases.push(case);
            }
        }
        Ok(cases)
    }
}

/// The figure that is a series' median.
fn figure(series: &str) -> Option<&'static str> {
    Some(match series {
        IMAGE => "image_ms_p50",
        IMAGE_RCLPY => "image_ms_p50_rclpy",
        IMAGE_RCLPY_SAME_PROFILE => "image_ms_p50_rclpy_same_profile",
        IMAGE_COMPOSED => "image_ms_p50_composed",
        SMALL => "small_ms_p50",
        SMALL_RCLPY => "small_ms_p50_rclpy",
        _ => return None,
    })
}

const IMAGE: &str = "image_ms";
const IMAGE_RCLPY: &str = "image_ms_rclpy";
const IMAGE_RCLPY_SAME_PROFILE: &str = "image_ms_rclpy_same_profile";
const IMAGE_COMPOSED: &str = "image_ms_composed";
const SMALL: &str = "small_ms";
const SMALL_RCLPY: &str = "small_ms_rclpy";

/// Measures everything, in about a minute; progress goes to standard error. `root` is the checkout, `ending` stops it.
///
/// # Errors
/// Which peer failed, with its last lines; `ending`; a series of which nothing arrived.
pub fn measure(root: &Path, ending: &AtomicBool) -> anyhow::Result<Latencies> {
    let run = |name, payload, code, profile, reliable| {
        let pair = Pair {
            name,
            payload,
            code,
            profile,
            reliable,
        };
        eprintln!("{pair}");
        pair.measure(root, ending).with_context(|| format!("measuring {pair}"))
    };
    let (image, small) = (Payload::Image, Payload::Small);
    let mut tried = Vec::new();
    let ours = run(IMAGE, image, Code::Hearth, Profile::Hearth, false)?;
    let mut plain = run(IMAGE_RCLPY, image, Code::Rclpy, Profile::None, false)?;
    if plain.loses_more_than_half() {
        let reliable = run(IMAGE_RCLPY, image, Code::Rclpy, Profile::None, true)?;
        let lost = std::mem::replace(&mut plain, reliable);
        plain.note = Some(format!(
            "reliable, because with sensor QoS {} of {} images arrived",
            lost.received, lost.sent
        ));
        tried.push(lost);
    }
    let same = run(IMAGE_RCLPY_SAME_PROFILE, image, Code::Rclpy, Profile::Hearth, false)?;
    let ours_small = run(SMALL, small, Code::Hearth, Profile::Hearth, true)?;
    let rclpy_small = run(SMALL_RCLPY, small, Code::Rclpy, Profile::None, true)?;
    eprintln!("{IMAGE_COMPOSED}: in memory, to another thread");
    let composed = composed::measure(ending)?;
    let series = vec![ours, plain, same, ours_small, rclpy_small, composed];
    if let Some(it) = series.iter().find(|it| it.ms.is_empty()) {
        anyhow::bail!("{}: of {} messages none arrived", it.name, it.sent);
    }
    Ok(Latencies { series, tried })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &'static str, ms: &[f64], sent: usize) -> Series {
        Series {
            name,
            code: "hearth",
            qos: "sensor",
            profile: "none",
            rate_hz: 30.0,
            sent,
            received: ms.len(),
            ms: ms.to_vec(),
            note: None,
        }
    }

    #[test]
    fn losses_are_seen_and_what_was_only_tried_is_no_figure() {
        let latencies = Latencies {
            series: vec![series(IMAGE_RCLPY, &[1.0, 3.0], 2)],
            tried: vec![series(IMAGE_RCLPY, &[9.0], 4)],
        };
        assert!(latencies.tried[0].loses_more_than_half());
        assert!(!latencies.series[0].loses_more_than_half());
        assert_eq!(latencies.figures(), BTreeMap::from([("image_ms_p50_rclpy", 2.0)]));

        let cases = latencies.cases().expect("serialised");
        assert_eq!(cases[1]["sent"], 4);
        assert_eq!(cases[1]["received"], 1);
        assert_eq!(cases[1]["in_figures"], false);
        assert_eq!(cases[0]["quantiles_ms"]["p50"], 2.0);
    }

    #[test]
    fn every_series_has_a_figure() {
        for name in [IMAGE, IMAGE_RCLPY, IMAGE_RCLPY_SAME_PROFILE, IMAGE_COMPOSED, SMALL, SMALL_RCLPY] {
            assert!(figure(name).is_some_and(|it| it.contains("_p50")), "{name}");
        }
    }
}
