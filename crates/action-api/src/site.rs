//! What the API says of the wiki, and the limits of a request.

use daemun_mediawiki::ip::Range;
use daemun_mediawiki::title::{Namespaces, SpecialPages};
use daemun_messages::{HtmlLinks, Language};

/// The wiki as the API shows it. Each field names MediaWiki's setting.
#[derive(Clone, Debug)]
pub struct Site {
    /// `$wgSitename`.
    pub name: String,
    /// `$wgDBname`, with the table prefix where there is one.
    pub wiki_id: String,
    /// `$wgServer`: scheme, host and port, without a slash at the end. Addresses are built from it
    /// and never from what a request says.
    pub server: String,
    /// `$wgScriptPath`.
    pub script_path: String,
    /// `$wgArticlePath`.
    pub article_path: String,
    /// `$wgLanguageCode`.
    pub language: Language,
    /// The title of the main page.
    pub main_page: String,
    /// What the database is: `sqlite` and its version.
    pub database: (String, String),
    /// Proxies whose `X-Forwarded-*` headers count (`$wgCdnServersNoPurge`).
    pub trusted_proxies: Vec<Range>,
    /// `$wgCrossSiteAJAXdomains`.
    pub cors_domains: Vec<String>,
    /// The name of this machine, shown where `$wgShowHostnames` is set.
    pub host_name: Option<String>,
    /// Most bytes of a body.
    pub most_body: usize,
    /// Whether the log tells authors of clients why a login failed.
    pub explains: bool,
}

/// What answers, as help and `paraminfo` name the source of each module.
pub struct Source {
    /// The program.
    pub name: &'static str,
    /// Its licence, as an SPDX expression.
    pub licence: &'static str,
    /// Where the licence can be read.
    pub licence_url: &'static str,
}

/// This program.
pub const SOURCE: Source = Source {
    name: "daemun",
    licence: env!("CARGO_PKG_LICENSE"),
    licence_url: "https://spdx.org/licenses/MIT.html",
};

impl Site {
    /// The version of MediaWiki whose API this is.
    pub const GENERATOR: &'static str = "MediaWiki 1.45.0";

    /// Defaults for a wiki at this address.
    pub fn at(server: &str, wiki_id: &str) -> Self {
        Self {
            name: "Daemun".to_owned(),
            wiki_id: wiki_id.to_owned(),
            server: server.trim_end_matches('/').to_owned(),
            script_path: "/w".to_owned(),
            article_path: "/wiki/$1".to_owned(),
            language: Language::EN,
            main_page: "Main Page".to_owned(),
            database: ("sqlite".to_owned(), String::new()),
            trusted_proxies: Vec::new(),
            cors_domains: Vec::new(),
            host_name: None,
            most_body: 2 * 1024 * 1024,
            explains: false,
        }
    }

    /// The address of `api.php`.
    pub fn api_url(&self) -> String {
        format!("{}{}/api.php", self.server, self.script_path)
    }

    /// The address of a script on the wiki's own host, such as `/w/api.php`.
    pub fn script_url(&self, script: &str) -> String {
        format!("{}/{script}", self.script_path)
    }

    /// Where a password can be reset; `$1` stands for the encoded user name.
    pub fn password_reset_url(&self) -> String {
        format!(
            "{}{}/index.php?title=Special:PasswordReset&wpUsername=$1",
            self.server, self.script_path
        )
    }

    /// Where OpenID providers send people back to.
    pub fn openid_return_url(&self) -> String {
        let title = "Special:OpenIDConnectReturn";
        format!("{}{}", self.server, self.article_path.replace("$1", title))
    }

    /// `Special:Captcha` as a path on the wiki's own host; what is asked of it comes behind.
    pub fn captcha_page(&self) -> String {
        format!("{}?title=Special:Captcha", self.script_url("index.php"))
    }

    /// How titles become links.
    pub fn links(&self) -> HtmlLinks {
        HtmlLinks {
            article_path: self.article_path.clone(),
            help: None,
            own_title: (self.language.code() == "ko").then_some(in_korean as fn(&str) -> _),
        }
    }

    /// What the namespaces are called.
    pub fn namespaces(&self) -> Namespaces {
        Namespaces::of(self.language.code(), &self.name)
    }

    /// What the special pages are called.
    pub fn special_pages(&self) -> SpecialPages {
        SpecialPages::of(self.language.code())
    }

    /// The host of the server's address.
    pub fn server_name(&self) -> &str {
        let host = self.server.split_once("://").map_or(self.server.as_str(), |(_, rest)| rest);
        match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        }
    }
}

/// A special page's title on a Korean wiki, a section kept.
fn in_korean(title: &str) -> Option<String> {
    let text = title.strip_prefix("Special:")?;
    let (name, section) = text.split_at(text.find('#').unwrap_or(text.len()));
    let namespace = Namespaces::of("ko", "").name(Namespaces::SPECIAL);
    Some(format!("{namespace}:{}{section}", SpecialPages::of("ko").proper(name)?))
}
