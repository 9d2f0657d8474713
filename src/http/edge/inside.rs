//! One kept-alive connection to the workers, and the answer that comes back over it.

use super::chunks::Chunks;
use super::client::Pending;
use super::limits::ANSWER_HEAD_BYTES_MAX;
use mio::net::UnixStream;
use std::io::{self, Read, Write};

/// A request on its way through.
pub struct Work {
    /// Whose it is; `None` when they have gone and the answer is only let run out.
    pub client: Option<usize>,
    pub pending: Box<Pending>,
    /// Bytes of the head that have gone inside.
    pub head_sent: usize,
    pub answer: AnswerPart,
    /// Reading stops while the reader outside is too far behind.
    pub paused: bool,
}

/// How far an answer has come.
pub enum AnswerPart {
    Head(Vec<u8>),
    Length(u64),
    Chunks { chunks: Chunks, plain: bool },
    Done,
}

/// A place in the pool; the connection is made when it is first needed.
#[derive(Default)]
pub struct Inside {
    pub socket: Option<UnixStream>,
    pub work: Option<Work>,
}

/// What became of sending or reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Went {
    On,
    /// The connection is broken.
    Broken,
}

impl Inside {
    /// Sends what is left of the request.
    pub fn send(&mut self) -> Went {
        let (Some(socket), Some(work)) = (&mut self.socket, &mut self.work) else { return Went::On };
        loop {
            let head = &work.pending.head.bytes[work.head_sent..];
            let in_head = !head.is_empty();
            let front = if in_head {
                head
            } else {
                match work.pending.body.front() {
                    Ok(front) => front,
                    Err(_) => return Went::Broken,
                }
            };
            if front.is_empty() {
                return Went::On;
            }
            match socket.write(front) {
                Ok(count) if in_head => work.head_sent += count,
                Ok(0) => return Went::Broken,
                Ok(count) => work.pending.body.take(count),
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                // A socket that is still connecting says the one or the other.
                Err(cause) if matches!(cause.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected) => {
                    return Went::On;
                }
                Err(_) => return Went::Broken,
            }
        }
    }

    /// Reads once. `Ok(None)`: nothing there now.
    pub fn read(&mut self, shared: &mut [u8]) -> io::Result<Option<usize>> {
        let Some(socket) = &mut self.socket else { return Ok(None) };
        loop {
            match socket.read(shared) {
                Ok(count) => return Ok(Some(count)),
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) if matches!(cause.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::NotConnected) => {
                    return Ok(None);
                }
                Err(cause) => return Err(cause),
            }
        }
    }
}

/// The answer makes no sense.
#[derive(Debug)]
pub struct Senseless;

impl Work {
    /// A request of which nothing has been sent.
    pub fn new(client: Option<usize>, pending: Box<Pending>) -> Work {
        Work { client, pending, head_sent: 0, answer: AnswerPart::Head(Vec::new()), paused: false }
    }

    /// Takes bytes of the answer; what goes to the client is appended to `out`. Bytes beyond the answer are none of ours.
    /// `close` says whether the connection outside ends after it.
    pub fn take(&mut self, bytes: &[u8], close: bool, out: &mut Vec<u8>) -> Result<(), Senseless> {
        let mut rest = bytes;
        let mut from_head: Vec<u8>;
        if let AnswerPart::Head(so_far) = &mut self.answer {
            so_far.extend_from_slice(bytes);
            if so_far.len() > ANSWER_HEAD_BYTES_MAX {
                return Err(Senseless);
            }
            let Some(end) = super::head::end(so_far, 0) else { return Ok(()) };
            from_head = std::mem::take(so_far);
            let body = from_head.split_off(end);
            self.answer = self.answer_head(&from_head, close, out)?;
            from_head = body;
            rest = &from_head;
        }
        match &mut self.answer {
            AnswerPart::Length(left) => {
                let here = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                out.extend_from_slice(&rest[..here]);
                *left -= here as u64;
                if *left == 0 {
                    self.answer = AnswerPart::Done;
                }
            }
            AnswerPart::Chunks { chunks, plain } => {
                let count = if *plain {
                    chunks.follow(rest, Some(out)).map_err(|_| Senseless)?
                } else {
                    let count = chunks.follow(rest, None).map_err(|_| Senseless)?;
                    out.extend_from_slice(&rest[..count]);
                    count
                };
                debug_assert!(count <= rest.len());
                if chunks.done() {
                    self.answer = AnswerPart::Done;
                }
            }
            AnswerPart::Head(_) | AnswerPart::Done => {}
        }
        Ok(())
    }

    /// Writes the head of the answer anew for the client; how its body is cut.
    fn answer_head(&self, raw: &[u8], close: bool, out: &mut Vec<u8>) -> Result<AnswerPart, Senseless> {
        let mut headers = [httparse::EMPTY_HEADER; 96];
        let mut response = httparse::Response::new(&mut headers);
        let Ok(httparse::Status::Complete(_)) = response.parse(raw) else { return Err(Senseless) };
        let code = response.code.ok_or(Senseless)?;
        let mut length = None;
        let mut chunked = false;
        let request = &self.pending.head;
        let _ = write!(out, "HTTP/1.1 {code} {}\r\n", response.reason.unwrap_or(""));
        for header in response.headers.iter() {
            let is = |name: &str| header.name.eq_ignore_ascii_case(name);
            if is("content-length") {
                length = std::str::from_utf8(header.value).ok().and_then(|text| text.trim().parse::<u64>().ok());
            } else if is("transfer-encoding") {
                chunked = true;
            } else if !(is("connection") || is("keep-alive") || is("server") || is("trailer") || is("upgrade")) {
                out.extend_from_slice(header.name.as_bytes());
                out.extend_from_slice(b": ");
                out.extend_from_slice(header.value);
                out.extend_from_slice(b"\r\n");
            }
        }
        let bodiless = request.headless_answer || matches!(code, 204 | 304);
        let part = if bodiless {
            if let Some(length) = length.filter(|_| code != 204) {
                let _ = write!(out, "Content-Length: {length}\r\n");
            }
            AnswerPart::Done
        } else if chunked {
            if !request.old {
                out.extend_from_slice(b"Transfer-Encoding: chunked\r\n");
            }
            AnswerPart::Chunks { chunks: Chunks::new(), plain: request.old }
        } else {
            let length = length.ok_or(Senseless)?;
            let _ = write!(out, "Content-Length: {length}\r\n");
            if length == 0 { AnswerPart::Done } else { AnswerPart::Length(length) }
        };
        let ends = close || !request.keep_alive || (request.old && chunked);
        if ends {
            out.extend_from_slice(b"Connection: close\r\n");
        } else if request.old {
            out.extend_from_slice(b"Connection: keep-alive\r\n");
        }
        out.extend_from_slice(b"\r\n");
        Ok(part)
    }

    /// Whether the connection outside may serve another request after this answer.
    pub fn keeps_alive(&self, close: bool) -> bool {
        let request = &self.pending.head;
        let unbounded = request.old && matches!(self.answer, AnswerPart::Chunks { .. });
        request.keep_alive && !close && !unbounded
    }
}
