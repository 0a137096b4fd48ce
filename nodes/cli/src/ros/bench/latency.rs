//! How long a message takes from one process to another: ours and rclpy's, in one run, on one clock.
//!
//! Each measurement is a pair of processes: one sends at a camera's or a controller's rate, one notes when each message was
//! there. What was sent and did not arrive is counted.

mod child;
mod composed;
mod pair;

use crate::bench::pace::distribution;
use crate::bench::stats::quantile;
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
    /// Whether so much is lost that what arrived says nothing about the rest.
    fn is_lossy(&self) -> bool {
        (self.received as f64) < (1.0 - MOST_LOST) * self.sent as f64
    }
}

/// All measurements of a run.
#[derive(Clone, Debug)]
pub struct Latencies {
    /// One after the other.
    pub series: Vec<Series>,
}

impl Latencies {
    /// The medians \[ms\] by the names of the benchmark's output, and what arrived at worst.
    pub fn figures(&self) -> BTreeMap<&'static str, f64> {
        let median = |it: &Series| Some((figure(it.name)?, quantile(&it.ms, 0.5)?));
        let mut figures: BTreeMap<_, _> = self.series.iter().filter_map(median).collect();
        for (name, figure) in [
            (IMAGE, "image_arrived_rate"),
            (
                IMAGE_RCLPY_BEST_EFFORT,
                "image_arrived_rate_rclpy_best_effort",
            ),
        ] {
            if let Some(it) = self.series.iter().find(|it| it.name == name) {
                figures.insert(figure, it.received as f64 / it.sent.max(1) as f64);
            }
        }
        figures
    }

    /// Quantiles \[ms\] by series.
    pub fn distributions(&self) -> BTreeMap<&'static str, BTreeMap<&'static str, f64>> {
        self.series
            .iter()
            .map(|it| (it.name, distribution(&it.ms)))
            .collect()
    }

    /// Every measurement with what was sent and what arrived, for the output's `cases`.
    ///
    /// # Errors
    /// None that is known; what serde says.
    pub fn cases(&self) -> serde_json::Result<Vec<Value>> {
        let case = |series: &Series| {
            let mut case = serde_json::to_value(series)?;
            case["quantiles_ms"] = serde_json::to_value(distribution(&series.ms))?;
            Ok(case)
        };
        self.series.iter().map(case).collect()
    }
}

/// The figure that is a series' median.
fn figure(series: &str) -> Option<&'static str> {
    Some(match series {
        IMAGE => "image_ms_p50",
        IMAGE_RELIABLE => "image_ms_p50_reliable",
        IMAGE_RCLPY => "image_ms_p50_rclpy",
        IMAGE_RCLPY_BEST_EFFORT => "image_ms_p50_rclpy_best_effort",
        IMAGE_RCLPY_SAME_PROFILE => "image_ms_p50_rclpy_same_profile",
        IMAGE_COMPOSED => "image_ms_p50_composed",
        SMALL => "small_ms_p50",
        SMALL_RCLPY => "small_ms_p50_rclpy",
        _ => return None,
    })
}

const IMAGE: &str = "image_ms";
const IMAGE_RELIABLE: &str = "image_ms_reliable";
const IMAGE_RCLPY: &str = "image_ms_rclpy";
const IMAGE_RCLPY_BEST_EFFORT: &str = "image_ms_rclpy_best_effort";
const IMAGE_RCLPY_SAME_PROFILE: &str = "image_ms_rclpy_same_profile";
const IMAGE_COMPOSED: &str = "image_ms_composed";
const SMALL: &str = "small_ms";
const SMALL_RCLPY: &str = "small_ms_rclpy";

/// Of a camera's images. With ROS's defaults, best effort loses four of ten: shared memory has room for half an image,
/// and what overtakes the losses is quick. Beyond this, the figure is of reliable images.
const MOST_LOST: f64 = 0.1;

/// Measures everything, in about a minute and a half; progress goes to standard error. `root` is the checkout, `ending`
/// stops it.
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
        pair.measure(root, ending)
            .with_context(|| format!("measuring {pair}"))
    };
    let image = |name, code, profile, reliable| run(name, Payload::Image, code, profile, reliable);
    let small = |name, code, profile| run(name, Payload::Small, code, profile, true);

    let mut series = vec![image(IMAGE, Code::Hearth, Profile::Hearth, false)?];
    let mut plain = image(IMAGE_RCLPY, Code::Rclpy, Profile::None, false)?;
    if plain.is_lossy() {
        let mut reliable = image(IMAGE_RCLPY, Code::Rclpy, Profile::None, true)?;
        reliable.note = Some(format!(
            "reliable, which is rclpy's default QoS: with sensor QoS {} of {} images arrived \
             ({IMAGE_RCLPY_BEST_EFFORT}); ours by the same QoS is {IMAGE_RELIABLE}",
            plain.received, plain.sent
        ));
        plain.name = IMAGE_RCLPY_BEST_EFFORT;
        plain.note = Some("of those that arrived; see sent and received".to_owned());
        series.push(reliable);
        series.push(image(IMAGE_RELIABLE, Code::Hearth, Profile::Hearth, true)?);
    }
    series.push(plain);
    series.push(image(
        IMAGE_RCLPY_SAME_PROFILE,
        Code::Rclpy,
        Profile::Hearth,
        false,
    )?);
    series.push(small(SMALL, Code::Hearth, Profile::Hearth)?);
    series.push(small(SMALL_RCLPY, Code::Rclpy, Profile::None)?);
    eprintln!("{IMAGE_COMPOSED}: in memory, to another thread");
    series.push(composed::measure(ending)?);
    let may_be_empty = |it: &Series| it.name == IMAGE_RCLPY_BEST_EFFORT;
    if let Some(it) = series
        .iter()
        .find(|it| it.ms.is_empty() && !may_be_empty(it))
    {
        anyhow::bail!("{}: of {} messages none arrived", it.name, it.sent);
    }
    Ok(Latencies { series })
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
    fn losses_are_seen() {
        let latencies = Latencies {
            series: vec![
                series(IMAGE_RCLPY, &[1.0, 3.0], 2),
                series(IMAGE_RCLPY_BEST_EFFORT, &[0.5], 4),
            ],
        };
        assert!(!latencies.series[0].is_lossy());
        assert!(latencies.series[1].is_lossy());
        assert_eq!(
            latencies.figures(),
            BTreeMap::from([
                ("image_ms_p50_rclpy", 2.0),
                ("image_ms_p50_rclpy_best_effort", 0.5),
                ("image_arrived_rate_rclpy_best_effort", 0.25),
            ])
        );

        let cases = latencies.cases().expect("serialised");
        assert_eq!(
            (&cases[1]["sent"], &cases[1]["received"]),
            (&4.into(), &1.into())
        );
        assert_eq!(cases[0]["quantiles_ms"]["p50"], 2.0);
    }

    #[test]
    fn a_series_of_which_nothing_arrived_has_no_median() {
        let latencies = Latencies {
            series: vec![series(IMAGE_RCLPY_BEST_EFFORT, &[], 4)],
        };
        assert_eq!(
            latencies.figures(),
            BTreeMap::from([("image_arrived_rate_rclpy_best_effort", 0.0)])
        );
    }

    #[test]
    fn every_series_has_a_figure() {
        for name in [
            IMAGE,
            IMAGE_RELIABLE,
            IMAGE_RCLPY,
            IMAGE_RCLPY_BEST_EFFORT,
            IMAGE_RCLPY_SAME_PROFILE,
            IMAGE_COMPOSED,
            SMALL,
            SMALL_RCLPY,
        ] {
            assert!(figure(name).is_some_and(|it| it.contains("_p50")), "{name}");
        }
    }
}
