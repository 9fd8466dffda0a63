//! How many events are written in a time, so that a flood of logins fills neither disk nor queue.

use std::collections::HashMap;
use std::net::IpAddr;

use daemun_mediawiki::timestamp::Timestamp;

use crate::hashing::Asker;

/// The most that is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Most {
    /// In a minute.
    pub(super) minute: u32,
    /// In a day.
    pub(super) day: u32,
    /// In a minute from one address (network of 64 bits, of IPv6), so that somebody noisy does not
    /// hide the others.
    pub(super) of_one: u32,
}

/// Counts what is written. The counts are of this process and begin anew with it.
pub(super) struct Budget {
    most: Most,
    minute: Span<60>,
    day: Span<86_400>,
    /// Those of this minute by address: no more entries than are written.
    of_one: HashMap<Asker, u32>,
    /// Events that were not written since the last one that was.
    missing: u64,
    /// Whether the log of the server was told so in this minute.
    is_told: bool,
}

/// What was used of a span of so many seconds.
#[derive(Default)]
struct Span<const SECONDS: i64> {
    number: i64,
    used: u32,
}

impl<const SECONDS: i64> Span<SECONDS> {
    /// Goes on to the span of this moment; whether it is another one.
    fn turn(&mut self, at: Timestamp) -> bool {
        let number = at.0.div_euclid(SECONDS);
        let is_new = number != self.number;
        if is_new {
            *self = Self { number, used: 0 };
        }
        is_new
    }
}

impl Budget {
    pub(super) fn new(most: Most) -> Self {
        let (minute, day) = (Span::default(), Span::default());
        Self { most, minute, day, of_one: HashMap::new(), missing: 0, is_told: false }
    }

    /// Whether an event is to be written, and then how many are missing before it.
    pub(super) fn admit(&mut self, from: IpAddr, at: Timestamp) -> Option<u64> {
        if self.minute.turn(at) {
            self.of_one.clear();
            self.is_told = false;
        }
        self.day.turn(at);
        if self.minute.used >= self.most.minute || self.day.used >= self.most.day {
            return self.refuse();
        }
        let used = self.of_one.entry(Asker::from(from)).or_default();
        if *used >= self.most.of_one {
            return self.refuse();
        }
        *used += 1;
        self.minute.used += 1;
        self.day.used += 1;
        Some(std::mem::take(&mut self.missing))
    }

    /// What was admitted found no room in the queue.
    pub(super) fn take_back(&mut self, missing: u64) {
        self.missing = self.missing.saturating_add(missing);
        self.refuse();
    }

    fn refuse(&mut self) -> Option<u64> {
        self.missing = self.missing.saturating_add(1);
        if !std::mem::replace(&mut self.is_told, true) {
            tracing::warn!(
                target: "daemun::login",
                "more happens than the log of logins holds: some events of this minute are counted only"
            );
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: Most = Most { minute: 4, day: 6, of_one: 3 };

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    #[test]
    fn one_address_has_its_share_and_leaves_room_for_others() {
        let mut budget = Budget::new(MOST);
        let noisy = [0; 5].map(|_| budget.admit(address(1), Timestamp(0)));
        assert_eq!(noisy, [Some(0), Some(0), Some(0), None, None]);
        assert_eq!(budget.admit(address(2), Timestamp(1)), Some(2), "two are missing before it");
        assert_eq!(budget.admit(address(3), Timestamp(2)), None, "the minute is full");
        assert_eq!(budget.admit(address(3), Timestamp(60)), Some(1), "the next one is not");
    }

    #[test]
    fn a_day_has_an_end_too() {
        let mut budget = Budget::new(MOST);
        let admitted = |budget: &mut Budget, minutes: std::ops::Range<i64>| {
            let times = minutes.map(|minute| Timestamp(minute * 60));
            times.filter(|at| budget.admit(address(1), *at).is_some()).count()
        };
        assert_eq!(admitted(&mut budget, 0..100), 6);
        assert_eq!(admitted(&mut budget, 1440..1450), 6);
    }

    #[test]
    fn what_finds_no_room_is_missing_with_all_that_was_missing_before() {
        let mut budget = Budget::new(MOST);
        assert_eq!(budget.admit(address(1), Timestamp(0)), Some(0));
        budget.take_back(7);
        assert_eq!(budget.admit(address(1), Timestamp(0)), Some(8));
    }

    #[test]
    fn what_is_remembered_of_addresses_is_bounded() {
        let mut budget = Budget::new(MOST);
        for last in 0..=255 {
            budget.admit(address(last), Timestamp(0));
        }
        assert!(budget.of_one.len() <= 4);
    }
}
