//! One-time codes (RFC 6238: SHA-1, 30 seconds, six digits) of the accounts in the world.

use anyhow::{Context, Result, bail};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// Everybody with a second factor shares it.
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// The code of an account, `offset` windows from the one that `now` lies in.
pub fn code_of(account: &str, now: i64, offset: i64) -> Result<String> {
    if account != "alice" {
        bail!("the world has no one-time codes for `{account}`");
    }
    let window = u64::try_from(now.div_euclid(30) + offset).context("a time before 1970")?;
    code(&from_base32(SECRET)?, window)
}

fn code(secret: &[u8], window: u64) -> Result<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret)?;
    mac.update(&window.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let start = usize::from(digest.last().context("a digest has bytes")? & 0x0f);
    let four = digest.get(start..start + 4).context("a digest has twenty bytes")?;
    let number = u32::from_be_bytes(four.try_into()?) & 0x7fff_ffff;
    Ok(format!("{:06}", number % 1_000_000))
}

fn from_base32(text: &str) -> Result<Vec<u8>> {
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.chars() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let value = alphabet.find(letter).with_context(|| format!("`{letter}` in base 32"))?;
        held = (held << 5) | u32::try_from(value)?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff)?);
            held &= (1 << bits) - 1;
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        assert_eq!(code(secret, 59 / 30).unwrap(), "287082");
        assert_eq!(code(secret, 1_111_111_109 / 30).unwrap(), "081804");
    }

    #[test]
    fn a_window_is_counted_from_now() {
        assert_eq!(code_of("alice", 90, -1).unwrap(), code_of("alice", 60, 0).unwrap());
        assert!(code_of("bob", 0, 0).is_err());
    }
}
