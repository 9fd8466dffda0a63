//! The targets, a file each.

mod addresses;
mod bodies;
mod cookies;
mod factors;
mod formats;
mod lanes;
mod messages;
mod names;
mod openid;
mod origins;
mod parameters;
mod passwords;
mod php;
mod requests;
mod sandbox;
mod tokens;

use crate::Target;

pub(crate) const ALL: &[Target] = &[
    addresses::TARGET,
    bodies::TARGET,
    cookies::TARGET,
    factors::TARGET,
    formats::TARGET,
    lanes::TARGET,
    messages::TARGET,
    names::TARGET,
    openid::TARGET,
    origins::TARGET,
    parameters::TARGET,
    passwords::TARGET,
    php::TARGET,
    requests::TARGET,
    sandbox::TARGET,
    tokens::TARGET,
];

/// Lossy text, since most parsers take text.
fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The input's lines; beyond the last one lines are empty.
fn lines<const N: usize>(bytes: &[u8]) -> [&[u8]; N] {
    let mut lines = bytes.splitn(N, |byte| *byte == b'\n');
    std::array::from_fn(|_| lines.next().unwrap_or_default())
}

/// Runs to its end what waits for nothing.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(value) = work.as_mut().poll(&mut context) {
            return value;
        }
    }
}
