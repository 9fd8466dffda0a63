//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Longer than anything that is waited for takes, on a busy machine too.
pub const PATIENCE: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(3);

/// Waits until the condition holds, and fails with `what` when it does not in [`PATIENCE`].
pub fn wait_until(what: &str, mut condition: impl FnMut() -> Result<bool>) -> Result<()> {
    wait_for(what, || Ok(condition()?.then_some(())))
}

/// Waits until there is a value, and fails with `what` when there is none in [`PATIENCE`].
pub fn wait_for<T>(what: &str, mut value: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = Instant::now();
    loop {
        if let Some(value) = value()? {
            return Ok(value);
        }
        if begun.elapsed() > PATIENCE {
            bail!("waited {} s in vain: {what}", PATIENCE.as_secs());
        }
        std::thread::sleep(PAUSE);
    }
}
