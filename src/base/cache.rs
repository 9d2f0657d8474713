//! Finished bytes kept for who asks the same again, as long as what they were made from has not changed.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// A bounded map from a key to bytes with the stamp of what they were made from. Losing an entry costs time, nothing else.
pub struct Cache<K, S> {
    bytes_max: usize,
    entries: Mutex<Entries<K, S>>,
}

struct Entries<K, S> {
    map: HashMap<K, (S, Arc<[u8]>)>,
    bytes: usize,
}

impl<K: Hash + Eq, S: PartialEq> Cache<K, S> {
    /// A cache of at most so many bytes, keys not counted.
    pub fn new(bytes_max: usize) -> Cache<K, S> {
        Cache { bytes_max, entries: Mutex::new(Entries { map: HashMap::new(), bytes: 0 }) }
    }

    /// The bytes of a key, if they were made from the same.
    pub fn get(&self, key: &K, stamp: &S) -> Option<Arc<[u8]>> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.map.get(key).filter(|(made_from, _)| made_from == stamp).map(|(_, bytes)| Arc::clone(bytes))
    }

    /// Keeps bytes under a key in place of older ones. A full cache starts again from nothing: simpler than choosing, and
    /// what is asked often is back at once.
    pub fn put(&self, key: K, stamp: S, bytes: Arc<[u8]>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if bytes.len() > self.bytes_max / 8 {
            return;
        }
        if entries.bytes + bytes.len() > self.bytes_max {
            entries.map.clear();
            entries.bytes = 0;
        }
        entries.bytes += bytes.len();
        if let Some((_, old)) = entries.map.insert(key, (stamp, bytes)) {
            entries.bytes -= old.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_given_for_the_same_stamp_only_and_never_too_many_kept() {
        let cache: Cache<u32, u32> = Cache::new(80);
        cache.put(1, 7, Arc::from(*b"one"));
        assert_eq!(cache.get(&1, &7).as_deref(), Some(&b"one"[..]));
        assert_eq!((cache.get(&1, &8), cache.get(&2, &7)), (None, None));
        for key in 0..100 {
            cache.put(key, 0, Arc::from(*b"0123456789"));
        }
        let kept = (0..100).filter(|key| cache.get(key, &0).is_some()).count();
        assert!((1..=8).contains(&kept), "{kept}");
        cache.put(200, 0, Arc::from([0; 11].as_slice()));
        assert_eq!(cache.get(&200, &0), None, "what would push out everything else is not kept");
    }
}
