//! Who comes in, who is shut out, and who has had their time.

use super::super::client::{Client, State};
use super::super::limits as limit;
use super::super::refusals::Refusal;
use super::{ACCEPT_PAUSE, ACCEPTS_AT_ONCE, CLIENTS, EventLoop};
use mio::net::TcpStream;
use mio::{Interest, Token};
use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// How many connections the edge may hold: the limit, or what the system's descriptors leave beside both ends of each
/// connection inside. The soft limit is raised to the hard one first, as any process may.
pub(super) fn connections_max(inside_connections: usize) -> usize {
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls only read or write the structure that is ours.
    let descriptors = unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limits) != 0 {
            return limit::CONNECTIONS_MAX;
        }
        let raised = libc::rlimit { rlim_cur: limits.rlim_max, ..limits };
        if libc::setrlimit(libc::RLIMIT_NOFILE, &raw const raised) == 0 { raised.rlim_cur } else { limits.rlim_cur }
    };
    let descriptors = usize::try_from(descriptors).unwrap_or(usize::MAX);
    let left = descriptors.saturating_sub(2 * inside_connections + limit::DESCRIPTORS_RESERVED);
    left.clamp(limit::CONNECTIONS_MIN, limit::CONNECTIONS_MAX)
}

impl EventLoop {
    pub(super) fn accept(&mut self, listener: usize, now: Instant) {
        for _ in 0..ACCEPTS_AT_ONCE {
            let Some(from) = self.listeners.get(listener) else { return };
            match from.accept() {
                Ok((socket, address)) => self.enter(socket, address.ip().to_canonical(), now),
                Err(cause) if cause.kind() == io::ErrorKind::WouldBlock => return,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
                Err(cause) => {
                    // No descriptors left, above all. Shed one who says nothing, and whoever waits at the door now.
                    log::warn!("edge: a connection could not be accepted: {cause}");
                    self.shed();
                    self.spare = None;
                    if let Some(from) = self.listeners.get(listener) {
                        let _ = from.accept();
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

    fn enter(&mut self, mut socket: TcpStream, address: IpAddr, now: Instant) {
        if self.open >= self.connections_max && !self.shed() {
            return;
        }
        let trusted = self.settings.trusted_proxies.contains(&address);
        if !self.addresses.enter(address, trusted) {
            return;
        }
        let _ = socket.set_nodelay(true);
        let place = self.free.pop().unwrap_or_else(|| {
            self.clients.push(None);
            self.clients.len() - 1
        });
        let both = Interest::READABLE | Interest::WRITABLE;
        if self.poll.registry().register(&mut socket, Token(CLIENTS + place), both).is_err() {
            self.addresses.leave(address);
            self.free.push(place);
            return;
        }
        self.clients[place] = Some(Client::new(socket, address, now));
        self.open += 1;
    }

    /// Closes the connection that has been longest without a whole head. `false`: all have one.
    fn shed(&mut self) -> bool {
        let headless = self.clients.iter().enumerate().filter_map(|(place, client)| {
            client.as_ref().filter(|client| client.is_headless()).map(|client| (client.headless_since, place))
        });
        let Some((_, place)) = headless.min() else { return false };
        self.close(place);
        true
    }

    pub(super) fn close(&mut self, place: usize) {
        let Some(mut client) = self.clients.get_mut(place).and_then(Option::take) else { return };
        let _ = self.poll.registry().deregister(client.transport.socket());
        self.addresses.leave(client.address);
        self.answers_spooled -= client.out.spooled();
        self.open -= 1;
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
                        self.clients[place] = None;
                        self.free.push(place);
                        self.inside_ready(inside, Instant::now());
                        return;
                    }
                }
            }
            State::Head | State::Flushing | State::Lingering { .. } => {}
        }
        self.free.push(place);
    }

    /// Looks at every deadline.
    pub(super) fn tick(&mut self, now: Instant) {
        for place in 0..self.clients.len() {
            let Some(client) = self.clients[place].as_ref() else { continue };
            let since = |moment: Instant| now.saturating_duration_since(moment);
            let stalled = !client.out.is_empty() && since(client.wrote) > limit::STALLED_TIME_MAX;
            if stalled {
                self.close(place);
                continue;
            }
            match &client.state {
                State::Head => match client.head_since {
                    Some(moment) if since(moment) > limit::HEAD_TIME_MAX => {
                        self.refuse(place, Refusal::HeadTooSlow, now)
                    }
                    None if since(client.headless_since) > limit::IDLE_TIME_MAX => self.close(place),
                    _ => {}
                },
                State::Body { pending, left, started } => {
                    let came = pending.head.body_bytes - left;
                    let allowed = limit::BODY_GRACE + Duration::from_secs(came / limit::BODY_BYTES_PER_S_MIN);
                    if since(*started) > allowed {
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
    }
}
