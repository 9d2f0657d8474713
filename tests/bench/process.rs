//! The release binary and nginx, as processes of ours: started on the loopback, ended by their pid.

use crate::browser::Browser;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const BINARY: &str = env!("CARGO_BIN_EXE_permanence");
pub const PASSWORD: &str = "permanence-demo";

/// A running `permanence serve`.
pub struct Served {
    child: Child,
    pub address: SocketAddr,
    /// From the start of the process to its first answer.
    pub first_answer: Duration,
}

pub fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

impl Served {
    pub fn start(data: &Path) -> Served {
        Served::start_with(data, &[])
    }

    /// As `start`, with more on the command line.
    pub fn start_with(data: &Path, more: &[&str]) -> Served {
        Served::start_in(data, more, &[])
    }

    /// As `start_with`, with more in its environment.
    pub fn start_in(data: &Path, more: &[&str], environment: &[(&str, &str)]) -> Served {
        let address = free_port();
        let started = Instant::now();
        let child = Command::new(BINARY)
            .args(["serve", "--listen", &address.to_string(), "--data-dir"])
            .arg(data)
            .args(more)
            .env("PERMANENCE_LOG_LEVEL", "warn")
            .envs(environment.iter().copied())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        while std::net::TcpStream::connect(address).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "the server does not answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(Browser::new(address).get("/sante").status, 200);
        Served { child, address, first_answer: started.elapsed() }
    }

    pub fn sign_in(&self, login: &str) -> Browser {
        let mut browser = Browser::new(self.address);
        let page = browser.post("/connexion", &[("identifiant", login), ("pass", PASSWORD)]);
        assert_eq!(page.status, 303, "{}", page.text());
        browser
    }

    /// A durable write, so that a kill has something to repair.
    pub fn write_something(&self) {
        self.sign_in("banc");
    }

    /// Lets what the load left settle.
    pub fn idle(&self) {
        std::thread::sleep(Duration::from_secs(2));
    }

    pub fn resident_mb(&self) -> f64 {
        self.status_mb("VmRSS:")
    }

    /// The most that was resident since the start, or since `forget_peak`.
    pub fn peak_mb(&self) -> f64 {
        self.status_mb("VmHWM:")
    }

    /// proc(5), `/proc/pid/clear_refs`: 5 resets the peak.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("the peak is forgotten");
    }

    /// Seconds of a processor that it has used so far, in the kernel too (proc(5), `/proc/pid/stat`: utime and stime).
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or("");
        let ticks: f64 =
            after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok()).sum();
        // A tick of these fields is a hundredth of a second on every Linux (USER_HZ).
        ticks / 100.0
    }

    fn status_mb(&self, name: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("0");
        let kib: f64 = line.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or(0.0);
        kib / 1000.0 * 1.024
    }

    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    pub fn stop(mut self) {
        end(&mut self.child);
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

fn end(child: &mut Child) {
    if let Ok(None) = child.try_wait() {
        let _ = Command::new("kill").arg(child.id().to_string()).status();
        let _ = child.wait();
    }
}

/// nginx with one static file, precompressed.
pub struct Nginx {
    child: Child,
    pub address: SocketAddr,
}

impl Nginx {
    pub fn start(folder: &Path, bytes: &[u8]) -> Nginx {
        let _ = std::fs::create_dir_all(folder);
        let folder: PathBuf = folder.canonicalize().expect("the folder is there");
        std::fs::write(folder.join("page"), bytes).expect("the file is written");
        let address = free_port();
        let configuration = format!(
            "user root; daemon off; worker_processes auto; pid {0}/pid; error_log stderr warn;\n\
             events {{ worker_connections 1024; }}\n\
             http {{ access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on;\n\
             client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f; uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;\n\
             server {{ listen {address}; root {0}; default_type text/html; add_header Content-Encoding gzip; }} }}\n",
            folder.display()
        );
        std::fs::write(folder.join("nginx.conf"), configuration).expect("the configuration is written");
        let mut child = Command::new("nginx")
            .arg("-e")
            .arg("stderr")
            .arg("-c")
            .arg(folder.join("nginx.conf"))
            .stderr(Stdio::piped())
            .spawn()
            .expect("nginx runs (apt-get install nginx-light)");
        let started = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            if started.elapsed() > Duration::from_secs(10) {
                let complaint = child.stderr.take().map(BufReader::new).and_then(|lines| lines.lines().next());
                panic!("nginx does not answer: {complaint:?}");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Nginx { child, address }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}
