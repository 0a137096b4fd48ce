//! Where the robot is: Hearth's own localisation, and somebody else's on `/tf`.

use super::time::measured_at;
use super::transforms::{header, pose2, pose2d, yaw_rad};
use super::world::in_map;
use super::{BadInput, finite};
use hearth_types::{Localization, Stamp};
use r2r::hearth_interfaces::msg;

/// Localisation for ROS.
pub fn localization_msg(localization: &Localization) -> msg::Localization {
    msg::Localization {
        header: header(localization.stamp, "map"),
        map_from_odom: pose2d(&localization.map_from_odom),
        position_std: localization.position_std_m,
        yaw_std: localization.yaw_std_rad,
    }
}

/// Localisation from ROS.
///
/// # Errors
/// [`BadInput`].
pub fn localization(message: &msg::Localization, now: Stamp) -> Result<Localization, BadInput> {
    in_map(&message.header.frame_id)?;
    let map_from_odom = pose2(&message.map_from_odom);
    if !map_from_odom.is_finite() {
        return Err(BadInput::NotFinite {
            field: "map_from_odom",
        });
    }
    Ok(Localization {
        stamp: measured_at(&message.header.stamp, now)?,
        map_from_odom,
        position_std_m: finite("position_std", message.position_std)?.max(0.0),
        yaw_std_rad: finite("yaw_std", message.yaw_std)?.max(0.0),
    })
}

/// \[m\], \[rad\] What is taken for the precision of somebody else's localisation who does not tell.
pub const FOREIGN_STDS: (f64, f64) = (0.05, 0.05);

/// Localisation from `/tf`, if the message has `map -> odom`. Publishers date it ahead, so that it holds until the next
/// (AMCL's `transform_tolerance`); it is known now at the latest.
///
/// # Errors
/// [`BadInput`].
pub fn map_from_odom(
    message: &r2r::tf2_msgs::msg::TFMessage,
    (position_std_m, yaw_std_rad): (f64, f64),
    now: Stamp,
) -> Result<Option<Localization>, BadInput> {
    let plain = |frame: &str| frame.trim_start_matches('/').to_owned();
    let found = message
        .transforms
        .iter()
        .find(|it| plain(&it.header.frame_id) == "map" && plain(&it.child_frame_id) == "odom");
    let Some(found) = found else { return Ok(None) };
    let at = &found.transform.translation;
    Ok(Some(Localization {
        stamp: measured_at(&found.header.stamp, now)?.min(now),
        map_from_odom: hearth_types::Pose2::new(
            finite("map -> odom", at.x)?,
            finite("map -> odom", at.y)?,
            yaw_rad(&found.transform.rotation).ok_or(BadInput::NotFinite {
                field: "map -> odom",
            })?,
        ),
        position_std_m,
        yaw_std_rad,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hearth_types::Pose2;

    const NOW: Stamp = Stamp::from_millis(20_000);

    #[test]
    fn localisation_survives_the_way_there_and_back() {
        let sound = Localization {
            stamp: NOW,
            map_from_odom: Pose2::new(1.0, 2.0, -0.5),
            position_std_m: 0.02,
            yaw_std_rad: 0.01,
        };
        assert_eq!(localization(&localization_msg(&sound), NOW), Ok(sound));
        let mut message = localization_msg(&sound);
        message.map_from_odom.theta = f64::INFINITY;
        assert!(localization(&message, NOW).is_err());
    }

    #[test]
    fn somebody_elses_localisation_is_found_among_other_transforms() {
        use crate::convert::transforms::planar;
        let ahead = Stamp::from_millis(21_000);
        let pose = Pose2::new(1.0, 2.0, 0.3);
        let mut message = r2r::tf2_msgs::msg::TFMessage {
            transforms: vec![
                planar(NOW, "odom", "base_link", &Pose2::default()),
                planar(ahead, "/map", "odom", &pose),
            ],
        };
        let found = map_from_odom(&message, FOREIGN_STDS, NOW)
            .expect("sound")
            .expect("there");
        assert_eq!(found.stamp, NOW);
        assert!(found.map_from_odom.distance_m(&pose) < 1e-12);

        message.transforms[1].transform.translation.x = f64::NAN;
        assert!(map_from_odom(&message, FOREIGN_STDS, NOW).is_err());
        message.transforms.truncate(1);
        assert_eq!(map_from_odom(&message, FOREIGN_STDS, NOW), Ok(None));
    }
}
