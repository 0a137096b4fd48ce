//! Qualities of service, as the design has them.

use r2r::QosProfile;

/// Sensors: the newest counts, a lost one is lost.
pub fn sensor() -> QosProfile {
    QosProfile::sensor_data()
}

/// What is to arrive.
pub fn reliable() -> QosProfile {
    QosProfile::default().keep_last(20)
}

/// Latched: whoever comes later gets the last one.
pub fn latched() -> QosProfile {
    QosProfile::default().keep_last(1).transient_local()
}

/// `/tf_static`: latched, from several publishers.
pub fn tf_static() -> QosProfile {
    QosProfile::default().keep_last(50).transient_local()
}

/// `/rosout`, as every ROS node has it.
pub fn rosout() -> QosProfile {
    QosProfile::default().keep_last(1000).transient_local()
}
