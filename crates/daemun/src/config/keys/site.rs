//! What the wiki is called and where its pages are; groups.

use daemun_messages::Language;
use toml::Value;

use super::server::some;
use crate::config::groups;
use crate::config::key::Default::{Computed, Is};
use crate::config::key::{Key, key};
use crate::config::kind::Kind;

const ANY: i64 = i64::MAX;

pub(super) const KEYS: &[Key] = &[
    key(
        "wiki-id",
        Kind::Text,
        Computed("`database.name`, with `-` and the table prefix if there is one", |values| {
            let (name, prefix) =
                (values.text("database.name"), values.text("database.table-prefix"));
            Value::String(if prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{name}-{prefix}")
            })
        }),
        "The wiki's id: the first part of its keys in a store that several share.",
        |draft, given| {
            let id = some(given.text(), "a name")?;
            if id.contains(':') || id.chars().any(|c| c.is_control() || c.is_whitespace()) {
                return Err("a name without colons and spaces".into());
            }
            let config = &mut draft.config;
            for place in
                [&mut config.settings.wiki_id, &mut config.site.wiki_id, &mut config.store.wiki_id]
            {
                id.clone_into(place);
            }
            Ok(())
        },
    ),
    key("site.name", Kind::Text, Is("\"Daemun\""), "The wiki's name.", |draft, given| {
        some(given.text(), "a name")?.clone_into(&mut draft.config.site.name);
        Ok(())
    })
    .mediawiki("$wgSitename"),
    key(
        "site.language",
        Kind::Text,
        Is("\"en\""),
        "The language of texts that nobody asked for in another: `en`, `ko`, or any code of \
         MediaWiki's, whose texts are then English.",
        |draft, given| {
            draft.config.site.language = Language::sanitise(given.text())
                .ok_or("a language's code, such as \"en\" or \"ko\"")?;
            Ok(())
        },
    )
    .mediawiki("$wgLanguageCode"),
    key(
        "main-page",
        Kind::Text,
        Computed("`대문` where `site.language` is `ko`, else `Main Page`", |values| {
            let korean = values.text("site.language") == "ko";
            Value::String(if korean { "대문" } else { "Main Page" }.to_owned())
        }),
        "The title of the main page.",
        |draft, given| {
            some(given.text(), "a title")?.clone_into(&mut draft.config.site.main_page);
            Ok(())
        },
    ),
    key(
        "script-path",
        Kind::Text,
        Is("\"/w\""),
        "The folder of `api.php`: `/w` answers at `/w/api.php`; empty: at `/api.php`.",
        |draft, given| {
            let path = given.text();
            if !path.is_empty() && (!path.starts_with('/') || path.ends_with('/') || !is_path(path))
            {
                return Err("empty, or a path such as \"/w\" without a slash at the end".into());
            }
            path.clone_into(&mut draft.config.site.script_path);
            let url = draft.config.site.server.clone();
            draft.config.set_public_url(&url);
            Ok(())
        },
    )
    .mediawiki("$wgScriptPath"),
    key(
        "article-path",
        Kind::Text,
        Is("\"/wiki/$1\""),
        "Where pages are; `$1`, at the end, stands for the title.",
        |draft, given| {
            let path = given.text();
            let is_at_end = path.ends_with("$1") && path.matches("$1").count() == 1;
            if !path.starts_with('/') || !is_at_end {
                return Err("a path with $1 at its end, such as \"/wiki/$1\"".into());
            }
            path.clone_into(&mut draft.config.site.article_path);
            Ok(())
        },
    )
    .mediawiki("$wgArticlePath"),
    key(
        "cors-domains",
        Kind::Texts,
        Is("[]"),
        "Other sites whose scripts may ask with cookies; `*` and `?` are wildcards.",
        |draft, given| {
            draft.config.site.cors_domains = given.texts().into_iter().map(str::to_owned).collect();
            Ok(())
        },
    )
    .mediawiki("$wgCrossSiteAJAXdomains"),
    key(
        "read-only",
        Kind::Text,
        Is("\"\""),
        "Why nothing may be written at present; empty: everything may.",
        |draft, given| {
            draft.config.settings.read_only = given.some_text();
            Ok(())
        },
    )
    .mediawiki("$wgReadOnly"),
];

pub(super) const GROUP_KEYS: &[Key] = &[
    key(
        "groups",
        Kind::Table("{ staff = { edit = true, upload = false } }"),
        Is("{}"),
        "Rights given to groups and taken from them, on top of MediaWiki's defaults; as \
         `[groups.staff]` with a line a right. A group that is new here is made.",
        |draft, given| groups::apply(&mut draft.config.settings.rights, given),
    )
    .mediawiki("$wgGroupPermissions"),
    key(
        "auto-confirm.age",
        Kind::Whole(0, ANY),
        Is("0"),
        "Seconds that an account must exist to be autoconfirmed.",
        |draft, given| {
            draft.config.settings.rights.auto_confirm_age = given.whole();
            Ok(())
        },
    )
    .mediawiki("$wgAutoConfirmAge"),
    key(
        "auto-confirm.count",
        Kind::Whole(0, ANY),
        Is("0"),
        "Edits that it must have made.",
        |draft, given| {
            draft.config.settings.rights.auto_confirm_count = given.number();
            Ok(())
        },
    )
    .mediawiki("$wgAutoConfirmCount"),
];

/// Whether a text can stand in a URL's path as it is.
pub(super) fn is_path(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-._~$".contains(&b))
}
