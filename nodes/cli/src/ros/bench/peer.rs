//! `hearth-ros bench-peer`: one end of a latency measurement, as `nodes/ros/bench/peer.py` is another.

use crate::account::print_line;
use clap::{Args, ValueEnum};
use hearth_ros::bench::{Line, Pace, Payload, receive, send};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// `hearth-ros bench-peer`
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which end.
    end: End,
    /// What passes.
    what: What,
    /// On which topic.
    #[arg(long)]
    topic: String,
    /// Reliable; else sensors' quality of service.
    #[arg(long)]
    reliable: bool,
    /// Messages a second.
    #[arg(long, default_value_t = 30.0)]
    hz: f64,
    /// How many count.
    #[arg(long, default_value_t = 200)]
    count: usize,
    /// Seconds before they count.
    #[arg(long, default_value_t = 1.0)]
    warm_up_secs: f64,
    /// Seconds that a subscription is waited for.
    #[arg(long, default_value_t = 20.0)]
    discovery_secs: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum End {
    /// Prints when it sent what counts.
    Send,
    /// Prints "ready", and once standard input has ended, when each message was sent and when it was there.
    Receive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Image,
    Small,
}

/// Runs until everything is sent, or until standard input ends.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let line = Line {
        topic: arguments.topic.clone(),
        payload: match arguments.what {
            What::Image => Payload::Image,
            What::Small => Payload::Small,
        },
        reliable: arguments.reliable,
    };
    let pace = Pace {
        rate_hz: arguments.hz,
        count: arguments.count,
        warm_up: Duration::try_from_secs_f64(arguments.warm_up_secs)?,
        discovery: Duration::try_from_secs_f64(arguments.discovery_secs)?,
    };
    let ending = Arc::new(AtomicBool::new(false));
    let (end, flag) = (arguments.end, Arc::clone(&ending));
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        flag.store(true, Ordering::Release);
        if end == End::Send {
            // Whoever wanted the figures is gone.
            std::process::exit(1);
        }
    });
    let noted = match end {
        End::Send => serde_json::to_string(&send(&line, &pace)?)?,
        End::Receive => {
            let came = receive(&line, &ending, || print_line("ready"))?;
            serde_json::to_string(&came)?
        }
    };
    print_line(&noted);
    Ok(())
}
