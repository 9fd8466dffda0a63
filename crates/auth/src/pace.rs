//! When refused logins are answered.
//!
//! Checks of a password cost the same for every account, but not to the last tenth of a
//! millisecond: a temporary password is a second hash beside the first, one more row is read.
//! Whoever measures a thousand refusals would see it. So a refusal is answered at a multiple of a
//! set time after the login began, and what differs by less is not seen.

use std::time::Duration;

use tokio::time::Instant;

/// Waits until a multiple of `step` has passed since `began`; not at all where that is zero.
pub(crate) async fn hold(began: Instant, step: Duration) {
    let passed = began.elapsed().as_micros();
    let Some(begun) = passed.checked_rem(step.as_micros()) else { return };
    let left = step.as_micros().saturating_sub(begun);
    tokio::time::sleep(Duration::from_micros(u64::try_from(left).unwrap_or_default())).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: Duration = Duration::from_millis(50);

    async fn held_after(passed: u64) -> Duration {
        let began = Instant::now();
        tokio::time::advance(Duration::from_millis(passed)).await;
        hold(began, STEP).await;
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn what_takes_a_little_longer_is_answered_at_the_same_time() {
        assert_eq!(held_after(61).await, STEP * 2);
        assert_eq!(held_after(68).await, STEP * 2);
        assert_eq!(held_after(1).await, STEP);
        assert_eq!(held_after(101).await, STEP * 3);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_step_nobody_waits() {
        let began = Instant::now();
        tokio::time::advance(Duration::from_millis(7)).await;
        hold(began, Duration::ZERO).await;
        assert_eq!(began.elapsed(), Duration::from_millis(7));
    }
}
