//! From the stored text to its kind.

use super::{Argon2Hash, BcryptHash, Md5Hex, Pbkdf2Hash, StoredPassword};

/// Reads `:TYPE:REST`. `None` for all that is not a well-formed password of a known type.
pub(super) fn tagged(stored: &str) -> Option<StoredPassword> {
    let (kind, rest) = stored.strip_prefix(':')?.split_once(':')?;
    Some(match kind {
        "A" => match rest.rsplit_once(':') {
            None => StoredPassword::UnsaltedMd5 { hash: Md5Hex::parse(rest)? },
            Some(_) => salted(rest)?,
        },
        "B" => salted(rest)?,
        "pbkdf2" => {
            let (rest, hash) = rest.rsplit_once(':')?;
            let (parameters, salt) = rest.rsplit_once(':')?;
            StoredPassword::Pbkdf2(Pbkdf2Hash::parse(parameters, salt, hash)?)
        }
        "pbkdf2-legacyA" => match layers(rest)? {
            ("", outer) => StoredPassword::Pbkdf2LegacyA(outer),
            _ => return None,
        },
        "pbkdf2-legacyB" => {
            let (md5_salt, outer) = layers(rest)?;
            StoredPassword::Pbkdf2LegacyB { md5_salt: md5_salt.to_owned(), outer }
        }
        "bcrypt" => StoredPassword::Bcrypt(BcryptHash::parse(rest)?),
        "argon2" => StoredPassword::Argon2(Argon2Hash::parse(rest)?),
        _ => return None,
    })
}

fn salted(rest: &str) -> Option<StoredPassword> {
    let (salt, hash) = rest.split_once(':')?;
    Some(StoredPassword::SaltedMd5 { salt: salt.to_owned(), hash: Md5Hex::parse(hash)? })
}

/// The layered form of two types, joined with `!`: parameters of the inner (MD5 has none) and of
/// the outer, salt of the inner and of the outer, hash of the outer.
fn layers(rest: &str) -> Option<(&str, Pbkdf2Hash)> {
    let mut parts = rest.split('!');
    let (inner, parameters) = (parts.next()?, parts.next()?);
    let (inner_salt, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = inner.is_empty() && parts.next().is_none();
    whole.then_some((inner_salt, Pbkdf2Hash::parse(parameters, salt, hash)?))
}
