//! A mail server of the stories (`mailserver.py`), and an SMS gateway: what left the house is looked at from outside.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// No mail of a story takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running aiosmtpd.
pub struct MailServer {
    child: Child,
    pub port: u16,
    mails: Receiver<Value>,
}

impl MailServer {
    pub fn start(arguments: &[&str]) -> MailServer {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut child = Command::new("python3")
            .arg(folder.join("tests/support/mailserver.py"))
            .args(arguments)
            .env("PYTHONPATH", folder.join("target/test-tools/python"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 runs");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let first = lines.next().expect("it says its port (tests/run installs aiosmtpd)").expect("text");
        let port = first.strip_prefix("port ").and_then(|port| port.parse().ok()).expect("a port");
        let (send, mails) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if send.send(serde_json::from_str(&line).expect("JSON")).is_err() {
                    return;
                }
            }
        });
        MailServer { child, port, mails }
    }

    /// The next mail that it takes.
    pub fn mail(&self) -> Value {
        self.mails.recv_timeout(PATIENCE).expect("a mail arrives")
    }

    /// All that it has taken and nobody has looked at, once nothing came for a moment.
    pub fn rest(&self) -> Vec<Value> {
        let mut all = Vec::new();
        while let Ok(mail) = self.mails.recv_timeout(Duration::from_millis(300)) {
            all.push(mail);
        }
        all
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A gateway that answers each request with the next of its answers (the last one again and again).
pub struct Gateway {
    pub port: u16,
    requests: Receiver<String>,
}

impl Gateway {
    pub fn start(answers: &'static [&'static str]) -> Gateway {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (send, requests) = channel();
        std::thread::spawn(move || {
            for (count, stream) in listener.incoming().enumerate() {
                let Ok(mut stream) = stream else { return };
                let mut bytes = Vec::new();
                let mut piece = [0; 4096];
                while let Ok(count) = stream.read(&mut piece) {
                    bytes.extend_from_slice(&piece[..count]);
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    let length = head
                        .lines()
                        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
                        .and_then(|text| text.trim().parse().ok())
                        .unwrap_or(0);
                    if body.len() >= length || count == 0 {
                        break;
                    }
                }
                let answer = answers[count.min(answers.len() - 1)];
                let _ = stream.write_all(answer.as_bytes());
                if send.send(String::from_utf8_lossy(&bytes).into_owned()).is_err() {
                    return;
                }
            }
        });
        Gateway { port, requests }
    }

    /// The next request as it came.
    pub fn request(&self) -> String {
        self.requests.recv_timeout(PATIENCE).expect("a request arrives")
    }
}

/// Waits until something is so.
pub fn until(what: &str, is_so: impl Fn() -> bool) {
    let started = std::time::Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
