//! The microphone and the loudspeaker as a person has them, by way of cpal and ALSA: a PulseAudio server with a null sink stands for
//! the room. What is played into it, the microphone hears.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_types::Language;
use hearth_voice::MouthConfig;
use hearth_voice::mouth::Mouth;
use hearth_voice::sound::write_wav;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than any machine takes, so that only a failure waits for it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A sound server of its own, whose only loudspeaker leads to its only microphone.
struct Room {
    folder: TempDir,
    server: Child,
}

impl Room {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("socket");
        // ALSA's programs find the server as their default device, as on any desktop.
        std::fs::write(
            folder.path().join("asound.conf"),
            "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n",
        )
        .unwrap();
        let server = Command::new("pulseaudio")
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1"])
            .args(["--disable-shm", "--use-pid-file=no"])
            .arg("-L")
            .arg(format!(
                "module-native-protocol-unix socket={} auth-anonymous=1",
                socket.display()
            ))
            .args(["-L", "module-null-sink sink_name=room rate=48000"])
            .env("HOME", folder.path())
            .env("XDG_RUNTIME_DIR", folder.path())
            .env("PULSE_RUNTIME_PATH", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("apt-get install pulseaudio pulseaudio-utils libasound2-plugins, or ./hearth test, which does");
        let room = Self { folder, server };
        let until = Instant::now() + PATIENCE;
        while !room
            .run("pactl", ["info"])
            .output()
            .unwrap()
            .status
            .success()
        {
            assert!(Instant::now() < until, "PulseAudio does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        room
    }

    /// A program whose sound goes to this room.
    fn run<A: AsRef<OsStr>>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Command {
        let folder = self.folder.path();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("HOME", folder)
            .env("PULSE_SERVER", folder.join("socket"))
            .env("PULSE_RUNTIME_PATH", folder)
            .env("ALSA_CONFIG_PATH", folder.join("asound.conf"));
        command
    }

    /// What a person says, as a file.
    fn spoken(&self, text: &str) -> PathBuf {
        let file = self.folder.path().join("said.wav");
        let mouth = Mouth::new(MouthConfig::default());
        mouth.say_into(&file, text, Language::En).unwrap();
        file
    }

    /// A person says something; returns when it is said.
    fn say(&self, text: &str) {
        let file = self.spoken(text);
        assert!(self.run("paplay", [file]).status().unwrap().success());
    }

    fn dies(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.dies();
    }
}

/// Reads on until a line has this text.
fn line_with(text: &str, lines: &mut BufReader<ChildStdout>) {
    let mut told = String::new();
    while !told.lines().next_back().is_some_and(|it| it.contains(text)) {
        let read = lines.read_line(&mut told).unwrap();
        assert!(read > 0, "no {text:?} in {told}");
    }
}

#[test]
fn what_is_said_into_the_microphone_is_understood_and_a_microphone_that_vanishes_is_told() {
    let mut room = Room::new();
    let mut ears = room
        // So that ears that hear nothing do not listen for ever.
        .run("timeout", ["120", env!("CARGO_BIN_EXE_hearth")])
        .args(["listen", "--mic", "--language", "en"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(ears.stdout.take().unwrap());
    line_with("listening to", &mut lines);

    room.say("Bring me the red cup.");

    line_with("means       bring(the #red_cup, to: speaker)", &mut lines);
    room.dies();
    let mut told = String::new();
    ears.stderr
        .take()
        .unwrap()
        .read_to_string(&mut told)
        .unwrap();
    assert_eq!(ears.wait().unwrap().code(), Some(1), "{told}");
    assert!(
        told.contains("the microphone") && told.contains("is gone"),
        "{told}"
    );
}

#[test]
fn what_the_robot_says_is_heard_in_the_room() {
    let room = Room::new();
    let file = room.spoken("What can you do?");
    let mut recorder = room
        .run(
            "parec",
            ["--raw", "--format=s16le", "--rate=16000", "--channels=1"],
        )
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut recording = recorder.stdout.take().unwrap();
    let recorded = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        recording.read_to_end(&mut bytes).unwrap();
        bytes
    });

    let spoken = room
        .run(
            env!("CARGO_BIN_EXE_hearth"),
            ["listen", "--act", "--speak", "--language", "en"],
        )
        .arg(file)
        .output()
        .unwrap();

    recorder.kill().unwrap();
    recorder.wait().unwrap();
    let bytes = recorded.join().unwrap();
    let told = String::from_utf8_lossy(&spoken.stdout);
    let samples: Vec<f32> = bytes
        .chunks_exact(2)
        .map(|it| f32::from(i16::from_le_bytes([it[0], it[1]])) / 32_768.0)
        .collect();
    let answer = room.folder.path().join("answer.wav");
    write_wav(&answer, &samples).unwrap();
    let heard = room
        .run(env!("CARGO_BIN_EXE_hearth"), ["listen", "--language", "en"])
        .arg(&answer)
        .output()
        .unwrap();
    let heard = String::from_utf8_lossy(&heard.stdout).to_lowercase();
    // Its own words, to the last.
    for word in ["ember", "things", "see"] {
        assert!(heard.contains(word), "{heard} after {told}");
    }
}
