//! The modules, one file each. A new one is a file here and a line in the list of its group.

mod auth_helper;
mod authmanagerinfo;
mod checktoken;
mod clientlogin;
mod default_options;
mod help;
mod login;
mod logout;
mod paraminfo;
mod query;
mod siteinfo;
mod tokens;
mod userinfo;
mod users;

use crate::formats::FORMATS;
use crate::module::{Group, Module};

/// The modules of `action`, in the order of their names.
static ACTIONS: [&Module; 7] = [
    &checktoken::MODULE,
    &clientlogin::MODULE,
    &help::MODULE,
    &login::MODULE,
    &logout::MODULE,
    &paraminfo::MODULE,
    &query::MODULE,
];

/// The modules of `meta`.
static METAS: [&Module; 4] =
    [&authmanagerinfo::MODULE, &siteinfo::MODULE, &tokens::MODULE, &userinfo::MODULE];

/// The modules of `list`.
static LISTS: [&Module; 2] = [&users::ALLUSERS, &users::USERS];

/// The modules of a group.
pub fn of_group(group: Group) -> &'static [&'static Module] {
    match group {
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
