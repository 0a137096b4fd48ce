//! Where the robot was, kept over a restart of the controller's process.
//!
//! Odometry goes on while the controller is away, so the correction `map -> odom` still holds when it is back. It is
//! written to a small file twice a second, and believed only if it is fresh and the robot cannot have gone far
//! since: a robot that was switched off and carried begins at the home's start, as ever.

use hearth_types::{Localization, Odometry, Pose2, PoseHint, Stamp};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// \[s\] Older memories are not believed.
const FRESH_SECS: f64 = 120.0;
/// \[m/s\] Faster than any robot in a home: further away, odometry was started anew.
const FASTEST_M_S: f64 = 1.0;
/// \[m\] The same for a robot that stood.
const SLACK_M: f64 = 0.3;
/// \[m\], \[rad\] How far what is remembered may be off.
const POSITION_STD_M: f64 = 0.1;
const YAW_STD_RAD: f64 = 0.1;
/// \[s\] Between two writings.
const PERIOD_SECS: f64 = 0.5;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Remembered {
    stamp_nanos: u64,
    map_from_odom: Pose2,
    odom_from_base: Pose2,
}

/// The file, and what was in it at the start.
#[derive(Debug)]
pub struct Memory {
    path: PathBuf,
    before: Option<Remembered>,
    written: Option<Stamp>,
    odometry: Option<Odometry>,
}

impl Memory {
    /// For the node of this fully qualified name.
    pub fn of(node: &str) -> Self {
        let folder =
            std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let user = nix::unistd::getuid();
        let domain = std::env::var("ROS_DOMAIN_ID").unwrap_or_else(|_| "0".to_owned());
        let name = node.replace('/', "-");
        Self::at(folder.join(format!("hearth-{user}-{domain}{name}.yaml")))
    }

    fn at(path: PathBuf) -> Self {
        let before = std::fs::read_to_string(&path)
            .ok()
            .and_then(|it| serde_yaml::from_str(&it).ok());
        Self {
            path,
            before,
            written: None,
            odometry: None,
        }
    }

    /// Takes odometry. The first one decides whether what was remembered still holds; then it is a hint.
    pub fn on_odometry(&mut self, odometry: &Odometry) -> Option<PoseHint> {
        let is_first = self.odometry.replace(*odometry).is_none();
        let before = self.before.take().filter(|_| is_first)?;
        let since_secs = odometry
            .stamp
            .secs_since(Stamp::from_nanos(before.stamp_nanos));
        let way_m = before.odom_from_base.distance_m(&odometry.odom_from_base);
        let believable = (0.0..FRESH_SECS).contains(&since_secs)
            && way_m <= SLACK_M + FASTEST_M_S * since_secs
            && before.map_from_odom.is_finite();
        believable.then(|| PoseHint {
            stamp: odometry.stamp,
            base_in_map: before.map_from_odom.compose(&odometry.odom_from_base),
            position_std_m: POSITION_STD_M,
            yaw_std_rad: YAW_STD_RAD,
        })
    }

    /// Remembers where the robot is.
    pub fn keep(&mut self, localization: &Localization) {
        let Some(odometry) = &self.odometry else {
            return;
        };
        let since = |last: Stamp| localization.stamp.secs_since(last);
        if self
            .written
            .is_some_and(|it| (0.0..PERIOD_SECS).contains(&since(it)))
        {
            return;
        }
        self.written = Some(localization.stamp);
        let remembered = Remembered {
            stamp_nanos: odometry.stamp.as_nanos(),
            map_from_odom: localization.map_from_odom,
            odom_from_base: odometry.odom_from_base,
        };
        if let Err(error) = self.write(&remembered) {
            tracing::debug!("{}: {error}", self.path.display());
        }
    }

    /// Half a file is never read: it gets its name when it is whole.
    fn write(&self, remembered: &Remembered) -> std::io::Result<()> {
        let text = serde_yaml::to_string(remembered).map_err(std::io::Error::other)?;
        let new = self.path.with_extension("new");
        std::fs::write(&new, text)?;
        std::fs::rename(&new, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odometry(x_m: f64, millis: u64) -> Odometry {
        Odometry {
            stamp: Stamp::from_millis(millis),
            odom_from_base: Pose2::new(x_m, 0.0, 0.0),
            forward_m_s: 0.0,
            yaw_rate_rad_s: 0.0,
        }
    }

    /// A controller that ended at 3 m, 60 s, in a map that odometry is turned against.
    fn ended() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("pose.yaml");
        let mut memory = Memory::at(path.clone());
        assert_eq!(memory.on_odometry(&odometry(3.0, 60_000)), None);
        memory.keep(&Localization {
            stamp: Stamp::from_millis(60_000),
            map_from_odom: Pose2::new(1.0, 2.0, std::f64::consts::FRAC_PI_2),
            position_std_m: 0.02,
            yaw_std_rad: 0.01,
        });
        (folder, path)
    }

    #[test]
    fn a_controller_that_was_away_for_a_while_knows_where_the_robot_is_now() {
        let (_folder, path) = ended();
        let hint = Memory::at(path)
            .on_odometry(&odometry(3.2, 62_000))
            .expect("a hint");
        assert!(hint.base_in_map.distance_m(&Pose2::new(1.0, 5.2, 0.0)) < 1e-9);
    }

    #[test]
    fn what_cannot_be_true_any_more_is_not_believed() {
        let (_folder, path) = ended();
        for (x_m, millis, why) in [
            (0.0, 61_000, "odometry was started anew"),
            (3.0, 10_000, "so was the clock"),
            (3.0, 500_000, "it is too old"),
        ] {
            let hint = Memory::at(path.clone()).on_odometry(&odometry(x_m, millis));
            assert_eq!(hint, None, "{why}");
        }
    }

    #[test]
    fn a_broken_file_is_no_memory() {
        let (_folder, path) = ended();
        std::fs::write(&path, "map_from_odom: [").expect("written");
        assert_eq!(Memory::at(path).on_odometry(&odometry(3.0, 60_500)), None);
    }
}
