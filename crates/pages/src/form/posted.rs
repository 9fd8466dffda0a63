//! What was filled in.

use daemun_action_api::http::Request;
use daemun_auth::request::{Answer, AuthenticationRequest, Submission};
use zeroize::Zeroizing;

use super::names;
use crate::widget::Widget;

/// The answers that were posted to these questions.
pub(crate) fn answers(request: &Request, offered: &[AuthenticationRequest]) -> Vec<Answer> {
    offered.iter().filter_map(|question| question.load(&Posted(request))).collect()
}

struct Posted<'a>(&'a Request);

impl Posted<'_> {
    /// The name under which a field was sent.
    fn sent_as(&self, name: &str) -> Option<String> {
        let mut known = std::iter::once(names::of_field(name)).chain(names::aliases(name));
        known.find(|known| self.0.params.get(known).is_some())
    }

    /// The values of a choice's boxes, which are sent each under a number of its own.
    fn ticked(&self, name: &str) -> Vec<String> {
        let (params, field) = (&self.0.params, names::of_field(name));
        let is_box = |sent: &&str| {
            let number = sent.strip_prefix(&*field).and_then(|rest| rest.strip_prefix('-'));
            number.is_some_and(|number| number.parse::<u16>().is_ok())
        };
        params.names().filter(is_box).filter_map(|sent| params.text(sent)).collect()
    }
}

impl Submission for Posted<'_> {
    fn text(&self, name: &str, sensitive: bool) -> Option<Zeroizing<String>> {
        let sent_as = self.sent_as(name);
        // A secret in the address would be in logs: it does not count.
        let sent_as = sent_as.filter(|name| !(sensitive && self.0.params.in_query(name)));
        let filled = sent_as.and_then(|name| self.0.params.text(&name)).map(Zeroizing::new);
        if name == "captchaWord" && filled.is_none() {
            let mut widgets = Widget::fields();
            return widgets.find_map(|field| self.0.params.text(field)).map(Zeroizing::new);
        }
        filled
    }

    fn list(&self, name: &str, sensitive: bool) -> Option<Vec<String>> {
        let ticked = self.ticked(name);
        if !ticked.is_empty() {
            return Some(ticked);
        }
        let text = self.text(name, sensitive)?;
        Some(text.split('|').map(str::to_owned).collect())
    }

    fn has(&self, name: &str, _sensitive: bool) -> bool {
        self.sent_as(name).is_some()
    }
}
