//! Many connections from many places of the loopback, and the honest visitor among them.

use super::browser::Page;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// No answer takes longer while anything is attacked: liveness, not speed. What the edge achieves is in the benchmark.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection from 127.0.`network`.`host`.
pub fn connect_from(network: u8, host: u8, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&SocketAddr::from(([127, 0, network, host], 0)).into())?;
    socket.connect(&to.into())?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Connections from the addresses of one network, so many from each, each of which has sent `first`.
pub fn crowd(network: u8, addresses: u8, each: usize, to: SocketAddr, first: &[u8]) -> Vec<TcpStream> {
    let mut all = Vec::new();
    for host in 1..=addresses {
        for _ in 0..each {
            let mut stream = connect_from(network, host, to).expect("the server listens");
            let _ = stream.write_all(first);
            all.push(stream);
        }
    }
    all
}

/// Somebody who goes on working: page after page, each over a connection of its own or over one that is kept.
pub struct Visitor {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<Vec<Duration>>,
}

impl Visitor {
    /// Asks for `target` again and again, from an address of her own.
    pub fn working(to: SocketAddr, target: &str, cookie: &str) -> Visitor {
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        let request = |last: &str| format!("GET {target} HTTP/1.1\r\nHost: {to}\r\nCookie: {cookie}\r\n{last}\r\n");
        let (kept, closed) = (request(""), request("Connection: close\r\n"));
        let thread = std::thread::spawn(move || {
            let mut times = Vec::new();
            let mut connection = connect_from(9, 9, to).expect("the server listens");
            while !end.load(Ordering::SeqCst) {
                let started = Instant::now();
                connection.write_all(kept.as_bytes()).expect("a kept connection takes a request");
                assert_eq!(read_one(&mut connection).status, 200);
                times.push(started.elapsed());
                let started = Instant::now();
                let mut other = connect_from(9, 9, to).expect("the server listens");
                other.write_all(closed.as_bytes()).expect("a new connection takes a request");
                assert_eq!(read_one(&mut other).status, 200);
                times.push(started.elapsed());
                std::thread::sleep(Duration::from_millis(10));
            }
            times
        });
        Visitor { ended, thread }
    }

    /// Ends her day, which must have gone well: every page came, in time.
    pub fn went_home_content(self) {
        self.ended.store(true, Ordering::SeqCst);
        let times = self.thread.join().expect("the honest visitor got every page");
        assert!(times.len() >= 2, "she got some work done: {}", times.len());
    }
}

/// Reads one answer whose length is said.
pub fn read_one(stream: &mut impl Read) -> Page {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        let count = stream.read(&mut byte).expect("an answer in time");
        assert_eq!(count, 1, "ended in a head: {}", String::from_utf8_lossy(&head));
        head.push(byte[0]);
    }
    let mut page = Page::parse(&head);
    let length = page.header("content-length").map_or(0, |length| length.parse().expect("a length"));
    page.bytes = vec![0; length];
    stream.read_exact(&mut page.bytes).expect("a whole answer in time");
    page
}
