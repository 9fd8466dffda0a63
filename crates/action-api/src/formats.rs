//! Output formats (<https://www.mediawiki.org/wiki/API:Data_formats>).

mod html;
mod json;

use crate::module::Module;
use crate::params::{Param, Values};
use crate::value::Object;

/// The shape of results: what became of booleans and contents over the years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FormatVersion {
    /// The old one, MediaWiki's default.
    #[default]
    One,
    /// The present one.
    Two,
}

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// JSON in an HTML page, to look at.
    JsonFm,
    /// Nothing.
    None,
}

/// A format with its options.
#[derive(Clone, Debug)]
pub struct Printer {
    /// Which.
    pub format: Format,
    /// Of which shape.
    pub version: FormatVersion,
    /// Whether all but ASCII is escaped.
    ascii: bool,
    /// The function to call with the result (JSONP).
    callback: Option<String>,
}

/// A finished body.
#[derive(Debug)]
pub struct Printed {
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The file name for `Content-Disposition`.
    pub file_name: &'static str,
    /// The bytes.
    pub body: String,
}

/// The formats as modules, in the order of their names.
pub static FORMATS: [&Module; 3] = [&JSON, &JSONFM, &NONE];

static JSON: Module = Module::format("json", JSON_PARAMS);
static JSONFM: Module = Module::format("jsonfm", JSON_PARAMS);
static NONE: Module = Module::format("none", &[]);

const JSON_PARAMS: &[Param] = &[
    Param::text("callback"),
    Param::boolean("utf8"),
    Param::boolean("ascii"),
    Param::one_of("formatversion", &["1", "2", "latest"]).default("1"),
];

impl Format {
    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "json" => Self::Json,
            "jsonfm" => Self::JsonFm,
            "none" => Self::None,
            _ => return None,
        })
    }

    /// Its declaration.
    pub fn module(self) -> &'static Module {
        match self {
            Self::Json => &JSON,
            Self::JsonFm => &JSONFM,
            Self::None => &NONE,
        }
    }
}

impl Printer {
    /// The format with the options that a client chose.
    pub fn new(format: Format, values: &Values) -> Self {
        let version = match values.text("formatversion") {
            Some("2" | "latest") => FormatVersion::Two,
            _ => FormatVersion::One,
        };
        // Version 1 escapes unless told not to, version 2 the other way round.
        let ascii = match version {
            FormatVersion::One => !values.is_set("utf8"),
            FormatVersion::Two => values.is_set("ascii"),
        };
        let callback = values.text("callback").map(json::callback_name);
        Self { format, version, ascii, callback }
    }

    /// A format without options, for errors that come before any are known.
    pub fn plain(format: Format) -> Self {
        Self { format, version: FormatVersion::One, ascii: true, callback: None }
    }

    /// Writes a result.
    pub fn print(&self, result: &Object, title: &str) -> Printed {
        match self.format {
            Format::None => Printed {
                content_type: "text/plain; charset=utf-8",
                file_name: "api-result.txt",
                body: String::new(),
            },
            Format::Json => {
                let body = json::write(result, self.version, self.ascii);
                match &self.callback {
                    None => Printed {
                        content_type: "application/json; charset=utf-8",
                        file_name: "api-result.json",
                        body,
                    },
                    Some(function) => Printed {
                        content_type: "text/javascript; charset=utf-8",
                        file_name: "api-result.js",
                        body: format!("/**/{function}({body})"),
                    },
                }
            }
            Format::JsonFm => Printed {
                content_type: "text/html; charset=UTF-8",
                file_name: "api-result.html",
                body: html::page(title, &json::write_pretty(result, self.version, self.ascii)),
            },
        }
    }
}
