//! Texts for people: keys, parameters, English and Korean, rendering.
//!
//! A [`Message`] is MediaWiki's key with its parameters; it becomes a text only at the edge, in the
//! language and [`Format`] that the reader asked for. The texts live in `i18n/*.json`.

mod block;
mod catalogue;
mod code;
mod date;
mod html;
mod language;
mod message;
mod number;
mod particle;
mod problems;
mod render;
mod strip;
mod template;
mod wikitext;

pub use catalogue::{exists, keys};
pub use code::{code, code_of_key};
pub use html::{HelpLinks, HtmlLinks, escape_html};
pub use language::Language;
pub use message::{ListKind, Message, Param, message_json, param_json};
pub use number::{format_duration, format_number};
pub use problems::problems;
pub use render::{Format, html, html_block, plaintext, strip_outer_paragraph, text, text_bc};
pub use wikitext::escape_wikitext;
