//! `Special:ApiSandbox`: requests to the API, filled in as forms, written down as programs, run in
//! place. The form comes from the declarations of modules ([`form`]), and of a dialogue from what
//! the manager asks ([`dialogue`]).
//!
//! Two forms share the page. One holds what a request is made of, without secrets, and is sent here
//! to see the request. The other asks `api.php` itself; secrets belong to that one, wherever they
//! stand on the page, and so get to nobody else. A script shows the answer in place, and sends the
//! first form whenever something was changed.

mod dialogue;
mod field;
mod filled;
mod form;
mod request;
#[cfg(test)]
mod samples;
mod sent;
mod snippets;
mod view;

use daemun_action_api::http::Answer;
use daemun_auth::AuthError;
use daemun_auth::session::TokenType;

use crate::page::{self, Caching, Visit};
use field::{Field, Writer};
use form::{FieldGroup, Parts};
use request::ApiRequest;
use sent::Sent;
pub(crate) use view::Sandbox;

/// The page's title in English.
const TITLE: &str = "Special:ApiSandbox";

/// Answers a request for the page.
pub(crate) async fn answer(mut visit: Visit<'_>) -> Answer {
    let (api, request) = (visit.api, visit.request);
    match sandbox(&mut visit).await {
        Ok(sandbox) => visit.show(&sandbox, Caching::Never),
        Err(error) => page::failed(api, request, &error),
    }
}

async fn sandbox(visit: &mut Visit<'_>) -> Result<Sandbox, AuthError> {
    let manager = visit.manager();
    let settings = &manager.environment().settings;
    let links = visit.addresses.links();
    let language = visit.language().clone();
    let writer = Writer { language: &language, links: &links, settings };
    let mut sent = Sent::read(&visit.request.params, visit.is_posted());
    let parts = Parts::of(&sent.filled, writer);
    let mut questions = Vec::new();
    let mut dialogue = Vec::new();
    if let Some(action) = parts.action {
        if sent.continues && action.goes_in_steps() {
            sent.filled.set(&format!("{}continue", action.prefix), "1".to_owned());
        }
        if let Some(after) = sent.after {
            after.go_on(action, &mut sent.filled, |name| parts.declare(name));
        }
        let back = [("module", action.name), ("step", "continue")];
        let back = visit.addresses.page(TITLE, &back);
        let back = format!("{}{back}", visit.api.site.server);
        dialogue::return_here(action, &mut sent.filled, &back);
        if let Some(purpose) = dialogue::purpose(action, &sent.filled) {
            questions = manager.requests(&mut visit.session, purpose, false).await?;
        }
        if action.takes_fields() {
            dialogue = dialogue::groups(&questions, &sent.filled, sent.keeps_fields, writer);
        }
    }
    let choosing = form::choosing(&sent.filled, writer);
    let mut groups = form::groups(&parts, &sent.filled, writer);
    if let Some((action, group)) = parts.action.zip(groups.first_mut()) {
        dialogue::choose_among(&questions, action, &mut group.fields);
    }
    let is_asked = |name: &str| {
        dialogue.iter().flat_map(|group| &group.fields).any(|field| field.name == name)
    };
    let mut others =
        form::others(&sent.with_secrets(), |name| parts.declare(name) || is_asked(name));
    // What a dialogue asks comes first: it is what people came to fill in.
    groups.splice(0..0, dialogue);
    let mut fields: Vec<&mut Field> =
        groups.iter_mut().flat_map(|group| &mut group.fields).chain(&mut others).collect();
    let exposes_secret = sent.take_exposed(&mut fields);
    let wants_token = sent.wants_token || sent.after.is_some() || sent.continues;
    for field in groups.iter_mut().flat_map(|group| &mut group.fields) {
        let kind = field.token.filter(|_| wants_token).and_then(TokenType::from_name);
        if let Some(kind) = kind {
            field.value = visit.token(kind).await?;
        }
    }
    let request = ApiRequest::of(in_order(&choosing, &groups, &others), parts.action, &sent.given);
    let remarks = snippets::Remarks {
        token: daemun_messages::plaintext(&"daemun-sandbox-code-token".into(), &language),
        secrets: daemun_messages::plaintext(&"daemun-sandbox-code-secrets".into(), &language),
    };
    let api = visit.api.site.api_url();
    Ok(Sandbox {
        snippets: snippets::all(&api, &request, &remarks),
        script: visit.api.site.script_url("api.php"),
        is_posted: request.is_posted,
        fragment: request.query(),
        other_secrets: names(others.iter().filter(|field| field.is_secret())).join("|"),
        dialogue: parts.action.filter(|action| action.dialogue.is_some()).map(|a| a.name),
        is_continued: parts.action.is_some_and(|a| dialogue::is_continued(a, &sent.filled)),
        asks_nothing: parts.action.is_some_and(|action| action.takes_fields())
            && questions.is_empty(),
        after: sent.after.map(dialogue::After::explanation),
        exposes_secret,
        params: request.params,
        choosing,
        groups,
        others,
    })
}

fn names<'f>(fields: impl Iterator<Item = &'f Field>) -> Vec<&'f str> {
    fields.map(|field| field.name.as_str()).collect()
}

/// All fields in the order in which a request names them: what is done, what belongs to it, the
/// format.
fn in_order<'f>(
    choosing: &'f [Field],
    groups: &'f [FieldGroup],
    others: &'f [Field],
) -> impl Iterator<Item = &'f Field> {
    let (formats, modules): (Vec<_>, Vec<_>) =
        groups.iter().partition(|group| group.module.starts_with("format="));
    let (format, action): (Vec<_>, Vec<_>) = choosing.iter().partition(|f| f.name == "format");
    let modules = modules.into_iter().flat_map(|group| &group.fields);
    let formats = formats.into_iter().flat_map(|group| &group.fields);
    action.into_iter().chain(modules).chain(others).chain(format).chain(formats)
}
