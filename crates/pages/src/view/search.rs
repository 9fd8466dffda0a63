//! Forms that look for something: what is filled in becomes a part of the address.

use serde::Serialize;

use crate::page::Visit;

/// Where such a form leads, and what it must send along.
#[derive(Debug, Serialize)]
pub(crate) struct Search {
    action: String,
    /// The language that was asked for; empty where none was.
    uselang: String,
    title: String,
}

impl Search {
    /// A form on the page of this title. The title is sent as a field: a browser leaves out what
    /// the address of such a form holds.
    pub(crate) fn of(visit: &Visit<'_>, title: &str) -> Self {
        let uselang = visit.addresses.uselang().unwrap_or_default().to_owned();
        let action = visit.api.site.script_url("index.php");
        Self { action, uselang, title: title.to_owned() }
    }

    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        let (action, title) = ("/w/index.php".to_owned(), "Special:X".to_owned());
        Self { action, uselang: "ko".to_owned(), title }
    }
}
