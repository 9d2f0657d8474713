//! The edge: what stands between the network and the workers.
//!
//! One thread, one loop. It owns the public listeners, keeps slow and hostile clients away from the workers, and relays
//! whole, checked requests over a private Unix socket to `tiny_http`, through a fixed pool of kept-alive connections;
//! `tiny_http` itself has no time-outs and no limits, and never faces the network.
//!
//! - A head is read strictly and written anew; what two readers could understand differently is refused.
//! - Nothing goes inside before it is whole; an answer is taken off the worker's hands as fast as it comes.
//! - Every limit is a constant in `limits`.
//!
//! Never here: routes, sessions, pages of the house.

mod addresses;
pub mod challenges;
pub mod chunks;
mod client;
mod event_loop;
pub mod head;
mod inside;
pub mod limits;
mod refusals;
mod seldom;
mod spool;
pub mod tls;
mod transport;

use challenges::Challenges;
use event_loop::EventLoop;
use mio::net::TcpListener;
use mio::{Poll, Waker};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Marks the edge's own question to a new connection inside. Headers of this family never come from outside.
pub const PROOF_HEADER: &str = "X-Permanence-Proof";

/// What the edge needs to know.
pub struct Settings {
    /// Port 0 lets the system choose.
    pub listen: Vec<SocketAddr>,
    /// Where set, browsers that come by `listen` are sent on to HTTPS.
    pub tls: Option<tls::Settings>,
    /// What is shown to an authority that asks for proofs.
    pub challenges: Arc<Challenges>,
    /// Where it is written how HTTPS goes.
    pub board: Arc<tls::board::Board>,
    /// Addresses that answer in clear all the same.
    pub stays_plain: fn(path: &str) -> bool,
    /// The Unix socket of the workers, in a folder that only we may enter; bodies are spooled beside it.
    pub inside: PathBuf,
    /// How many requests may be inside at the same time: as many as there are workers.
    pub inside_connections: usize,
    /// Where set, requests under another name are refused.
    pub public_name: Option<String>,
    /// Whose `X-Forwarded-*` are believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The longest body that an address takes.
    pub body_bytes_max: fn(method: &str, path: &str) -> u64,
}

/// A running edge.
pub struct Edge {
    addresses: Vec<SocketAddr>,
    secure_addresses: Vec<SocketAddr>,
    orders: Arc<Orders>,
    thread: JoinHandle<()>,
}

/// A door to the network.
struct Listener {
    socket: TcpListener,
    encrypted: bool,
}

/// What the loop is told from outside: nothing yet, or how many milliseconds are left to finish.
pub(crate) struct Orders {
    grace_ms: AtomicU64,
    waker: Waker,
}

const GO_ON: u64 = u64::MAX;

impl Orders {
    /// How long what is in flight may still take, once the end was ordered.
    pub(crate) fn grace(&self) -> Option<Duration> {
        match self.grace_ms.load(Ordering::Acquire) {
            GO_ON => None,
            ms => Some(Duration::from_millis(ms)),
        }
    }
}

impl Edge {
    /// Reads the certificate, binds every address, then starts the loop. An error says what could not be read, or names the
    /// address that could not be had.
    pub fn start(settings: Settings) -> io::Result<Edge> {
        let poll = Poll::new()?;
        let offer = settings
            .tls
            .as_ref()
            .map(|tls| tls::Offer::new(tls, Arc::clone(&settings.challenges), Arc::clone(&settings.board)));
        let offer = offer.transpose().map_err(io::Error::other)?;
        if let (Some(offer), Some(name)) = (&offer, &settings.public_name) {
            offer.certificates.check_name(name);
        }
        let secure = settings.tls.iter().flat_map(|tls| &tls.listen);
        let wanted =
            settings.listen.iter().map(|address| (*address, false)).chain(secure.map(|address| (*address, true)));
        let mut listeners = Vec::new();
        let (mut addresses, mut secure_addresses) = (Vec::new(), Vec::new());
        for (address, encrypted) in wanted {
            let socket = bind(address)
                .and_then(prepared)
                .map_err(|cause| io::Error::new(cause.kind(), Unbound { address, cause }))?;
            let had = socket.local_addr()?;
            if encrypted {
                secure_addresses.push(had)
            } else {
                addresses.push(had)
            }
            listeners.push(Listener { socket, encrypted });
        }
        let waker = Waker::new(poll.registry(), event_loop::WAKER)?;
        let orders = Arc::new(Orders { grace_ms: AtomicU64::new(GO_ON), waker });
        let mut event_loop = EventLoop::new(poll, listeners, settings, offer, Arc::clone(&orders))?;
        let thread = std::thread::Builder::new().name("edge".into()).spawn(move || event_loop.run())?;
        Ok(Edge { addresses, secure_addresses, orders, thread })
    }

    /// Where it listens in clear, ports filled in.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where it listens by HTTPS.
    pub fn secure_addresses(&self) -> &[SocketAddr] {
        &self.secure_addresses
    }

    /// Stops accepting, lets what is in flight finish within `grace`, closes everything.
    pub fn stop(self, grace: Duration) {
        let ms = u64::try_from(grace.as_millis()).unwrap_or(GO_ON - 1).min(GO_ON - 1);
        self.orders.grace_ms.store(ms, Ordering::Release);
        let _ = self.orders.waker.wake();
        let _ = self.thread.join();
    }
}

/// Binds one address. « All addresses » means IPv4 alone on a machine without IPv6.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    match TcpListener::bind(address) {
        Err(cause) if address.ip() == IpAddr::V6(Ipv6Addr::UNSPECIFIED) && cause.kind() != io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port()))).map_err(|_| cause)
        }
        other => other,
    }
}

/// Lets many wait at the door: where the queue is full the system drops whoever knocks, and an honest visitor knocks again after
/// a whole second. And has what is written sent at once, which accepted sockets inherit (tcp(7) on Linux): no piece of an
/// answer waits for the acknowledgement of the one before.
fn prepared(listener: TcpListener) -> io::Result<TcpListener> {
    let (descriptor, on) = (listener.as_raw_fd(), 1i32);
    // SAFETY: the descriptor is the listener's own and open; listen(2) on a socket that listens changes its queue only, and
    // setsockopt(2) reads the four bytes of `on`.
    let done = unsafe {
        libc::listen(descriptor, limits::QUEUE_MAX) == 0
            && libc::setsockopt(descriptor, libc::IPPROTO_TCP, libc::TCP_NODELAY, (&raw const on).cast(), 4) == 0
    };
    if done { Ok(listener) } else { Err(io::Error::last_os_error()) }
}

/// An address that could not be had, with the system's reason.
#[derive(Debug)]
pub struct Unbound {
    pub address: SocketAddr,
    cause: io::Error,
}

impl std::fmt::Display for Unbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.address, self.cause)
    }
}

impl std::error::Error for Unbound {}
