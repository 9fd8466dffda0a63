//! `$wgRateLimits`: MediaWiki's defaults. A login server only shows them: a client can ask.

use daemun_auth::User;

use crate::value::Object;

/// Hits and seconds.
type Limit = (i64, i64);

/// For accounts (`user`), for addresses (`ip`), for those who are not autoconfirmed (`newbie`).
struct Limits(&'static str, Option<Limit>, Option<Limit>, Option<Limit>);

const DAY: i64 = 86_400;

const ALL: [Limits; 16] = [
    Limits("edit", Some((90, 60)), Some((8, 60)), Some((8, 60))),
    Limits("move", Some((8, 60)), None, Some((2, 120))),
    Limits("upload", None, Some((8, 60)), Some((8, 60))),
    Limits("rollback", Some((10, 60)), None, Some((5, 120))),
    Limits("mailpassword", None, Some((5, 3600)), None),
    Limits("sendemail", Some((20, DAY)), Some((5, DAY)), Some((5, DAY))),
    Limits("changeemail", Some((4, DAY)), None, None),
    Limits("confirmemail", Some((4, DAY)), None, None),
    Limits("purge", Some((30, 60)), Some((30, 60)), None),
    Limits("linkpurge", Some((30, 60)), Some((30, 60)), None),
    Limits("renderfile", Some((700, 30)), Some((700, 30)), None),
    Limits("renderfile-nonstandard", Some((70, 30)), Some((70, 30)), None),
    Limits("stashedit", None, Some((30, 60)), Some((30, 60))),
    Limits("stashbasehtml", None, Some((5, 60)), Some((5, 60))),
    Limits("changetags", None, Some((8, 60)), Some((8, 60))),
    Limits("editcontentmodel", Some((8, 60)), None, Some((2, 120))),
];

/// The limits that hold for a user.
pub(super) fn of(user: &User, autoconfirmed: bool) -> Object {
    let registered = user.is_registered();
    let mut all = Object::new();
    for Limits(action, for_users, for_addresses, for_newbies) in ALL {
        let kinds = [
            ("user", for_users.filter(|_| registered)),
            ("ip", for_addresses.filter(|_| !autoconfirmed)),
            ("newbie", for_newbies.filter(|_| registered && !autoconfirmed)),
        ];
        let limits = kinds.into_iter().fold(Object::new(), |limits, (kind, limit)| {
            let limit = limit
                .map(|(hits, seconds)| Object::new().with("hits", hits).with("seconds", seconds));
            limits.with_some(kind, limit)
        });
        if !limits.members.is_empty() {
            all.set(action, limits);
        }
    }
    all
}
