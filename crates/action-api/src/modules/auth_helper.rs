//! What the modules share that speak to the authentication manager (MediaWiki's
//! `ApiAuthManagerHelper`): parameters, reading answers, writing responses and questions.

mod credentials;
mod step;

use std::borrow::Cow;
use std::collections::HashSet;

use daemun_auth::request::{Answer, AuthenticationRequest, Required, Submission};
use daemun_auth::response::AuthenticationResponse;
use daemun_messages::{Format, Message};
use zeroize::Zeroizing;

use crate::call::Call;
use crate::error::ApiError;
use crate::params::{Param, Reading};
use crate::value::{Kind, Object, Value, list};
pub(super) use credentials::{change, require_login, require_recent_login};
pub(super) use step::{Step, answers_for};

/// The parameter for the wanted questions.
pub(super) const REQUESTS: Param =
    Param::text("requests").multi().help("api-help-authmanagerhelper-requests");
/// The parameter for the one question that a change answers.
pub(super) const REQUEST: Param =
    Param::text("request").required().help("api-help-authmanagerhelper-request");
/// The parameter for the form of texts.
pub(super) const MESSAGE_FORMAT: Param =
    Param::one_of("messageformat", &["html", "wikitext", "raw", "none"])
        .default("wikitext")
        .help("api-help-authmanagerhelper-messageformat");
/// The parameter that puts all fields together.
pub(super) const MERGE_REQUEST_FIELDS: Param =
    Param::boolean("mergerequestfields").help("api-help-authmanagerhelper-mergerequestfields");
/// The parameter that goes on from a failed attempt.
pub(super) const PRESERVE_STATE: Param =
    Param::boolean("preservestate").help("api-help-authmanagerhelper-preservestate");
/// The parameter for where to come back to.
pub(super) const RETURN_URL: Param =
    Param::text("returnurl").help("api-help-authmanagerhelper-returnurl");
/// The parameter that goes on with a dialogue.
pub(super) const CONTINUE: Param =
    Param::boolean("continue").help("api-help-authmanagerhelper-continue");
/// Reads the answers to the offered questions out of a request.
///
/// # Errors
/// `mustpostparams` for a sensitive field in the address.
pub(super) fn answers(
    call: &mut Call<'_>,
    offered: &[AuthenticationRequest],
    wanted: Option<&[Cow<'static, str>]>,
) -> Result<Vec<Answer>, ApiError> {
    let offered: Vec<&AuthenticationRequest> = offered
        .iter()
        .filter(|request| wanted.is_none_or(|ids| ids.contains(&request.id)))
        .collect();
    let mut in_query = HashSet::new();
    for (name, field) in offered.iter().flat_map(|request| &request.fields) {
        call.reading.mark(name);
        if field.sensitive && call.reading.raw().in_query(name) {
            in_query.insert(name.as_ref());
        }
    }
    let mut exposed: Vec<&str> = in_query.into_iter().collect();
    exposed.sort_unstable();
    call.require_posted(&exposed)?;
    let form = Form(std::cell::RefCell::new(call.reading));
    Ok(offered.iter().filter_map(|request| request.load(&form)).collect())
}

/// A request as the answers of a dialogue.
struct Form<'c>(std::cell::RefCell<&'c mut Reading>);

impl Submission for Form<'_> {
    fn text(&self, name: &str, _sensitive: bool) -> Option<Zeroizing<String>> {
        self.0.borrow_mut().free_text(name)
    }

    fn list(&self, name: &str, _sensitive: bool) -> Option<Vec<String>> {
        let text = self.0.borrow_mut().free_text(name)?;
        // As for every parameter of several values, nothing is none.
        if text.is_empty() {
            return Some(Vec::new());
        }
        let parts = match text.strip_prefix('\u{1f}') {
            Some(rest) => rest.split('\u{1f}'),
            None => return Some(text.split('|').map(str::to_owned).collect()),
        };
        Some(parts.map(str::to_owned).collect())
    }

    fn has(&self, name: &str, _sensitive: bool) -> bool {
        let mut reading = self.0.borrow_mut();
        reading.mark(name);
        reading.raw().get(name).is_some()
    }
}

/// How a response is written.
pub(super) struct Writing<'c, 'a> {
    /// The call it is for.
    pub(super) call: &'c Call<'a>,
    /// Whether all fields come together.
    pub(super) merge: bool,
}

impl Writing<'_, '_> {
    /// A response of a dialogue.
    pub(super) fn response(&self, response: &AuthenticationResponse) -> Object {
        let mut object = Object::new().with("status", response.status());
        match response {
            AuthenticationResponse::Pass { username, .. } => {
                object.set("username", username.clone());
            }
            AuthenticationResponse::Redirect { target, data, requests } => {
                object.set("redirecttarget", target.clone());
                if let Some(data) = data {
                    object.set("redirectdata", Value::from(data));
                }
                self.requests(&mut object, requests);
            }
            AuthenticationResponse::Ui { requests, message, .. } => {
                self.requests(&mut object, requests);
                self.message(&mut object, message);
            }
            AuthenticationResponse::Restart { requests, message, preserved, .. } => {
                self.requests(&mut object, requests);
                self.message(&mut object, message);
                object.set("canpreservestate", preserved.is_some());
            }
            AuthenticationResponse::Fail { message, preserved, .. } => {
                self.message(&mut object, message);
                object.set("canpreservestate", preserved.is_some());
            }
        }
        object
    }

    fn message(&self, object: &mut Object, message: &Message) {
        self.text(object, "message", message);
        object.set("messagecode", daemun_messages::code(message));
    }

    /// Questions as `requests`, and with `merge` their fields as `fields`.
    pub(super) fn requests(&self, object: &mut Object, requests: &[AuthenticationRequest]) {
        let entries = requests.iter().map(|request| {
            let mut entry = Object::new()
                .with("id", request.id.clone())
                .with("metadata", self.metadata(request))
                .with("required", request.required.word());
            self.text(&mut entry, "provider", &request.provider);
            self.text(&mut entry, "account", &request.account);
            if !self.merge {
                entry.set("fields", self.fields(request));
            }
            entry
        });
        object.set("requests", list("_v", entries));
        if self.merge {
            object.set("fields", self.merged(requests));
        }
    }

    fn metadata(&self, request: &AuthenticationRequest) -> Value {
        let mut metadata = request.metadata.clone();
        if let Some((name, texts)) = &request.descriptions {
            let texts = texts.iter().map(|(name, text)| (name.clone(), self.plain(text).into()));
            metadata.insert(name.to_string(), serde_json::Value::Object(texts.collect()));
        }
        Value::from(&serde_json::Value::Object(metadata))
    }

    fn fields(&self, request: &AuthenticationRequest) -> Object {
        let mut fields = Object::new();
        for (name, field) in &request.fields {
            fields.set(name.clone(), self.field(field, field.optional));
        }
        fields
    }

    /// All fields of all requests by name. A field is optional where it may be left out in every
    /// way of answering.
    fn merged(&self, requests: &[AuthenticationRequest]) -> Object {
        let mut all: Vec<(&str, daemun_auth::request::Field)> = Vec::new();
        for request in requests {
            for (name, field) in &request.fields {
                let optional = field.optional
                    || request.required == Required::Optional
                    || (request.required == Required::PrimaryRequired
                        && !shared_by_primaries(requests, name));
                match all.iter_mut().find(|(known, _)| known == name) {
                    None => {
                        all.push((name, daemun_auth::request::Field { optional, ..field.clone() }));
                    }
                    Some((_, known)) => {
                        known.optional &= optional;
                        known.sensitive |= field.sensitive;
                        for option in &field.options {
                            if !known.options.iter().any(|(value, _)| *value == option.0) {
                                known.options.push(option.clone());
                            }
                        }
                    }
                }
            }
        }
        let mut fields = Object::new();
        for (name, field) in all {
            fields.set(name.to_owned(), self.field(&field, field.optional));
        }
        fields
    }

    fn field(&self, field: &daemun_auth::request::Field, optional: bool) -> Object {
        let mut object = Object::new().with("type", field.kind.word());
        if let Some(value) = &field.value {
            object.set("value", value.clone());
        }
        if !field.options.is_empty() {
            let mut options = Object::new().kind(Kind::Object);
            for (value, label) in &field.options {
                // Whatever form the other texts have, as MediaWiki does.
                options.set(value.clone(), self.plain(label));
            }
            object.set("options", options);
        }
        self.text(&mut object, "label", &field.label);
        self.text(&mut object, "help", &field.help);
        object.with("optional", optional).with("sensitive", field.sensitive)
    }

    fn text(&self, object: &mut Object, name: &'static str, message: &Message) {
        if let Some(shown) = self.shown(message) {
            object.set(name, shown);
        }
    }

    /// A text that stays one whatever form the client asked for.
    fn plain(&self, message: &Message) -> String {
        daemun_messages::plaintext(message, &self.call.presentation.language)
    }

    /// A text in the form that the client asked for.
    fn shown(&self, message: &Message) -> Option<Value> {
        let language = &self.call.presentation.language;
        match self.call.values.text("messageformat").unwrap_or("wikitext") {
            "none" => None,
            "raw" => Some(Value::from(&daemun_messages::message_json(message))),
            "html" => {
                let links = self.call.api.site.links();
                Some(daemun_messages::html(message, language, &links).into())
            }
            _ => Some(daemun_messages::text(message, language, Format::Wikitext).into()),
        }
    }
}

/// Whether every request that may stand for the others asks for this field.
fn shared_by_primaries(requests: &[AuthenticationRequest], name: &str) -> bool {
    requests
        .iter()
        .filter(|request| request.required == Required::PrimaryRequired)
        .all(|request| request.fields.iter().any(|(n, field)| n == name && !field.optional))
}
