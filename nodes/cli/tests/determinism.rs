//! One seed and the same commands give the same bytes, however busy the machine is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::ember;
use hearth::body::Body;
use hearth::report::{OracleVerdict, RobotVerdict, RunReport};
use hearth::session::Session;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

const SEED: u64 = 3;
const SETUP: &str = "on(apple, kitchen_table)";
const COMMANDS: [&str; 2] = ["把餐桌上的红苹果拿给我", "climb the stairs"];

/// All that a run leaves behind: report.json, the path, the frames that decided.
#[derive(PartialEq)]
struct Traces {
    report: String,
    path: Vec<[u64; 2]>,
    frames: Vec<Vec<u8>>,
}

fn run() -> (RunReport, Traces) {
    let robot = ember();
    let mut session = Session::begin(robot, Body::lockstep(robot, SEED, SETUP).unwrap());
    let mut report = RunReport {
        seed: SEED,
        commands: Vec::new(),
    };
    let (mut path, mut frames) = (Vec::new(), Vec::new());
    for command in COMMANDS {
        let outcome = session
            .command(command, None, 400.0, &mut |_, _| {})
            .unwrap();
        report.commands.push(outcome.report);
        let points = outcome.observed.path_in_map.iter();
        path.extend(points.map(|it| [it.x.to_bits(), it.y.to_bits()]));
        for (_, detections) in &outcome.observed.evidence {
            frames.push(hearth_perception::annotate::png(detections, 1).unwrap());
        }
    }
    let traces = Traces {
        report: report.to_text().unwrap(),
        path,
        frames,
    };
    (report, traces)
}

/// Burns all cores until dropped.
struct Load {
    over: Arc<AtomicBool>,
    threads: Vec<JoinHandle<u64>>,
}

impl Load {
    fn on_every_core() -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (0..cores)
            .map(|_| {
                let over = Arc::clone(&over);
                std::thread::spawn(move || {
                    let mut value = 1_u64;
                    while !over.load(Ordering::Relaxed) {
                        value = value.wrapping_mul(6_364_136_223_846_793_005).rotate_left(7);
                    }
                    value
                })
            })
            .collect();
        Self { over, threads }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        self.threads.drain(..).for_each(|it| {
            let _ = it.join();
        });
    }
}

#[test]
fn one_seed_gives_one_report_byte_for_byte_under_any_load() {
    let (report, quiet) = run();
    let (_, busy) = {
        let _load = Load::on_every_core();
        run()
    };
    assert_eq!(quiet.report, busy.report);
    assert!(quiet.path == busy.path, "the paths differ");
    assert!(quiet.frames == busy.frames, "the frames differ");
    // The run is worth comparing: it drove, looked, and came to all kinds of verdicts.
    assert!(quiet.path.len() > 100 && !quiet.frames.is_empty());
    assert_eq!(report.commands[0].oracle_verdict, OracleVerdict::Done);
    assert_eq!(report.commands[0].robot_verdict, RobotVerdict::Done);
    assert_eq!(report.commands[1].robot_verdict, RobotVerdict::Refused);
}

#[test]
fn another_seed_is_another_flat() {
    let robot = ember();
    let one = robot.scene(1, "").unwrap().scene;
    assert_eq!(one, robot.scene(1, "").unwrap().scene);
    assert_ne!(one.objects, robot.scene(2, "").unwrap().scene.objects);
}
