//! Bytes that nobody sends who means well: no answer is a 5xx, nothing hangs, nothing falls over,
//! and nobody who behaves has to wait for those who do not.

mod large;
mod slow;
mod storm;
mod strange;
mod wire;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use daemun_testkit::visitor::Visitor;

use crate::Tested;

/// Longer than any answer takes, shorter than the server's own patience.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a proper request may take while others misbehave, in an unoptimised build on a machine
/// with other things to do. What starves it takes half a minute or more.
const PROMPT: Duration = Duration::from_secs(8);

/// What an answer to a whole request takes at most, as a rule.
const AT_ONCE: Duration = Duration::from_millis(30);

fn show(bytes: &[u8]) -> String {
    bytes.iter().take(2000).map(|byte| byte.escape_ascii().to_string()).collect()
}

/// Sends raw bytes to `HOST:PORT` and answers all that comes back until the connection is closed.
/// Where `and_stop`, the sending side is closed when no answer comes at once: else the server would
/// wait for the rest.
fn exchange(address: &str, bytes: &[u8], and_stop: bool) -> anyhow::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let begun = Instant::now();
    // It may hang up before it has heard all.
    let _hung_up = stream.write_all(bytes);
    let mut answer = Vec::new();
    if and_stop {
        stream.set_read_timeout(Some(AT_ONCE))?;
        let mut first = [0; 4096];
        let count = stream.read(&mut first).unwrap_or_default();
        answer.extend_from_slice(&first[..count]);
        let _hung_up = stream.shutdown(Shutdown::Write);
        stream.set_read_timeout(Some(PATIENCE))?;
    }
    let end = stream.read_to_end(&mut answer);
    assert!(begun.elapsed() < PATIENCE, "no end ({end:?}) of {}", show(bytes));
    Ok(answer)
}

/// The statuses of all answers on one connection. A body must not look like one.
fn statuses(answers: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(answers);
    let heads = text.split("HTTP/1.").skip(1);
    heads.filter_map(|head| head.get(2..5)?.parse().ok()).collect()
}

/// Does something that must not take long.
fn promptly<T>(what: &str, deed: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    let begun = Instant::now();
    let done = deed()?;
    assert!(begun.elapsed() < PROMPT, "{what} took {:?}", begun.elapsed());
    Ok(done)
}

/// A proper login must work, and promptly.
fn assert_log_in(visitor: Visitor, name: &str, password: &str) -> Tested {
    let mut visitor = visitor;
    let answer = promptly("a login", || visitor.log_in(name, password))?;
    assert_eq!(answer.status(), "PASS", "{}", answer.body());
    assert_eq!(promptly("whoami", || visitor.whoami())?.as_deref(), Some(name));
    Ok(())
}

/// Much more memory than the program takes when it is asked properly, in MiB, and much less than
/// what would be sent to it here.
const MODEST: usize = 100;

/// The most memory that a process has had at a time, in MiB; 0 where the system does not say.
fn peak_memory(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kibibytes.unwrap_or_default() / 1024
}
