//! Instants.

use super::BadInput;
use hearth_types::Stamp;
use r2r::builtin_interfaces::msg::Time;

/// \[s\] A sensor's stamp further from the clock than this is a mistake, not a delay.
pub const MOST_OFF_SECS: f64 = 10.0;

/// Hearth's stamps are ROS time: nanoseconds since the epoch, or since the simulation's start.
pub fn to_ros(stamp: Stamp) -> Time {
    let nanos = stamp.as_nanos();
    Time {
        sec: i32::try_from(nanos / 1_000_000_000).unwrap_or(i32::MAX),
        nanosec: (nanos % 1_000_000_000) as u32,
    }
}

/// Negative seconds count as zero; too many nanoseconds are carried over.
pub fn from_ros(time: &Time) -> Stamp {
    let secs = u64::try_from(time.sec).unwrap_or(0);
    Stamp::from_nanos(secs * 1_000_000_000 + u64::from(time.nanosec))
}

/// A measurement's stamp, if it is near the clock.
///
/// # Errors
/// [`BadInput::Stamp`].
pub fn measured_at(time: &Time, now: Stamp) -> Result<Stamp, BadInput> {
    let stamp = from_ros(time);
    let ahead_secs = stamp.secs_since(now);
    if ahead_secs.abs() <= MOST_OFF_SECS {
        Ok(stamp)
    } else {
        Err(BadInput::Stamp {
            ahead_secs: format!("{ahead_secs:.1}"),
        })
    }
}

/// When something was said or ordered: zero means now, and nothing comes from the future. A negative time is no zero: it
/// is long ago.
pub fn given_at(time: &Time, now: Stamp) -> Stamp {
    if (time.sec, time.nanosec) == (0, 0) {
        now
    } else {
        from_ros(time).min(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_zero_means_now() {
        let now = Stamp::from_millis(60_000);
        let given = |sec, nanosec| given_at(&Time { sec, nanosec }, now);
        assert_eq!(given(0, 0), now);
        assert_eq!(given(90, 0), now);
        assert_eq!(given(-5, 0), Stamp::ZERO);
        assert_eq!(given(59, 0), Stamp::from_millis(59_000));
    }

    proptest! {
        #[test]
        fn a_stamp_survives_the_way_there_and_back(nanos in 0..2_000_000_000_000_000_000u64) {
            let stamp = Stamp::from_nanos(nanos);
            prop_assert_eq!(from_ros(&to_ros(stamp)), stamp);
        }

        #[test]
        fn any_time_gives_a_stamp_or_an_error(sec: i32, nanosec: u32, now: u64) {
            let time = Time { sec, nanosec };
            let now = Stamp::from_nanos(now);
            if let Ok(stamp) = measured_at(&time, now) {
                prop_assert!(stamp.secs_since(now).abs() <= MOST_OFF_SECS);
            }
            prop_assert!(given_at(&time, now) <= now);
        }
    }
}
