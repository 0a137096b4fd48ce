//! The binary of Hearth's ROS 2 processes.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth::ros::run()
}
