//! Blocks of whoever sends a request, and what they take away.

use daemun_store::{Block, StoreError};

use crate::environment::Environment;
use crate::user::User;

/// The blocks in force that bind somebody: the account's, which come first, and those of the
/// address, which bind accounts too unless they are for anonymous users only. Those that the
/// software made come last, and not beside the block that they were made from.
///
/// # Errors
/// When the store fails.
pub async fn blocks_of(environment: &Environment, user: &User) -> Result<Vec<Block>, StoreError> {
    let (blocks, now) = (&environment.store.blocks, environment.clock.now());
    let mut all = Vec::new();
    if user.is_registered() {
        all.extend(blocks.of_user(user.id(), now).await?);
    }
    if !user.is_allowed("ipblock-exempt", &environment.settings.rights, now) {
        let of_address = blocks.of_address(user.address(), now).await?;
        all.extend(of_address.into_iter().filter(|b| !user.is_registered() || !b.anon_only));
    }
    let made: Vec<u64> = all.iter().filter(|block| !block.auto).map(|block| block.id).collect();
    all.retain(|block| !block.auto || !block.parent.is_some_and(|id| made.contains(&id)));
    all.sort_by_key(|block| block.auto);
    Ok(all)
}

/// Where blocked users are kept out (`$wgBlockDisablesLogin`), one who was in already keeps no
/// rights but those that everybody has. A block of some pages does that, too, though it does not
/// keep anybody out, as with MediaWiki.
///
/// # Errors
/// When the store fails.
pub(crate) async fn without_lost_rights(
    environment: &Environment,
    user: User,
) -> Result<User, StoreError> {
    let settings = &environment.settings;
    let binds = settings.block_disables_login
        && user.is_registered()
        && !blocks_of(environment, &user).await?.is_empty();
    Ok(if binds { user.limited_further(settings.rights.of_group("*")) } else { user })
}
