//! One connection from the network, and where its request stands.

use super::PROOF_HEADER;
use super::head::Head;
use super::limits as limit;
use super::spool::Spool;
use super::transport::Transport;
use crate::http::inside::is_interface;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// A request that is whole, or will be when its body has come.
#[derive(Debug)]
pub struct Pending {
    pub head: Head,
    pub body: Spool,
}

impl Pending {
    /// A question of our own, which the workers answer by themselves.
    pub fn proof() -> Pending {
        let bytes = format!("HEAD / HTTP/1.1\r\nHost: edge\r\n{PROOF_HEADER}: 1\r\n\r\n").into_bytes();
        Pending {
            head: Head { bytes, headless_answer: true, keep_alive: true, ..Head::default() },
            body: Spool::default(),
        }
    }
}

/// Where a connection stands.
#[derive(Debug)]
pub enum State {
    /// Idle, or in the middle of a head.
    Head,
    /// The head is understood, the body is coming; since when, and when something of it came last.
    Body { pending: Box<Pending>, left: u64, started: Instant, came: Instant },
    /// Whole; waits for a connection inside.
    Waiting(Box<Pending>),
    /// A worker has it; by the number of the inside connection.
    Served(usize),
    /// The answer is all here and going out.
    Flushing,
    /// Refused: what still comes is dropped for a moment, so that the refusal is read.
    Lingering { until: Instant, left: usize },
}

/// One connection.
pub struct Client {
    pub transport: Transport,
    pub address: IpAddr,
    pub state: State,
    /// What came and is not understood yet: a part of a head, or requests sent ahead.
    pub buffer: Vec<u8>,
    /// Bytes of `buffer` in which the end of a head was looked for already.
    pub looked: usize,
    pub out: Spool,
    /// What of `out` is in the loop's accounts: bytes in memory, bytes in a file.
    pub counted: (u64, u64),
    /// When this connection began to be without a whole head.
    pub headless_since: Instant,
    /// When the first byte of the head came; `None` while idle.
    pub head_since: Option<Instant>,
    /// When the reader last took something, or had nothing to take.
    pub wrote: Instant,
    /// Since when there has always been something for the reader to take, and the bytes taken since.
    pub taking_since: Instant,
    pub taken: u64,
    /// Whether a whole request ever came over it.
    pub known: bool,
    pub keep_alive: bool,
    /// The request said that it is the last: nothing is to come that would have to be read before the end.
    pub asked_end: bool,
    /// The other side will send nothing more than what has come already; no event tells when that has been read.
    pub hung_up: bool,
    /// There may be bytes in the socket that nobody has read, since reading stopped before it was empty.
    pub unread: bool,
    /// It stands in the queue of those who are read when all others have been served.
    pub queued: bool,
}

/// What reading brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    Bytes(usize),
    Nothing,
    /// Nothing for us in much that came, and perhaps there is more.
    Later,
    /// The end, or an error that is as good as one.
    End,
}

impl Client {
    pub fn new(transport: Transport, address: IpAddr, now: Instant) -> Client {
        Client {
            transport,
            address,
            state: State::Head,
            buffer: Vec::new(),
            looked: 0,
            out: Spool::default(),
            counted: (0, 0),
            headless_since: now,
            head_since: None,
            wrote: now,
            taking_since: now,
            taken: 0,
            known: false,
            keep_alive: true,
            asked_end: false,
            hung_up: false,
            unread: false,
            queued: false,
        }
    }

    /// Reads what is there into a buffer that all connections share.
    pub fn read(&mut self, shared: &mut [u8]) -> Came {
        match self.transport.read(shared) {
            Ok(0) => Came::End,
            Ok(count) => {
                // Of what lies behind TLS a short read says nothing.
                self.unread = count == shared.len() || self.hung_up || self.transport.encrypted();
                Came::Bytes(count)
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => Came::Later,
            Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {
                self.unread = false;
                Came::Nothing
            }
            Err(_) => Came::End,
        }
    }

    /// Whether there is something that the reader has not taken.
    pub fn has_output(&self) -> bool {
        !self.out.is_empty() || self.transport.holds_back()
    }

    /// Something is about to be sent: if nothing was, the reader's time begins.
    pub fn will_send(&mut self, now: Instant) {
        if !self.has_output() {
            self.wrote = now;
            self.taking_since = now;
            self.taken = 0;
        }
    }

    /// Whether the reader has gone, or takes so little that it might as well have.
    pub fn stalls(&self, now: Instant) -> bool {
        let since = |moment: Instant| now.saturating_duration_since(moment);
        let allowed = limit::STALLED_TIME_MAX + Duration::from_secs(self.taken / limit::READER_BYTES_PER_S_MIN);
        self.has_output() && (since(self.wrote) > limit::STALLED_TIME_MAX || since(self.taking_since) > allowed)
    }

    /// Sends what waits, as far as the reader takes it. `false`: the connection is broken.
    pub fn flush(&mut self, now: Instant) -> bool {
        loop {
            let front = match self.out.front() {
                Ok([]) => break,
                Ok(front) => front,
                Err(cause) => {
                    log::warn!("edge: a spooled answer could not be read back: {cause}");
                    return false;
                }
            };
            match self.transport.write(front) {
                Ok(0) => return false,
                Ok(count) => {
                    self.out.take(count);
                    self.taken += count as u64;
                    self.wrote = now;
                }
                Err(cause) => return cause.kind() == io::ErrorKind::WouldBlock,
            }
        }
        match self.transport.flush() {
            Ok(()) => {
                self.wrote = now;
                true
            }
            Err(cause) => cause.kind() == io::ErrorKind::WouldBlock,
        }
    }

    /// Forgets what was understood of the buffer; an empty one gives its memory back.
    pub fn consume(&mut self, count: usize) {
        self.buffer.drain(..count);
        self.looked = 0;
        if self.buffer.is_empty() {
            self.buffer = Vec::new();
        }
    }

    /// Whether what came, as far as it came, is asked by other software: then it is refused in its own words.
    pub fn asks_the_interface(&self) -> bool {
        let head = match &self.state {
            State::Body { pending, .. } | State::Waiting(pending) => &pending.head.bytes,
            _ => &self.buffer,
        };
        let target = head.split(|byte| *byte == b' ').nth(1).unwrap_or(&[]);
        std::str::from_utf8(target.get(..5).unwrap_or(&[])).is_ok_and(is_interface)
    }

    /// Whether nothing whole has come from it that is not answered.
    pub fn is_headless(&self) -> bool {
        matches!(self.state, State::Head) && self.out.is_empty()
    }

    /// Who goes first when there is no room for all, the least first: who was refused already; who never sent a whole request,
    /// the oldest first; who is idle after one; who is long at sending a body; who is long at taking an answer. `None`: who
    /// waits for us is never shut out.
    pub fn standing(&self) -> Option<(Standing, Instant)> {
        match &self.state {
            State::Lingering { until, .. } => Some((Standing::Refused, *until)),
            State::Head if self.known => Some((Standing::Idle, self.headless_since)),
            State::Head => Some((Standing::Unknown, self.headless_since)),
            State::Body { started, .. } => Some((Standing::Sending, *started)),
            State::Waiting(_) | State::Served(_) | State::Flushing if self.has_output() => {
                Some((Standing::Taking, self.taking_since))
            }
            State::Waiting(_) | State::Served(_) | State::Flushing => None,
        }
    }
}

/// See `Client::standing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Refused,
    Unknown,
    Idle,
    Sending,
    Taking,
}
