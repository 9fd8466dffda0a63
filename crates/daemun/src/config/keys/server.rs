//! Where to listen, where the data is, how much work at a time.

use std::path::PathBuf;

use daemun_auth::hashing::Width;
use daemun_mediawiki::ip::Range;
use toml::Value;

use crate::config::key::Default::{Absent, Computed, Is};
use crate::config::key::{Given, Key, key};
use crate::config::kind::Kind;
use crate::config::problem::Refusals;
use crate::config::secret::LEAST;
use crate::config::url_of;

const ENGINES: &str = "\"sqlite\": MariaDB, MySQL and PostgreSQL come in a later version";

pub(super) const KEYS: &[Key] = &[
    key(
        "listen",
        Kind::Text,
        Is("\"127.0.0.1:8080\""),
        "Address and port to listen on. Port 0 takes a free one.",
        |draft, given| {
            draft.config.listen = given.text().parse().map_err(
                |_| "an IP address and a port, such as \"127.0.0.1:8080\" or \"[::1]:8080\"",
            )?;
            Ok(())
        },
    )
    .flag(),
    key(
        "public-url",
        Kind::Text,
        Computed("`http://` and the address of `listen`", |values| {
            let listen = values.text("listen").parse().map(url_of);
            Value::String(listen.unwrap_or_else(|_| "http://localhost".to_owned()))
        }),
        "Scheme, host and port under which people reach the server. Addresses are built from it, \
         never from what a request says.",
        |draft, given| {
            let allowed = "scheme, host and port, such as \"https://wiki.example.org\"";
            let url = url::Url::parse(given.text()).map_err(|_| allowed)?;
            let plain = matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            if !plain {
                return Err(allowed.into());
            }
            draft.config.set_public_url(url.as_str());
            Ok(())
        },
    )
    .mediawiki("$wgServer")
    .flag(),
    key(
        "data",
        Kind::Text,
        Is("\"data\""),
        "The folder of the database and the secret key, from where daemun is started. Made with \
         mode 0700 when absent.",
        |draft, given| {
            draft.config.store.data_folder = PathBuf::from(some(given.text(), "a folder")?);
            Ok(())
        },
    )
    .mediawiki("$wgSQLiteDataDir")
    .flag(),
    key("database.engine", Kind::Text, Is("\"sqlite\""), "The database's engine.", |_, given| {
        if given.text() == "sqlite" { Ok(()) } else { Err(ENGINES.into()) }
    })
    .mediawiki("$wgDBtype"),
    key(
        "database.name",
        Kind::Text,
        Is("\"wiki\""),
        "The database's name: `wiki` is `wiki.sqlite` in the data folder, beside `wikicache.sqlite`.",
        |draft, given| {
            let name = some(given.text(), "a name")?;
            if name.contains(['/', '\\']) || name.chars().any(char::is_control) {
                return Err("a name without slashes, since files are named after it".into());
            }
            name.clone_into(&mut draft.config.store.name);
            Ok(())
        },
    )
    .mediawiki("$wgDBname"),
    key(
        "database.table-prefix",
        Kind::Text,
        Is("\"\""),
        "What the tables' names begin with.",
        |draft, given| {
            let prefix = given.text();
            if !prefix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
                return Err("of ASCII letters, digits and _".into());
            }
            prefix.clone_into(&mut draft.config.store.table_prefix);
            Ok(())
        },
    )
    .mediawiki("$wgDBprefix"),
    key(
        "secret-key-file",
        Kind::Text,
        Computed("`secret.key` in the data folder", |values| {
            let path = PathBuf::from(values.text("data")).join("secret.key");
            Value::String(path.to_string_lossy().into_owned())
        }),
        "The file of the server's secret: 32 bytes, as they are or as 64 hexadecimal digits. The \
         first start makes it with mode 0600. Whoever knows it can forge sessions.",
        |_, given| some(given.text(), "a file").map(|_| ()),
    ),
    key(
        "secret-key",
        Kind::Text,
        Absent("the file is read"),
        "The server's secret itself, 32 bytes or more, in place of the file.",
        |_, given| {
            if given.text().is_empty() || given.text().len() >= LEAST {
                Ok(())
            } else {
                Err("a text of 32 bytes or more; `openssl rand -hex 32` makes one".into())
            }
        },
    )
    .mediawiki("$wgSecretKey")
    .secret(),
    key(
        "trusted-proxies",
        Kind::Texts,
        Is("[]"),
        "Addresses and ranges of proxies whose `X-Forwarded-*` headers count.",
        |draft, given| {
            draft.config.site.trusted_proxies = ranges(given)?;
            Ok(())
        },
    )
    .mediawiki("$wgCdnServersNoPurge"),
    key(
        "hash-workers",
        Kind::Whole(1, 1024),
        Computed("as many as there are processors", |_| {
            let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
            Value::Integer(i64::try_from(cores).unwrap_or(1).clamp(1, 1024))
        }),
        "Threads that hash passwords.",
        |draft, given| {
            draft.config.hashing.workers = given.number();
            Ok(())
        },
    ),
    key(
        "hash-queue",
        Kind::Whole(1, 1_000_000),
        Is("1024"),
        "Login attempts that may be under way. One more is refused at once, and so is whoever would \
         have more of them than are left free: nobody takes all.",
        |draft, given| {
            draft.config.hashing.places = given.number();
            Ok(())
        },
    ),
    key(
        "hash-lanes",
        Kind::Word(&["auto", "1", "4", "8"]),
        Is("\"auto\""),
        "How many hashes of PBKDF2 with SHA-512 a thread computes at once: as many as the processor \
         has lanes for (8 with AVX-512, 4 with AVX2, else 1), or so many.",
        |draft, given| {
            draft.config.hashing.width = match given.text() {
                "1" => Width::of(1).unwrap_or(Width::ONE),
                "4" => Width::of(4).ok_or("\"auto\" or \"1\": this processor has no AVX2")?,
                "8" => Width::of(8).ok_or("\"auto\", \"1\" or \"4\": it has no AVX-512")?,
                _ => Width::best(),
            };
            Ok(())
        },
    ),
    key(
        "hash-memory",
        Kind::Whole(1024, 1 << 30),
        Is("262144"),
        "Memory that hashes may take together while they are computed, in KiB: Argon2 needs as much \
         as its parameter says. A stored hash that asks for more is an error.",
        |draft, given| {
            draft.config.hashing.memory_kib = given.number();
            Ok(())
        },
    ),
    key(
        "most-body",
        Kind::Whole(1024, 1 << 30),
        Is("2097152"),
        "Bytes that the body of a request may have.",
        |draft, given| {
            draft.config.site.most_body = given.number();
            Ok(())
        },
    ),
    key(
        "show-hostnames",
        Kind::Flag,
        Is("false"),
        "Whether replies name the machine that made them.",
        |draft, given| {
            draft.config.site.host_name = given.flag().then(host_name);
            Ok(())
        },
    )
    .mediawiki("$wgShowHostnames"),
];

/// A text that is not empty.
pub(super) fn some<'a>(text: &'a str, what: &str) -> Result<&'a str, Refusals> {
    if text.is_empty() { Err(what.into()) } else { Ok(text) }
}

fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"))
        .unwrap_or_default();
    match name.trim() {
        "" => "localhost".to_owned(),
        name => name.to_owned(),
    }
}

/// Addresses and ranges, one or more of which may be wrong.
pub(super) fn ranges(given: &Given<'_>) -> Result<Vec<Range>, Refusals> {
    let mut refusals = Refusals::default();
    let mut ranges = Vec::new();
    for text in given.texts() {
        match Range::parse(text) {
            Some(range) => ranges.push(range),
            None => {
                let allowed = "an address or range, such as \"10.0.0.0/8\" or \"::1\"";
                refusals.add(String::new(), allowed, format!("{text:?} in its list"));
            }
        }
    }
    refusals.into_result().map(|()| ranges)
}
