//! What a visitor asks of the log.

use daemun_auth::log_access;
use daemun_mediawiki::timestamp::Timestamp;
use daemun_mediawiki::title::{Namespaces, Title};
use daemun_mediawiki::{ip, username};
use daemun_store::Place;

use super::{LOGINS, Wanted};
use crate::page::Visit;
use crate::pager::Pager;

impl Wanted {
    /// What was asked for, by parameters or behind the page's name.
    pub(super) fn of(visit: &Visit<'_>, rest: &str) -> Self {
        let given = |name: &str| visit.param(name).unwrap_or_default().trim().to_owned();
        let mut wanted = Self {
            kind: given("type"),
            performer: given("user"),
            target: given("page"),
            date: given("wpdate"),
            pager: Pager::of(visit),
        };
        if log_access::is_kind(rest) || rest == LOGINS {
            if wanted.kind.is_empty() {
                rest.clone_into(&mut wanted.kind);
            }
        } else if wanted.performer.is_empty() {
            rest.clone_into(&mut wanted.performer);
        }
        wanted
    }

    /// The last moment of the day that was given.
    ///
    /// # Errors
    /// Where it is none: nothing can be found.
    pub(super) fn until(&self) -> Result<Option<Timestamp>, Nothing> {
        if self.date.is_empty() {
            return Ok(None);
        }
        let digits: String = self.date.chars().filter(|c| *c != '-').collect();
        Timestamp::parse_mw(&format!("{digits}235959")).map(Some).ok_or(Nothing)
    }

    /// The entry beyond which the page begins.
    pub(super) fn beyond(&self) -> Option<Place> {
        let (time, id) = self.pager.offset.split_once('|').unwrap_or((&self.pager.offset, "0"));
        let timestamp = Timestamp::parse_mw(time)?;
        Some(Place { timestamp, id: id.parse().ok()? })
    }

    /// Who did it: an account's name or an address, as the tables have it.
    ///
    /// # Errors
    /// Where nobody can be called so.
    pub(super) fn performer(&self, visit: &Visit<'_>) -> Result<Option<String>, Nothing> {
        if self.performer.is_empty() {
            return Ok(None);
        }
        if let Some(address) = ip::canonical(&self.performer) {
            return Ok(Some(ip::pretty(address)));
        }
        let rules = &visit.api.names;
        let name = username::canonical(&self.performer, username::Rigor::Valid, rules);
        name.map(Some).ok_or(Nothing)
    }

    /// The page that it was done to, which without a namespace is an account's.
    ///
    /// # Errors
    /// Where no page can be called so.
    pub(super) fn target(&self, visit: &Visit<'_>) -> Result<Option<(i32, String)>, Nothing> {
        if self.target.is_empty() {
            return Ok(None);
        }
        let titles = &visit.api.names.titles;
        let text = match ip::canonical(&self.target) {
            Some(address) => ip::pretty(address),
            None => titles.upper_case_first(&self.target),
        };
        let title = Title::parse(&text, Namespaces::USER, titles).map_err(|_| Nothing)?;
        Ok(Some((title.namespace, title.text.replace(' ', "_"))))
    }
}

/// What a row is called in an offset.
pub(super) fn place(place: Place) -> String {
    format!("{}|{}", place.timestamp.to_mw(), place.id)
}

/// Nothing can be found by what was given.
pub(super) struct Nothing;
