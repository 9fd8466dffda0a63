//! The page around HTML that the API makes (MediaWiki's skin `apioutput`): a heading, the content,
//! and a style sheet. No scripts.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daemun_messages::{Language, Message, escape_html};
use sha2::{Digest as _, Sha256};

use crate::site::Site;

const STYLE: &str = include_str!("skin.css");

/// What a browser may load for such a page: nothing but its own style sheet. Nothing can be sent.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> =
    LazyLock::new(|| format!("{}; form-action 'none'", *POLICY));

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; frame-ancestors 'none'"
    )
});

/// A page with this title and content. `name` is the special page's in MediaWiki, which style
/// sheets and scripts go by.
pub fn page(
    name: &str,
    title: &Message,
    content: &str,
    site: &Site,
    language: &Language,
) -> String {
    let title = daemun_messages::html(title, language, &site.links());
    let wiki = escape_html(&site.name);
    let (code, direction) = (language.code(), language.direction());
    format!(
        "<!DOCTYPE html>\n<html class=\"client-nojs\" lang=\"{code}\" dir=\"{direction}\">\n<head>\n\
         <meta charset=\"UTF-8\">\n<title>{title} - {wiki}</title>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex,nofollow\">\n<style>{STYLE}</style>\n</head>\n\
         <body class=\"mediawiki {direction} sitedir-ltr mw-hide-empty-elt ns--1 ns-special \
         mw-special-{name} page-Special_{name} rootpage-Special_{name} skin-apioutput \
         action-view\"><div class=\"mw-body\" role=\"main\">\n\
         <h1 id=\"firstHeading\">{title}</h1>\n<div class=\"mw-body-content\">\n\
         <div id=\"mw-content-text\" class=\"mw-body-content\">{content}</div>\n\
         </div>\n</div>\n</body>\n</html>\n"
    )
}
