//! The parameters that every request may have.

use crate::module::{Group, Module};
use crate::output::ErrorFormat;
use crate::params::{Kind, Param};

/// The main module.
pub static MAIN: Module = Module {
    examples: &[
        ("action=help", "apihelp-help-example-main"),
        ("action=help&recursivesubmodules=1", "apihelp-help-example-recursive"),
    ],
    ..Module::main(PARAMS)
};

/// The main module's parameters, in MediaWiki's order.
const PARAMS: &[Param] = &[
    Param::new("action", Kind::Submodule(Group::Action)).default("help"),
    Param::new("format", Kind::Submodule(Group::Format)).default("jsonfm"),
    Param::integer("maxlag"),
    Param::new("smaxage", Kind::Integer { min: Some(0) }).default("0"),
    Param::new("maxage", Kind::Integer { min: Some(0) }).default("0"),
    Param::one_of("assert", &["anon", "bot", "user"]),
    Param::new("assertuser", Kind::User(&["name", "temp"])),
    Param::text("requestid"),
    Param::boolean("servedby"),
    Param::boolean("curtimestamp"),
    Param::boolean("responselanginfo"),
    Param::text("origin"),
    Param::boolean("crossorigin"),
    Param::text("uselang").default("user"),
    Param::text("variant"),
    Param::one_of("errorformat", &ErrorFormat::NAMES).default("bc"),
    Param::text("errorlang").default("uselang"),
    Param::boolean("errorsuselocal"),
];
