//! Hearth on ROS 2: the only crate that knows ROS.
//!
//! A process of [`host`] runs some of Hearth's nodes as one managed ROS node. What crosses between nodes of one process
//! stays in memory; the rest goes through ROS, converted by [`convert`].

pub mod bench;
pub mod cdr;
pub mod config;
pub mod convert;
pub mod host;
pub mod join;
pub mod lifecycle;
pub mod parameters;
pub mod qos;
pub mod simulated;
