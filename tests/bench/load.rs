//! Requests from wrk, and what it says of them.

use std::net::SocketAddr;
use std::process::Command;

pub struct Load {
    pub rate: f64,
    pub p99: String,
    pub errors: bool,
}

impl Load {
    /// 32 kept-alive connections from one thread, for so many seconds.
    pub fn run(address: SocketAddr, target: &str, cookie: &str, seconds: u32) -> Load {
        Load::of(&format!("http://{address}{target}"), cookie, seconds, 32, true)
    }

    /// So many connections, kept or made anew for each request.
    pub fn of(url: &str, cookie: &str, seconds: u32, connections: u32, kept: bool) -> Load {
        Load::asked(url, &format!("Cookie: {cookie}"), seconds, connections, kept)
    }

    /// The same with the header that says who asks.
    pub fn asked(url: &str, header: &str, seconds: u32, connections: u32, kept: bool) -> Load {
        let last = if kept { "Connection: keep-alive" } else { "Connection: close" };
        let output = Command::new("wrk")
            .args(["-t1", &format!("-c{connections}"), "--latency", &format!("-d{seconds}s")])
            .args(["-H", "Accept-Encoding: gzip", "-H", last, "-H", header, url])
            .output()
            .expect("wrk runs (apt-get install wrk)");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let word = |label: &str| {
            text.lines().find_map(|line| line.trim().strip_prefix(label)).map(|rest| rest.trim().to_owned())
        };
        Load {
            rate: word("Requests/sec:").and_then(|text| text.parse().ok()).unwrap_or(0.0),
            p99: word("99%").unwrap_or_default(),
            errors: text.contains("Non-2xx") || text.contains("Socket errors"),
        }
    }

    pub fn print(&self, name: &str, beside: f64) {
        let errors = if self.errors { ", WITH ERRORS" } else { "" };
        println!("{name:28} {:8.0}/s, ratio {:.2}, p99 {}{errors}", self.rate, self.rate / beside, self.p99);
    }
}
