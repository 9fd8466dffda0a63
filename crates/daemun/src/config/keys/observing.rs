//! What the server tells of its work.

use crate::config::key::Default::{Absent, Is};
use crate::config::key::{Key, key};
use crate::config::kind::Kind;
use crate::logging::{self, LogFormat};

pub(super) const KEYS: &[Key] = &[
    key(
        "log",
        Kind::Text,
        Absent("`info` for `daemun serve`, `warn` for other commands"),
        "What the log tells, on standard error: a level (`error`, `warn`, `info`, `debug`, `trace`), \
         also of single parts: `warn,daemun::login=info`.",
        |_, given| {
            let allowed = "a level such as \"info\", or a filter such as \"warn,daemun::login=info\"";
            let good = given.text().trim().is_empty() || logging::is_filter(given.text().trim());
            if good { Ok(()) } else { Err(allowed.into()) }
        },
    ),
    key(
        "log-format",
        Kind::Word(LogFormat::WORDS),
        Absent("`\"text\"` at a terminal, else `\"json\"`"),
        "The form of its lines: for people, or a JSON object each.",
        |_, _| Ok(()),
    ),
    key(
        "explain",
        Kind::Flag,
        Is("false"),
        "Whether the log says in a sentence why a login failed, for authors of clients. It tells more \
         than a public server should, such as which names exist, but only in the log. In the \
         language of the wiki.",
        |draft, given| {
            draft.config.site.explains = given.flag();
            Ok(())
        },
    )
    .flag(),
    key(
        "metrics-listen",
        Kind::Text,
        Absent("nothing is measured"),
        "Address and port of `/metrics`, `/healthz` and `/readyz`. Not for the public: anybody who \
         can reach it can read it.",
        |draft, given| {
            draft.config.metrics_listen = match given.some_text() {
                None => None,
                Some(text) => Some(text.parse().map_err(
                    |_| "an IP address and a port, such as \"127.0.0.1:9090\" or \"[::1]:9090\"",
                )?),
            };
            Ok(())
        },
    )
    .flag(),
];
