//! What a browser may load and do on a page: `Content-Security-Policy`.

use crate::widget::Widget;

/// What a page needs besides the style sheet, images and forms of this server.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Needs<'a> {
    /// Its scripts send requests to this server.
    pub(crate) connects: bool,
    /// Where its form may lead on to; browsers hold redirects of forms against the policy, too.
    pub(crate) form_leads_to: Option<&'a str>,
    /// A service's widget that is on it.
    pub(crate) widget: Option<&'static Widget>,
}

/// The policy of a page; nothing that stands in the page itself is run, and nobody may frame it.
pub(crate) fn policy(needs: Needs<'_>, has_scripts: bool) -> String {
    let elsewhere = needs.widget.map_or("", |widget| widget.sources);
    let mut policy = String::from(
        "default-src 'none'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
    );
    let mut allow = |what: &str, own: bool| {
        let own = if own { "'self'" } else { "" };
        let from: Vec<&str> =
            [own, elsewhere].into_iter().filter(|part| !part.is_empty()).collect();
        if !from.is_empty() {
            policy.push_str(&format!("; {what} {}", from.join(" ")));
        }
    };
    allow("style-src", true);
    allow("script-src", has_scripts);
    allow("connect-src", needs.connects);
    allow("frame-src", false);
    policy.push_str("; form-action 'self'");
    if let Some(target) = needs.form_leads_to {
        policy.push(' ');
        policy.push_str(target);
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_do_what_it_needs_and_no_more() {
        let plain = policy(Needs::default(), false);
        assert!(!plain.contains("script-src") && !plain.contains("connect-src"), "{plain}");
        assert!(!plain.contains("unsafe"), "{plain}");
        let script = policy(Needs { connects: true, ..Needs::default() }, true);
        assert!(script.contains("; script-src 'self'; connect-src 'self';"), "{script}");
        let away = Needs { form_leads_to: Some("https://app.example"), ..Needs::default() };
        assert!(policy(away, false).ends_with("form-action 'self' https://app.example"));
    }
}
