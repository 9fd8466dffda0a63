//! Wikitext as paragraphs and lists, the way MediaWiki's parser lays a whole text out.

use crate::html::{HtmlLinks, push_line};

/// Renders wikitext as a block: `<p>` around what a blank line ends, lists at any depth.
pub(crate) fn render(wikitext: &str, links: &HtmlLinks) -> String {
    let mut blocks = Blocks { out: String::new(), links, paragraph: Vec::new(), open: Vec::new() };
    for line in wikitext.split('\n') {
        let depth = line.len() - line.trim_start_matches(['*', '#']).len();
        let (markers, text) = line.split_at(depth);
        if depth > 0 {
            blocks.end_paragraph();
            blocks.item(markers.as_bytes(), text.trim());
        } else {
            blocks.close_lists(0);
            if text.trim().is_empty() {
                blocks.end_paragraph();
            } else {
                blocks.paragraph.push(text);
            }
        }
    }
    blocks.end_paragraph();
    blocks.close_lists(0);
    blocks.out
}

/// The same text without the paragraph around it, where one paragraph is all there is.
pub(crate) fn strip_outer_paragraph(html: &str) -> &str {
    html.strip_prefix("<p>")
        .and_then(|rest| rest.trim_end().strip_suffix("</p>"))
        .filter(|inner| !inner.contains("</p>"))
        .map_or(html, str::trim_end)
}

struct Blocks<'a> {
    out: String,
    links: &'a HtmlLinks,
    /// The lines of the paragraph that is being read.
    paragraph: Vec<&'a str>,
    /// The markers of the open lists, outermost first.
    open: Vec<u8>,
}

impl Blocks<'_> {
    fn end_paragraph(&mut self) {
        if self.paragraph.is_empty() {
            return;
        }
        self.out.push_str("<p>");
        for line in self.paragraph.drain(..) {
            push_line(&mut self.out, line, self.links);
            self.out.push('\n');
        }
        self.out.push_str("</p>");
    }

    fn item(&mut self, markers: &[u8], text: &str) {
        let common = self.open.iter().zip(markers).take_while(|(a, b)| a == b).count();
        let continues = common == markers.len();
        self.close_lists(common);
        if continues {
            self.out.push_str("</li>\n<li>");
        }
        for marker in markers.iter().skip(common) {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
            self.out.push_str(if *marker == b'*' { "<ul><li>" } else { "<ol><li>" });
            self.open.push(*marker);
        }
        push_line(&mut self.out, text, self.links);
    }

    /// Closes lists until only `depth` are open.
    fn close_lists(&mut self, depth: usize) {
        while self.open.len() > depth {
            let marker = self.open.pop();
            self.out.push_str(if marker == Some(b'*') { "</li></ul>" } else { "</li></ol>" });
            if self.open.is_empty() {
                self.out.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(wikitext: &str) -> String {
        render(wikitext, &HtmlLinks::default())
    }

    #[test]
    fn blank_lines_part_paragraphs() {
        assert_eq!(block("a\nb\n\nc"), "<p>a\nb\n</p><p>c\n</p>");
        assert_eq!(block(""), "");
        assert_eq!(block("\n\n"), "");
    }

    #[test]
    fn lists_may_be_inside_lists() {
        assert_eq!(
            block("x\n# a\n# b\n#* c\n#* d\n# e\n\ny"),
            "<p>x\n</p>\n<ol><li>a</li>\n<li>b\n<ul><li>c</li>\n<li>d</li></ul></li>\n<li>e</li></ol>\n<p>y\n</p>"
        );
        assert_eq!(block("* a\n# b"), "<ul><li>a</li></ul>\n\n<ol><li>b</li></ol>\n");
    }

    #[test]
    fn markup_in_lines_is_rendered_and_the_rest_escaped() {
        assert_eq!(block("<b>x"), "<p><b>x</b>\n</p>");
        assert_eq!(block("* <script>"), "<ul><li>&lt;script&gt;</li></ul>\n");
    }

    #[test]
    fn one_paragraph_can_go_without_its_element() {
        assert_eq!(strip_outer_paragraph("<p>a\n</p>"), "a");
        assert_eq!(strip_outer_paragraph("<p>a\n</p><p>b\n</p>"), "<p>a\n</p><p>b\n</p>");
        assert_eq!(strip_outer_paragraph("a"), "a");
    }
}
