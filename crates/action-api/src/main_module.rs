//! The main module (MediaWiki's `ApiMain`): the phases that every request goes through, in
//! MediaWiki's order.

mod answer;
mod checks;
mod params;

use std::time::Instant;

use axum::http::Method;
use axum::http::header::{HeaderName, HeaderValue};
use daemun_auth::session::{RequestOrigin, Session};
use daemun_mediawiki::cookie::CookieJar;
use daemun_messages::{Language, Message, Param};

use crate::call::{Call, Presentation};
use crate::cors;
use crate::error::{ApiError, Failure};
use crate::explain;
use crate::formats::{Format, Printer};
use crate::http::{Answer, Api, Request};
use crate::modules;
use crate::output::{ErrorFormat, ErrorFormatter, Output};
use crate::params::{Limits, Reading, Values};
pub use params::MAIN;

const SUPPRESSED: HeaderName = HeaderName::from_static("mediawiki-login-suppressed");
const UNTRUSTED: HeaderName = HeaderName::from_static("treat-as-untrusted");

/// Whether a request may have a password hashed. All modules that do must be posted; the others of
/// these are few, and seldom asked.
pub(crate) fn may_hash(request: &Request) -> bool {
    let action = || request.params.text("action").and_then(|name| modules::action(&name));
    request.method == Method::POST && action().is_some_and(|module| module.must_be_posted)
}

/// Answers a request.
pub(crate) async fn answer(api: &Api, request: &Request) -> Answer {
    let mut presentation = presentation(api, request);
    let suppressed = presentation.lacks_same_origin_security;
    let cookies = CookieJar::parse(&request.cookies());
    let origin = RequestOrigin {
        cookies: &cookies,
        address: request.address,
        secure: request.secure,
        agent: request.header("user-agent").unwrap_or_default(),
    };
    let mut session = api.manager.session(origin).await;
    if let Ok(session) = &mut session {
        request.journal.found(session);
        if suppressed {
            session.act_anonymously();
        }
        prefer(&mut presentation, request, session);
    }
    let provider = || {
        let provider = session.as_ref().ok().map(|session| session.provider().description());
        provider.map(|text| daemun_messages::plaintext(&text, &Language::EN)).unwrap_or_default()
    };
    let mut headers = Vec::new();
    if suppressed {
        headers.push((SUPPRESSED, HeaderValue::from_static("true")));
    }
    let cors = cors::judge(
        &request.method,
        &request.headers,
        &request.params,
        &api.site.cors_domains,
        provider,
    );
    match cors {
        cors::Verdict::Proceed(more) => headers.extend(more),
        cors::Verdict::Preflight(more) => {
            headers.extend(more);
            return answer::empty(headers);
        }
        cors::Verdict::Refuse(text) => return answer::refused(headers, text),
    }
    let absent = modules::Absent::by(&api.manager.environment().settings);
    let mut run = Run {
        api,
        request,
        presentation,
        printer: None,
        output: Output::default(),
        reading: Reading::new(request.params.clone(), api.names.clone()).without(absent),
        max_age: [0, 0],
        began: Instant::now(),
    };
    let mut session = match session {
        Ok(session) => session,
        Err(error) => {
            let failure = Failure::Internal(error);
            return run.fail(failure, "main", headers, None);
        }
    };
    match run.phases(&mut session).await {
        Ok(()) => run.succeed(headers, session),
        Err((failure, module)) => run.fail(failure, &module, headers, Some(session)),
    }
}

/// One request on its way through the phases.
struct Run<'a> {
    api: &'a Api,
    request: &'a Request,
    presentation: Presentation,
    /// Absent until it is known how to print.
    printer: Option<Printer>,
    output: Output,
    reading: Reading,
    /// `smaxage` and `maxage`.
    max_age: [i64; 2],
    began: Instant,
}

/// Parameters that ask for something beside the result.
const COMMON_FIELDS: [&str; 4] = ["requestid", "servedby", "curtimestamp", "responselanginfo"];

/// A failure and the path of the module it belongs to.
type Failed = (Failure, String);

fn of_main(error: ApiError) -> Failed {
    (Failure::main(error), "main".to_owned())
}

impl Run<'_> {
    async fn phases(&mut self, session: &mut Session) -> Result<(), Failed> {
        let settings = &self.api.manager.environment().settings;
        let now = self.api.manager.environment().clock.now();
        let high = session.user().is_allowed("apihighlimits", &settings.rights, now);
        let limits = Limits { high };
        let main = self.main_values(limits)?;
        self.add_common_fields(&main);
        let (journal, sessions) = (&self.request.journal, self.api.manager.sessions());
        checks::assertions(&main, session, &settings.rights, now).map_err(|error| {
            journal.explain(|| explain::assertion(&main, self.request, session, sessions));
            of_main(error)
        })?;
        let action = main.text("action").unwrap_or("help");
        let settings = &self.api.manager.environment().settings;
        let Some(module) = modules::action(action).or_else(|| modules::internal(action, settings))
        else {
            return Err(of_main(crate::params::bad_value("action", action, &[])));
        };
        journal.note(|record| record.action = Some(module.name));
        let mut call = Call {
            api: self.api,
            request: self.request,
            session,
            output: &mut self.output,
            reading: &mut self.reading,
            presentation: &self.presentation,
            module,
            values: Values::default(),
            limits,
        };
        let at = |failure: Failure| (failure, module.path());
        call.read_values().map_err(|error| at(error.into()))?;
        checks::token(&mut call).await.map_err(at)?;
        checks::permissions(&call).map_err(of_main_failure)?;
        checks::max_lag(&main, &call).map_err(of_main_failure)?;
        checks::method(&mut call).map_err(of_main_failure)?;
        (module.run)(&mut call).await.map_err(at)?;
        self.report_unknown();
        Ok(())
    }

    fn main_values(&mut self, limits: Limits) -> Result<Values, Failed> {
        let mut notices = Vec::new();
        let values = self.reading.values("", MAIN.params, limits, &mut notices);
        self.output.notices("main", notices);
        let values = values.map_err(of_main)?;
        let format = values.text("format").and_then(Format::named).unwrap_or_default();
        let printer = format.module;
        self.request.journal.note(|record| record.format = Some(printer.name));
        let mut notices = Vec::new();
        let options = self.reading.values("", printer.params, limits, &mut notices);
        self.output.notices(printer.name, notices);
        let options = options.map_err(|error| {
            // The error is then printed without options, and the result says so.
            self.output.warn("main", ApiError::of("apiwarn-errorprinterfailed"));
            self.output.warn(printer.name, error.clone());
            (Failure::from(error), printer.name.to_owned())
        })?;
        self.printer = Some(Printer::new(format, &options));
        self.max_age = ["smaxage", "maxage"].map(|name| values.int(name).unwrap_or(0));
        Ok(values)
    }

    /// What a client can ask for beside any result.
    fn add_common_fields(&mut self, main: &Values) {
        let clock = &self.api.manager.environment().clock;
        let result = self.output.result();
        if let Some(id) = main.text("requestid") {
            result.set("requestid", id.to_owned());
        }
        if main.is_set("servedby")
            && let Some(host) = &self.api.site.host_name
        {
            result.set("servedby", host.clone());
        }
        if main.is_set("curtimestamp") {
            result.set("curtimestamp", clock.now().to_iso());
        }
        if main.is_set("responselanginfo") {
            result.set("uselang", self.presentation.language.code().to_owned());
            result.set("errorlang", self.presentation.errors.language.code().to_owned());
        }
    }

    /// The same beside an error, whatever is wrong with the other parameters.
    fn add_common_fields_to_error(&mut self) {
        let simple: Vec<_> = MAIN
            .params
            .iter()
            .filter(|param| COMMON_FIELDS.contains(&param.name))
            .copied()
            .collect();
        let limits = Limits { high: false };
        if let Ok(values) = self.reading.values("", &simple, limits, &mut Vec::new()) {
            self.add_common_fields(&values);
        }
    }

    fn report_unknown(&mut self) {
        let unknown = self.reading.unknown();
        if unknown.is_empty() {
            return;
        }
        let count = i64::try_from(unknown.len()).unwrap_or(i64::MAX);
        let names = unknown.iter().map(|name| daemun_messages::escape_wikitext(name));
        let message =
            Message::new("apierror-unrecognizedparams").with(Param::commas(names)).with(count);
        self.output.warn("main", ApiError::new(message));
    }
}

fn of_main_failure(failure: Failure) -> Failed {
    (failure, "main".to_owned())
}

/// Languages and the error format, which hold even for errors that come first of all.
fn presentation(api: &Api, request: &Request) -> Presentation {
    let params = &request.params;
    let content = &api.site.language;
    let language = match params.text("uselang").as_deref() {
        None | Some("user" | "content") => content.clone(),
        Some(code) => Language::sanitise(code).unwrap_or_else(|| content.clone()),
    };
    let format =
        params.text("errorformat").map(|name| ErrorFormat::from_name(&name)).unwrap_or_default();
    let error_language = match params.text("errorlang").as_deref() {
        None | Some("uselang") => language.clone(),
        Some("content") => content.clone(),
        Some(code) => Language::sanitise(code).unwrap_or_else(|| content.clone()),
    };
    let untrusted = params.get("callback").is_some()
        || params.text("origin").as_deref() == Some("*")
        || request.headers.contains_key(UNTRUSTED)
        || params.get("crossorigin").is_some();
    Presentation {
        language,
        errors: ErrorFormatter { format, language: error_language, links: api.site.links() },
        lacks_same_origin_security: untrusted,
    }
}

/// `uselang=user`, which is the default: what the holder of the account prefers.
fn prefer(presentation: &mut Presentation, request: &Request, session: &Session) {
    let asked =
        |name: &str, default: &str| request.params.text(name).is_some_and(|value| value != default);
    let preferred = session.user().account().and_then(|account| account.language.as_deref());
    let Some(language) = preferred.and_then(Language::sanitise) else { return };
    if asked("uselang", "user") {
        return;
    }
    if !asked("errorlang", "uselang") {
        presentation.errors.language = language.clone();
    }
    presentation.language = language;
}

/// The format for errors that come before the parameters are read.
fn fallback_printer(api: &Api, request: &Request) -> Printer {
    let named = request.params.text("format").and_then(|name| Format::named(&name));
    printer(api, request, named.unwrap_or_default())
}

/// A format with the options that a request has for it.
fn printer(api: &Api, request: &Request, format: Format) -> Printer {
    let mut reading = Reading::new(request.params.clone(), api.names.clone());
    let params = format.module.params;
    let options = reading.values("", params, Limits { high: false }, &mut Vec::new());
    Printer::new(format, &options.unwrap_or_default())
}
