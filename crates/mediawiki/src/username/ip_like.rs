//! Names that look like addresses, and would be taken for anonymous users.

use std::net::Ipv6Addr;

/// Whether a text looks like an address or a range of addresses: IPv4 with numbers of up to three
/// digits (`300.300.300.300` too), the last perhaps `xxx` as UseModWiki hid it; two of these with a
/// hyphen; IPv6 in hexadecimal; both with a prefix length (`10.0.0.0/8`).
pub fn is_ip_like(name: &str) -> bool {
    if let Some((address, prefix)) = name.split_once('/') {
        return is_prefix(prefix, 32) && is_v4_like(address)
            || is_prefix(prefix, 128) && is_v6(address);
    }
    if let Some((first, last)) = name.split_once('-') {
        return is_v4_like(first) && is_v4_like(last);
    }
    is_v4_like(name) || is_v6(name)
}

fn is_v4_like(text: &str) -> bool {
    let is_number =
        |part: &str| matches!(part.len(), 1..=3) && part.bytes().all(|c| c.is_ascii_digit());
    let Some((head, last)) = text.rsplit_once('.') else {
        return false;
    };
    let mut head = head.split('.');
    head.by_ref().take(3).filter(|part| is_number(part)).count() == 3
        && head.next().is_none()
        && (last == "xxx" || is_number(last))
}

fn is_v6(text: &str) -> bool {
    // The form that ends in IPv4 is none of MediaWiki's.
    !text.contains('.') && text.parse::<Ipv6Addr>().is_ok()
}

fn is_prefix(text: &str, most: u8) -> bool {
    text.bytes().all(|c| c.is_ascii_digit()) && text.parse::<u8>().is_ok_and(|n| n <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_their_look_alikes_are_told() {
        for name in [
            "1.2.3.4",
            "300.300.300.300",
            "001.02.3.4",
            "1.2.3.xxx",
            "::1",
            "::",
            "2001:DB8::1",
            "1:2:3:4:5:6:7:8",
            "fe80::",
            "10.0.0.0/8",
            "2001:db8::/32",
            "1.2.3.4-5.6.7.8",
            "1.2.3.xxx-5.6.7.xxx",
        ] {
            assert!(is_ip_like(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_resemble_addresses_are_names() {
        for name in [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.1234",
            "1.2.3.xx",
            "1.2.xxx.4",
            "1.2.3.4x",
            "v1.2.3.4",
            "1:2:3",
            "g::1",
            "10.0.0.0/33",
            "::/129",
            "1.2.3.4-x",
            "1.2.3.4 - 5.6.7.8",
            "윌리엄",
            "1::1.2.3.4",
            "1.2.3.4/+8",
        ] {
            assert!(!is_ip_like(name), "{name}");
        }
    }
}
