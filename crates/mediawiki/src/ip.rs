//! Addresses and ranges as MediaWiki writes and compares them
//! (<https://www.mediawiki.org/wiki/Help:Range_blocks>).

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Reads an address. IPv4 numbers may have leading zeros (they are decimal all the same), and an
/// IPv4 address mapped into IPv6 (`::ffff:192.0.2.1`) is that IPv4 address. `None` for all else.
pub fn canonical(text: &str) -> Option<IpAddr> {
    if let Some(address) = parse_v4(text) {
        return Some(IpAddr::V4(address));
    }
    text.parse::<Ipv6Addr>().ok().map(|address| unmap(IpAddr::V6(address)))
}

/// The IPv4 address inside of a mapped one; any other stays.
pub fn unmap(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

fn parse_v4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next()?;
        if part.len() > 3 || !part.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        *octet = part.parse().ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// MediaWiki's sortable form, as tables of blocks hold it: `C0A80001`, or `v6-` and 32 digits.
/// Upper-case hexadecimal.
pub fn to_hex(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => format!("{:08X}", v4.to_bits()),
        IpAddr::V6(v6) => format!("v6-{:032X}", v6.to_bits()),
    }
}

/// Whom a counter counts: an IPv4 address whole, an IPv6 address by its /64, since a subscriber
/// has at least that many. `192.0.2.1`, `2001:DB8:0:0:0:0:0:0/64`.
pub fn throttle_key(address: IpAddr) -> String {
    match unmap(address) {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let network = Ipv6Addr::from_bits(v6.to_bits() & v6_mask(64));
            format!("{}/64", pretty(IpAddr::V6(network)))
        }
    }
}

/// The name of an anonymous user: IPv6 in eight upper-case groups without leading zeros and
/// without `::`, `2001:DB8:0:0:0:0:0:1`.
pub fn pretty(address: IpAddr) -> String {
    match unmap(address) {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let mut text = String::with_capacity(39);
            for (place, group) in v6.segments().iter().enumerate() {
                let colon = if place == 0 { "" } else { ":" };
                let _ = write!(text, "{colon}{group:X}"); // writing to a string cannot fail
            }
            text
        }
    }
}

/// All addresses from one to another of the same family. Ordered by first address, IPv4 first,
/// then by last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Range {
    first: IpAddr,
    last: IpAddr,
}

impl Range {
    /// Reads `203.0.113.0/24` (bits beyond the prefix do not count), `10.0.0.1`, or
    /// `10.0.0.1-10.0.0.9` with or without spaces at the hyphen. `None` for anything else, for
    /// mixed families and for a last address before the first.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((address, prefix)) = text.split_once('/') {
            return Self::cidr(address, prefix);
        }
        if let Some((first, last)) = text.split_once('-') {
            let (first, last) = (canonical(first.trim())?, canonical(last.trim())?);
            return (first.is_ipv4() == last.is_ipv4() && first <= last)
                .then_some(Self { first, last });
        }
        canonical(text).map(|only| Self { first: only, last: only })
    }

    fn cidr(address: &str, prefix: &str) -> Option<Self> {
        if prefix.is_empty() || prefix.len() > 3 || !prefix.bytes().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let prefix: u32 = prefix.parse().ok()?;
        let v6 = address.parse::<Ipv6Addr>().ok();
        // A range of mapped addresses is the range of those IPv4 addresses: theirs is the form in
        // which addresses are looked for.
        let mapped = v6.and_then(|v6| Some((v6.to_ipv4_mapped()?, prefix.checked_sub(96)?)));
        let v4 = parse_v4(address).map(|v4| (v4, prefix)).or(mapped);
        let (first, last) = if let Some((v4, prefix)) = v4 {
            let mask = v4_mask(prefix)?;
            let first = v4.to_bits() & mask;
            (Ipv4Addr::from_bits(first).into(), Ipv4Addr::from_bits(first | !mask).into())
        } else {
            let v6 = v6?;
            let mask = if prefix <= 128 { v6_mask(prefix) } else { return None };
            let first = v6.to_bits() & mask;
            (Ipv6Addr::from_bits(first).into(), Ipv6Addr::from_bits(first | !mask).into())
        };
        Some(Self { first, last })
    }

    /// Whether an address lies in the range. IPv4 addresses lie in IPv4 ranges only, and one that is
    /// mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        (self.first..=self.last).contains(&unmap(address))
    }

    /// The lowest address.
    pub fn first(&self) -> IpAddr {
        self.first
    }

    /// The highest address.
    pub fn last(&self) -> IpAddr {
        self.last
    }
}

fn v4_mask(prefix: u32) -> Option<u32> {
    (prefix <= 32).then(|| u32::MAX.checked_shl(32 - prefix).unwrap_or(0))
}

fn v6_mask(prefix: u32) -> u128 {
    u128::MAX.checked_shl(128_u32.saturating_sub(prefix)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ip(text: &str) -> IpAddr {
        canonical(text).unwrap()
    }

    fn holds(range: &str, address: &str) -> bool {
        Range::parse(range).unwrap().contains(ip(address))
    }

    #[test]
    fn an_address_has_one_form() {
        assert_eq!(ip("010.000.0.1").to_string(), "10.0.0.1");
        assert_eq!(ip("::ffff:192.0.2.1").to_string(), "192.0.2.1");
        assert_eq!(canonical("1.2.3"), None);
        assert_eq!(canonical("1.2.3.4.5"), None);
        assert_eq!(canonical("1.2.3.256"), None);
        assert_eq!(canonical("1.2.3."), None);
        assert_eq!(canonical("1.2.3.+4"), None);
        assert_eq!(canonical("fe80::1%eth0"), None);
    }

    #[test]
    fn ranges_hold_their_ends_and_no_more() {
        assert!(holds("203.0.113.77/24", "203.0.113.0"));
        assert!(holds("203.0.113.77/24", "203.0.113.255"));
        assert!(!holds("203.0.113.77/24", "203.0.114.0"));
        assert!(holds("0.0.0.0/0", "255.255.255.255"));
        assert!(holds("10.0.0.1", "10.0.0.1"));
        assert!(!holds("10.0.0.1", "10.0.0.2"));
        assert!(holds("10.0.0.1 - 10.0.0.9", "10.0.0.9"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::"));
        assert!(holds("::/0", "2001:db8::"));
    }

    #[test]
    fn families_do_not_mix() {
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(!holds("::/0", "10.0.0.1"));
        assert!(holds("10.0.0.0/8", "::ffff:10.1.1.1"));
        assert_eq!(Range::parse("10.0.0.1-::1"), None);
        assert!(holds("::ffff:10.0.0.0/104", "10.1.1.1"));
        assert!(!holds("::ffff:10.0.0.0/104", "11.1.1.1"));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "x", "1.2.3.4/33", "::/129", "1.2.3.4/", "1.2.3.4/-1", "9.0.0.1-1.0.0.1"] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_are_ordered_by_their_first_address() {
        let range = |text| Range::parse(text).unwrap();
        assert!(range("10.0.0.0/8") < range("11.0.0.0/8"));
        assert!(range("255.0.0.0/8") < range("::/0"));
    }

    #[test]
    fn the_hexadecimal_form_sorts_as_text() {
        assert_eq!(to_hex(ip("192.168.0.1")), "C0A80001");
        assert_eq!(to_hex(ip("2001:db8::1")), "v6-20010DB8000000000000000000000001");
    }

    #[test]
    fn an_anonymous_user_is_named_without_abbreviation() {
        assert_eq!(pretty(ip("127.0.0.1")), "127.0.0.1");
        assert_eq!(pretty(ip("2001:db8::1")), "2001:DB8:0:0:0:0:0:1");
        assert_eq!(pretty("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1");
    }

    #[test]
    fn an_ipv6_subscriber_is_counted_as_one() {
        assert_eq!(throttle_key(ip("2001:db8::1")), "2001:DB8:0:0:0:0:0:0/64");
        assert_eq!(throttle_key(ip("2001:db8::ffff:1")), throttle_key(ip("2001:db8::1")));
        assert_ne!(throttle_key(ip("2001:db8:0:1::1")), throttle_key(ip("2001:db8::1")));
        assert_eq!(throttle_key("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1");
    }

    proptest! {
        #[test]
        fn every_printed_name_is_read_back(bits: u128, short: u32) {
            for address in [IpAddr::V6(Ipv6Addr::from_bits(bits)), Ipv4Addr::from_bits(short).into()] {
                prop_assert_eq!(canonical(&pretty(address)), Some(unmap(address)));
            }
        }

        #[test]
        fn a_range_holds_the_address_that_it_was_made_from(bits: u32, prefix in 0_u32..=32) {
            let address = Ipv4Addr::from_bits(bits);
            let range = Range::parse(&format!("{address}/{prefix}")).unwrap();
            prop_assert!(range.contains(address.into()));
            prop_assert!(range.contains(range.first()) && range.contains(range.last()));
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
            let _ = Range::parse(&text);
        }
    }
}
