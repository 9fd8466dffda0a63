//! Addresses, ranges, and the restrictions of bot passwords.

use std::net::{IpAddr, Ipv6Addr};

use daemun_auth::session::allows_address;
use daemun_mediawiki::ip::{self, Range};
use daemun_mediawiki::username;

use super::{lines, text};
use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "addresses",
    run,
    words: &[
        "/0",
        "/32",
        "/64",
        "/128",
        "::",
        "::ffff:",
        "127.0.0.1",
        "2001:db8::",
        " - ",
        "-",
        "xxx",
        "255.255.255.255",
        "{\"IPAddresses\":[\"0.0.0.0/0\",\"::/0\"]}",
        "%eth0",
    ],
    longest: 256,
};

fn run(bytes: &[u8]) {
    let [first, second] = lines(bytes).map(text);
    if let Some(address) = ip::canonical(&first) {
        one(address);
        // Beyond leading zeros and mapped addresses there is nothing of our own.
        if let Ok(known) = first.parse::<IpAddr>() {
            assert_eq!(known.to_canonical(), address);
        }
    } else {
        assert!(first.parse::<IpAddr>().is_err(), "{first} is an address");
    }
    if let Some(range) = Range::parse(&first) {
        assert!(range.first() <= range.last() && range.contains(range.first()));
        assert!(range.contains(ip::unmap(range.last())) || mapped(&range), "{first}");
        assert_eq!(range.first().is_ipv4(), range.last().is_ipv4());
        if let Some(address) = ip::canonical(&second) {
            let inside = (ip::to_hex(range.first())..=ip::to_hex(range.last()))
                .contains(&ip::to_hex(address));
            assert_eq!(range.contains(address), inside, "{first} and {second}");
        }
        one(range.first());
        one(range.last());
    }
    let somewhere = ip::canonical(&second).unwrap_or(IpAddr::V6(Ipv6Addr::LOCALHOST));
    let allowed = allows_address(&first, somewhere);
    assert!(!allowed || first.contains("IPAddresses") || first.contains('\\'), "{first}");
}

/// IPv6 ranges among the mapped addresses hold none: those count as IPv4.
fn mapped(range: &Range) -> bool {
    ip::unmap(range.last()) != range.last()
}

fn one(address: IpAddr) {
    let address = ip::unmap(address);
    let name = ip::pretty(address);
    assert_eq!(ip::canonical(&name), Some(address), "{name}");
    assert!(username::is_ip_like(&name), "{name} could be an account");
    let key = ip::throttle_key(address);
    let counted = Range::parse(&key).expect("a throttle's key is a range");
    assert!(counted.contains(address), "{key}");
}
