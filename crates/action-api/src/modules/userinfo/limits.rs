//! `$wgRateLimits`: MediaWiki's defaults, of which a login server only shows those that a client
//! can ask for.

use daemun_auth::User;

use crate::value::Object;

/// Action, hits, seconds.
type Limit = (&'static str, i64, i64);

const FOR_USERS: [Limit; 11] = [
    ("edit", 90, 60),
    ("move", 8, 60),
    ("rollback", 10, 60),
    ("sendemail", 20, 86_400),
    ("changeemail", 4, 86_400),
    ("confirmemail", 4, 86_400),
    ("purge", 30, 60),
    ("linkpurge", 30, 60),
    ("renderfile", 700, 30),
    ("renderfile-nonstandard", 70, 30),
    ("editcontentmodel", 8, 60),
];

const FOR_ADDRESSES: [Limit; 11] = [
    ("edit", 8, 60),
    ("upload", 8, 60),
    ("mailpassword", 5, 3600),
    ("sendemail", 5, 86_400),
    ("purge", 30, 60),
    ("linkpurge", 30, 60),
    ("renderfile", 700, 30),
    ("renderfile-nonstandard", 70, 30),
    ("stashedit", 30, 60),
    ("stashbasehtml", 5, 60),
    ("changetags", 8, 60),
];

/// The limits that hold for a user.
pub(super) fn of(user: &User) -> Object {
    let (kind, limits) =
        if user.is_registered() { ("user", FOR_USERS) } else { ("ip", FOR_ADDRESSES) };
    limits.into_iter().fold(Object::new(), |all, (action, hits, seconds)| {
        let limit = Object::new().with("hits", hits).with("seconds", seconds);
        all.with(action, Object::new().with(kind, limit))
    })
}
