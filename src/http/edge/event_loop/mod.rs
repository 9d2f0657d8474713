//! The loop: reads, hands inside, hands back. Beside it: who comes in and who must leave, in `doors`; bodies
//! that come, in `bodies`; what goes out, in `answers`.

mod answers;
mod bodies;
mod doors;

use super::addresses::Addresses;
use super::client::{Came, Client, Pending, State};
use super::head::{self, Context};
use super::inside::{AnswerPart, Inside, Went, Work};
use super::limits as limit;
use super::refusals::Refusal;
use super::seldom::Seldom;
use super::spool::Spool;
use super::tls::Offer;
use super::{Listener, Orders, Settings};
use mio::net::UnixStream;
use mio::{Events, Interest, Poll, Token};
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

pub const WAKER: Token = Token(0);
const LISTENERS: usize = 1;
const INSIDES: usize = 1_000;
const CLIENTS: usize = 10_000;

/// Read at once from any socket.
const SHARED_BYTES: usize = 64 * 1024;
/// Accepted in one go, so that a flood does not starve those who are in.
const ACCEPTS_AT_ONCE: usize = 64;
/// After a failure to accept.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

pub struct EventLoop {
    poll: Poll,
    listeners: Vec<Listener>,
    settings: Settings,
    /// What is offered over TLS, where it is spoken.
    offer: Option<Offer>,
    /// Where browsers that come in clear are sent: the port of HTTPS.
    secure_port: Option<u16>,
    folder: PathBuf,
    orders: Arc<Orders>,
    clients: Vec<Option<Client>>,
    free: Vec<usize>,
    open: usize,
    /// As many as the limits and the system's descriptors allow.
    connections_max: usize,
    addresses: Addresses,
    insides: Vec<Inside>,
    /// Connected, proven, without work.
    idle_insides: Vec<usize>,
    /// Not connected.
    closed_insides: Vec<usize>,
    /// Connected a moment ago; its proof has not come back. One at a time.
    proving: Option<usize>,
    waiting: VecDeque<usize>,
    shared: Vec<u8>,
    bodies_held: u64,
    bodies_spooled: u64,
    answers_held: u64,
    answers_spooled: u64,
    /// Files in which bodies and answers wait, and how many there may be.
    files: usize,
    files_max: usize,
    /// Who is read when all others have been served: handshakes, and who sends very much.
    later: VecDeque<usize>,
    not_accepted: Seldom,
    not_reached: Seldom,
    /// A descriptor kept back: given up for a moment, it lets a connection be accepted and closed when there are no more.
    spare: Option<File>,
    /// When listeners that could not accept all are asked again.
    accept_again: Option<Instant>,
    ends_at: Option<Instant>,
}

impl EventLoop {
    pub fn new(
        poll: Poll,
        mut listeners: Vec<Listener>,
        settings: Settings,
        offer: Option<Offer>,
        orders: Arc<Orders>,
    ) -> io::Result<EventLoop> {
        for (place, listener) in listeners.iter_mut().enumerate() {
            poll.registry().register(&mut listener.socket, Token(LISTENERS + place), Interest::READABLE)?;
        }
        let folder = settings.inside.parent().unwrap_or(Path::new("/")).to_owned();
        let count = settings.inside_connections.max(1);
        let (connections_max, files_max) = doors::room(count);
        let secure = listeners.iter().find(|listener| listener.encrypted);
        Ok(EventLoop {
            poll,
            secure_port: secure.map(|listener| listener.socket.local_addr()).transpose()?.map(|address| address.port()),
            listeners,
            folder,
            orders,
            clients: Vec::new(),
            free: Vec::new(),
            open: 0,
            connections_max,
            addresses: Addresses::default(),
            insides: (0..count).map(|_| Inside::default()).collect(),
            idle_insides: Vec::new(),
            closed_insides: (0..count).rev().collect(),
            proving: None,
            waiting: VecDeque::new(),
            shared: vec![0; SHARED_BYTES],
            bodies_held: 0,
            bodies_spooled: 0,
            answers_held: 0,
            answers_spooled: 0,
            files: 0,
            files_max,
            later: VecDeque::new(),
            not_accepted: Seldom::default(),
            not_reached: Seldom::default(),
            spare: File::open("/dev/null").ok(),
            accept_again: None,
            ends_at: None,
            settings,
            offer,
        })
    }

    pub fn run(&mut self) {
        let mut events = Events::with_capacity(1024);
        let mut next_tick = Instant::now() + limit::TICK;
        loop {
            let next = self.accept_again.map_or(next_tick, |moment| moment.min(next_tick));
            let patience = match self.later.is_empty() {
                true => next.saturating_duration_since(Instant::now()),
                false => Duration::ZERO,
            };
            if let Err(cause) = self.poll.poll(&mut events, Some(patience))
                && cause.kind() != io::ErrorKind::Interrupted
            {
                log::error!("edge: the system's poll fails: {cause}");
                return;
            }
            let now = Instant::now();
            for event in &events {
                match event.token().0 {
                    token if token >= CLIENTS => {
                        let client = token - CLIENTS;
                        if event.is_writable() {
                            self.client_writable(client, now);
                        }
                        if event.is_readable() || event.is_read_closed() || event.is_error() {
                            self.client_woke(client, event.is_read_closed(), now);
                        }
                    }
                    token if token >= INSIDES => self.inside_ready(token - INSIDES, now),
                    token if token >= LISTENERS => self.accept(token - LISTENERS, now),
                    _ => self.hear_orders(now),
                }
            }
            self.serve_later(now);
            if self.accept_again.is_some_and(|moment| now >= moment) {
                self.accept_again = None;
                for listener in 0..self.listeners.len() {
                    self.accept(listener, now);
                }
            }
            if now >= next_tick {
                self.tick(now);
                next_tick = now + limit::TICK;
            }
            if self.ends_at.is_some_and(|end| now >= end || !self.in_flight()) {
                return;
            }
        }
    }

    fn hear_orders(&mut self, now: Instant) {
        let Some(grace) = self.orders.grace() else { return };
        if self.ends_at.is_some() {
            return;
        }
        self.ends_at = Some(now + grace);
        self.listeners.clear();
        for client in 0..self.clients.len() {
            if self.clients[client].as_ref().is_some_and(Client::is_headless) {
                self.close(client);
            }
        }
    }

    fn in_flight(&self) -> bool {
        self.clients.iter().flatten().any(|client| !client.is_headless())
    }

    /// Bytes have come from somebody: read now, or after all others if they cost much.
    fn client_woke(&mut self, place: usize, hung_up: bool, now: Instant) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        client.hung_up |= hung_up;
        if client.transport.handshaking() { self.read_later(place) } else { self.client_readable(place, now) }
    }

    fn read_later(&mut self, place: usize) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        client.unread = true;
        if !std::mem::replace(&mut client.queued, true) {
            self.later.push_back(place);
        }
    }

    /// Reads those who were put off, for a slice of time.
    fn serve_later(&mut self, now: Instant) {
        let end = Instant::now() + limit::LATER_SLICE;
        for _ in 0..self.later.len() {
            let Some(place) = self.later.pop_front() else { return };
            if let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) {
                client.queued = false;
                self.client_readable(place, now);
            }
            if Instant::now() >= end {
                return;
            }
        }
    }

    fn client_readable(&mut self, place: usize, now: Instant) {
        for _ in 0..limit::READS_AT_ONCE {
            let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
            match client.state {
                // One request at a time: what is sent ahead stays in the socket.
                State::Waiting(_) | State::Served(_) | State::Flushing => {
                    client.unread = true;
                    return;
                }
                State::Head | State::Body { .. } | State::Lingering { .. } => {}
            }
            match client.read(&mut self.shared) {
                Came::Nothing => return,
                Came::Later => break,
                Came::End => {
                    self.close(place);
                    return;
                }
                Came::Bytes(count) => self.take_in(place, count, now),
            }
            let done = self.clients.get(place).and_then(Option::as_ref).is_none_or(|client| !client.unread);
            if done {
                return;
            }
        }
        self.read_later(place);
    }

    /// Bytes have come, in `shared`.
    fn take_in(&mut self, place: usize, count: usize, now: Instant) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        match &mut client.state {
            State::Lingering { left, .. } => match left.checked_sub(count) {
                Some(rest) => *left = rest,
                None => self.close(place),
            },
            State::Body { .. } => {
                let bytes = self.shared[..count].to_vec();
                self.body_bytes(place, &bytes, now);
            }
            _ => {
                client.head_since.get_or_insert(now);
                client.buffer.extend_from_slice(&self.shared[..count]);
                self.advance(place, now);
            }
        }
    }

    /// Understands as much of a connection's buffer as can be now.
    fn advance(&mut self, place: usize, now: Instant) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        if !matches!(client.state, State::Head) || client.buffer.is_empty() {
            return;
        }
        // An empty line before a request is skipped (RFC 9112, 2.2); many are no request's beginning.
        let empty = client.buffer.chunks(2).take_while(|two| two == b"\r\n").count();
        if empty > limit::EMPTY_LINES_MAX {
            self.refuse(place, Refusal::Malformed, now);
            return;
        }
        if empty > 0 {
            client.consume(2 * empty);
        }
        let Some(end) = head::end(&client.buffer, client.looked) else {
            let refusal = head::early_refusal(&client.buffer, client.looked);
            client.looked = client.buffer.len();
            if let Some(refusal) = refusal {
                self.refuse(place, refusal, now);
            }
            return;
        };
        let context = Context {
            peer: client.address,
            encrypted: client.transport.encrypted(),
            public_name: self.settings.public_name.as_deref(),
            trusted_proxies: &self.settings.trusted_proxies,
            body_bytes_max: self.settings.body_bytes_max,
            secure_port: self.secure_port,
            awaiting: self.offer.as_ref().is_some_and(|offer| !offer.certificates.is_there()),
            challenges: &self.settings.challenges,
            stays_plain: self.settings.stays_plain,
        };
        let head = match head::read(&client.buffer[..end], &context) {
            Ok(head) => head,
            Err(refusal) => {
                self.refuse(place, refusal, now);
                return;
            }
        };
        if let Some(answer) = &head.at_once {
            self.answer_at_once(place, answer, head.headless_answer, now);
            return;
        }
        client.consume(end);
        client.head_since = None;
        client.keep_alive = head.keep_alive;
        client.asked_end = !head.keep_alive;
        let left = head.body_bytes;
        if head.expects_continue && client.buffer.is_empty() {
            client.will_send(now);
            // Where even these bytes don't go out at once, nobody waits for them.
            if !matches!(client.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n"), Ok(25)) {
                self.close(place);
                return;
            }
        }
        let pending = Box::new(Pending { head, body: Spool::default() });
        client.state = State::Body { pending, left, started: now, came: now };
        // What was sent ahead stays where it is when there is no body before it.
        let bytes = if left > 0 { std::mem::take(&mut client.buffer) } else { Vec::new() };
        self.body_bytes(place, &bytes, now);
    }

    /// Gives waiting requests to free connections inside, and has one more made where none is free.
    fn hand_inside(&mut self, now: Instant) {
        while let Some(inside) = self.idle_insides.last().copied() {
            let Some(place) = self.waiting.pop_front() else { return };
            let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { continue };
            if !matches!(client.state, State::Waiting(_)) {
                continue;
            }
            let State::Waiting(pending) = std::mem::replace(&mut client.state, State::Served(inside)) else { continue };
            self.idle_insides.pop();
            self.forget_body(&pending.body);
            self.insides[inside].work = Some(Work::new(Some(place), pending));
            if self.insides[inside].send() == Went::Broken {
                self.inside_broke(inside, now);
            }
        }
        if !self.waiting.is_empty() && self.proving.is_none() {
            self.connect_inside(now);
        }
    }

    /// Connects one more place of the pool, and proves it by a question of our own. tiny_http gives a new connection to a
    /// thread that it believes idle; when two come at the same moment the second may wait for that thread for ever. So
    /// only one at a time is new, and nobody's request goes over it before it has answered.
    fn connect_inside(&mut self, now: Instant) {
        let Some(inside) = self.closed_insides.pop() else { return };
        let connected = UnixStream::connect(&self.settings.inside).and_then(|mut socket| {
            let both = Interest::READABLE | Interest::WRITABLE;
            self.poll.registry().register(&mut socket, Token(INSIDES + inside), both)?;
            Ok(socket)
        });
        self.proving = Some(inside);
        self.insides[inside].work = Some(Work::new(None, Box::new(Pending::proof())));
        let sent = match connected {
            Ok(socket) => {
                self.insides[inside].socket = Some(socket);
                self.insides[inside].send()
            }
            Err(cause) => {
                if let Some(more) = self.not_reached.is_due(now) {
                    log::error!("edge: the workers can't be reached ({more} more before): {cause}");
                }
                Went::Broken
            }
        };
        if sent == Went::Broken {
            self.inside_broke(inside, now);
        }
    }

    fn inside_ready(&mut self, inside: usize, now: Instant) {
        if self.insides[inside].send() == Went::Broken {
            self.inside_broke(inside, now);
            return;
        }
        loop {
            if self.insides[inside].work.as_ref().is_some_and(|work| work.paused) {
                return;
            }
            match self.insides[inside].read(&mut self.shared) {
                Ok(None) => return,
                Ok(Some(0)) | Err(_) => {
                    self.inside_broke(inside, now);
                    return;
                }
                Ok(Some(count)) => {
                    self.answer_bytes(inside, count, now);
                    if count < self.shared.len() && self.insides[inside].work.is_none() {
                        return;
                    }
                }
            }
        }
    }

    /// Bytes of an answer have come, in `shared`.
    fn answer_bytes(&mut self, inside: usize, count: usize, now: Instant) {
        let close = self.ends_at.is_some();
        let Some(work) = &mut self.insides[inside].work else {
            // Bytes that nobody asked for.
            self.inside_broke(inside, now);
            return;
        };
        let mut out = Vec::with_capacity(count + 64);
        if work.take(&self.shared[..count], close, &mut out).is_err() {
            log::error!("edge: an answer from inside makes no sense");
            self.inside_broke(inside, now);
            return;
        }
        let keep_alive = work.keeps_alive(close);
        let done = matches!(work.answer, AnswerPart::Done);
        let client = work.client;
        if let Some(place) = client {
            self.give_out(place, inside, &out, now);
        }
        if done {
            self.inside_done(inside, client, keep_alive, now);
        }
    }

    /// An answer is complete: the connection inside is free again.
    fn inside_done(&mut self, inside: usize, client: Option<usize>, keep_alive: bool, now: Instant) {
        let sent_whole = self.insides[inside]
            .work
            .take()
            .is_some_and(|work| work.head_sent == work.pending.head.bytes.len() && work.pending.body.is_empty());
        if self.proving == Some(inside) {
            self.proving = None;
        }
        if sent_whole {
            self.idle_insides.push(inside);
        } else {
            // An answer before its request was all there: what is left of it must not begin the next.
            self.drop_inside(inside);
        }
        if let Some(place) = client
            && let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut)
        {
            client.keep_alive = keep_alive;
            client.state = State::Flushing;
            self.after_answer(place, now);
        }
        self.hand_inside(now);
    }

    fn drop_inside(&mut self, inside: usize) {
        if let Some(mut socket) = self.insides[inside].socket.take() {
            let _ = self.poll.registry().deregister(&mut socket);
        }
        self.idle_insides.retain(|idle| *idle != inside);
        self.closed_insides.push(inside);
    }

    /// The connection inside is gone. A harmless request that had no answer yet is sent once more, over another.
    fn inside_broke(&mut self, inside: usize, now: Instant) {
        self.drop_inside(inside);
        let work = self.insides[inside].work.take();
        if self.proving == Some(inside) {
            self.proving = None;
            // Nobody is there to work: who waits longest is told so, and the next one has another try.
            if let Some(place) = self.waiting.pop_front() {
                self.refuse(place, Refusal::InsideBroken, now);
            }
        } else if let Some(mut work) = work
            && let Some(place) = work.client
        {
            let unanswered = matches!(&work.answer, AnswerPart::Head(bytes) if bytes.is_empty());
            if let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) {
                if unanswered && work.pending.head.repeatable {
                    work.pending.head.repeatable = false;
                    client.state = State::Waiting(work.pending);
                    self.waiting.push_front(place);
                } else if unanswered {
                    client.state = State::Waiting(work.pending);
                    self.refuse(place, Refusal::InsideBroken, now);
                } else {
                    // Half an answer can't be mended; the cut connection says so.
                    client.state = State::Flushing;
                    self.close(place);
                }
            }
        }
        self.hand_inside(now);
    }
}
