//! Where pages are, and in which language they are read.

use daemun_action_api::Site;
use daemun_messages::{HtmlLinks, Language, Message};

use crate::titles;

/// What links and texts of a page need to know of its visitor.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub(crate) language: Language,
    links: HtmlLinks,
    /// `index.php`.
    script: String,
    /// The language that was asked for in the address, which all links keep.
    uselang: Option<Language>,
}

impl Addresses {
    /// Those of a wiki.
    pub(crate) fn of(site: &Site, language: Language, uselang: Option<Language>) -> Self {
        Self { language, links: site.links(), script: site.script_url("index.php"), uselang }
    }

    /// The address of a page on this wiki, without scheme and host. Values that are empty are left
    /// out.
    pub(crate) fn page(&self, title: &str, query: &[(&str, &str)]) -> String {
        let asked = self.uselang.as_ref().map(|language| ("uselang", language.code()));
        let asked = asked.filter(|_| !query.iter().any(|(name, _)| *name == "uselang"));
        let given = query.iter().copied().filter(|(_, value)| !value.is_empty());
        let rest: String = given
            .chain(asked)
            .map(|(name, value)| format!("&{}={}", titles::encoded(name), titles::encoded(value)))
            .collect();
        if rest.is_empty() {
            return self.links.url(title);
        }
        let own = self.links.own_title.and_then(|own_title| own_title(title));
        let title = own.as_deref().unwrap_or(title).replace(' ', "_");
        format!("{}?title={}{rest}", self.script, titles::encoded(&title))
    }

    /// The language that was asked for in the address, by its code.
    pub(crate) fn uselang(&self) -> Option<&str> {
        self.uselang.as_ref().map(Language::code)
    }

    /// How titles become links that keep the language that was asked for.
    pub(crate) fn links(&self) -> HtmlLinks {
        let mut links = self.links.clone();
        if let Some(language) = &self.uselang {
            links.article_path = format!("{}?uselang={}&title=$1", self.script, language.code());
        }
        links
    }

    /// A text as HTML.
    pub(crate) fn html(&self, message: &Message) -> String {
        daemun_messages::html(message, &self.language, &self.links)
    }

    /// A text without markup.
    pub(crate) fn text(&self, message: &Message) -> String {
        daemun_messages::plaintext(message, &self.language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_language_that_was_asked_for() {
        let site = Site::at("http://localhost", "wiki");
        let plain = Addresses::of(&site, Language::EN, None);
        assert_eq!(plain.page("Special:UserLogin", &[]), "/wiki/Special:UserLogin");
        let back = [("returnto", "A b&c"), ("returntoquery", "")];
        assert_eq!(
            plain.page("Special:UserLogin", &back),
            "/w/index.php?title=Special:UserLogin&returnto=A%20b%26c"
        );
        let korean = Addresses::of(&site, Language::KO, Some(Language::KO));
        assert_eq!(korean.page("A b", &[]), "/w/index.php?title=A_b&uselang=ko");
        let other = korean.page("A b", &[("uselang", "en")]);
        assert_eq!(other, "/w/index.php?title=A_b&uselang=en", "another is asked for");
    }
}
