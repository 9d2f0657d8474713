//! The binary itself, as a person at a terminal runs it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_permanence");

/// What a command said.
#[derive(Debug, Clone)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs a command on a data folder to its end.
pub fn permanence(data: &Path, arguments: &[&str]) -> Run {
    permanence_with(data, arguments, &[])
}

/// As `permanence`, with more in its environment.
pub fn permanence_with(data: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let output = Command::new(BINARY)
        .args(arguments)
        .arg("--data-dir")
        .arg(data)
        .env("HOME", "/nonexistent")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A server as a process of its own.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
    /// All it said before it was ready.
    pub said: String,
}

impl Process {
    /// Starts `permanence ARGUMENTS` on a free port and waits until it says where it listens.
    pub fn start(arguments: &[&str], data: Option<&Path>) -> Process {
        Process::start_by(Command::new(BINARY), arguments, data)
    }

    /// As `start`, with more in its environment.
    pub fn start_with(arguments: &[&str], data: Option<&Path>, environment: &[(&str, &str)]) -> Process {
        let mut command = Command::new(BINARY);
        command.envs(environment.iter().copied());
        Process::start_by(command, arguments, data)
    }

    /// As `start`, with all that it says on standard error in a file.
    pub fn start_logging(arguments: &[&str], data: &Path, log: &Path) -> Process {
        let log = std::fs::File::create(log).expect("a file for the log");
        Process::start_to(Command::new(BINARY), arguments, Some(data), log.into())
    }

    /// As `start`, with so many descriptors at the most.
    pub fn start_limited(arguments: &[&str], data: &Path, descriptors: u32) -> Process {
        let mut command = Command::new("prlimit");
        command.args([&format!("--nofile={descriptors}:{descriptors}"), BINARY]);
        Process::start_by(command, arguments, Some(data))
    }

    fn start_by(command: Command, arguments: &[&str], data: Option<&Path>) -> Process {
        Process::start_to(command, arguments, data, Stdio::null())
    }

    fn start_to(command: Command, arguments: &[&str], data: Option<&Path>, log: Stdio) -> Process {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
        Process::start_there(command, arguments, data, log, port)
    }

    /// As `start`, where another one listened before.
    pub fn start_at(address: SocketAddr, arguments: &[&str], data: &Path) -> Process {
        Process::start_there(Command::new(BINARY), arguments, Some(data), Stdio::null(), address)
    }

    fn start_there(
        mut command: Command,
        arguments: &[&str],
        data: Option<&Path>,
        log: Stdio,
        port: SocketAddr,
    ) -> Process {
        command.args(arguments).args(["--listen", &port.to_string()]);
        if let Some(data) = data {
            command.arg("--data-dir").arg(data);
        }
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut said = String::new();
        while !said.contains("Ctrl+C") {
            let line = lines.next().expect("it says that it is ready").expect("text");
            said.push_str(&line);
            said.push('\n');
        }
        Process { child, address: port, said }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM; the exit code.
    pub fn end(mut self) -> Option<i32> {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        self.child.wait().ok().and_then(|status| status.code())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
