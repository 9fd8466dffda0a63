//! A message as text.

use crate::block;
use crate::catalogue::find;
use crate::date::{format_expiry, format_moment};
use crate::html::{self, HtmlLinks};
use crate::language::{Language, Tongue};
use crate::message::{ListKind, Message, Param};
use crate::number::{format_duration, format_number, join_text};
use crate::particle::push_particle;
use crate::strip::{plain, strip_markup};
use crate::template::{Piece, Template, parse};
use crate::wikitext::escape_wikitext;

/// Messages inside messages are followed this far; texts and stored parameters could be circular
/// or hostile.
const MAX_DEPTH: usize = 8;

/// What a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Without any markup, for a terminal or a log: links are their labels, lines stay lines.
    Plain,
    /// Wikitext; values that are not wikitext are escaped in it.
    Wikitext,
    /// HTML, with [`HtmlLinks::default`]; see [`html`] for others.
    Html,
}

/// The text of a message. Where there is none, its key: `⧼key⧽`.
pub fn text(message: &Message, language: &Language, format: Format) -> String {
    match format {
        Format::Plain => plain(&wikitext(message, language)),
        Format::Wikitext => wikitext(message, language),
        Format::Html => html(message, language, &HtmlLinks::default()),
    }
}

/// The text as the error format `bc` has it: one line, `<var>x</var>` as `"x"`, no other tags.
/// Links stay wikitext, as clients know them.
pub fn text_bc(message: &Message, language: &Language) -> String {
    // Most errors have no parameters: their line is made once.
    let ready = find(&message.key, language.tongue())
        .filter(|_| language.tongue() != Tongue::Keys)
        .and_then(|entry| entry.bc.as_deref());
    ready.map_or_else(|| strip_markup(&wikitext(message, language)), str::to_owned)
}

/// The text as the error format `plaintext` has it, which is that of `bc`.
pub fn plaintext(message: &Message, language: &Language) -> String {
    text_bc(message, language)
}

/// The text as HTML, without a paragraph around it.
pub fn html(message: &Message, language: &Language, links: &HtmlLinks) -> String {
    html::render(&wikitext(message, language), links)
}

/// The text as HTML in paragraphs and lists, as MediaWiki's `parseAsBlock` makes it.
pub fn html_block(message: &Message, language: &Language, links: &HtmlLinks) -> String {
    block::render(&wikitext(message, language), links)
}

/// A block without the paragraph around it, where one paragraph is all there is.
pub fn strip_outer_paragraph(html: &str) -> &str {
    block::strip_outer_paragraph(html)
}

fn wikitext(message: &Message, language: &Language) -> String {
    let mut out = String::new();
    Renderer { language, tongue: language.tongue() }.message(&mut out, message, 0);
    out
}

struct Renderer<'a> {
    language: &'a Language,
    tongue: Tongue,
}

impl Renderer<'_> {
    fn message(&self, out: &mut String, message: &Message, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        if self.tongue == Tongue::Keys {
            self.key_and_params(out, message, depth);
        } else if let Some(entry) = find(&message.key, self.tongue) {
            self.template(out, &entry.template, &message.params, depth);
        } else if message.key.starts_with("* $") {
            // A list of messages: its key is its text.
            let template = parse(&message.key).unwrap_or_default();
            self.template(out, &template, &message.params, depth);
        } else {
            out.extend(["⧼", escape_wikitext(&message.key).as_str(), "⧽"]);
        }
    }

    fn key_and_params(&self, out: &mut String, message: &Message, depth: usize) {
        out.extend(["(", &message.key]);
        for (i, param) in message.params.iter().enumerate() {
            out.push_str(if i == 0 { ": " } else { ", " });
            self.param(out, param, depth);
        }
        out.push(')');
    }

    fn template(&self, out: &mut String, template: &Template, params: &[Param], depth: usize) {
        if let Some(text) = template.as_literal() {
            out.push_str(text);
            return;
        }
        for piece in &template.0 {
            self.piece(out, piece, params, depth);
        }
    }

    fn piece(&self, out: &mut String, piece: &Piece, params: &[Param], depth: usize) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Arg(index) => match params.get(*index) {
                Some(param) => self.param(out, param, depth),
                None => out.extend(["$", &(index + 1).to_string()]),
            },
            Piece::Plural { number, exact, forms } => {
                let number = self.number(number, params, depth);
                if let Some(form) = self.plural(number, exact, forms) {
                    self.template(out, form, params, depth);
                }
            }
            Piece::Gender { forms } => {
                // A user's gender is not known here: the third form is neutral, or else the first.
                if let Some(form) = forms.get(2).or_else(|| forms.first()) {
                    self.template(out, form, params, depth);
                }
            }
            Piece::Message(key) => {
                self.message(out, &Message::new(key.to_string()), depth + 1);
            }
            Piece::Particle { word, closed, open } => {
                let mut text = String::new();
                self.template(&mut text, word, params, depth);
                push_particle(out, &strip_markup(&text), closed, open);
            }
        }
    }

    fn number(&self, number: &Template, params: &[Param], depth: usize) -> i64 {
        if let [Piece::Arg(index)] = number.0.as_slice()
            && let Some(Param::Int(n) | Param::Num(n) | Param::Duration(n)) = params.get(*index)
        {
            return *n;
        }
        let mut text = String::new();
        self.template(&mut text, number, params, depth);
        text.replace(',', "").replace('\u{2212}', "-").trim().parse().unwrap_or(0)
    }

    fn plural<'t>(
        &self,
        number: i64,
        exact: &'t [(i64, Template)],
        forms: &'t [Template],
    ) -> Option<&'t Template> {
        if let Some((_, form)) = exact.iter().find(|(n, _)| *n == number) {
            return Some(form);
        }
        // Korean does not tell one from many.
        let one = self.tongue == Tongue::Korean || number == 1;
        if one { forms.first() } else { forms.last() }
    }

    fn param(&self, out: &mut String, param: &Param, depth: usize) {
        match param {
            Param::Text(text) => out.push_str(text),
            Param::Int(number) => out.push_str(&number.to_string()),
            Param::Plaintext(text) => out.push_str(&escape_wikitext(text)),
            Param::Num(number) => out.push_str(&format_number(*number, self.language)),
            Param::Duration(seconds) => out.push_str(&format_duration(*seconds, self.language)),
            Param::Expiry(time) => out.push_str(&format_expiry(time, self.language)),
            Param::DateTime(time) => out.push_str(&format_moment(time, self.language)),
            Param::List { items, kind } if depth < MAX_DEPTH => self.list(out, items, *kind, depth),
            Param::Message(message) => self.message(out, message, depth + 1),
            Param::List { .. } | Param::Null => {}
        }
    }

    fn list(&self, out: &mut String, items: &[Param], kind: ListKind, depth: usize) {
        let items: Vec<String> = items
            .iter()
            .map(|item| {
                let mut text = String::new();
                self.param(&mut text, item, depth + 1);
                text
            })
            .collect();
        let comma = if self.tongue == Tongue::Keys { "(comma-separator)" } else { ", " };
        let joined = match (kind, self.tongue) {
            (ListKind::Comma, _) => items.join(comma),
            (ListKind::Semicolon, _) => items.join("; "),
            (ListKind::Pipe, _) => items.join(" | "),
            (ListKind::Text, Tongue::English) => join_text(&items, ", ", " and "),
            (ListKind::Text, Tongue::Korean) => join_text(&items, ", ", ", "),
            (ListKind::Text, Tongue::Keys) => join_text(&items, comma, "(and)(word-separator)"),
        };
        out.push_str(&joined);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bc_is_one_line_and_wikitext_and_html_keep_theirs() {
        let message = Message::new("wrongpassword");
        assert!(!text_bc(&message, &Language::EN).contains('\n'));
        assert!(text(&message, &Language::EN, Format::Wikitext).contains('\n'));
        assert!(text(&message, &Language::EN, Format::Html).contains('\n'));
    }

    #[test]
    fn what_clients_match_on_is_exact() {
        let provider = "MediaWiki\\Session\\BotPasswordSessionProvider sessions";
        assert_eq!(
            text_bc(
                &Message::new("api-login-fail-badsessionprovider").with(provider),
                &Language::EN
            ),
            "Cannot log in when using MediaWiki\\Session\\BotPasswordSessionProvider sessions."
        );
        assert_eq!(
            text_bc(&Message::new("apierror-badtoken"), &Language::EN),
            "Invalid CSRF token."
        );
        let cookies = Message::new("sessionprovider-mediawiki-session-cookiesessionprovider");
        assert_eq!(text_bc(&cookies, &Language::EN), "cookie-based sessions");
        let missing =
            Message::new("paramvalidator-missingparam").with(Param::plaintext("logintoken"));
        assert_eq!(text_bc(&missing, &Language::EN), "The \"logintoken\" parameter must be set.");
        let unknown = Message::new("paramvalidator-unrecognizedvalues")
            .with(Param::plaintext("siprop"))
            .with(Param::plaintext("x"))
            .with(Param::commas([Param::plaintext("x")]))
            .with(Param::Num(1));
        assert_eq!(
            text_bc(&unknown, &Language::EN),
            "Unrecognized value for parameter \"siprop\": x"
        );
        let throttled = Message::new("login-throttled").with(Param::Duration(300));
        assert!(text_bc(&throttled, &Language::EN).contains("wait 5 minutes"));
        assert!(text_bc(&throttled, &Language::KO).contains("5분"));
    }

    #[test]
    fn a_key_without_text_shows_itself() {
        assert_eq!(text_bc(&Message::new("nosuch"), &Language::EN), "⧼nosuch⧽");
    }

    #[test]
    fn a_language_without_texts_has_the_english_ones() {
        let message = Message::new("wrongpassword");
        assert_eq!(text_bc(&message, &Language::from_code("fr")), text_bc(&message, &Language::EN));
        assert_ne!(text_bc(&message, &Language::KO), text_bc(&message, &Language::EN));
    }

    #[test]
    fn qqx_shows_keys_and_parameters() {
        let message = Message::new("login-throttled").with(Message::new("inner")).with(5);
        assert_eq!(text_bc(&message, &Language::QQX), "(login-throttled: (inner), 5)");
        assert_eq!(text_bc(&Message::new("badretype"), &Language::QQX), "(badretype)");
    }

    #[test]
    fn several_messages_are_a_list() {
        let both = Message::bullets([Message::raw("a"), Message::raw("b")]);
        assert_eq!(text(&both, &Language::EN, Format::Wikitext), "* a\n* b");
        assert_eq!(text(&both, &Language::EN, Format::Html), "<ul><li>a</li>\n<li>b</li></ul>");
    }

    #[test]
    fn a_plain_value_is_never_markup() {
        let raw = Message::new("rawmessage").with(Param::plaintext("<b>[[x]]</b>"));
        assert_eq!(text_bc(&raw, &Language::EN), "<b>[[x]]</b>");
        assert_eq!(text(&raw, &Language::EN, Format::Html), "&lt;b&gt;[[x]]&lt;/b&gt;");
        assert_eq!(
            text(&raw, &Language::EN, Format::Wikitext),
            "&#60;b&#62;&#91;&#91;x&#93;&#93;&#60;/b&#62;"
        );
    }

    #[test]
    fn a_message_inside_itself_ends() {
        let mut message = Message::raw("x");
        for _ in 0..100 {
            message = Message::new("rawmessage").with(message);
        }
        assert_eq!(text_bc(&message, &Language::EN), "");
    }
}
