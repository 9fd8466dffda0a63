//! Output formats (<https://www.mediawiki.org/wiki/API:Data_formats>).

mod html;
mod json;
mod php;
mod xml;

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
    /// XML.
    Xml,
    /// PHP's own serialisation.
    Php,
    /// Nothing.
    None,
}

/// A format with its options.
#[derive(Clone, Debug)]
pub struct Printer {
    /// Which.
    pub format: Format,
    /// In an HTML page, to look at.
    pub pretty: bool,
    /// Of which shape.
    pub version: FormatVersion,
    /// Whether all but ASCII is escaped.
    ascii: bool,
    /// The function to call with the result (JSONP).
    callback: Option<String>,
    /// Whether XML names its namespace.
    namespace: bool,
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
pub static FORMATS: [&Module; 7] = [&JSON, &JSONFM, &NONE, &PHP, &PHPFM, &XML, &XMLFM];

static JSON: Module = Module::format("json", JSON_PARAMS);
static JSONFM: Module = Module::format("jsonfm", JSON_PARAMS);
static NONE: Module = Module::format("none", &[]);
static PHP: Module = Module::format("php", PHP_PARAMS);
static PHPFM: Module = Module::format("phpfm", PHP_PARAMS);
static XML: Module = Module::format("xml", XML_PARAMS);
static XMLFM: Module = Module::format("xmlfm", XML_PARAMS);

const VERSION: Param = Param::one_of("formatversion", &["1", "2", "latest"])
    .default("1")
    .help("apihelp-json-param-formatversion");
const JSON_PARAMS: &[Param] = &[
    Param::text("callback").help("apihelp-json-param-callback"),
    Param::boolean("utf8").help("apihelp-json-param-utf8"),
    Param::boolean("ascii").help("apihelp-json-param-ascii"),
    VERSION,
];
const PHP_PARAMS: &[Param] = &[VERSION];
const XML_PARAMS: &[Param] = &[
    Param::text("xslt").help("apihelp-xml-param-xslt"),
    Param::boolean("includexmlnamespace").help("apihelp-xml-param-includexmlnamespace"),
];

/// A format and whether it is shown in a page, by its name.
pub fn named(name: &str) -> Option<(Format, bool, &'static Module)> {
    Some(match name {
        "json" => (Format::Json, false, &JSON),
        "jsonfm" => (Format::Json, true, &JSONFM),
        "none" => (Format::None, false, &NONE),
        "php" => (Format::Php, false, &PHP),
        "phpfm" => (Format::Php, true, &PHPFM),
        "xml" => (Format::Xml, false, &XML),
        "xmlfm" => (Format::Xml, true, &XMLFM),
        _ => return None,
    })
}

/// The format that a browser gets when it asks for none: JSON in a page.
pub const DEFAULT: (Format, bool, &Module) = (Format::Json, true, &JSONFM);

impl Printer {
    /// The format with the options that a client chose.
    pub fn new((format, pretty, _): (Format, bool, &Module), values: &Values) -> Self {
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
        let namespace = values.is_set("includexmlnamespace");
        Self { format, pretty, version, ascii, callback, namespace }
    }

    /// Writes a result.
    pub fn print(&self, result: &Object, title: &str) -> Printed {
        if self.pretty {
            let text = match self.format {
                Format::Json => json::write_pretty(result, self.version, self.ascii),
                _ => self.write(result),
            };
            return Printed {
                content_type: "text/html; charset=UTF-8",
                file_name: "api-result.html",
                body: html::page(title, &text),
            };
        }
        let body = self.write(result);
        let (content_type, file_name) = match (self.format, &self.callback) {
            (Format::Json, Some(_)) => ("text/javascript; charset=utf-8", "api-result.js"),
            (Format::Json, None) => ("application/json; charset=utf-8", "api-result.json"),
            (Format::Xml, _) => ("text/xml; charset=utf-8", "api-result.xml"),
            (Format::Php, _) => ("application/vnd.php.serialized; charset=utf-8", "api-result.php"),
            (Format::None, _) => ("text/plain; charset=utf-8", "api-result.txt"),
        };
        Printed { content_type, file_name, body }
    }

    fn write(&self, result: &Object) -> String {
        match self.format {
            Format::Json => {
                let json = json::write(result, self.version, self.ascii);
                match &self.callback {
                    Some(function) => format!("/**/{function}({json})"),
                    None => json,
                }
            }
            Format::Xml => xml::write(result, self.namespace),
            Format::Php => php::write(result, self.version),
            Format::None => String::new(),
        }
    }
}
