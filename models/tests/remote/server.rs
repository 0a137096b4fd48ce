//! A server for one request.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// What the server does with the request.
pub enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Keeps the connection open and says nothing.
    Never,
    /// Starts well and goes on with a byte now and then, forever.
    Drip,
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, &body.to_string())
    }

    pub fn text(status: u16, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes(),
        )
    }

    pub fn redirect(to: &str) -> Self {
        Self::Bytes(
            format!("HTTP/1.1 302 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes(),
        )
    }

    pub fn raw(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

/// What the client sent.
pub struct Request {
    pub line: String,
    headers: Vec<String>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.headers.iter().filter_map(|it| it.split_once(": "));
        pairs
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|it| it.1)
    }
}

pub struct Server {
    port: u16,
    requests: Receiver<Request>,
}

impl Server {
    pub fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (sender, requests) = channel();
        // Ends with the test's process where nobody connects.
        thread::spawn(move || {
            let connection = listener.accept().expect("a connection").0;
            serve(connection, &reply, &sender);
        });
        Self { port, requests }
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }

    pub fn request(&self) -> Request {
        self.requests.recv().expect("a request")
    }

    pub fn was_left_alone(&self) -> bool {
        self.requests.try_recv().is_err()
    }
}

fn serve(mut connection: TcpStream, reply: &Reply, requests: &Sender<Request>) {
    let mut reader = BufReader::new(connection.try_clone().expect("a second handle"));
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim_end().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let mut request = Request {
        line: lines.remove(0),
        headers: lines,
        body: String::new(),
    };
    let length = request
        .header("content-length")
        .and_then(|it| it.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("the body");
    request.body = String::from_utf8(body).expect("text");
    let _ = requests.send(request);
    match reply {
        // The client may have closed before all is sent.
        Reply::Bytes(bytes) => drop(connection.write_all(bytes)),
        Reply::Never => drop(reader.read(&mut [0])),
        Reply::Drip => drip(connection),
    }
}

/// Until the client is gone.
fn drip(mut connection: TcpStream) {
    let mut next: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
    while connection.write_all(next).is_ok() {
        next = b" ";
        thread::sleep(std::time::Duration::from_millis(20));
    }
}
