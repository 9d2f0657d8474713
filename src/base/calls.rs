//! Calls that telephone systems speak of: a bounded memory that fades by itself, a minute after the last word of each. On no
//! disk, for nobody needs to know tomorrow who rang; who restarts the server hears of a call again when it is answered.

use super::{Instant, PersonId, Phone, SubscriberId, time};
use std::sync::{Mutex, PoisonError};

/// How long a call is shown of which nothing more is heard.
pub const CALL_MS: i64 = time::MINUTE_MS;
/// Calls at once; more lines than a house has. Beyond it the oldest goes.
const CALLS_MAX: usize = 256;

/// Whose telephone rings, or who speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The person, where the system named one that we know.
    pub person: Option<PersonId>,
    /// « Aline », « poste 204 ».
    pub name: String,
}

/// A call under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Names it in addresses; never given twice, not after a restart either.
    pub number: u64,
    /// Its name at the telephone system.
    pub key: String,
    /// Those whose line it is.
    pub subscribers: Vec<SubscriberId>,
    pub line: Phone,
    pub from: Phone,
    pub since: Instant,
    pub until: Instant,
    pub rings_at: Option<Post>,
    pub taken: Option<Post>,
}

/// What a system says of a call that may be new.
#[derive(Debug, Clone)]
pub struct Heard {
    pub key: String,
    pub subscribers: Vec<SubscriberId>,
    pub line: Phone,
    pub from: Phone,
}

/// What became of a wish to take a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    Yes(Call),
    /// Somebody else was quicker.
    By(String),
    /// It has ended.
    Gone,
}

/// All calls under way.
#[derive(Default)]
pub struct Calls {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    calls: Vec<Call>,
    last: u64,
}

impl Known {
    fn find(&mut self, key: &str, among: &[SubscriberId]) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.key == key && call.subscribers.iter().any(|id| among.contains(id)))
    }

    fn add(&mut self, heard: Heard, now: Instant) -> &mut Call {
        if self.calls.len() >= CALLS_MAX {
            self.calls.remove(0);
        }
        // No number of an earlier run comes again.
        self.last = (self.last + 1).max(u64::try_from(now.0).unwrap_or(0));
        let Heard { key, subscribers, line, from } = heard;
        let (number, until) = (self.last, now.plus_ms(CALL_MS));
        self.calls.push(Call { number, key, subscribers, line, from, since: now, until, rings_at: None, taken: None });
        let place = self.calls.len() - 1;
        &mut self.calls[place]
    }
}

impl Calls {
    fn known<T>(&self, now: Instant, work: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.calls.retain(|call| call.until > now && call.since <= now);
        work(&mut known)
    }

    /// It rings, somewhere or at somebody's. The call, and whether it is new.
    pub fn ring(&self, heard: Heard, at: Option<Post>, now: Instant) -> (Call, bool) {
        self.known(now, |known| {
            let (call, new) = match known.find(&heard.key, &heard.subscribers).is_some() {
                true => (known.find(&heard.key, &heard.subscribers), false),
                false => (None, true),
            };
            let call = match call {
                Some(call) => call,
                None => known.add(heard, now),
            };
            call.until = now.plus_ms(CALL_MS);
            call.rings_at = at.or(call.rings_at.take());
            (call.clone(), new)
        })
    }

    /// Somebody has answered it. `heard` makes a call of one that was not heard ringing.
    pub fn answer(
        &self,
        key: &str,
        among: &[SubscriberId],
        heard: Option<Heard>,
        by: Option<Post>,
        now: Instant,
    ) -> Option<Call> {
        self.known(now, |known| {
            if known.find(key, among).is_none() {
                known.add(heard?, now);
            }
            let call = known.find(key, among)?;
            call.until = now.plus_ms(CALL_MS);
            let nobody = Post { person: None, name: "un autre poste".into() };
            call.taken = Some(by.or(call.taken.take()).or(call.rings_at.take()).unwrap_or(nobody));
            Some(call.clone())
        })
    }

    /// It has ended. The call, if it was known.
    pub fn hang_up(&self, key: &str, among: &[SubscriberId], now: Instant) -> Option<Call> {
        self.known(now, |known| {
            let number = known.find(key, among)?.number;
            let place = known.calls.iter().position(|call| call.number == number)?;
            Some(known.calls.remove(place))
        })
    }

    /// A person takes a call of those that `may` be hers.
    pub fn take(&self, number: u64, by: Post, may: impl Fn(&Call) -> bool, now: Instant) -> Taken {
        self.known(now, |known| {
            let Some(call) = known.calls.iter_mut().find(|call| call.number == number && may(call)) else {
                return Taken::Gone;
            };
            match &call.taken {
                Some(other) if other.person != by.person => return Taken::By(other.name.clone()),
                _ => call.taken = Some(by),
            }
            call.until = now.plus_ms(CALL_MS);
            Taken::Yes(call.clone())
        })
    }

    /// Who took a call by mistake lets it ring on; whether that was so.
    pub fn give_back(&self, number: u64, person: PersonId, now: Instant) -> bool {
        self.known(now, |known| {
            let own = |call: &Call| call.taken.as_ref().is_some_and(|post| post.person == Some(person));
            match known.calls.iter_mut().find(|call| call.number == number && own(call)) {
                Some(call) => {
                    call.taken = None;
                    true
                }
                None => false,
            }
        })
    }

    /// What is under way, the first heard first.
    pub fn all(&self, now: Instant) -> Vec<Call> {
        self.known(now, |known| known.calls.clone())
    }

    /// How many are under way: part of what a page was made from, for calls fade without a word.
    pub fn count(&self, now: Instant) -> usize {
        self.known(now, |known| known.calls.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(key: &str) -> Heard {
        let (line, from) = (Phone::read("01 40 50 60 70"), Phone::read("06 39 98 12 34"));
        Heard { key: key.into(), subscribers: vec![SubscriberId(1)], line, from }
    }

    fn post(person: u64) -> Post {
        Post { person: Some(PersonId(person)), name: format!("{person}") }
    }

    #[test]
    fn a_call_fades_a_minute_after_its_last_word() {
        let calls = Calls::default();
        let at = |seconds: i64| Instant(1_000_000 + seconds * 1000);
        let (call, new) = calls.ring(heard("a"), None, at(0));
        assert!(new && !calls.ring(heard("a"), None, at(40)).1);
        assert_eq!((calls.count(at(99)), calls.count(at(100))), (1, 0));
        assert_eq!(calls.take(call.number, post(4), |_| true, at(100)), Taken::Gone);
    }

    #[test]
    fn the_first_who_takes_it_has_it_until_she_gives_it_back() {
        let calls = Calls::default();
        let now = Instant(1_000_000);
        let (call, _) = calls.ring(heard("a"), None, now);
        assert!(matches!(calls.take(call.number, post(4), |_| true, now), Taken::Yes(_)));
        assert_eq!(calls.take(call.number, post(5), |_| true, now), Taken::By("4".into()));
        assert!(!calls.give_back(call.number, PersonId(5), now) && calls.give_back(call.number, PersonId(4), now));
        assert!(matches!(calls.take(call.number, post(5), |_| true, now), Taken::Yes(_)));
        assert_eq!(calls.hang_up("a", &[SubscriberId(2)], now), None, "another abonné’s");
        assert!(calls.hang_up("a", &[SubscriberId(1)], now).is_some() && calls.all(now).is_empty());
    }
}
