//! A result in a page, for people who try the API in a browser.

use daemun_messages::escape_html;

/// A page that shows `text` as it is.
pub(super) fn page(title: &str, text: &str) -> String {
    let title = escape_html(title);
    let text = escape_html(text);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\"><head><meta charset=\"UTF-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex, nofollow\">\
         <title>{title}</title></head><body><main>\
         <pre class=\"api-pretty-content\">{text}</pre></main></body></html>\n"
    )
}
