//! Bodies as they come: where they wait, how much all of them may take, and who must leave when that is full.

use super::super::client::State;
use super::super::limits as limit;
use super::super::refusals::Refusal;
use super::super::spool::Spool;
use super::EventLoop;
use std::time::Instant;

impl EventLoop {
    pub(super) fn forget_body(&mut self, body: &Spool) {
        self.bodies_held -= body.held() as u64;
        self.bodies_spooled -= body.spooled();
        self.files -= usize::from(body.spooled() > 0);
    }

    /// Bytes of a body, and perhaps of what comes after it.
    pub(super) fn body_bytes(&mut self, place: usize, bytes: &[u8], now: Instant) {
        // Who comes while the files are full takes the place of the slowest, who may be somebody that only keeps it.
        while self.files_are_full_for(place, bytes.len()) {
            match self.slowest(now).filter(|slowest| *slowest != place) {
                Some(slowest) => self.refuse(slowest, Refusal::HeadTooSlow, now),
                None => return self.refuse(place, Refusal::Busy, now),
            }
        }
        let Some(client) = self.clients.get_mut(place).and_then(Option::as_mut) else { return };
        let State::Body { pending, left, came, .. } = &mut client.state else { return };
        let here = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len());
        let (held, spooled) = (pending.body.held() as u64, pending.body.spooled());
        let to_file = goes_to_file(spooled, pending.head.body_bytes, self.bodies_held + here as u64);
        let held_max = if to_file { 0 } else { usize::MAX };
        if here > 0 && pending.body.push(&bytes[..here], held_max, &self.folder).is_err() {
            self.refuse(place, Refusal::Busy, now);
            return;
        }
        self.bodies_held += pending.body.held() as u64 - held;
        self.bodies_spooled += pending.body.spooled() - spooled;
        self.files += usize::from(pending.body.spooled() > 0) - usize::from(spooled > 0);
        *left -= here as u64;
        *came = now;
        if *left > 0 {
            return;
        }
        let State::Body { pending, .. } = std::mem::replace(&mut client.state, State::Head) else { return };
        client.state = State::Waiting(pending);
        client.buffer.extend_from_slice(&bytes[here..]);
        if self.waiting.len() >= limit::WAITING_REQUESTS_MAX {
            self.refuse(place, Refusal::Busy, now);
            return;
        }
        self.waiting.push_back(place);
        self.hand_inside(now);
    }

    /// Whether these bytes would have to go to a file, and may not.
    fn files_are_full_for(&self, place: usize, bytes: usize) -> bool {
        let Some(client) = self.clients.get(place).and_then(Option::as_ref) else { return false };
        let State::Body { pending, left, .. } = &client.state else { return false };
        let (spooled, here) = (pending.body.spooled(), (bytes as u64).min(*left));
        goes_to_file(spooled, pending.head.body_bytes, self.bodies_held + here)
            && (self.bodies_spooled + here > limit::BODIES_SPOOLED_BYTES_MAX
                || (spooled == 0 && self.files >= self.files_max))
    }

    /// Who of those with a body in a file, and past the time in which any body may be slow, brings the fewest bytes a second.
    fn slowest(&self, now: Instant) -> Option<usize> {
        let pace = |place: usize| {
            let State::Body { pending, left, started, .. } = &self.clients[place].as_ref()?.state else { return None };
            let since = now.saturating_duration_since(*started);
            let counts = pending.body.spooled() > 0 && since > limit::BODY_GRACE;
            counts.then(|| (u128::from(pending.head.body_bytes - left) * 1000 / since.as_millis().max(1), place))
        };
        (0..self.clients.len()).filter_map(pace).min().map(|(_, place)| place)
    }
}

/// A body goes to a file when it has begun to, when it is large, and when all that are in memory are large together.
fn goes_to_file(spooled: u64, body_bytes: u64, held_by_all: u64) -> bool {
    spooled > 0 || body_bytes > limit::BODY_HELD_BYTES_MAX || held_by_all > limit::BODIES_HELD_BYTES_MAX
}
