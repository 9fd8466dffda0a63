//! Addresses as `block_target` holds them: hexadecimal, so that ranges compare as text.

use std::net::IpAddr;

/// Whom a block is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockTarget {
    /// An account.
    User {
        /// Its id.
        id: u64,
        /// Its name.
        name: String,
    },
    /// One address.
    Address(IpAddr),
    /// A range.
    Range {
        /// Any address of it.
        address: IpAddr,
        /// How many leading bits all its addresses share.
        prefix_length: u8,
    },
}

/// What goes into `block_target`.
pub(super) struct Columns {
    pub(super) user: Option<u64>,
    pub(super) user_text: Option<String>,
    pub(super) address: Option<String>,
    pub(super) range: Option<(String, String)>,
    pub(super) ip_hex: Option<String>,
}

impl BlockTarget {
    pub(super) fn columns(&self) -> Columns {
        match self {
            Self::User { id, name } => Columns {
                user: Some(*id),
                user_text: Some(name.clone()),
                address: None,
                range: None,
                ip_hex: None,
            },
            Self::Address(address) => Columns {
                user: None,
                user_text: None,
                address: Some(printed(address.to_canonical())),
                range: None,
                ip_hex: Some(hex(*address)),
            },
            Self::Range { address, prefix_length } => {
                let (first, last) = ends(*address, *prefix_length);
                let start = hex(first);
                Columns {
                    user: None,
                    user_text: None,
                    address: Some(format!("{}/{prefix_length}", printed(first))),
                    range: Some((start.clone(), hex(last))),
                    ip_hex: Some(start),
                }
            }
        }
    }
}

/// MediaWiki's `IPUtils::toHex`: `C0A80001`, or `v6-` and 32 digits.
pub(super) fn hex(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => format!("{:08X}", v4.to_bits()),
        IpAddr::V6(v6) => format!("v6-{:032X}", v6.to_bits()),
    }
}

/// The first digits of the widest range that MediaWiki lets be blocked (`$wgBlockCIDRLimit`, /16
/// and /19, to whole digits): no blocked range around the address begins before them.
pub(super) fn widest(hex: &str) -> String {
    let length = if hex.starts_with("v6-") { 7 } else { 4 };
    hex.chars().take(length).collect()
}

/// MediaWiki's `IPUtils::sanitizeIP`: dotted, or eight groups in capitals without leading zeros.
fn printed(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => v6.segments().map(|group| format!("{group:X}")).join(":"),
    }
}

fn ends(address: IpAddr, prefix_length: u8) -> (IpAddr, IpAddr) {
    match address {
        IpAddr::V4(v4) => {
            let host = u32::MAX.checked_shr(u32::from(prefix_length)).unwrap_or(0);
            let bits = v4.to_bits();
            (IpAddr::V4((bits & !host).into()), IpAddr::V4((bits | host).into()))
        }
        IpAddr::V6(v6) => {
            let host = u128::MAX.checked_shr(u32::from(prefix_length)).unwrap_or(0);
            let bits = v6.to_bits();
            (IpAddr::V6((bits & !host).into()), IpAddr::V6((bits | host).into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_as_mediawiki_writes_them() {
        let v4 = BlockTarget::Range { address: "192.168.7.9".parse().unwrap(), prefix_length: 16 };
        let columns = v4.columns();
        assert_eq!(columns.address.unwrap(), "192.168.0.0/16");
        assert_eq!(columns.range.unwrap(), ("C0A80000".into(), "C0A8FFFF".into()));
        let v6 = BlockTarget::Range { address: "2001:db8::1".parse().unwrap(), prefix_length: 32 };
        let columns = v6.columns();
        assert_eq!(columns.address.unwrap(), "2001:DB8:0:0:0:0:0:0/32");
        assert_eq!(columns.range.unwrap().1, "v6-20010DB8FFFFFFFFFFFFFFFFFFFFFFFF");
    }

    #[test]
    fn an_ipv4_address_in_ipv6_form_is_the_ipv4_one() {
        assert_eq!(hex("::ffff:1.2.3.4".parse().unwrap()), "01020304");
    }
}
