//! The modules, one file each. A new one is a file here and a line in the list of its group.

pub mod account_creation;
mod allusers;
mod auth_helper;
mod authmanagerinfo;
mod block_info;
mod central_ids;
mod changeauthenticationdata;
mod checktoken;
mod clientlogin;
mod createaccount;
mod default_options;
mod fancycaptchareload;
mod help;
mod linkaccount;
mod login;
mod logout;
mod oath;
mod oathvalidate;
mod paraminfo;
mod query;
mod removeauthenticationdata;
mod resetpassword;
mod siteinfo;
mod tokens;
mod unlinkaccount;
mod userinfo;
mod users;
mod validatepassword;

use daemun_auth::Settings;
use daemun_auth::providers::captcha::settings::CaptchaKind;
use daemun_messages::Message;

use crate::error::ApiError;
use crate::formats::FORMATS;
use crate::main_module::MAIN;
use crate::module::{Group, Module};

/// The modules of `action`, in the order of their names.
static ACTIONS: [&Module; 15] = [
    &changeauthenticationdata::MODULE,
    &checktoken::MODULE,
    &clientlogin::MODULE,
    &createaccount::MODULE,
    &help::MODULE,
    &linkaccount::MODULE,
    &login::MODULE,
    &logout::MODULE,
    &oathvalidate::MODULE,
    &paraminfo::MODULE,
    &query::MODULE,
    &removeauthenticationdata::MODULE,
    &resetpassword::MODULE,
    &unlinkaccount::MODULE,
    &validatepassword::MODULE,
];

/// Modules of `action` for clients of one kind of wiki, which no list shows.
static INTERNAL: [&Module; 1] = [&fancycaptchareload::MODULE];

/// The modules of `meta`.
static METAS: [&Module; 5] = [
    &authmanagerinfo::MODULE,
    &oath::MODULE,
    &siteinfo::MODULE,
    &tokens::MODULE,
    &userinfo::MODULE,
];

/// The modules of `list`.
static LISTS: [&Module; 2] = [&allusers::MODULE, &users::MODULE];

/// The modules that are about second factors.
static OF_FACTORS: [&Module; 2] = [&oathvalidate::MODULE, &oath::MODULE];

/// Modules that a wiki is without, since what they are about is off there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Absent {
    second_factors: bool,
}

impl Absent {
    /// On a wiki with these settings.
    pub fn by(settings: &Settings) -> Self {
        Self { second_factors: !settings.second_factor.enabled }
    }

    /// Whether the wiki is without this one.
    pub fn has(self, module: &Module) -> bool {
        self.second_factors && OF_FACTORS.iter().any(|known| std::ptr::eq(*known, module))
    }
}

/// The modules of a group, on whatever wiki.
pub fn of_group(group: Group) -> &'static [&'static Module] {
    match group {
        Group::Main => &[],
        Group::Action => &ACTIONS,
        Group::Format => &FORMATS,
        Group::Meta => &METAS,
        Group::List => &LISTS,
        Group::Prop => &[],
    }
}

/// A module of a group.
pub fn find(group: Group, name: &str) -> Option<&'static Module> {
    of_group(group).iter().copied().find(|module| module.name == name)
}

/// A module of `action`.
pub fn action(name: &str) -> Option<&'static Module> {
    find(Group::Action, name)
}

/// The same name of a module that some wikis have and no list shows.
pub fn internal_name(group: Group, name: &str) -> Option<&'static str> {
    let is_it = |known: &&str| group == Group::Action && *known == name;
    INTERNAL.iter().map(|module| module.name).find(is_it)
}

/// A module of `action` that no list shows, where a wiki with these settings has it.
pub fn internal(name: &str, settings: &Settings) -> Option<&'static Module> {
    let is_there = matches!(settings.captcha.kind, Some(CaptchaKind::Image { .. }));
    INTERNAL.iter().copied().find(|module| is_there && module.name == name)
}

/// A module by a path that a client gave.
///
/// # Errors
/// `badmodule`: a part of the path is no module, or has none below it.
pub fn resolve(path: &str, absent: Absent) -> Result<&'static Module, ApiError> {
    // A plus sign that was not encoded has become a space.
    let path = if path.contains('+') { path.to_owned() } else { path.replace(' ', "+") };
    if let Some(module) = by_path(&path).filter(|module| !absent.has(module)) {
        return Ok(module);
    }
    let (parent, rest) = match path.split_once('+') {
        Some((first, rest)) if find_top(first).is_some() => (first.to_owned(), Some(rest)),
        _ => ("main".to_owned(), None),
    };
    let Some(rest) = rest else {
        let name = path.split('+').next().unwrap_or_default();
        return Err(bad_submodule(&parent, name));
    };
    let has_parts = by_path(&parent).is_some_and(|module| !submodules(module, absent).is_empty());
    if !has_parts {
        let message = Message::new("apierror-badmodule-nosubmodules").with(parent);
        return Err(ApiError::new(message));
    }
    let (part, deeper) = rest.split_once('+').unwrap_or((rest, ""));
    let whole = format!("{parent}+{part}");
    if !deeper.is_empty() && by_path(&whole).is_some() {
        return Err(ApiError::new(Message::new("apierror-badmodule-nosubmodules").with(whole)));
    }
    Err(bad_submodule(&parent, part))
}

fn find_top(name: &str) -> Option<&'static Module> {
    [Group::Action, Group::Format].into_iter().find_map(|group| find(group, name))
}

fn bad_submodule(parent: &str, name: &str) -> ApiError {
    let message = Message::new("apierror-badmodule-badsubmodule")
        .with(parent)
        .with(daemun_messages::escape_wikitext(name));
    ApiError::new(message)
}

/// A module by its path (`main`, `login`, `json`, `query+tokens`), on whatever wiki.
pub fn by_path(path: &str) -> Option<&'static Module> {
    if path == MAIN.name {
        return Some(&MAIN);
    }
    let (name, groups): (_, &[Group]) = match path.strip_prefix("query+") {
        Some(name) => (name, &Group::OF_QUERY),
        None => (path, &[Group::Action, Group::Format]),
    };
    groups.iter().find_map(|group| find(*group, name))
}

/// The modules that a module's parameters choose from, by their names.
pub fn submodules(module: &Module, absent: Absent) -> Vec<&'static Module> {
    let groups: &[Group] = match (module.group, module.name) {
        (Group::Main, _) => &[Group::Action, Group::Format],
        (Group::Action, "query") => &Group::OF_QUERY,
        _ => &[],
    };
    let mut found: Vec<_> = groups.iter().flat_map(|group| of_group(*group)).copied().collect();
    found.retain(|module| !absent.has(module));
    found.sort_by_key(|module| module.name);
    found
}
