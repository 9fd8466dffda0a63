//! Letting others have the processor.

use std::time::{Duration, Instant};

/// Makes the calling thread one that yields to all that are as usual: `nice` 10, where there is
/// such a thing. It still gets a tenth of a processor on a machine that has too much to do.
pub fn yield_to_others() {
    #[cfg(target_os = "linux")]
    let _best_effort = rustix::process::nice(10);
}

/// A loss that is more than others of this server take between two steps.
const MUCH: Duration = Duration::from_millis(1);

/// How many times as long nobody is let in after one who took much.
const REST: u32 = 4;

/// When a thread that computes without end lets others in.
///
/// Its low priority alone does not do: a thread that was woken at the wrong moment finds itself
/// behind it until the kernel's next tick, which is milliseconds (Linux since 6.6, which lets a
/// thread have its slice). Yielding between two steps makes the kernel choose anew. But it charges
/// a whole slice for that, so beside a program that always has work there would be hardly any time
/// left: after a loss of much the next steps are taken without.
pub(super) struct Courtesy {
    rests_until: Option<Instant>,
}

impl Courtesy {
    pub(super) fn new() -> Self {
        Self { rests_until: None }
    }

    /// Between two steps.
    pub(super) fn let_others_in(&mut self) {
        self.offer(std::thread::yield_now);
    }

    fn offer(&mut self, yields: impl FnOnce()) {
        let begun = Instant::now();
        if self.rests_until.is_some_and(|end| begun < end) {
            return;
        }
        yields();
        let now = Instant::now();
        let lost = now.duration_since(begun);
        self.rests_until = rest_after(lost).map(|rest| now + rest);
    }
}

fn rest_after(lost: Duration) -> Option<Duration> {
    (lost > MUCH).then(|| lost * REST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_loss_of_much_there_is_a_rest() {
        assert_eq!(rest_after(Duration::from_millis(1)), None);
        assert_eq!(rest_after(Duration::from_millis(25)), Some(Duration::from_millis(100)));
    }

    #[test]
    fn nobody_is_let_in_as_long_as_it_rests() {
        let mut yielded = 0;
        let long = Instant::now() + Duration::from_secs(3600);
        Courtesy { rests_until: Some(long) }.offer(|| yielded += 1);
        assert_eq!(yielded, 0);
        Courtesy { rests_until: Some(Instant::now()) }.offer(|| yielded += 1);
        Courtesy::new().offer(|| yielded += 1);
        assert_eq!(yielded, 2);
    }

    #[test]
    fn whoever_takes_much_is_not_let_in_again_at_once() {
        let mut courtesy = Courtesy::new();
        courtesy.offer(|| std::thread::sleep(Duration::from_secs(1)));
        let mut yielded = 0;
        courtesy.offer(|| yielded += 1);
        assert_eq!(yielded, 0, "there are four seconds left");
    }
}
