//! `centralids` of a wiki that shares its accounts with no other: MediaWiki's provider `local`.

use crate::call::Call;
use crate::value::Object;

/// The members that `centralids` adds for an account, or for nobody's (id 0).
pub(super) fn describe(id: u64, call: &Call<'_>) -> Object {
    let local = |value: bool| Object::new().with("local", value);
    let exists = id != 0;
    let other = call.values.text("attachedwiki").filter(|wiki| !wiki.is_empty());
    Object::new()
        .with("centralids", Object::new().with("local", id))
        .with("attachedlocal", local(exists))
        .with_some(
            "attachedwiki",
            other.map(|wiki| local(exists && *wiki == call.api.site.wiki_id)),
        )
}
