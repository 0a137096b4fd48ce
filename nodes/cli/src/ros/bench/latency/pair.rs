//! Two processes, one that sends and one that receives.

use super::Series;
use super::child::Child;
use anyhow::Context;
use hearth_ros::bench::Payload;
use std::collections::HashSet;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// How many messages count, at least.
const COUNT: usize = 250;
/// \[s\] Before they count.
const WARM_UP_SECS: f64 = 1.0;
/// How long the two may take to find each other.
const DISCOVERY: Duration = Duration::from_secs(20);
/// How long a process may take to start, or to print what it noted.
const PATIENCE: Duration = Duration::from_secs(20);
/// After the last was sent, what is under way may still arrive.
const STRAGGLERS: Duration = Duration::from_millis(500);
/// Fast DDS's profiles, by its names up to version 2 and from 3 on.
const PROFILES: [&str; 2] = [
    "FASTRTPS_DEFAULT_PROFILES_FILE",
    "FASTDDS_DEFAULT_PROFILES_FILE",
];

/// Whose code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// `hearth-ros bench-peer`.
    Hearth,
    /// `nodes/ros/bench/peer.py`.
    Rclpy,
}

/// Fast DDS's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// What this process goes by: launch/config/fastdds.xml, unless the environment names another.
    Hearth,
    /// None: ROS's defaults.
    None,
}

/// What to measure.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub name: &'static str,
    pub payload: Payload,
    pub code: Code,
    pub profile: Profile,
    pub reliable: bool,
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, profile, qos) = (self.code_name(), self.profile_name(), self.qos_name());
        write!(f, "{}: {code}, {qos} QoS, {profile}", self.name)
    }
}

impl Pair {
    /// Measures.
    ///
    /// # Errors
    /// Which of the two failed, with its last lines; `ending`.
    pub fn measure(&self, root: &Path, ending: &AtomicBool) -> anyhow::Result<Series> {
        let start = |end: &str| {
            let name = format!("the {} peer that is to {end}", self.code_name());
            Child::start(name, &mut self.command(root, end)?)
        };
        let mut receiver = start("receive")?;
        let first = receiver.line(PATIENCE, ending)?;
        anyhow::ensure!(
            first == "ready",
            "the receiving peer said {first:?}, not \"ready\""
        );
        let mut sender = start("send")?;
        let sending = Duration::from_secs_f64(WARM_UP_SECS + COUNT as f64 / self.rate_hz());
        let sent = sender.line(PATIENCE + DISCOVERY + 2 * sending, ending)?;
        std::thread::sleep(STRAGGLERS);
        receiver.close_input();
        let came = receiver.line(PATIENCE, ending)?;
        let sent: Vec<u64> =
            serde_json::from_str(&sent).context("what the sending peer printed")?;
        let came: Vec<(u64, u64)> =
            serde_json::from_str(&came).context("what the receiving peer printed")?;
        let ms = latencies_ms(&sent, &came);
        Ok(Series {
            name: self.name,
            code: self.code_name(),
            qos: self.qos_name(),
            profile: self.profile_name(),
            rate_hz: self.rate_hz(),
            sent: sent.len(),
            received: ms.len(),
            ms,
            note: None,
        })
    }

    fn command(&self, root: &Path, end: &str) -> anyhow::Result<Command> {
        let mut command = match self.code {
            Code::Hearth => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("bench-peer");
                command
            }
            Code::Rclpy => {
                let mut command = Command::new("python3");
                command.arg(root.join("nodes/ros/bench/peer.py"));
                command
            }
        };
        let payload = match self.payload {
            Payload::Image => "image",
            Payload::Small => "small",
        };
        command
            .args([end, payload])
            .args([
                "--topic",
                &format!("/bench_{}/{}", std::process::id(), self.name),
            ])
            .args(["--hz", &self.rate_hz().to_string()])
            .args(["--count", &COUNT.to_string()])
            .args(["--warm-up-secs", &WARM_UP_SECS.to_string()])
            .args(["--discovery-secs", &DISCOVERY.as_secs().to_string()])
            // Larger ones would meet the ports of the system's own.
            .env("ROS_DOMAIN_ID", (1 + std::process::id() % 100).to_string())
            .env("ROS_AUTOMATIC_DISCOVERY_RANGE", "LOCALHOST")
            .env_remove("ROS_LOCALHOST_ONLY")
            .env_remove("ROS_STATIC_PEERS");
        if self.reliable {
            command.arg("--reliable");
        }
        if self.profile == Profile::None {
            PROFILES.iter().for_each(|it| {
                command.env_remove(it);
            });
        }
        Ok(command)
    }

    fn rate_hz(&self) -> f64 {
        match self.payload {
            Payload::Image => 30.0,
            Payload::Small => 100.0,
        }
    }

    fn code_name(&self) -> &'static str {
        match self.code {
            Code::Hearth => "hearth",
            Code::Rclpy => "rclpy",
        }
    }

    fn profile_name(&self) -> &'static str {
        match self.profile {
            Profile::Hearth => "launch/config/fastdds.xml",
            Profile::None => "ROS's defaults",
        }
    }

    fn qos_name(&self) -> &'static str {
        if self.reliable { "reliable" } else { "sensor" }
    }
}

/// \[ms\] Of each message that was sent and came, in the order in which they came; of one that came twice, its first.
fn latencies_ms(sent: &[u64], came: &[(u64, u64)]) -> Vec<f64> {
    let mut waiting: HashSet<u64> = sent.iter().copied().collect();
    came.iter()
        .filter(|(stamp, _)| waiting.remove(stamp))
        .map(|(stamp, at)| at.saturating_sub(*stamp) as f64 * 1e-6)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_counts_is_counted_and_once() {
        // The first is of the warm-up, one came twice, one is lost.
        let sent = [10_000_000, 20_000_000, 30_000_000];
        let came = [
            (1_000_000, 2_000_000),
            (10_000_000, 11_500_000),
            (10_000_000, 19_000_000),
            (30_000_000, 30_250_000),
        ];
        assert_eq!(latencies_ms(&sent, &came), [1.5, 0.25]);
    }
}
