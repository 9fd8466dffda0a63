//! Help for people (`action=help`), made from the declarations of modules. The elements, classes
//! and ids are MediaWiki's, so links to a place in the help and scripts that read it work.

mod outline;
mod parameters;
mod section;
pub mod texts;

use daemun_auth::settings::Settings;
use daemun_messages::{HelpLinks, HtmlLinks, Language, Message, escape_html};

use crate::module::Module;
use crate::modules::Absent;
use crate::site::Site;
use outline::{Entry, Part};
pub use parameters::info as parameter_info;
pub(crate) use section::flag_names;

/// What to explain beside the modules themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// The modules that they choose from.
    pub submodules: bool,
    /// The modules that those choose from, too.
    pub recursive: bool,
    /// A table of contents.
    pub contents: bool,
}

/// Writes help in one language.
pub struct Help<'a> {
    /// The language.
    pub language: &'a Language,
    /// The wiki.
    pub site: &'a Site,
    /// The wiki's rules.
    pub settings: &'a Settings,
}

impl Help<'_> {
    /// The help of these modules as HTML, without a page around it.
    pub fn html(&self, modules: &[&'static Module], extent: Extent) -> String {
        let entries = outline::of(modules, extent, Absent::by(self.settings));
        let here = entries.iter().map(|entry| entry.anchor.clone()).collect();
        let script = self.site.script_url("api.php");
        let links = HtmlLinks { help: Some(HelpLinks { script, here }), ..self.site.links() };
        self.written(&entries, extent, links)
    }

    /// The same for a page of the wiki: what leads to other modules leads to pages, as `links` says.
    pub fn for_page(
        &self,
        modules: &[&'static Module],
        extent: Extent,
        links: HtmlLinks,
    ) -> String {
        let entries = outline::of(modules, extent, Absent::by(self.settings));
        self.written(&entries, extent, links)
    }

    fn written(&self, entries: &[Entry], extent: Extent, links: HtmlLinks) -> String {
        let writer = Writer { help: self, links };
        let mut html = writer.block(&Message::new("api-help-lead"));
        if extent.contents && !entries.is_empty() {
            html.push_str(&writer.contents(entries));
        }
        for entry in entries {
            html.push_str(&writer.entry(entry));
        }
        html
    }
}

/// Writes one page of help, knowing what stands on it.
struct Writer<'a> {
    help: &'a Help<'a>,
    links: HtmlLinks,
}

impl Writer<'_> {
    /// The modules that the wiki is without.
    fn absent(&self) -> Absent {
        Absent::by(self.help.settings)
    }

    fn inline(&self, message: &Message) -> String {
        daemun_messages::html(message, self.help.language, &self.links)
    }

    fn block(&self, message: &Message) -> String {
        daemun_messages::html_block(message, self.help.language, &self.links)
    }

    /// A message in an element, or nothing where the message is empty, which switches it off.
    fn wrapped(&self, message: &Message, element: &str, class: &str) -> String {
        let text = self.inline(message);
        if text.is_empty() {
            return text;
        }
        format!("<{element} class=\"{class}\">{text}</{element}>")
    }

    fn entry(&self, entry: &Entry) -> String {
        let level = entry.level.min(6);
        match entry.part {
            Part::Module { module, is_alone } => {
                section::html(self, module, is_alone, level, &entry.anchor)
            }
            Part::DataTypes => self.data_types(level),
            Part::TemplatedParameters => {
                let title = Message::new("api-help-templatedparams-header");
                self.heading(level, &entry.anchor, &title)
                    + &self.block(&Message::new("api-help-templatedparams"))
                    + "\n"
            }
            Part::Credits => {
                self.heading(level, &entry.anchor, &Message::new("api-credits-header"))
                    + &self.block(&Message::new("api-credits"))
                    + "\n"
            }
        }
    }

    fn heading(&self, level: usize, anchor: &str, title: &Message) -> String {
        let title = self.inline(title);
        format!("<h{level} class=\"apihelp-header\" id=\"{anchor}\">{title}</h{level}>")
    }

    fn data_types(&self, level: usize) -> String {
        let mut html =
            self.heading(level, "main/datatypes", &Message::new("api-help-datatypes-header"));
        html.push_str(&self.block(&Message::new("api-help-datatypes-top")));
        html.push_str("<dl>");
        for (name, key) in [
            ("boolean", "api-help-datatype-boolean"),
            ("expiry", "api-help-datatype-expiry"),
            ("timestamp", "api-help-datatype-timestamp"),
        ] {
            let text = self.block(&Message::new(key));
            html.push_str(&format!("<dt id=\"main/datatype/{name}\">{name}</dt><dd>{text}</dd>"));
        }
        html.push_str("</dl>\n");
        html
    }

    fn contents(&self, entries: &[Entry]) -> String {
        let language = self.help.language;
        let mut html = format!(
            "<div id=\"toc\" class=\"toc\" role=\"navigation\" aria-labelledby=\"mw-toc-heading\">\
             <div class=\"toctitle\" lang=\"{}\" dir=\"{}\"><h2 id=\"mw-toc-heading\">{}</h2></div>",
            language.code(),
            language.direction(),
            self.inline(&Message::new("toc")),
        );
        let mut depth = 0;
        for entry in entries {
            let wanted = entry.number.len();
            if wanted > depth {
                html.push_str("\n<ul>\n");
            } else {
                html.push_str("</li>\n");
                html.push_str(&"</ul>\n</li>\n".repeat(depth - wanted));
            }
            depth = wanted;
            let number: Vec<String> = entry.number.iter().map(ToString::to_string).collect();
            html.push_str(&format!(
                "<li class=\"toclevel-{depth}\"><a href=\"#{}\"><span class=\"tocnumber\">{}</span> \
                 <span class=\"toctext\">{}</span></a>",
                escape_html(&entry.anchor),
                number.join("."),
                self.title(entry),
            ));
        }
        html.push_str(&"</li>\n</ul>\n".repeat(depth));
        html.push_str("</div>\n");
        html
    }

    /// The title of an entry, as the table of contents has it.
    fn title(&self, entry: &Entry) -> String {
        let key = match entry.part {
            Part::Module { module, .. } => return section::title(self, module),
            Part::DataTypes => "api-help-datatypes-header",
            Part::TemplatedParameters => "api-help-templatedparams-header",
            Part::Credits => "api-credits-header",
        };
        self.inline(&Message::new(key))
    }
}
