//! What was sent to the page.

use daemun_action_api::params::RawParams;

use super::dialogue::After;
use super::field::Field;
use super::filled::Filled;
use super::request::Given;

/// What was sent.
pub(super) struct Sent {
    pub(super) filled: Filled,
    /// The names of secrets that no module declares, which the page must go on to show.
    secrets: Vec<String>,
    /// Which secrets are filled in, as far as the script told.
    pub(super) given: Given,
    /// Whether the fields stay as they are on the page, and only the request is wanted.
    pub(super) keeps_fields: bool,
    /// How the last step of a dialogue ended.
    pub(super) after: Option<After>,
    /// Whether somebody comes back who was sent elsewhere in the middle of a dialogue.
    pub(super) continues: bool,
    /// Whether the token is to be filled in.
    pub(super) wants_token: bool,
    /// Whether the values stood in an address, perhaps behind a `#`.
    is_of_address: bool,
    is_posted: bool,
}

impl Sent {
    /// Reads it. A form comes before a request as it stands in an address (`request`), and that
    /// before a module's path (`module`).
    pub(super) fn read(params: &RawParams, is_posted: bool) -> Self {
        let list = |name: &str| {
            let text = params.text(name).unwrap_or_default();
            text.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let mut filled = Filled::of_form(params);
        let mut is_of_address = !is_posted;
        if filled.is_empty() {
            if let Some(request) = params.text("request") {
                filled = Filled::of_query(&request);
                is_of_address = true;
            } else if let Some(module) = params.text("module") {
                filled = Filled::of_module(&module);
            }
        }
        filled.set_default("action", "query");
        if filled.get("format").is_none() {
            filled.set("format", "json".to_owned());
            filled.set_default("formatversion", "2");
        }
        let tells = params.get("live").is_some();
        Self {
            filled,
            secrets: list("secrets"),
            given: if tells { Given::These(list("given")) } else { Given::Unknown },
            keeps_fields: params.get("keep").is_some(),
            after: params.text("after").as_deref().and_then(After::from_word),
            continues: params.text("step").as_deref() == Some("continue"),
            wants_token: params.get("get-token").is_some(),
            is_of_address,
            is_posted,
        }
    }

    /// Takes secrets out that came in an address: what got into logs is filled in anew. What stood
    /// behind a `#` came to no server but by a script, and stays. The answer says whether there was
    /// any secret in an address.
    pub(super) fn take_exposed(&self, fields: &mut [&mut Field]) -> bool {
        let mut is_exposed = false;
        for field in fields.iter_mut().filter(|field| field.is_secret() && !field.value.is_empty())
        {
            is_exposed |= self.is_of_address;
            if !self.is_posted {
                field.value.clear();
            }
        }
        is_exposed
    }

    /// What was filled in, and the secrets that no module declares, by their names alone.
    pub(super) fn with_secrets(&self) -> Filled {
        let mut filled = self.filled.clone();
        for name in &self.secrets {
            filled.set_default(name, "");
        }
        filled
    }
}

#[cfg(test)]
mod tests {
    use super::super::field::Control;
    use super::*;

    fn sent(query: &str, body: Option<&str>) -> Sent {
        let mut params = RawParams::default();
        params.query(query.as_bytes());
        params.form(body.unwrap_or_default().as_bytes());
        Sent::read(&params, body.is_some())
    }

    #[test]
    fn a_fresh_page_asks_for_json_as_it_is_today() {
        let filled = sent("", None).filled;
        assert_eq!(filled.get("action"), Some("query"));
        assert_eq!((filled.get("format"), filled.get("formatversion")), (Some("json"), Some("2")));
        let filled = sent("request=action%3Dlogin%26format%3Dxml", None).filled;
        assert_eq!((filled.get("format"), filled.get("formatversion")), (Some("xml"), None));
    }

    #[test]
    fn a_secret_in_an_address_is_not_taken_and_told_of() {
        let exposed = |query, body| {
            let mut field =
                Field { value: "B".to_owned(), ..Field::named("lgpassword", Control::Secret) };
            let is_exposed = sent(query, body).take_exposed(&mut [&mut field]);
            (is_exposed, field.value)
        };
        let request = "request=action%3Dlogin%26lgpassword%3DB";
        assert_eq!(exposed(request, None), (true, String::new()));
        assert_eq!(exposed("p-action=login&p-lgpassword=B", None), (true, String::new()));
        // What stood behind a # came to no server; the script sent it.
        assert_eq!(exposed("", Some(request)), (true, "B".to_owned()));
    }

    #[test]
    fn secrets_that_nobody_declares_stay_by_their_names() {
        let sent = sent("", Some("p-action=clientlogin&secrets=OATHToken|x&live=1&given=x"));
        let all = sent.with_secrets();
        assert_eq!(all.names().filter(|name| *name == "OATHToken").count(), 1);
        assert!(matches!(sent.given, Given::These(names) if names == ["x"]));
    }
}
