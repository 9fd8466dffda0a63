//! Rows that other rows point to: `comment` and `actor`, found or made within a transaction.

use crate::engine::{Transaction, statement};
use crate::error::StoreError;

/// MediaWiki's `CommentStoreBase::hash`: CRC-32 of the text XOR CRC-32 of the data, as a signed
/// 32-bit number. We write no data; the CRC of nothing is 0.
pub(crate) fn hash(text: &str) -> i32 {
    i32::from_ne_bytes(crc32(text.as_bytes()).to_ne_bytes())
}

/// CRC-32 as PHP's `crc32` (reflected polynomial 0xEDB88320). Bit by bit: comments are short and
/// rare.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// The id of this comment; one row for equal texts.
pub(crate) async fn comment_id(tx: &mut Transaction, text: &str) -> Result<u64, StoreError> {
    let found = tx
        .one(statement!(
            "comment",
            "SELECT comment_id FROM {comment} \
             WHERE comment_hash = ? AND comment_text = ? AND comment_data IS NULL",
            hash(text),
            text
        ))
        .await?;
    if let Some(row) = found {
        return row.id(0);
    }
    let made = tx
        .run(statement!(
            "comment",
            "INSERT INTO {comment} (comment_hash, comment_text) VALUES (?, ?)",
            hash(text),
            text
        ))
        .await?;
    Ok(made.inserted)
}

/// The actor of an account (id > 0) or of a name without account (id 0).
pub(crate) async fn actor_id(
    tx: &mut Transaction,
    user_id: u64,
    name: &str,
) -> Result<u64, StoreError> {
    let found = if user_id > 0 {
        tx.one(statement!("actor", "SELECT actor_id FROM {actor} WHERE actor_user = ?", user_id))
            .await?
    } else {
        tx.one(statement!("actor", "SELECT actor_id FROM {actor} WHERE actor_name = ?", name))
            .await?
    };
    match found {
        Some(row) => row.id(0),
        None => new_actor(tx, user_id, name).await,
    }
}

/// Makes the actor of an account, or gives the account the actor that has its name and no account
/// (left by an import), as MediaWiki does.
pub(crate) async fn new_actor(
    tx: &mut Transaction,
    user_id: u64,
    name: &str,
) -> Result<u64, StoreError> {
    let user = (user_id > 0).then_some(user_id);
    if user.is_some() {
        let adopted = tx
            .run(statement!(
                "actor",
                "UPDATE {actor} SET actor_user = ? WHERE actor_name = ? AND actor_user IS NULL",
                user,
                name
            ))
            .await?;
        if adopted.affected > 0 {
            let row = tx
                .one(statement!(
                    "actor",
                    "SELECT actor_id FROM {actor} WHERE actor_user = ?",
                    user_id
                ))
                .await?;
            return row.map_or(Ok(0), |row| row.id(0));
        }
    }
    let made = tx
        .run(statement!(
            "actor",
            "INSERT INTO {actor} (actor_user, actor_name) VALUES (?, ?)",
            user,
            name
        ))
        .await?;
    Ok(made.inserted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_phps_crc32_as_a_signed_number() {
        assert_eq!(hash(""), 0);
        // The check value of CRC-32: 0xCBF43926.
        assert_eq!(hash("123456789"), -873_187_034);
    }
}
