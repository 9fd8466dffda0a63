//! A small part of wikitext as HTML.
//!
//! Only what the texts use is markup; everything else is escaped, so no parameter can smuggle in
//! an element.

use std::collections::BTreeSet;

use crate::strip::external_link;
use crate::wikitext::entity;

/// Where links of a text lead.
#[derive(Clone, Debug)]
pub struct HtmlLinks {
    /// The address of a page, with `$1` for its title, as in `$wgArticlePath`.
    pub article_path: String,
    /// What a page is called on this wiki by the title that texts name it with, where that is
    /// something else: `Special:UserLogin` is `특수:로그인` on a Korean one.
    pub own_title: Option<fn(&str) -> Option<String>>,
    /// Where links to the help of the API lead, if not to their page.
    pub help: Option<HelpLinks>,
}

/// Links to the help of API modules (`Special:ApiHelp/…`) that lead to `api.php` itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpLinks {
    /// The address of `api.php`.
    pub script: String,
    /// The modules whose help stands on the same page.
    pub here: BTreeSet<String>,
}

impl HelpLinks {
    /// The address of a module's help, by a title without `Special:ApiHelp/`.
    fn url(&self, title: &str) -> String {
        let (module, place) = match title.split_once('#') {
            Some((module, place)) => (module, format!("#{place}")),
            None => (title, String::new()),
        };
        if self.here.contains(module) {
            return if place.is_empty() { format!("#{module}") } else { place };
        }
        format!("{}?action=help&modules={}{place}", self.script, module.replace('+', "%2B"))
    }
}

impl Default for HtmlLinks {
    fn default() -> Self {
        Self { article_path: "/wiki/$1".to_owned(), help: None, own_title: None }
    }
}

impl HtmlLinks {
    /// The address of a page by its title, percent-encoded.
    pub fn url(&self, title: &str) -> String {
        let own = self.own_title.and_then(|own_title| own_title(title.trim()));
        let title = own.as_deref().unwrap_or(title.trim());
        let mut encoded = String::with_capacity(title.len());
        for byte in title.bytes() {
            match byte {
                b' ' => encoded.push('_'),
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => encoded.push(byte.into()),
                // What MediaWiki leaves readable; '#' begins a section.
                b'-' | b'_' | b'.' | b'~' | b'!' | b'*' | b'(' | b')' | b'@' | b'$' | b';'
                | b':' | b',' | b'/' | b'#' => encoded.push(byte.into()),
                _ => {
                    encoded.push('%');
                    for nibble in [byte >> 4, byte & 15] {
                        let digit = char::from_digit(nibble.into(), 16).unwrap_or('0');
                        encoded.push(digit.to_ascii_uppercase());
                    }
                }
            }
        }
        self.article_path.replace("$1", &encoded)
    }
}

/// Escapes text for an HTML element or a quoted attribute.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    push_escaped(&mut out, text, true);
    out
}

fn push_escaped(out: &mut String, text: &str, quotes: bool) {
    for c in text.chars() {
        push_escaped_char(out, c, quotes);
    }
}

fn push_escaped_char(out: &mut String, c: char, quotes: bool) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '"' if quotes => out.push_str("&quot;"),
        '\'' if quotes => out.push_str("&#039;"),
        _ => out.push(c),
    }
}

/// Renders wikitext. Lines stay lines; lines that begin with `*` or `#` become a list.
pub(crate) fn render(wikitext: &str, links: &HtmlLinks) -> String {
    let mut out = String::with_capacity(wikitext.len() + wikitext.len() / 4);
    let mut list: Option<List> = None;
    for (i, line) in wikitext.split('\n').enumerate() {
        let item = List::of(line);
        let next = item.map(|(kind, _)| kind);
        if list != next {
            out.push_str(list.map_or("", List::end));
        }
        if i > 0 && !out.is_empty() {
            out.push('\n');
        }
        if list != next {
            out.push_str(next.map_or("", List::begin));
        }
        list = next;
        match item {
            Some((_, item)) => {
                out.push_str("<li>");
                Inline::new(&mut out, links).line(item);
                out.push_str("</li>");
            }
            None => Inline::new(&mut out, links).line(line),
        }
    }
    out.push_str(list.map_or("", List::end));
    out
}

/// Renders what stands in one line.
pub(crate) fn push_line(out: &mut String, line: &str, links: &HtmlLinks) {
    Inline::new(out, links).line(line);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Bullets,
    Numbers,
}

impl List {
    /// The kind of list that a line belongs to, and its text.
    fn of(line: &str) -> Option<(Self, &str)> {
        let (kind, item) = match line.strip_prefix('*') {
            Some(item) => (Self::Bullets, item),
            None => (Self::Numbers, line.strip_prefix('#')?),
        };
        Some((kind, item.trim_start()))
    }

    fn begin(self) -> &'static str {
        match self {
            Self::Bullets => "<ul>",
            Self::Numbers => "<ol>",
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::Bullets => "</ul>",
            Self::Numbers => "</ol>",
        }
    }
}

/// Elements that a text may use, always without attributes.
const TAGS: [&str; 9] = ["var", "kbd", "samp", "code", "strong", "em", "b", "i", "small"];

struct Inline<'a> {
    out: &'a mut String,
    links: &'a HtmlLinks,
    open: Vec<&'static str>,
}

impl<'a> Inline<'a> {
    fn new(out: &'a mut String, links: &'a HtmlLinks) -> Self {
        Self { out, links, open: Vec::new() }
    }

    fn line(mut self, line: &str) {
        self.run(line);
        // An element never reaches beyond its line.
        while let Some(name) = self.open.pop() {
            self.close_tag(name);
        }
    }

    fn run(&mut self, line: &str) {
        let mut rest = line;
        while let Some(at) = rest.find(['<', '>', '&', '[', '\'']) {
            let (before, from) = rest.split_at(at);
            self.out.push_str(before);
            rest = self.markup(from).unwrap_or_else(|| {
                let mut chars = from.chars();
                if let Some(c) = chars.next() {
                    push_escaped_char(self.out, c, false);
                }
                chars.as_str()
            });
        }
        self.out.push_str(rest);
    }

    /// Reads what begins with a special character; `None` if it is no markup.
    fn markup<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        if let Some((c, rest)) = entity(text) {
            push_escaped_char(self.out, c, false);
            return Some(rest);
        }
        if let Some(rest) = text.strip_prefix("'''") {
            self.toggle("b");
            return Some(rest);
        }
        if let Some(rest) = text.strip_prefix("''") {
            self.toggle("i");
            return Some(rest);
        }
        if let Some((inside, rest)) = text.strip_prefix("[[").and_then(|s| s.split_once("]]")) {
            self.internal_link(inside);
            return Some(rest);
        }
        if let Some((url, label, rest)) = external_link(text) {
            self.external_link(url, label);
            return Some(rest);
        }
        self.tag(text)
    }

    fn tag<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let (inside, rest) = text.strip_prefix('<')?.split_once('>')?;
        if matches!(inside, "br" | "br/" | "br /") {
            self.out.push_str("<br>");
            return Some(rest);
        }
        let (closes, name) = match inside.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, inside),
        };
        let name = TAGS.into_iter().find(|known| *known == name)?;
        if closes {
            self.close(name)?;
        } else {
            self.open_tag(name);
        }
        Some(rest)
    }

    fn toggle(&mut self, name: &'static str) {
        if self.close(name).is_none() {
            self.open_tag(name);
        }
    }

    fn open_tag(&mut self, name: &'static str) {
        self.out.extend(["<", name, ">"]);
        self.open.push(name);
    }

    fn close_tag(&mut self, name: &str) {
        self.out.extend(["</", name, ">"]);
    }

    /// Closes an element and those inside it, so that the HTML is always well nested.
    fn close(&mut self, name: &str) -> Option<()> {
        let at = self.open.iter().rposition(|open| *open == name)?;
        for inner in self.open.split_off(at).into_iter().rev() {
            self.close_tag(inner);
        }
        Some(())
    }

    fn internal_link(&mut self, inside: &str) {
        let (title, label) = inside.split_once('|').unwrap_or((inside, inside));
        let title = title.trim_start_matches(':');
        let help = self.links.help.as_ref().zip(title.strip_prefix("Special:ApiHelp/"));
        self.out.push_str("<a href=\"");
        match help {
            Some((help, module)) => push_escaped(self.out, &help.url(module), true),
            None => {
                push_escaped(self.out, &self.links.url(title), true);
                self.out.push_str("\" title=\"");
                push_escaped(self.out, title, true);
            }
        }
        self.out.push_str("\">");
        Inline::new(self.out, self.links).line(label.trim_start_matches(':'));
        self.out.push_str("</a>");
    }

    fn external_link(&mut self, url: &str, label: &str) {
        self.out.push_str("<a rel=\"nofollow\" class=\"external text\" href=\"");
        push_escaped(self.out, url, true);
        self.out.push_str("\">");
        if label.is_empty() {
            push_escaped(self.out, url, false);
        } else {
            Inline::new(self.out, self.links).line(label);
        }
        self.out.push_str("</a>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(wikitext: &str) -> String {
        render(wikitext, &HtmlLinks::default())
    }

    #[test]
    fn newlines_are_kept_and_no_paragraph_is_added() {
        assert_eq!(html("One.\nTwo."), "One.\nTwo.");
    }

    #[test]
    fn the_markup_of_the_texts_becomes_elements() {
        assert_eq!(
            html("'''b''' ''i'' <var>v</var><br/>[[Special:Bot Passwords|here]] [[A]]"),
            "<b>b</b> <i>i</i> <var>v</var><br>\
             <a href=\"/wiki/Special:Bot_Passwords\" title=\"Special:Bot Passwords\">here</a> \
             <a href=\"/wiki/A\" title=\"A\">A</a>"
        );
        assert_eq!(
            html("[https://x.org/?a=1&b=\"2 this] [javascript:x y]"),
            "<a rel=\"nofollow\" class=\"external text\" href=\"https://x.org/?a=1&amp;b=&quot;2\">\
             this</a> [javascript:x y]"
        );
    }

    #[test]
    fn stars_and_hashes_are_lists() {
        assert_eq!(html("# a\n# b\n* c"), "<ol><li>a</li>\n<li>b</li></ol>\n<ul><li>c</li></ul>");
        assert_eq!(html("a\n* b\n*c\nd"), "a\n<ul><li>b</li>\n<li>c</li></ul>\nd");
        assert_eq!(html("\n* b\n* c"), "<ul><li>b</li>\n<li>c</li></ul>");
    }

    #[test]
    fn links_to_help_can_lead_to_the_script_or_stay_on_the_page() {
        let help = HelpLinks { script: "/w/api.php".to_owned(), here: ["login".to_owned()].into() };
        let links = HtmlLinks { help: Some(help), ..HtmlLinks::default() };
        let html = |text: &str| render(text, &links);
        assert_eq!(
            html("[[Special:ApiHelp/query+tokens|x]]"),
            "<a href=\"/w/api.php?action=help&amp;modules=query%2Btokens\">x</a>"
        );
        assert_eq!(html("[[Special:ApiHelp/login|x]]"), "<a href=\"#login\">x</a>");
        assert_eq!(
            html("[[Special:ApiHelp/main#main/datatypes|x]]"),
            "<a href=\"/w/api.php?action=help&amp;modules=main#main/datatypes\">x</a>"
        );
    }

    #[test]
    fn everything_else_is_escaped_and_elements_are_closed() {
        assert_eq!(html("<script>x</script> & &lt;i&gt;"), {
            "&lt;script&gt;x&lt;/script&gt; &amp; &lt;i&gt;"
        });
        assert_eq!(html("<b onclick=x>y"), "&lt;b onclick=x&gt;y");
        assert_eq!(html("<b><i>x</b> </var>"), "<b><i>x</i></b> &lt;/var&gt;");
    }
}
