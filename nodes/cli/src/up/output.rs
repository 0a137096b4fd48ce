//! The processes' lines, each with the name of who wrote it.

use crossbeam_channel::{Receiver, Sender, bounded};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::time::{Duration, Instant};

/// Lines longer than this are cut in pieces: a process that writes no line end must not fill the memory.
const LONGEST_LINE: u64 = 16 * 1024;
/// ANSI colours that can be read on dark and on light: cyan, green, yellow, magenta, blue.
const COLOURS: [u8; 5] = [36, 32, 33, 35, 34];

/// Where a line goes.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Out,
    Err,
}

/// Says something in the supervisor's own name.
pub(super) fn say(text: &str) {
    write(Stream::Err, format!("hearth: {text}\n").as_bytes());
}

/// Passes on what the processes write.
pub(super) struct Output {
    width: usize,
    open: Sender<()>,
    closed: Receiver<()>,
}

impl Output {
    /// Names are padded to `width`.
    pub(super) fn new(width: usize) -> Self {
        let (open, closed) = bounded(0);
        Self {
            width,
            open,
            closed,
        }
    }

    /// Passes on what comes out of `pipe`, on a thread of its own, until it is closed.
    pub(super) fn pass_on(
        &self,
        name: &str,
        index: usize,
        stream: Stream,
        pipe: impl Read + Send + 'static,
    ) -> std::io::Result<()> {
        let prefix = prefix(name, self.width, colour(index, stream));
        let open = self.open.clone();
        std::thread::Builder::new()
            .name(format!("output of {name}"))
            .spawn(move || {
                pump(&prefix, stream, pipe);
                drop(open);
            })
            .map(drop)
    }

    /// Waits until all has been passed on; not for long, as a process's own children may keep a pipe open.
    pub(super) fn finish(self) {
        let Self { open, closed, .. } = self;
        drop(open);
        // Nothing is ever sent: this returns when the last thread has dropped its end.
        let _ = closed.recv_deadline(Instant::now() + Duration::from_secs(1));
    }
}

fn pump(prefix: &[u8], stream: Stream, pipe: impl Read) {
    let mut pipe = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        line.clear();
        line.extend_from_slice(prefix);
        match (&mut pipe).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
        if line.last() != Some(&b'\n') {
            line.push(b'\n');
        }
        write(stream, &line);
    }
}

fn prefix(name: &str, width: usize, colour: Option<u8>) -> Vec<u8> {
    match colour {
        Some(colour) => format!("\x1b[{colour}m{name:width$} |\x1b[0m "),
        None => format!("{name:width$} | "),
    }
    .into_bytes()
}

fn colour(index: usize, stream: Stream) -> Option<u8> {
    let is_terminal = match stream {
        Stream::Out => std::io::stdout().is_terminal(),
        Stream::Err => std::io::stderr().is_terminal(),
    };
    (is_terminal && std::env::var_os("NO_COLOR").is_none()).then(|| COLOURS[index % COLOURS.len()])
}

/// In one piece, so that lines of several processes do not mix. A reader that went away is no reason to stop a robot.
fn write(stream: Stream, line: &[u8]) {
    let _ = match stream {
        Stream::Out => {
            let mut out = std::io::stdout().lock();
            out.write_all(line).and_then(|()| out.flush())
        }
        Stream::Err => std::io::stderr().lock().write_all(line),
    };
}
