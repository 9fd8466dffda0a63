//! What a process costs, from `/proc`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::time::{ClockId, clock_gettime};

/// Ticks a second in `/proc/PID/stat`, the same on every Linux that Rust knows.
const TICKS: f64 = 100.0;

fn file(id: u32, name: &str) -> Result<String> {
    let path = PathBuf::from(format!("/proc/{id}/{name}"));
    std::fs::read_to_string(&path).with_context(|| path.display().to_string())
}

/// Seconds of CPU that a process has used, in the program and in the kernel.
pub(crate) fn cpu_seconds(id: u32) -> Result<f64> {
    let stat = file(id, "stat")?;
    // The name in parentheses may hold spaces; the state is the first field after it.
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = fields.split(' ').skip(11).take(2);
    let ticks: Vec<f64> = ticks.map(str::parse).collect::<Result<_, _>>().context("stat")?;
    Ok(ticks.iter().sum::<f64>() / TICKS)
}

/// Megabytes (of a million bytes) that a process holds in memory: now, and at most so far.
pub(crate) fn megabytes(id: u32) -> Result<(f64, f64)> {
    let status = file(id, "status")?;
    let kibibytes = |name: &str| -> Result<f64> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).context("status")?;
        let digits = line.trim_start_matches(':').trim().trim_end_matches("kB").trim();
        Ok(digits.parse::<f64>()? * 1024.0 / 1e6)
    };
    Ok((kibibytes("VmRSS")?, kibibytes("VmHWM")?))
}

/// CPU that this process has used.
pub(crate) fn own_cpu() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
