//! How bytes come and go: as they are, or through TLS over the same socket.

use super::challenges::PROTOCOL;
use super::limits::TLS_READS_AT_ONCE;
use mio::net::TcpStream;
use rustls::ServerConnection;
use std::io::{self, Read, Write};
use std::net::Shutdown;

/// Enciphered at a time: one record. No more waits enciphered than this, so that what a reader leaves lying is counted where
/// it waits in clear.
const PIECE_BYTES: usize = 16 * 1024;

/// A socket, and what lies over it.
pub struct Transport {
    socket: TcpStream,
    session: Option<Box<ServerConnection>>,
    /// Nothing has come yet over a connection that should be encrypted.
    untouched: bool,
}

impl Transport {
    pub fn new(socket: TcpStream, session: Option<Box<ServerConnection>>) -> Transport {
        Transport { socket, untouched: session.is_some(), session }
    }

    pub fn encrypted(&self) -> bool {
        self.session.is_some()
    }

    /// Whether the two sides are still agreeing on keys.
    pub fn handshaking(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.is_handshaking())
    }

    /// Whether some of what was taken by `write` has not gone out.
    pub fn holds_back(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.wants_write())
    }

    /// Reads what there is for us. `Interrupted`: much has come and none of it for us; there may be more.
    pub fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.untouched && self.speaks_plainly()? {
            self.session = None;
        }
        let Some(session) = &mut self.session else { return patiently(|| self.socket.read(into)) };
        for _ in 0..TLS_READS_AT_ONCE {
            match session.reader().read(into) {
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
            if patiently(|| session.read_tls(&mut self.socket))? == 0 {
                return Ok(0);
            }
            let understood = session.process_new_packets();
            // Our part of the handshake, or why there will be none.
            match send(session, &mut self.socket) {
                Err(cause) if cause.kind() != io::ErrorKind::WouldBlock => return Err(cause),
                _ => {}
            }
            understood.map_err(|cause| io::Error::new(io::ErrorKind::InvalidData, cause))?;
            // An authority has seen what it wanted; over such a connection nothing else is said (RFC 8737, section 3).
            if !session.is_handshaking() && session.alpn_protocol() == Some(PROTOCOL) {
                return Ok(0);
            }
        }
        Err(io::ErrorKind::Interrupted.into())
    }

    /// Somebody who types http:// with the port of HTTPS sends a letter first, where TLS begins with a 22 (RFC 8446, 5.1).
    /// They are understood in clear, which is enough to send them on.
    fn speaks_plainly(&mut self) -> io::Result<bool> {
        let mut first = [0];
        let count = patiently(|| self.socket.peek(&mut first))?;
        self.untouched = false;
        Ok(count == 1 && first[0].is_ascii_uppercase())
    }

    /// Takes some bytes for sending. `WouldBlock`: what was taken before has not gone out.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(session) = &mut self.session else { return patiently(|| self.socket.write(bytes)) };
        send(session, &mut self.socket)?;
        let count = session.writer().write(&bytes[..bytes.len().min(PIECE_BYTES)])?;
        match send(session, &mut self.socket) {
            Err(cause) if cause.kind() != io::ErrorKind::WouldBlock => Err(cause),
            _ => Ok(count),
        }
    }

    /// Sends what `write` took and could not send. `WouldBlock`: not all went.
    pub fn flush(&mut self) -> io::Result<()> {
        match &mut self.session {
            Some(session) => send(session, &mut self.socket),
            None => Ok(()),
        }
    }

    /// Says that nothing more will come from us.
    pub fn end_writing(&mut self) {
        if let Some(session) = &mut self.session {
            session.send_close_notify();
            let _ = send(session, &mut self.socket);
        }
        let _ = self.socket.shutdown(Shutdown::Write);
    }
}

fn send(session: &mut ServerConnection, socket: &mut TcpStream) -> io::Result<()> {
    while session.wants_write() {
        if patiently(|| session.write_tls(socket))? == 0 {
            return Err(io::ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}

/// A call that a signal interrupted is made again.
fn patiently<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
