//! `hearth up` over processes that are shell scripts: kept running, told to stop in order, heard.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Stands for hearth-ros. What happens is a line of `$STATE/log`; files in `$STATE` change how it behaves.
const NODE: &str = r#"#!/bin/sh
name=$2
[ "$1" = node ] || name=$1
case "$0" in *robot_state_publisher) name=publisher ;; esac
note() { echo "$*" >> "$STATE/log"; }
stop() { note "told $name $1"; sleep 0.1; note "stopped $name"; exit 0; }
trap 'stop INT' INT
trap 'stop TERM' TERM
[ ! -e "$STATE/deaf.$name" ] || trap 'note "told $name INT"' INT
echo "$name says hello"
echo "$name complains" >&2
printf '%s has no line end' "$name"
note "started $name $$ $*"
while [ ! -e "$STATE/dies.$name" ]; do sleep 0.02; done
exit 3
"#;

/// Longer than any machine takes, so that only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `hearth up`.
struct Up {
    child: Child,
    state: TempDir,
}

/// A machine on which it is started.
struct Machine(TempDir);

impl Machine {
    fn new() -> Self {
        let it = Self(TempDir::new().unwrap());
        it.program("hearth-ros");
        it
    }

    fn program(&self, path: &str) {
        let file = self.0.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, NODE).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// This node takes no notice of SIGINT.
    fn with_deaf(self, name: &str) -> Self {
        std::fs::write(self.0.path().join(format!("deaf.{name}")), "").unwrap();
        self
    }

    fn up(self, arguments: &[&str]) -> Up {
        let folder = self.0.path();
        let file = |name: &str| File::create(folder.join(name)).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_hearth"))
            .arg("up")
            .args(arguments)
            .env("HEARTH_ROOT", concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .env("HEARTH_ROS_BIN", folder.join("hearth-ros"))
            .env("AMENT_PREFIX_PATH", folder.join("prefix"))
            .env("STATE", folder)
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(file("out"))
            .stderr(file("err"))
            .spawn()
            .unwrap();
        Up {
            child,
            state: self.0,
        }
    }
}

impl Up {
    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.state.path().join(file)).unwrap_or_default()
    }

    fn log(&self) -> Vec<String> {
        self.read("log").lines().map(str::to_owned).collect()
    }

    /// Lines of the log that begin so.
    fn lines(&self, start: &str) -> Vec<String> {
        let start = format!("{start} ");
        let mut lines = self.log();
        lines.retain(|it| format!("{it} ").starts_with(&start));
        lines
    }

    #[track_caller]
    fn wait_until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let start = Instant::now();
        while !is_so(self) {
            let (log, err) = (self.read("log"), self.read("err"));
            assert!(
                start.elapsed() < PATIENCE,
                "never: {what}\nlog:\n{log}\nerr:\n{err}"
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    #[track_caller]
    fn wait_for(&self, start: &str, times: usize) {
        self.wait_until(&format!("{times} x {start}"), |it| {
            it.lines(start).len() >= times
        });
    }

    /// All three nodes run.
    #[track_caller]
    fn wait_for_nodes(&self) {
        for name in ["controller", "planner", "perception"] {
            self.wait_for(&format!("started {name}"), 1);
        }
    }

    /// Of the process that was started as this most recently.
    fn pid(&self, name: &str) -> Pid {
        let line = self.lines(&format!("started {name}")).pop().unwrap();
        Pid::from_raw(line.split(' ').nth(2).unwrap().parse().unwrap())
    }

    fn is_alive(&self, name: &str) -> bool {
        kill(self.pid(name), None).is_ok()
    }

    /// What the process was called with.
    fn call(&self, name: &str) -> String {
        let line = self.lines(&format!("started {name}")).pop().unwrap();
        line.splitn(4, ' ').nth(3).unwrap().to_owned()
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    #[track_caller]
    fn exit_code(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(
                start.elapsed() < PATIENCE,
                "still up:\n{}",
                self.read("err")
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// From now on the node ends soon after each start.
    fn let_die(&self, name: &str) {
        std::fs::write(self.state.path().join(format!("dies.{name}")), "").unwrap();
    }

    /// The first of these lines comes before the second.
    #[track_caller]
    fn in_order(&self, first: &str, second: &str) {
        let log = self.log();
        let at = |start: &str| {
            let found = log.iter().position(|it| it.starts_with(start));
            found.unwrap_or_else(|| panic!("no {start:?} in {log:?}"))
        };
        assert!(at(first) < at(second), "{first} after {second}: {log:?}");
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_line_has_the_name_of_who_wrote_it() {
    let mut up = Machine::new().up(&[]);
    up.wait_for_nodes();
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0), "{}", up.read("err"));
    let (out, err) = (up.read("out"), up.read("err"));
    for line in [
        "perception | perception says hello\n",
        "planner    | planner says hello\n",
        "planner    | planner has no line end\n",
    ] {
        assert!(out.contains(line), "no {line:?} in {out}");
    }
    assert!(err.contains("controller | controller complains\n"), "{err}");
    assert!(!out.contains('\x1b'), "colours in a file: {out:?}");
}

#[test]
fn a_node_that_dies_is_started_again_and_the_others_are_left_alone() {
    let mut up = Machine::new().up(&[]);
    up.wait_for_nodes();
    let (controller, planner) = (up.pid("controller"), up.pid("planner"));
    kill(up.pid("perception"), Signal::SIGKILL).unwrap();
    up.wait_for("started perception", 2);
    assert!(up.is_alive("controller") && up.is_alive("planner"));
    assert_eq!(
        (up.pid("controller"), up.pid("planner")),
        (controller, planner)
    );
    let err = up.read("err");
    assert!(err.contains("perception ended (signal: 9"), "{err}");
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0));
}

#[test]
fn a_node_that_cannot_be_kept_running_stops_all() {
    let mut up = Machine::new().up(&["--quick-deaths", "3", "--restart-delay-secs", "0.02"]);
    up.wait_for_nodes();
    up.let_die("planner");
    assert_eq!(up.exit_code(), Some(1));
    assert_eq!(up.lines("started planner").len(), 3, "{:?}", up.log());
    let err = up.read("err");
    for line in [
        "planner ended (exit status: 3); starting it again in 0.02 s",
        "planner ended (exit status: 3); starting it again in 0.04 s",
        "planner ended (exit status: 3), 3 times in a row",
    ] {
        assert!(err.contains(line), "no {line:?} in {err}");
    }
    up.in_order("stopped controller", "told perception");
    assert_eq!(up.lines("stopped perception").len(), 1);
}

#[test]
fn the_controller_stops_before_the_others_and_the_simulated_robot_last() {
    for (signal, name) in [(Signal::SIGINT, "INT"), (Signal::SIGTERM, "TERM")] {
        let mut up = Machine::new().up(&["--sim"]);
        up.wait_for_nodes();
        up.wait_for("started sim", 1);
        up.signal(signal);
        assert_eq!(up.exit_code(), Some(0), "{}", up.read("err"));
        assert_eq!(up.lines(&format!("told controller {name}")).len(), 1);
        for other in ["planner", "perception"] {
            up.in_order("stopped controller", &format!("told {other} {name}"));
            up.in_order(&format!("stopped {other}"), &format!("told sim {name}"));
        }
        assert_eq!(up.lines("stopped").len(), 4);
    }
}

#[test]
fn a_node_that_does_not_stop_is_killed_and_named() {
    let mut up = Machine::new()
        .with_deaf("planner")
        .up(&["--grace-secs", "1"]);
    up.wait_for_nodes();
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0));
    let err = up.read("err");
    assert!(
        err.contains("planner did not stop within 1 s: killing it"),
        "{err}"
    );
    assert!(!up.is_alive("planner"));
    assert_eq!(
        up.lines("told planner").len(),
        1,
        "told before it was killed"
    );
    assert_eq!(up.lines("stopped perception").len(), 1);
}

#[test]
fn asked_twice_nobody_is_waited_for_in_turn() {
    let mut up = Machine::new()
        .with_deaf("controller")
        .up(&["--grace-secs", "600"]);
    up.wait_for_nodes();
    up.signal(Signal::SIGINT);
    up.wait_for("told controller", 1);
    assert_eq!(up.lines("told planner").len(), 0);
    up.signal(Signal::SIGINT);
    up.wait_for("stopped planner", 1);
    up.wait_for("stopped perception", 1);
    assert!(
        up.is_alive("controller"),
        "it has its grace, however impatient the person"
    );
    kill(up.pid("controller"), Signal::SIGKILL).unwrap();
    assert_eq!(up.exit_code(), Some(0));
}

#[test]
fn a_node_that_waits_for_its_next_start_is_not_started_while_stopping() {
    let mut up = Machine::new().up(&["--restart-delay-secs", "8"]);
    up.wait_for_nodes();
    up.let_die("planner");
    up.wait_until("planner is to be started again", |it| {
        it.read("err").contains("starting it again")
    });
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0), "{}", up.read("err"));
    let log = up.log();
    let stopping = log.iter().skip_while(|it| !it.starts_with("told"));
    assert_eq!(
        stopping.filter(|it| it.starts_with("started")).count(),
        0,
        "{log:?}"
    );
}

#[test]
fn no_process_outlives_a_killed_supervisor() {
    let mut up = Machine::new().up(&["--sim"]);
    up.wait_for_nodes();
    up.wait_for("started sim", 1);
    up.signal(Signal::SIGKILL);
    assert_eq!(up.exit_code(), None);
    for name in ["controller", "planner", "perception", "sim"] {
        up.wait_for(&format!("told {name} TERM"), 1);
        up.wait_for(&format!("stopped {name}"), 1);
    }
}

#[test]
fn the_nodes_are_told_what_they_need_to_know() {
    let mut up = Machine::new().up(&[
        "--sim",
        "--seed",
        "3",
        "--config",
        "a.yaml",
        "--overlay",
        "b.yaml",
        "--overlay",
        "c.yaml",
        "--home",
        "my home.yaml",
        "--namespace",
        "ember",
        "--",
        "--ros-args",
        "-r",
        "scan:=front/scan",
    ]);
    up.wait_for_nodes();
    up.wait_for("started sim", 1);
    let (ns, own) = ("-r __ns:=/ember", "-r scan:=front/scan");
    let files = "--config a.yaml --home my home.yaml --overlay b.yaml --overlay c.yaml";
    let time = "--ros-args -p use_sim_time:=true";
    assert_eq!(
        up.call("sim"),
        format!("sim --ros --seed 3 --ros-args {ns} {own}")
    );
    assert_eq!(
        up.call("planner"),
        format!("node planner {files} {time} {ns} {own}")
    );
    assert_eq!(
        up.call("controller"),
        format!("node controller {files} {time} -p ros.publish_robot_tf:=true {ns} {own}")
    );
    let err = up.read("err");
    assert!(
        err.contains("robot_state_publisher is not installed"),
        "{err}"
    );
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0));
}

#[test]
fn a_computer_may_have_some_of_the_nodes() {
    let mut up = Machine::new().up(&["--nodes", "perception"]);
    up.wait_for("started perception", 1);
    assert_eq!(
        up.call("perception"),
        "node perception --ros-args -p use_sim_time:=false"
    );
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0));
    assert_eq!(up.lines("started").len(), 1);
    let err = up.read("err");
    assert!(
        !err.contains("robot_state_publisher"),
        "of no concern here: {err}"
    );

    let mut up = Machine::new().up(&["--composed"]);
    up.wait_for("started composed", 1);
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0));
    assert_eq!(up.lines("started").len(), 1);
}

#[test]
fn an_installed_robot_state_publisher_gets_the_urdf() {
    let machine = Machine::new();
    machine.program("prefix/lib/robot_state_publisher/robot_state_publisher");
    let mut up = machine.up(&[]);
    up.wait_for_nodes();
    up.wait_for("started publisher", 1);
    let call = up.call("publisher");
    let file = PathBuf::from(call.split_once("--params-file ").unwrap().1);
    let text = std::fs::read_to_string(&file).unwrap();
    let parameters: serde_json::Value = serde_json::from_str(&text).unwrap();
    let urdf = &parameters["/**"]["ros__parameters"]["robot_description"];
    assert!(urdf.as_str().unwrap().contains("<robot name=\"ember\""));
    let call = up.call("controller");
    assert!(call.contains("-p ros.publish_robot_tf:=false"), "{call}");
    up.signal(Signal::SIGINT);
    assert_eq!(up.exit_code(), Some(0));
    up.in_order("stopped controller", "told publisher");
    assert!(!file.exists(), "left behind: {}", file.display());
}

#[test]
fn what_cannot_be_started_is_named() {
    let machine = Machine::new();
    std::fs::remove_file(machine.0.path().join("hearth-ros")).unwrap();
    let mut up = machine.up(&[]);
    assert_eq!(up.exit_code(), Some(1));
    let err = up.read("err");
    assert!(
        err.contains("hearth-ros") && err.contains("HEARTH_ROS_BIN"),
        "{err}"
    );
    for wrong in [
        &["--nodes", "percepton"][..],
        &["--nodes", "planner", "--composed"],
        &["--seed", "3"],
        &["--grace-secs", "NaN"],
        &["--quick-deaths", "0"],
    ] {
        let mut up = Machine::new().up(wrong);
        assert_eq!(up.exit_code(), Some(2), "{wrong:?}");
        let err = up.read("err");
        assert!(err.contains(wrong[0]), "{wrong:?}: {err}");
    }
}
