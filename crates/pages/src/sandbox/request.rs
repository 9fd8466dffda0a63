//! The request that a filled-in form makes. Secrets are not in it, only their names.

use daemun_action_api::module::Module;

use super::field::{Control, Field};

/// Something that only whoever sends the request knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Secret {
    /// The parameter.
    pub(super) name: String,
    /// The kind of the token that it is, which can be had from the API.
    pub(super) token: Option<&'static str>,
}

impl Secret {
    /// The variable of the environment that a program reads it from.
    pub(super) fn variable(&self) -> String {
        let upper = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        self.name.chars().map(upper).collect()
    }
}

/// A request to the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ApiRequest {
    /// The parameters in order, without secrets.
    pub(super) params: Vec<(String, String)>,
    /// The secrets that belong to it.
    pub(super) secrets: Vec<Secret>,
    /// Whether it has to be posted.
    pub(super) is_posted: bool,
}

/// Which secrets a request has.
pub(super) enum Given {
    /// All that there are: what was filled in is not known.
    Unknown,
    /// Those that must be given, and these.
    These(Vec<String>),
}

impl Given {
    fn has(&self, field: &Field) -> bool {
        match self {
            Self::Unknown => true,
            Self::These(names) => field.required || names.contains(&field.name),
        }
    }
}

impl ApiRequest {
    /// The request of these fields, in their order.
    pub(super) fn of<'f>(
        fields: impl Iterator<Item = &'f Field>,
        action: Option<&Module>,
        given: &Given,
    ) -> Self {
        let mut request = Self {
            params: Vec::new(),
            secrets: Vec::new(),
            is_posted: action.is_some_and(|action| action.must_be_posted),
        };
        for field in fields {
            match field.control {
                Control::Secret if given.has(field) => {
                    request.secrets.push(Secret { name: field.name.clone(), token: field.token });
                }
                Control::Secret | Control::Image | Control::Note => {}
                _ if field.value.is_empty() => {}
                _ => request.params.push((field.name.clone(), field.value.clone())),
            }
        }
        request.is_posted |= !request.secrets.is_empty();
        request
    }

    /// The parameters as they stand in an address or a body. What MediaWiki leaves readable there
    /// stays so.
    pub(super) fn query(&self) -> String {
        let pair =
            |(name, value): &(String, String)| format!("{}={}", encoded(name), encoded(value));
        self.params.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// The token among the secrets.
    pub(super) fn token(&self) -> Option<(&Secret, &'static str)> {
        self.secrets.iter().find_map(|secret| Some((secret, secret.token?)))
    }

    /// The secrets that cannot be had from the API.
    pub(super) fn known_to_people(&self) -> impl Iterator<Item = &Secret> {
        self.secrets.iter().filter(|secret| secret.token.is_none())
    }
}

fn encoded(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~')
        .remove(b':')
        .remove(b'/')
        .remove(b',')
        .remove(b'*');
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, value: &str) -> Field {
        Field { value: value.to_owned(), ..Field::named(name, Control::Text) }
    }

    fn secret(name: &str, required: bool, token: Option<&'static str>) -> Field {
        Field { required, token, ..Field::named(name, Control::Secret) }
    }

    #[test]
    fn secrets_are_named_and_make_it_posted() {
        let fields = [
            text("action", "login"),
            text("lgname", "A&B 한"),
            text("lgdomain", ""),
            secret("lgpassword", false, None),
            secret("lgtoken", true, Some("login")),
        ];
        let request = ApiRequest::of(fields.iter(), None, &Given::Unknown);
        assert_eq!(request.query(), "action=login&lgname=A%26B%20%ED%95%9C");
        assert!(request.is_posted);
        assert_eq!(
            request.token().map(|(secret, kind)| (secret.name.as_str(), kind)),
            Some(("lgtoken", "login"))
        );
        let known: Vec<String> = request.known_to_people().map(Secret::variable).collect();
        assert_eq!(known, ["LGPASSWORD"]);
    }

    #[test]
    fn secrets_that_may_be_left_out_are_there_when_they_were_filled_in() {
        let fields =
            [secret("a-b", false, None), secret("must", true, None), secret("c", false, None)];
        let names = |given: &Given| {
            let request = ApiRequest::of(fields.iter(), None, given);
            request.secrets.iter().map(Secret::variable).collect::<Vec<_>>()
        };
        assert_eq!(names(&Given::These(vec!["a-b".to_owned()])), ["A_B", "MUST"]);
        assert_eq!(names(&Given::Unknown), ["A_B", "MUST", "C"]);
    }

    #[test]
    fn what_reads_without_secrets_stands_in_an_address() {
        let fields = [text("action", "query"), text("meta", "tokens|userinfo")];
        let request = ApiRequest::of(fields.iter(), None, &Given::Unknown);
        assert!(!request.is_posted);
        assert_eq!(request.query(), "action=query&meta=tokens%7Cuserinfo");
    }
}
