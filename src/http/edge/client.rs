//! One connection from the network, and where its request stands.

use super::PROOF_HEADER;
use super::head::Head;
use super::spool::Spool;
use mio::net::TcpStream;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Shutdown};
use std::time::Instant;

/// How bytes come and go. TLS will be another kind, over the same socket.
pub enum Transport {
    Plain(TcpStream),
}

impl Transport {
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Transport::Plain(socket) => socket.read(into),
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Transport::Plain(socket) => socket.write(bytes),
        }
    }

    /// Says that nothing more will come from us.
    pub fn end_writing(&mut self) {
        match self {
            Transport::Plain(socket) => {
                let _ = socket.shutdown(Shutdown::Write);
            }
        }
    }

    pub fn encrypted(&self) -> bool {
        match self {
            Transport::Plain(_) => false,
        }
    }

    pub fn socket(&mut self) -> &mut TcpStream {
        match self {
            Transport::Plain(socket) => socket,
        }
    }
}

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
    /// The head is understood, the body is coming.
    Body { pending: Box<Pending>, left: u64, started: Instant },
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
    /// When this connection began to be without a whole head.
    pub headless_since: Instant,
    /// When the first byte of the head came; `None` while idle.
    pub head_since: Option<Instant>,
    /// When the reader last took something, or had nothing to take.
    pub wrote: Instant,
    pub keep_alive: bool,
    /// The other side will send nothing more.
    pub ended: bool,
    /// There may be bytes in the socket that nobody has read, since reading stopped before it was empty.
    pub unread: bool,
}

/// What reading brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    Bytes(usize),
    Nothing,
    /// The end, or an error that is as good as one.
    End,
}

impl Client {
    pub fn new(socket: TcpStream, address: IpAddr, now: Instant) -> Client {
        Client {
            transport: Transport::Plain(socket),
            address,
            state: State::Head,
            buffer: Vec::new(),
            looked: 0,
            out: Spool::default(),
            headless_since: now,
            head_since: None,
            wrote: now,
            keep_alive: true,
            ended: false,
            unread: false,
        }
    }

    /// Reads what is there into a buffer that all connections share.
    pub fn read(&mut self, shared: &mut [u8]) -> Came {
        loop {
            match self.transport.read(shared) {
                Ok(0) => {
                    self.ended = true;
                    return Came::End;
                }
                Ok(count) => {
                    self.unread = count == shared.len();
                    return Came::Bytes(count);
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {
                    self.unread = false;
                    return Came::Nothing;
                }
                Err(_) => {
                    self.ended = true;
                    return Came::End;
                }
            }
        }
    }

    /// Sends what waits, as far as the reader takes it. `false`: the connection is broken.
    pub fn flush(&mut self, now: Instant) -> bool {
        loop {
            let front = match self.out.front() {
                Ok([]) => {
                    self.wrote = now;
                    return true;
                }
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
                    self.wrote = now;
                }
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
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

    /// Whether it could be shut to make room: nothing whole has come from it.
    pub fn is_headless(&self) -> bool {
        matches!(self.state, State::Head) && self.out.is_empty()
    }
}
