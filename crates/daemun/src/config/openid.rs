//! `[openid.NAME]`: what may stand in the section of an OpenID provider.

use daemun_auth::providers::openid_connect::OpenIdProvider;
use daemun_auth::rights::IMPLICIT_GROUPS;
use toml::Value;
use zeroize::Zeroizing;

use super::draft::Draft;
use super::key::Given;
use super::kind::Kind;
use super::problem::{Refusals, nearest};

/// A key of the section: all that is known of it stands in one place.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// What values it takes.
    pub kind: Kind,
    /// What it is when nobody says, for the reference.
    pub default: &'static str,
    /// One sentence or two.
    pub doc: &'static str,
    /// Puts a value of the right kind to its place. An error ends "it must be …".
    apply: fn(&mut OpenIdProvider, &Given<'_>) -> Result<(), &'static str>,
}

const fn part(
    name: &'static str,
    kind: Kind,
    default: &'static str,
    doc: &'static str,
    apply: fn(&mut OpenIdProvider, &Given<'_>) -> Result<(), &'static str>,
) -> Part {
    Part { name, kind, default, doc, apply }
}

const MAP: &str = "{ editor = [\"wiki-editors\"] }";

/// The keys of a section.
pub(super) const PARTS: &[Part] = &[
    part("issuer", Kind::Text, "must be given", "Its identity, to the letter.", |to, given| {
        if !is_issuer(given.text()) {
            return Err(
                "an https address without a query, of at most 255 bytes; http on this machine",
            );
        }
        given.text().clone_into(&mut to.issuer);
        Ok(())
    }),
    part(
        "client-id",
        Kind::Text,
        "must be given",
        "What this wiki is called there.",
        |to, given| {
            to.client_id = given.some_text().ok_or("the client's id")?;
            Ok(())
        },
    ),
    part(
        "client-secret",
        Kind::Text,
        "none: a public client",
        "The secret that the provider gave.",
        |to, given| {
            to.client_secret = given.some_text().map(Zeroizing::new);
            Ok(())
        },
    ),
    part(
        "client-secret-file",
        Kind::Text,
        "none",
        "A file that holds the secret instead.",
        |to, given| {
            let text = std::fs::read_to_string(given.text()).map(Zeroizing::new);
            let text = text.map_err(|_| "a file that can be read")?;
            let secret = text.trim();
            if secret.is_empty() {
                return Err("a file with a secret in it");
            }
            to.client_secret = Some(Zeroizing::new(secret.to_owned()));
            Ok(())
        },
    ),
    part(
        "scopes",
        Kind::Texts,
        "`[\"openid\", \"profile\", \"email\"]`",
        "What is asked for.",
        |to, given| {
            to.scopes = given.texts().into_iter().map(str::to_owned).collect();
            let good = |scope: &String| !scope.is_empty() && !scope.contains(char::is_whitespace);
            if !to.scopes.iter().any(|scope| scope == "openid") || !to.scopes.iter().all(good) {
                return Err("a list of scopes with \"openid\" among them");
            }
            Ok(())
        },
    ),
    part("label", Kind::Text, "NAME", "The text of its button.", |to, given| {
        to.label = given.some_text().ok_or("a text")?;
        Ok(())
    }),
    part(
        "name-claim",
        Kind::Text,
        "`\"preferred_username\"`",
        "The claim that new accounts are named by.",
        |to, given| {
            to.name_claim = given.some_text().ok_or("the name of a claim")?;
            Ok(())
        },
    ),
    part(
        "create-accounts",
        Kind::Flag,
        "`false`",
        "Whether whoever has no account here gets one, where the name is free.",
        |to, given| {
            to.creates_accounts = given.flag();
            Ok(())
        },
    ),
    part(
        "map-by-email",
        Kind::Flag,
        "`false`",
        "Whether an account with the same confirmed address may be linked once its password \
         confirms it. Never one in a privileged group.",
        |to, given| {
            to.maps_by_email = given.flag();
            Ok(())
        },
    ),
    part(
        "map-by-name",
        Kind::Flag,
        "`false`",
        "The same for an account of the same name.",
        |to, given| {
            to.maps_by_name = given.flag();
            Ok(())
        },
    ),
    part(
        "group-claim",
        Kind::Text,
        "`\"groups\"`",
        "The claim that lists groups; a dot leads into an object.",
        |to, given| {
            to.group_claim = given.some_text().ok_or("the name of a claim")?;
            Ok(())
        },
    ),
    part(
        "groups",
        Kind::Table(MAP),
        "`{}`",
        "Groups of this wiki that follow the claim at each login, each with the values that give \
         it. No other group is given or taken.",
        |to, given| {
            for (group, values) in given.entries() {
                let values = values.as_array().map(Vec::as_slice).unwrap_or_default();
                let texts: Vec<String> =
                    values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
                let is_implicit = IMPLICIT_GROUPS.contains(&group.as_str());
                if texts.is_empty() || texts.len() != values.len() || is_implicit {
                    return Err("a table of groups such as { editor = [\"wiki-editors\"] }");
                }
                to.groups.push((group.clone(), texts));
            }
            Ok(())
        },
    ),
    part(
        "return-hosts",
        Kind::Texts,
        "`[]`",
        "Hosts (with a port where it is not 443) that any browser is sent on to without being \
         asked, after it signed in there. Only for programs of your own.",
        |to, given| {
            to.return_hosts = given.texts().into_iter().map(str::to_owned).collect();
            let is_host = |host: &String| !host.is_empty() && !host.contains(['/', '*', '@']);
            match to.return_hosts.iter().all(is_host) {
                true => Ok(()),
                false => Err("a list of hosts such as [\"app.example.org\"]"),
            }
        },
    ),
];

/// Encrypted, or on this machine; without what a well-known address could not follow.
fn is_issuer(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    let is_local = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    is_safe && url.query().is_none() && url.fragment().is_none() && text.len() <= 255
}

/// Applies `openid = { NAME = { … } }`.
pub(super) fn apply(draft: &mut Draft, given: &Given<'_>) -> Result<(), Refusals> {
    let mut refusals = Refusals::default();
    let mut providers: Vec<OpenIdProvider> = Vec::new();
    for (name, section) in given.entries() {
        let path = format!(".{name}");
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-';
        if name.is_empty() || name.len() > 40 || !name.chars().all(is_name) {
            refusals.add(path, "a name of ASCII letters, digits and -, 40 at most", "another");
            continue;
        }
        let Value::Table(section) = section else {
            refusals.add(path, "a section", "something else");
            continue;
        };
        let mut provider = OpenIdProvider::new(name, "", "");
        read(&mut provider, section, &path, &mut refusals);
        if providers.iter().any(|known| known.issuer == provider.issuer) {
            refusals.add(format!("{path}.issuer"), "one that no other section has", "there");
        }
        providers.push(provider);
    }
    refusals.into_result()?;
    draft.config.settings.openid.providers = providers;
    Ok(())
}

/// Values are not repeated in what is refused: a secret may be among them.
fn read(provider: &mut OpenIdProvider, section: &toml::Table, path: &str, refusals: &mut Refusals) {
    for (key, value) in section {
        let path = format!("{path}.{key}");
        let Some(part) = PARTS.iter().find(|part| part.name == key) else {
            let names = PARTS.iter().map(|part| part.name);
            let allowed = match nearest(key, names) {
                Some(near) => format!("a key that there is; did you mean `{near}`?"),
                None => "a key that there is; `daemun config reference` lists all".to_owned(),
            };
            refusals.add(path, allowed, "no key");
            continue;
        };
        let Ok(value) = part.kind.accept(value.clone()) else {
            refusals.add(path, part.kind.allowed(), "of another kind");
            continue;
        };
        if let Err(allowed) = (part.apply)(provider, &Given(&value)) {
            refusals.add(path, allowed, "not that");
        }
    }
    for (key, is_there) in [
        ("issuer", section.contains_key("issuer")),
        ("client-id", section.contains_key("client-id")),
    ] {
        if !is_there {
            refusals.add(format!("{path}.{key}"), "given", "absent");
        }
    }
    if section.contains_key("client-secret") && section.contains_key("client-secret-file") {
        refusals.add(format!("{path}.client-secret"), "absent beside client-secret-file", "there");
    }
}
