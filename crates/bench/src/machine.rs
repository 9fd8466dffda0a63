//! What was measured on.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

/// The machine as one sentence.
pub(crate) fn description() -> Result<String> {
    let cpu = std::fs::read_to_string("/proc/cpuinfo")?;
    let model = line(&cpu, "model name");
    let flags = line(&cpu, "flags");
    let widest = ["avx512f", "avx2", "sse4_2"].into_iter().find(|flag| flags.contains(flag));
    let memory = std::fs::read_to_string("/proc/meminfo")?;
    let kibibytes: f64 =
        line(&memory, "MemTotal").trim_end_matches("kB").trim().parse().unwrap_or_default();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let rustc = Command::new("rustc").arg("--version").output()?;
    Ok(format!(
        "{model} ({}), {} processors, {:.0} GiB of memory, Linux {}, {}",
        widest.unwrap_or("no vectors"),
        crate::hashing::processors(),
        kibibytes / 1024.0 / 1024.0,
        kernel.trim(),
        String::from_utf8_lossy(&rustc.stdout).trim()
    ))
}

fn line<'a>(text: &'a str, name: &str) -> &'a str {
    let found = text.lines().find(|line| line.starts_with(name));
    found.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
}

/// Which part of all processors other programs use, from 0 to 1, watched for two seconds.
pub(crate) fn busy() -> Result<f64> {
    let before = ticks()?;
    std::thread::sleep(Duration::from_secs(2));
    let after = ticks()?;
    let (all, idle) = (after.0 - before.0, after.1 - before.1);
    Ok(if all > 0.0 { 1.0 - idle / all } else { 0.0 })
}

/// All ticks and idle ones.
fn ticks() -> Result<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/stat")?;
    let first = stat.lines().next().unwrap_or_default();
    let ticks: Vec<f64> = first.split_whitespace().skip(1).flat_map(str::parse).collect();
    let idle = ticks.iter().skip(3).take(2).sum();
    Ok((ticks.iter().take(8).sum(), idle))
}
