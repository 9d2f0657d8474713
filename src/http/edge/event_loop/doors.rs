//! Who comes in, who is shut out, and who has had their time.

use super::super::client::{Client, Standing, State};
use super::super::limits as limit;
use super::super::refusals::Refusal;
use super::super::transport::Transport;
use super::{ACCEPT_PAUSE, ACCEPTS_AT_ONCE, CLIENTS, EventLoop};
use mio::net::TcpStream;
use mio::{Interest, Token};
use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Shut out together when all places are taken: looking through all for each newcomer would be a flood's own help.
const SHED_AT_ONCE: usize = 32;

/// How many connections the edge may hold, and how many files beside them: the limits, or what the system's descriptors leave
/// beside both ends of each connection inside. The soft limit is raised to the hard one first, as any process may.
pub(super) fn room(inside_connections: usize) -> (usize, usize) {
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls only read or write the structure that is ours.
    let descriptors = unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limits) != 0 {
            return (limit::CONNECTIONS_MAX, limit::CONNECTIONS_MAX);
        }
        let raised = libc::rlimit { rlim_cur: limits.rlim_max, ..limits };
        if libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) == 0 { raised.rlim_cur } else { limits.rlim_cur }
    };
    let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
    let left = descriptors.saturating_sub(2 * inside_connections + limit::DESCRIPTORS_RESERVED);
    let connections = (left / 3 * 2).clamp(limit::CONNECTIONS_MIN, limit::CONNECTIONS_MAX);
    (connections, left.saturating_sub(connections).clamp(limit::CONNECTIONS_MIN / 2, limit::CONNECTIONS_MAX))
}

impl EventLoop {
    pub(super) fn accept(&mut self, listener: usize, now: Instant) {
        for _ in 0..ACCEPTS_AT_ONCE {
            let Some(from) = self.listeners.get(listener) else { return };
            match from.socket.accept() {
                Ok((socket, address)) => {
                    let encrypted = from.encrypted;
                    self.enter(socket, address.ip().to_canonical(), encrypted, now);
                }
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => return,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => {
                    // No descriptors left, above all. Shed one who says nothing, and whoever waits at the door now.
                    if let Some(more) = self.not_accepted.is_due(now) {
                        log::warn!("edge: a connection could not be accepted ({more} more before): {cause}");
                    }
                    self.shed();
                    self.spare = None;
                    if let Some(from) = self.listeners.get(listener) {
                        let _ = from.socket.accept();
                    }
                    self.spare = File::open("/dev/null").ok();
                    // Not at once: while it lasts, asking again would be all that the loop does.
                    self.accept_again = Some(now + ACCEPT_PAUSE);
                    return;
                }
            }
        }
        self.accept_again = Some(now);
    }

    fn enter(&mut self, mut socket: TcpStream, address: IpAddr, encrypted: bool, now: Instant) {
        if self.open >= self.connections_max && !self.shed() {
            return;
        }
        if !self.settings.trusted_proxies.contains(&address) && !self.shed_of(address) {
            return;
        }
        let session = match self.offer.as_ref().filter(|_| encrypted).map(|offer| offer.session()).transpose() {
            Ok(session) => session,
            Err(cause) => {
                log::error!("edge: no state for a connection over TLS: {cause}");
                return;
            }
        };
        let place = self.free.pop().unwrap_or_else(|| {
            self.clients.push(None);
            self.clients.len() - 1
        });
        let both = Interest::READABLE | Interest::WRITABLE;
        if self.poll.registry().register(&mut socket, Token(CLIENTS + place), both).is_err() {
            self.free.push(place);
            return;
        }
        self.clients[place] = Some(Client::new(Transport::new(socket, session), address, now));
        self.addresses.enter(address, place);
        self.open += 1;
    }

    fn standing(&self, place: usize) -> Option<(Standing, Instant, usize)> {
        let (standing, since) = self.clients.get(place)?.as_ref()?.standing()?;
        Some((standing, since, place))
    }

    /// Makes room by shutting out those who stand lowest. `false`: all wait for us.
    fn shed(&mut self) -> bool {
        let mut found: Vec<_> = (0..self.clients.len()).filter_map(|place| self.standing(place)).collect();
        let count = SHED_AT_ONCE.min(found.len());
        if count == 0 {
            return false;
        }
        found.select_nth_unstable(count - 1);
        found.truncate(count);
        found.sort_unstable();
        for (number, (standing, _, place)) in found.into_iter().enumerate() {
            // Who is in the midst of a request goes only for the one who comes.
            if number == 0 || standing <= Standing::Idle {
                self.close(place);
            }
        }
        true
    }

    /// Makes room for one more from an address that has all it may have: its own lowest goes. Were the newcomer refused, one
    /// broken or hostile machine would keep all others behind the same router out. `false`: all of them wait for us.
    fn shed_of(&mut self, address: IpAddr) -> bool {
        let Some(held) = self.addresses.full(address) else { return true };
        let lowest = held.iter().filter_map(|place| self.standing(*place as usize)).min();
        let Some((_, _, place)) = lowest else { return false };
        self.close(place);
        true
    }

    pub(super) fn close(&mut self, place: usize) {
        // Its descriptor leaves the poll when it is closed, as nobody else has it.
        let Some(client) = self.clients.get_mut(place).and_then(Option::take) else { return };
        self.addresses.leave(client.address, place);
        self.count_answer(client.counted, (0, 0));
        self.open -= 1;
        self.free.push(place);
        match client.state {
            State::Body { pending, .. } => self.forget_body(&pending.body),
            State::Waiting(pending) => {
                self.forget_body(&pending.body);
                self.waiting.retain(|waiting| *waiting != place);
            }
            State::Served(inside) => {
                // The worker finishes; nobody listens.
                if let Some(work) = &mut self.insides[inside].work {
                    work.client = None;
                    if work.paused {
                        work.paused = false;
                        self.inside_ready(inside, Instant::now());
                    }
                }
            }
            State::Head | State::Flushing | State::Lingering { .. } => {}
        }
    }

    /// Looks at every deadline.
    pub(super) fn tick(&mut self, now: Instant) {
        for place in 0..self.clients.len() {
            let Some(client) = self.clients[place].as_ref() else { continue };
            let since = |moment: Instant| now.saturating_duration_since(moment);
            if client.stalls(now) {
                self.close(place);
                continue;
            }
            match &client.state {
                // A handshake is a part of the first head; there is nobody yet who could read a refusal.
                State::Head
                    if client.transport.handshaking()
                        && since(client.headless_since) + limit::TICK > limit::HEAD_TIME_MAX =>
                {
                    self.close(place)
                }
                State::Head => match client.head_since {
                    Some(moment) if since(moment) + limit::TICK > limit::HEAD_TIME_MAX => {
                        self.refuse(place, Refusal::HeadTooSlow, now)
                    }
                    None if since(client.headless_since) > limit::IDLE_TIME_MAX => self.close(place),
                    _ => {}
                },
                State::Body { pending, left, started, came } => {
                    let bytes = pending.head.body_bytes - left;
                    let allowed = limit::BODY_GRACE + Duration::from_secs(bytes / limit::BODY_BYTES_PER_S_MIN);
                    if since(*started) > allowed || since(*came) > limit::BODY_PAUSE_MAX {
                        self.refuse(place, Refusal::HeadTooSlow, now);
                    }
                }
                State::Lingering { until, .. } if now > *until => self.close(place),
                _ => {}
            }
        }
        // After a flood the places of those who left are given back.
        while self.clients.last().is_some_and(Option::is_none) {
            self.clients.pop();
        }
        let count = self.clients.len();
        self.free.retain(|place| *place < count);
        if self.clients.capacity() > 4 * count.max(64) {
            self.clients.shrink_to(2 * count);
        }
        if let Some(offer) = &mut self.offer {
            offer.certificates.look(now);
        }
    }
}
