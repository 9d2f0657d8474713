//! Strangers who guess passwords from thousands of addresses, so that no limit per network spares the server the work.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Strangers at the door at a time: more than may wait for a check.
const STRANGERS: u32 = 128;

/// What became of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Knocks {
    /// Checked, and refused.
    pub refused: u32,
    /// Told to come back later, unchecked.
    pub sent_away: u32,
}

/// Guesses for so many seconds, each time another login from another address of 127.0.0.0/8.
pub fn knock(address: SocketAddr, seconds: u64) -> Knocks {
    let (refused, sent_away, number) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    let end = Instant::now() + Duration::from_secs(seconds);
    std::thread::scope(|scope| {
        for _ in 0..STRANGERS {
            scope.spawn(|| {
                while Instant::now() < end {
                    let number = number.fetch_add(1, Ordering::Relaxed);
                    match guess(address, number) {
                        Some(422) => refused.fetch_add(1, Ordering::Relaxed),
                        Some(503) => sent_away.fetch_add(1, Ordering::Relaxed),
                        _ => 0,
                    };
                }
            });
        }
    });
    Knocks { refused: refused.into_inner(), sent_away: sent_away.into_inner() }
}

/// One guess; the status of its answer.
fn guess(address: SocketAddr, number: u32) -> Option<u16> {
    let [_, a, b, c] = number.to_be_bytes();
    let from = SocketAddr::from(([127, a + 1, b, c.max(1)], 0));
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).ok()?;
    socket.bind(&from.into()).ok()?;
    socket.connect(&address.into()).ok()?;
    let mut stream = std::net::TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let body = format!("identifiant=inconnu{number}&pass=un+essai+parmi+d%27autres");
    let head = format!(
        "POST /connexion HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}
