//! tiny_http behind a private Unix socket: workers that take whole requests from the edge, and give answers back.
//!
//! Only the edge speaks here (the socket lives in a 0700 folder), so what it says of the client is believed.

use super::edge::PROOF_HEADER;
use super::{Answer, Body, Files, Form, Method, Request, multipart};
use crate::base::{Instant, limits, secret};
use flate2::{Compression, write::GzEncoder};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A page is made for one person and sent once: the quick end of gzip.
const PAGE_COMPRESSION: u32 = 3;
/// Below this a page fits in one packet anyway.
const COMPRESS_BYTES_MIN: usize = 860;

/// Bytes of a chunk.
const STREAM_PIECE_BYTES: usize = 32 * 1024;

/// What answers requests; none of its parts fails or panics.
pub struct Answering {
    pub answer: Box<dyn Fn(Request) -> Answer + Send + Sync>,
    /// Whether a request takes long by nature (a password to check): it goes to a lane of its own.
    pub is_slow: Box<dyn Fn(&Request) -> bool + Send + Sync>,
    /// The answer when that lane is full.
    pub busy: Box<dyn Fn(&Request) -> Answer + Send + Sync>,
}

/// How many threads do what.
#[derive(Debug, Clone, Copy)]
pub struct Staff {
    pub workers: usize,
    /// Threads of the slow lane.
    pub slow: usize,
    /// Slow requests that may wait for them.
    pub slow_waiting: usize,
}

impl Staff {
    /// Requests that can be inside at the same time.
    pub fn requests(self) -> usize {
        self.workers + self.slow + self.slow_waiting
    }
}

/// The workers.
pub struct Inside {
    server: Arc<tiny_http::Server>,
    workers: Vec<JoinHandle<()>>,
    slow: Vec<JoinHandle<()>>,
}

/// A slow request on its way from a worker to the lane.
type Slow = (tiny_http::Request, Request);

impl Inside {
    /// Listens on a Unix socket and starts the threads. `now` is asked once a request.
    pub fn start(
        socket: &Path,
        staff: Staff,
        now: impl Fn() -> Instant + Send + Sync + 'static,
        answering: Answering,
    ) -> std::io::Result<Inside> {
        let server = tiny_http::Server::http_unix(socket).map_err(|cause| std::io::Error::other(cause.to_string()))?;
        Inside::of(server, staff, now, answering)
    }

    /// As `start`, for a server that listens already: the benchmark compares with one that faces the network by itself.
    pub fn of(
        server: tiny_http::Server,
        staff: Staff,
        now: impl Fn() -> Instant + Send + Sync + 'static,
        answering: Answering,
    ) -> std::io::Result<Inside> {
        let server = Arc::new(server);
        let now = Arc::new(now);
        let answering = Arc::new(answering);
        let (lane, waiting) = sync_channel::<Slow>(staff.slow_waiting);
        let waiting = Arc::new(Mutex::new(waiting));
        let workers = (1..=staff.workers)
            .map(|number| {
                let (server, answering, now) = (Arc::clone(&server), Arc::clone(&answering), Arc::clone(&now));
                let lane = lane.clone();
                std::thread::Builder::new().name(format!("worker-{number}")).spawn(move || {
                    // `recv` fails when `stop` unblocks it.
                    while let Ok(request) = server.recv() {
                        survive(|| serve(request, now(), &answering, &lane));
                    }
                })
            })
            .collect::<std::io::Result<Vec<_>>>()?;
        let slow = (1..=staff.slow)
            .map(|number| {
                let (waiting, answering) = (Arc::clone(&waiting), Arc::clone(&answering));
                std::thread::Builder::new().name(format!("slow-{number}")).spawn(move || {
                    loop {
                        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
                        // The workers hold the other end: when they have ended, so has this.
                        let Ok((raw, request)) = next else { return };
                        let gzip = request.takes_gzip();
                        survive(|| give(raw, (answering.answer)(request), gzip));
                    }
                })
            })
            .collect::<std::io::Result<Vec<_>>>()?;
        Ok(Inside { server, workers, slow })
    }

    /// Lets everybody finish what they have, then ends them.
    pub fn stop(self) {
        for _ in &self.workers {
            self.server.unblock();
        }
        for thread in self.workers.into_iter().chain(self.slow) {
            let _ = thread.join();
        }
    }
}

/// A thread outlives a panic: what answers catches its own, but a body that is made while it is sent (an export) may fail
/// too. The request ends with the connection, which tells its reader that something is missing.
fn survive(work: impl FnOnce()) {
    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
        log::error!("panic while an answer was given, reference {}", secret::reference());
    }
}

fn serve(mut raw: tiny_http::Request, now: Instant, answering: &Answering, lane: &SyncSender<Slow>) {
    if raw.headers().iter().any(|header| header.field.equiv(PROOF_HEADER)) {
        return give(raw, Answer::status(204), false);
    }
    let request = match understand(&mut raw, now) {
        Ok(request) => request,
        Err(status) if is_interface(raw.url()) => {
            return give(raw, Answer::problem(status, "Demande incomprise", sentence(status).trim()), false);
        }
        Err(status) => return give(raw, Answer::text(status, sentence(status)), false),
    };
    let gzip = request.takes_gzip();
    if !(answering.is_slow)(&request) {
        return give(raw, (answering.answer)(request), gzip);
    }
    if let Err(TrySendError::Full((raw, request)) | TrySendError::Disconnected((raw, request))) =
        lane.try_send((raw, request))
    {
        give(raw, (answering.busy)(&request), gzip);
    }
}

fn give(raw: tiny_http::Request, answer: Answer, gzip: bool) {
    let mut answer = answer;
    compress(&mut answer, gzip);
    if let Err(cause) = send(raw, answer) {
        log::debug!("an answer could not be given: {cause}");
    }
}

/// Whether an address is for other software: it sends JSON there, and is answered in JSON.
pub fn is_interface(path: &str) -> bool {
    path.starts_with("/api/")
}

/// Whether an address is for programs of calendars and address books: they send calendars, cards and XML there.
pub fn is_dav(path: &str) -> bool {
    path.starts_with("/dav/")
}

/// Whether gateways report there what became of an SMS, in a form or in JSON.
fn is_receipt(path: &str) -> bool {
    path.starts_with("/sms/recu/")
}

/// What could not be understood, in a sentence, for requests that no page of ours makes.
fn sentence(status: u16) -> &'static str {
    match status {
        413 => "Ce qui a été envoyé est trop volumineux pour cette page.\n",
        503 => "Plusieurs fichiers arrivent en même temps : réessayez dans quelques secondes.\n",
        415 => {
            "Ce format d’envoi n’est pas pris en charge : envoyez un formulaire ordinaire (du JSON à l’interface), sans compression.\n"
        }
        _ => "Cette demande n’a pas pu être comprise : une partie de son adresse ou de son contenu est mal codée.\n",
    }
}

/// The request as rooms see it, or the status that refuses it.
fn understand(raw: &mut tiny_http::Request, now: Instant) -> Result<Request, u16> {
    let method = match raw.method() {
        tiny_http::Method::Get => Method::Get,
        tiny_http::Method::Head => Method::Head,
        tiny_http::Method::Post => Method::Post,
        tiny_http::Method::Options => Method::Options,
        tiny_http::Method::Put => Method::Put,
        tiny_http::Method::Delete => Method::Delete,
        other => match other.as_str() {
            "PROPFIND" => Method::PropFind,
            "PROPPATCH" => Method::PropPatch,
            "REPORT" => Method::Report,
            "MKCALENDAR" => Method::MkCalendar,
            _ => Method::Other,
        },
    };
    let headers: Vec<(String, String)> = raw
        .headers()
        .iter()
        .map(|header| (header.field.as_str().as_str().to_ascii_lowercase(), header.value.as_str().to_owned()))
        .collect();
    let header = |name: &str| headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    let (path, raw_query) = raw.url().split_once('?').unwrap_or((raw.url(), ""));
    let path = super::form::decode(path, false).ok_or(400u16)?;
    let query = Form::parse(raw_query).ok_or(400u16)?;
    let raw_query = raw_query.to_owned();
    let client = header("x-permanence-client").and_then(|text| text.parse().ok());
    let https = header("x-permanence-scheme") == Some("https");
    let mut files = Files::default();
    let mut json = String::new();
    let mut sent = String::new();
    let boundary = header("content-type").and_then(multipart::boundary);
    let machine = is_interface(&path) || (is_receipt(&path) && says_json(header("content-type")));
    let form = if is_dav(&path) {
        uncoded(header("content-encoding"))?;
        sent = body(raw, limits::DAV_BYTES_MAX)?;
        Form::default()
    } else if method == Method::Post && machine && boundary.is_none() {
        json_type(header("content-type"), header("content-encoding"))?;
        json = body(raw, limits::FORM_BYTES_MAX)?;
        Form::default()
    } else if let Some(boundary) = boundary
        && method == Method::Post
    {
        let leave = multipart::Leave::take().ok_or(503u16)?;
        uncoded(header("content-encoding"))?;
        let mut body = Vec::new();
        raw.as_reader().take(limits::UPLOAD_BYTES_MAX + 1).read_to_end(&mut body).map_err(|_| 400u16)?;
        if body.len() as u64 > limits::UPLOAD_BYTES_MAX {
            return Err(413);
        }
        let (form, brought) = multipart::read(body, &boundary, leave).ok_or(400u16)?;
        files = brought;
        form
    } else if method == Method::Post {
        form_type(header("content-type"), header("content-encoding"))?;
        Form::parse(&body(raw, limits::FORM_BYTES_MAX)?).ok_or(400u16)?
    } else {
        Form::default()
    };
    Ok(Request {
        now,
        method,
        path,
        raw_query,
        query,
        form,
        files,
        json,
        body: sent,
        client: client.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        https,
        headers,
        parts: Vec::new(),
    })
}

/// A text of so many bytes at the most.
fn body(raw: &mut tiny_http::Request, bytes_max: u64) -> Result<String, u16> {
    let mut body = Vec::new();
    raw.as_reader().take(bytes_max + 1).read_to_end(&mut body).map_err(|_| 400u16)?;
    if body.len() as u64 > bytes_max {
        return Err(413);
    }
    String::from_utf8(body).map_err(|_| 400u16)
}

/// JSON is UTF-8 whatever its type says (RFC 8259, 8.1); an empty POST may say nothing of its type.
fn json_type(kind: Option<&str>, coding: Option<&str>) -> Result<(), u16> {
    uncoded(coding)?;
    let essence = |kind: &str| kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if kind.is_none_or(|kind| essence(kind) == "application/json") { Ok(()) } else { Err(415) }
}

fn says_json(kind: Option<&str>) -> bool {
    kind.is_some() && json_type(kind, None).is_ok()
}

fn uncoded(coding: Option<&str>) -> Result<(), u16> {
    if coding.is_some_and(|coding| !coding.eq_ignore_ascii_case("identity")) { Err(415) } else { Ok(()) }
}

/// Only ordinary forms are read here; an empty POST may say nothing of its type.
fn form_type(kind: Option<&str>, coding: Option<&str>) -> Result<(), u16> {
    uncoded(coding)?;
    let Some(kind) = kind else { return Ok(()) };
    let mut parts = kind.split(';').map(str::trim);
    if !parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")) {
        return Err(415);
    }
    let utf8 = parts
        .filter_map(|part| part.split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    if utf8 { Ok(()) } else { Err(415) }
}

fn compress(answer: &mut Answer, gzip: bool) {
    let compressed = match &answer.body {
        Body::Text(text) if text.len() >= COMPRESS_BYTES_MIN && answer.header("Content-Encoding").is_none() => {
            if gzip {
                gzipped(text.as_bytes())
            } else {
                None
            }
        }
        _ => return,
    };
    answer.set("Vary", "Accept-Encoding");
    if let Some(bytes) = compressed {
        answer.body = Body::Bytes(bytes.into());
        answer.set("Content-Encoding", "gzip");
    }
}

/// A page compressed as it is sent. `None` can't happen, since writing into memory does not fail; the page would go out as it is.
pub fn gzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::new(PAGE_COMPRESSION));
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn send(raw: tiny_http::Request, answer: Answer) -> std::io::Result<()> {
    let headers: Vec<tiny_http::Header> = answer
        .headers
        .iter()
        .filter_map(|(name, value)| tiny_http::Header::from_bytes(name.as_bytes(), value.as_bytes()).ok())
        .collect();
    let status = tiny_http::StatusCode(answer.status);
    let (reader, length): (Box<dyn Read + Send>, usize) = match answer.body {
        Body::Empty => (Box::new(std::io::empty()), 0),
        Body::Text(text) => {
            let length = text.len();
            (Box::new(std::io::Cursor::new(text.into_bytes())), length)
        }
        Body::Bytes(bytes) => {
            let length = bytes.len();
            (Box::new(std::io::Cursor::new(bytes)), length)
        }
        Body::Shared(bytes) => {
            let length = bytes.len();
            (Box::new(std::io::Cursor::new(bytes)), length)
        }
        Body::Stream(reader) => return stream(raw.into_writer(), status, &headers, reader),
    };
    let response = tiny_http::Response::new(status, headers, reader, Some(length), None);
    // Whole in memory already: chunks would only hide its length.
    raw.respond(response.with_chunked_threshold(usize::MAX))
}

/// Sends a body of unknown length in chunks (RFC 9112, 7.1). When its making fails half way, what follows is no chunk: the
/// edge then breaks the connection, so that half a file is never taken for a whole one. tiny_http would end it in order.
fn stream(
    mut out: Box<dyn Write + Send>,
    status: tiny_http::StatusCode,
    headers: &[tiny_http::Header],
    mut body: Box<dyn Read + Send>,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} {}\r\n", status.0, status.default_reason_phrase());
    for header in headers {
        head.push_str(&format!("{header}\r\n"));
    }
    head.push_str(&format!("Date: {}\r\n", super::answer::date()));
    head.push_str("Transfer-Encoding: chunked\r\n\r\n");
    out.write_all(head.as_bytes())?;
    let mut piece = vec![0; STREAM_PIECE_BYTES];
    loop {
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body.read(&mut piece)));
        let failed = match read {
            Ok(Ok(0)) => {
                out.write_all(b"0\r\n\r\n")?;
                return out.flush();
            }
            Ok(Ok(count)) => {
                write!(out, "{count:x}\r\n")?;
                out.write_all(piece.get(..count).unwrap_or_default())?;
                out.write_all(b"\r\n")?;
                continue;
            }
            Ok(Err(cause)) if cause.kind() == std::io::ErrorKind::Interrupted => continue,
            Ok(Err(cause)) => cause.to_string(),
            Err(_) => "it panicked".to_owned(),
        };
        log::error!("a body broke off while it was sent, reference {}: {failed}", secret::reference());
        out.write_all(b"broken off\r\n")?;
        return out.flush();
    }
}
