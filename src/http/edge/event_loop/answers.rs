//! What goes out: answers from inside, refusals of our own, and the readers who take them.

use super::super::client::State;
use super::super::head::AtOnce;
use super::super::limits as limit;
use super::super::refusals::{self, Refusal};
use super::EventLoop;
use crate::http::answer::date;
use std::time::Instant;

impl EventLoop {
    pub(super) fn give_out(&mut self, place: usize, inside: usize, bytes: &[u8], now: Instant) {
        let room = self.answers_spooled < limit::ANSWERS_SPOOLED_BYTES_MAX && self.files < self.files_max;
        let crowded = self.answers_held > limit::ANSWERS_HELD_BYTES_MAX;
        let held_max = if crowded { limit::ANSWER_HELD_BYTES_SMALL } else { limit::ANSWER_HELD_BYTES_MAX };
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        client.will_send(now);
        // A file once begun goes on: the descriptor is there already.
        let to_file = room || client.out.spooled() > 0;
        let kept = client.out.push(bytes, if to_file { held_max } else { usize::MAX }, &self.folder).is_ok();
        let whole = kept && client.flush(now);
        // No room for more in files: the worker waits until this reader has caught up.
        if !room
            && client.out.held() > held_max
            && let Some(work) = &mut self.insides[inside].work
        {
            work.paused = true;
        }
        self.count_output(place);
        if !whole {
            self.close(place);
        }
    }

    /// Brings the accounts of what waits to go out up to date with one connection.
    fn count_output(&mut self, place: usize) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        let (held, spooled) = (client.out.held() as u64, client.out.spooled());
        let before = std::mem::replace(&mut client.counted, (held, spooled));
        self.count_answer(before, (held, spooled));
    }

    pub(super) fn count_answer(&mut self, before: (u64, u64), after: (u64, u64)) {
        self.answers_held = self.answers_held + after.0 - before.0;
        self.answers_spooled = self.answers_spooled + after.1 - before.1;
        self.files = self.files + usize::from(after.1 > 0) - usize::from(before.1 > 0);
    }

    /// The answer is all in our hands; when it has gone out, the next request may come.
    pub(super) fn after_answer(&mut self, place: usize, now: Instant) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        if !matches!(client.state, State::Flushing) || client.has_output() {
            return;
        }
        if !client.keep_alive || self.ends_at.is_some() {
            client.transport.end_writing();
            // Who asked for the end and has sent nothing more reads the answer whatever comes after it.
            if client.asked_end && client.buffer.is_empty() && !client.unread {
                self.close(place);
                return;
            }
            client.state = State::Lingering { until: now + limit::LINGER_TIME_MAX, left: limit::LINGER_BYTES_MAX };
            self.client_readable(place, now);
            return;
        }
        client.state = State::Head;
        client.known = true;
        client.headless_since = now;
        client.head_since = (!client.buffer.is_empty()).then_some(now);
        self.advance(place, now);
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        if client.unread {
            self.client_readable(place, now);
        }
    }

    /// Answers by ourselves and ends the connection, in a way that the answer is read.
    pub(super) fn refuse(&mut self, place: usize, refusal: Refusal, now: Instant) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        log::debug!("edge: {} for {}", refusal.status(), client.address);
        let headless = matches!(&client.state, State::Waiting(pending) if pending.head.headless_answer);
        let to_software = client.asks_the_interface();
        self.last_words(place, &refusal.answer(&date(), headless, to_software), now);
    }

    /// Answers what needs nobody inside.
    pub(super) fn answer_at_once(&mut self, place: usize, answer: &AtOnce, headless: bool, now: Instant) {
        let bytes = match answer {
            AtOnce::SendOn(location) => refusals::send_on(&date(), location, headless),
            AtOnce::Proof(words) => refusals::proof(&date(), words, headless),
        };
        self.last_words(place, &bytes, now);
    }

    fn last_words(&mut self, place: usize, answer: &[u8], now: Instant) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        let state = std::mem::replace(&mut client.state, State::Flushing);
        client.keep_alive = false;
        client.asked_end = false;
        client.buffer = Vec::new();
        client.looked = 0;
        client.will_send(now);
        let kept = client.out.push(answer, usize::MAX, &self.folder).is_ok() && client.flush(now);
        if let State::Body { pending, .. } | State::Waiting(pending) = state {
            self.forget_body(&pending.body);
        }
        self.count_output(place);
        if kept { self.after_answer(place, now) } else { self.close(place) }
    }

    pub(super) fn client_writable(&mut self, place: usize, now: Instant) {
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        if !client.has_output() {
            return;
        }
        let whole = client.flush(now);
        let caught_up = client.out.held() <= limit::ANSWER_HELD_BYTES_SMALL;
        let served = if let State::Served(inside) = client.state { Some(inside) } else { None };
        self.count_output(place);
        if !whole {
            self.close(place);
            return;
        }
        match served {
            None => self.after_answer(place, now),
            Some(inside) => {
                if caught_up
                    && let Some(work) = &mut self.insides[inside].work
                    && work.paused
                {
                    work.paused = false;
                    self.inside_ready(inside, now);
                }
            }
        }
    }
}
