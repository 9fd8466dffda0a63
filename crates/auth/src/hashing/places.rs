//! Places for attempts, so that no more are under way than can be finished in time.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Asker;

/// A number of places.
///
/// Nobody may hold more of them than are left free: somebody who takes all that can be had takes
/// half, two who do so a third each, and there is room for whoever comes next.
#[derive(Clone)]
pub(super) struct Places {
    shared: Arc<Mutex<Taken>>,
    count: usize,
}

#[derive(Default)]
struct Taken {
    total: usize,
    by_asker: HashMap<Asker, usize>,
}

/// A place, held for one attempt.
pub struct Place {
    shared: Arc<Mutex<Taken>>,
    asker: Asker,
}

impl Places {
    /// So many, at least one.
    pub(super) fn new(count: usize) -> Self {
        Self { shared: Arc::default(), count: count.max(1) }
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> usize {
        lock(&self.shared).total
    }

    /// A place, if there is one for this asker.
    pub(super) fn take(&self, asker: Asker) -> Option<Place> {
        let mut taken = lock(&self.shared);
        let free = self.count.saturating_sub(taken.total);
        let own = taken.by_asker.get(&asker).copied().unwrap_or(0);
        if free <= own {
            return None;
        }
        taken.total += 1;
        taken.by_asker.insert(asker.clone(), own + 1);
        Some(Place { shared: Arc::clone(&self.shared), asker })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.shared);
        taken.total = taken.total.saturating_sub(1);
        if let Some(own) = taken.by_asker.get_mut(&self.asker) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                taken.by_asker.remove(&self.asker);
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Place").finish_non_exhaustive()
    }
}

fn lock(shared: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(address: [u8; 4]) -> Asker {
        std::net::IpAddr::from(address).into()
    }

    #[test]
    fn somebody_who_takes_all_that_can_be_had_leaves_as_many_as_he_has() {
        let places = Places::new(100);
        let greedy: Vec<Place> = std::iter::from_fn(|| places.take(from([1, 1, 1, 1]))).collect();
        assert_eq!(greedy.len(), 50);
        let second: Vec<Place> = std::iter::from_fn(|| places.take(from([2, 2, 2, 2]))).collect();
        assert_eq!(second.len(), 25);
        assert!(places.take(from([3, 3, 3, 3])).is_some(), "there is room for a third");
        drop(greedy);
        assert_eq!(places.taken(), 25);
    }

    #[test]
    fn one_place_is_for_one_and_free_again_after() {
        let places = Places::new(1);
        let place = places.take(Asker::NOBODY).unwrap();
        assert!(places.take(Asker::NOBODY).is_none());
        assert!(places.take(from([1, 1, 1, 1])).is_none());
        drop(place);
        assert!(places.take(from([1, 1, 1, 1])).is_some());
    }

    #[test]
    fn nothing_is_kept_of_those_who_are_gone() {
        let places = Places::new(1000);
        for last in 0..200 {
            drop(places.take(from([1, 1, 1, last])));
        }
        assert!(lock(&places.shared).by_asker.is_empty());
    }
}
