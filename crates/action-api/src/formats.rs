//! Output formats (<https://www.mediawiki.org/wiki/API:Data_formats>).

mod json;
mod php;
mod pretty;
mod raw;
mod xml;

use std::time::Instant;

use daemun_messages::Language;

use crate::error::ApiError;
use crate::module::Module;
use crate::params::{Param, Values};
use crate::site::Site;
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

/// What a result is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    Json,
    /// JSON with the hints that formats go by, to find errors.
    Raw,
    /// XML.
    Xml,
    /// PHP's own serialisation.
    Php,
    /// Nothing.
    None,
}

/// A format: its declaration and how it is written.
#[derive(Clone, Copy)]
pub struct Format {
    /// Its name and parameters.
    pub module: &'static Module,
    notation: Notation,
    /// In an HTML page, to look at.
    pretty: bool,
}

/// The formats as modules, in the order of their names.
pub static FORMATS: [&Module; 8] = [&JSON, &JSONFM, &NONE, &PHP, &PHPFM, &RAWFM, &XML, &XMLFM];

const CLASS_JSON: &str = "MediaWiki\\Api\\ApiFormatJson";
const CLASS_PHP: &str = "MediaWiki\\Api\\ApiFormatPhp";
const CLASS_XML: &str = "MediaWiki\\Api\\ApiFormatXml";

macro_rules! format_module {
    ($name:literal, $class:expr, $params:expr) => {
        Module {
            examples: &[(
                concat!("action=query&meta=siteinfo&siprop=namespaces&format=", $name),
                "apihelp-format-example-generic",
            )],
            ..Module::format($name, $class, $params)
        }
    };
}

static JSON: Module = format_module!("json", CLASS_JSON, &[CALLBACK, UTF8, ASCII, VERSION]);
static JSONFM: Module =
    format_module!("jsonfm", CLASS_JSON, &[WRAPPED, CALLBACK, UTF8, ASCII, VERSION]);
static NONE: Module = format_module!("none", "MediaWiki\\Api\\ApiFormatNone", &[]);
static PHP: Module = format_module!("php", CLASS_PHP, &[VERSION]);
static PHPFM: Module = format_module!("phpfm", CLASS_PHP, &[WRAPPED, VERSION]);
static RAWFM: Module = format_module!("rawfm", CLASS_JSON, &[WRAPPED]);
static XML: Module = format_module!("xml", CLASS_XML, &[XSLT, NAMESPACE]);
static XMLFM: Module = format_module!("xmlfm", CLASS_XML, &[WRAPPED, XSLT, NAMESPACE]);

const WRAPPED: Param = Param::boolean("wrappedhtml").help("apihelp-format-param-wrappedhtml");
const CALLBACK: Param = Param::text("callback").help("apihelp-json-param-callback");
const UTF8: Param = Param::boolean("utf8").help("apihelp-json-param-utf8");
const ASCII: Param = Param::boolean("ascii").help("apihelp-json-param-ascii");
const VERSION: Param = Param::one_of("formatversion", &["1", "2", "latest"])
    .default("1")
    .help("apihelp-json-param-formatversion");
const XSLT: Param = Param::text("xslt").help("apihelp-xml-param-xslt");
const NAMESPACE: Param =
    Param::boolean("includexmlnamespace").help("apihelp-xml-param-includexmlnamespace");

/// A result as JSON of the present version over several lines, whatever the request's format.
pub(crate) fn to_json(result: &Object) -> String {
    json::write_pretty(result, FormatVersion::Two, false)
}

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        let module = FORMATS.into_iter().find(|module| module.name == name)?;
        let plain = name.strip_suffix("fm");
        let notation = match plain.unwrap_or(name) {
            "json" => Notation::Json,
            "raw" => Notation::Raw,
            "xml" => Notation::Xml,
            "php" => Notation::Php,
            _ => Notation::None,
        };
        Some(Self { module, notation, pretty: plain.is_some() })
    }
}

/// What a browser gets that asks for no format: JSON in a page.
impl Default for Format {
    fn default() -> Self {
        Self { module: &JSONFM, notation: Notation::Json, pretty: true }
    }
}

/// A format with its options.
#[derive(Clone)]
pub struct Printer {
    format: Format,
    /// Of which shape.
    version: FormatVersion,
    /// Whether all but ASCII is escaped.
    ascii: bool,
    /// The function to call with the result (JSONP).
    callback: Option<String>,
    /// Whether XML names its namespace.
    namespace: bool,
    /// Whether XML is to name a style sheet.
    styled: bool,
    /// Whether a pretty result is wrapped in JSON, for scripts that show it.
    wrapped: bool,
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
    /// Whether it is a page of the skin.
    pub is_skinned: bool,
}

/// What a pretty result tells beside the result.
pub struct Circumstances<'a> {
    /// The wiki.
    pub site: &'a Site,
    /// The reader's language.
    pub language: &'a Language,
    /// The HTTP status.
    pub status: u16,
    /// The same request with another format, if it can be made by following a link.
    pub address: &'a dyn Fn(&str) -> Option<String>,
    /// When the request began.
    pub began: Instant,
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
        let namespace = values.is_set("includexmlnamespace");
        let wrapped = values.is_set("wrappedhtml");
        let styled = values.text("xslt").is_some();
        Self { format, version, ascii, callback, namespace, styled, wrapped }
    }

    /// What is wrong with the options, and whose they are. A style sheet is a page of the wiki, and
    /// there are no pages here.
    pub(crate) fn warning(&self) -> Option<(&'static str, ApiError)> {
        self.styled.then(|| (self.format.module.name, ApiError::of("apiwarn-invalidxmlstylesheet")))
    }

    /// Writes a result.
    pub fn print(&self, result: &Object, circumstances: &Circumstances<'_>) -> Printed {
        if self.format.pretty {
            return self.print_pretty(result, circumstances);
        }
        let body = self.write(result);
        let (content_type, file_name) = match (self.format.notation, &self.callback) {
            (Notation::Json, Some(_)) => ("text/javascript; charset=utf-8", "api-result.js"),
            (Notation::Json | Notation::Raw, _) => {
                ("application/json; charset=utf-8", "api-result.json")
            }
            (Notation::Xml, _) => ("text/xml; charset=utf-8", "api-result.xml"),
            (Notation::Php, _) => {
                ("application/vnd.php.serialized; charset=utf-8", "api-result.php")
            }
            (Notation::None, _) => ("text/plain; charset=utf-8", "api-result.txt"),
        };
        Printed { content_type, file_name, body, is_skinned: false }
    }

    fn print_pretty(&self, result: &Object, circumstances: &Circumstances<'_>) -> Printed {
        let text = match self.format.notation {
            Notation::Json => json::write_pretty(result, self.version, self.ascii),
            Notation::Raw => {
                json::write_pretty(&raw::with_hints(result), FormatVersion::Two, false)
            }
            Notation::Xml | Notation::Php | Notation::None => self.write(result),
        };
        let content = pretty::content(&text);
        if self.wrapped {
            let wrapped = pretty::wrapped(content, result, circumstances);
            return Printed {
                content_type: "text/mediawiki-api-prettyprint-wrapped; charset=utf-8",
                file_name: "api-result-wrapped.json",
                body: json::write(&wrapped, FormatVersion::Two, false),
                is_skinned: false,
            };
        }
        Printed {
            content_type: "text/html; charset=UTF-8",
            file_name: "api-result.html",
            body: pretty::page(&content, self.format.module.name, circumstances),
            is_skinned: true,
        }
    }

    fn write(&self, result: &Object) -> String {
        match self.format.notation {
            Notation::Json | Notation::Raw => {
                let json = json::write(result, self.version, self.ascii);
                match &self.callback {
                    Some(function) => format!("/**/{function}({json})"),
                    None => json,
                }
            }
            Notation::Xml => xml::write(result, self.namespace),
            Notation::Php => php::write(result, self.version),
            Notation::None => String::new(),
        }
    }
}
