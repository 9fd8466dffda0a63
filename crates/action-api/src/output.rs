//! The envelope: what stands beside a module's result, and how errors and warnings look in each
//! `errorformat` (<https://www.mediawiki.org/wiki/API:Errors_and_warnings>).

use std::borrow::Cow;

use daemun_messages::{Format, HtmlLinks, Language, Message, Param, message_json};

use crate::error::ApiError;
use crate::formats::Printed;
use crate::module::Group;
use crate::params::Notice;
use crate::site::Site;
use crate::value::{Object, Value, list};

/// How errors and warnings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ErrorFormat {
    /// As ever: one error, English, plain text.
    #[default]
    Bc,
    /// Texts without markup.
    Plaintext,
    /// Texts in wikitext.
    Wikitext,
    /// Texts in HTML.
    Html,
    /// Keys and parameters.
    Raw,
    /// Codes alone.
    None,
}

impl ErrorFormat {
    /// Names on the wire, in the API's order.
    pub const NAMES: [&'static str; 6] = ["plaintext", "wikitext", "html", "raw", "none", "bc"];

    /// The format of this name; the default for any other.
    pub fn from_name(name: &str) -> Self {
        match name {
            "plaintext" => Self::Plaintext,
            "wikitext" => Self::Wikitext,
            "html" => Self::Html,
            "raw" => Self::Raw,
            "none" => Self::None,
            _ => Self::Bc,
        }
    }
}

/// How messages are shown in results.
#[derive(Clone, Debug)]
pub struct ErrorFormatter {
    /// The format.
    pub format: ErrorFormat,
    /// The language.
    pub language: Language,
    /// How titles become links.
    pub links: HtmlLinks,
}

impl ErrorFormatter {
    /// An error or warning as an entry of a list, or as `reason` of `action=login`.
    pub fn entry(&self, error: &ApiError) -> Object {
        let entry = Object::new().with("code", error.code.clone());
        match self.format {
            ErrorFormat::None => entry,
            ErrorFormat::Raw => {
                let raw = message_json(&error.message);
                let member = |name: &str| raw.get(name).map_or(Value::Null, Value::from);
                entry.with("key", member("key")).with("params", member("params"))
            }
            ErrorFormat::Html => entry.with("html", self.html(&error.message)).content("html"),
            ErrorFormat::Wikitext => entry
                .with(
                    "text",
                    daemun_messages::text(&error.message, &self.language, Format::Wikitext),
                )
                .content("text"),
            ErrorFormat::Plaintext | ErrorFormat::Bc => entry
                .with("text", daemun_messages::plaintext(&error.message, &self.language))
                .content("text"),
        }
    }

    /// A message alone, as `reason` of `action=login` shows it.
    pub fn reason(&self, message: &Message, code: Option<&'static str>) -> Value {
        if self.format == ErrorFormat::Bc {
            return daemun_messages::text_bc(message, &Language::EN).into();
        }
        let error = ApiError::new(message.clone());
        let error = match code {
            Some(code) => error.code(code),
            None => error,
        };
        self.entry(&error).into()
    }

    /// What stands against something, one entry for each message. It stands in the result itself,
    /// for example of `action=validatepassword`, and names no module.
    pub fn status(&self, messages: &[Message]) -> Value {
        self.status_of(messages.iter().map(|message| ApiError::new(message.clone())))
    }

    /// The same of errors that may have data, which the old format does not tell.
    pub fn status_of(&self, errors: impl IntoIterator<Item = ApiError>) -> Value {
        let entry = |error: ApiError| {
            if self.format != ErrorFormat::Bc {
                return with_data(self.entry(&error), &error);
            }
            let params = match message_json(&error.message).get("params") {
                Some(serde_json::Value::Array(params)) => list("param", params.iter()),
                _ => list("param", Vec::<Value>::new()),
            };
            Object::new()
                .with("message", error.message.key.clone())
                .with("params", params)
                .with("code", error.code)
                .with("type", "error")
        };
        list("error", errors.into_iter().map(entry))
    }

    fn html(&self, message: &Message) -> String {
        daemun_messages::html(message, &self.language, &self.links)
    }

    fn docref(&self, site: &Site) -> String {
        let language = if self.format == ErrorFormat::Bc { &Language::EN } else { &self.language };
        let usage = Message::new("api-usage-docref").with(site.api_url());
        let text = |message| daemun_messages::text(message, language, Format::Wikitext);
        format!("{} {}", text(&usage), text(&mailing_list()))
    }
}

/// `{reason}`-like objects and errors put their module last, data before it.
fn finished(entry: Object, error: &ApiError, module: &str) -> Object {
    with_data(entry, error).with("module", module.to_owned())
}

fn with_data(mut entry: Object, error: &ApiError) -> Object {
    if !error.data.is_empty() {
        let data = error.data.iter().fold(Object::new(), |o, (k, v)| o.with(*k, v.clone()));
        entry.set("data", data);
    }
    entry
}

fn mailing_list() -> Message {
    Message::new("api-usage-mailinglist-ref")
}

/// Who may keep a copy of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum CacheMode {
    /// Anybody, if the user is anonymous.
    AnonPublicUserPrivate,
    /// Nobody but the client.
    #[default]
    Private,
}

/// A request's result while it is made.
#[derive(Debug, Default)]
pub struct Output {
    result: Object,
    warnings: Vec<(String, ApiError)>,
    warned_at: Option<usize>,
    continuation: Vec<(&'static str, &'static str, Value)>,
    /// Who may keep a copy.
    pub cache_mode: CacheMode,
    /// A finished body that takes the place of any format (`action=help`, `exportnowrap`).
    pub page: Option<Printed>,
    /// The name of the format that an error is written in from here on, if not the request's.
    pub error_format: Option<&'static str>,
    /// Whether a skin took part in making it. Such answers hang on who is signed in.
    pub is_skinned: bool,
}

impl Output {
    /// The result's members so far.
    pub fn result(&mut self) -> &mut Object {
        &mut self.result
    }

    /// Sets a member of the object `outer`, which is made if it is not there.
    pub fn set_in(
        &mut self,
        outer: &'static str,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) {
        if let Some(Value::Object(object)) = self.result.get_mut(outer) {
            object.set(name, value);
            return;
        }
        self.result.set(outer, Object::new().with(name, value));
    }

    /// Says with which parameter a module's list can be continued.
    pub fn continue_with(
        &mut self,
        module: &'static str,
        parameter: &'static str,
        value: impl Into<Value>,
    ) {
        self.continuation.push((module, parameter, value.into()));
    }

    /// Whether a module's list can be continued.
    pub fn is_continued(&self, module: &str) -> bool {
        self.continuation.iter().any(|(known, _, _)| *known == module)
    }

    /// Puts what a client needs to continue on top; `done` are the modules that need not run again.
    pub fn finish_continuation(&mut self, done: &[&str]) {
        let positions = std::mem::take(&mut self.continuation);
        if positions.is_empty() {
            return;
        }
        let positions = positions
            .into_iter()
            .fold(Object::new(), |all, (_, parameter, value)| all.with(parameter, value));
        let state = format!("-||{}", done.join("|"));
        self.result.set_first("continue", positions.with("continue", state));
    }

    /// The same in the old shape (`rawcontinue`): by module, and nothing to give back besides.
    pub fn finish_raw_continuation(&mut self) {
        let mut modules = Object::new();
        for (module, parameter, value) in std::mem::take(&mut self.continuation) {
            match modules.get_mut(module) {
                Some(Value::Object(positions)) => positions.set(parameter, value),
                _ => modules.set(module, Object::new().with(parameter, value)),
            }
        }
        if !modules.members.is_empty() {
            self.result.set_first("query-continue", modules);
        }
    }

    /// Adds a warning of a module (by its path).
    pub fn warn(&mut self, module: &str, warning: ApiError) {
        let same = |(path, known): &(String, ApiError)| {
            path == module && known.code == warning.code && known.message == warning.message
        };
        if self.warnings.iter().any(same) {
            return;
        }
        // Warnings stand before all that is there when the first of them comes up.
        self.warned_at.get_or_insert(usize::from(self.result.get("batchcomplete").is_some()));
        self.warnings.push((module.to_owned(), warning));
    }

    /// Adds the warnings that reading parameters gave.
    pub fn notices(&mut self, module: &str, notices: Vec<Notice>) {
        for notice in notices {
            match notice {
                Notice::Module(warning) => self.warn(module, warning),
                Notice::Main(warning) => self.warn("main", warning),
                Notice::Deprecated(name) => {
                    let message = Message::new("paramvalidator-param-deprecated")
                        .with(Param::Plaintext(name.clone()));
                    self.deprecate(module, message, feature(module, &name));
                }
            }
        }
    }

    /// Adds a warning that something will go away.
    pub fn deprecate(&mut self, module: &str, message: Message, feature: impl Into<String>) {
        let warning =
            ApiError::new(message).code("deprecation").data("feature", Value::from(feature.into()));
        self.warn(module, warning);
        self.warn("main", ApiError::new(mailing_list()).code("deprecation-help"));
    }

    /// Forgets the result, but not the warnings.
    pub fn reset(&mut self) {
        self.result = Object::new();
        if let Some(place) = &mut self.warned_at {
            *place = 0;
        }
    }

    /// Puts errors in the result's place. The text about documentation comes at the end, unless it
    /// is nothing that a client did.
    pub fn fail(
        &mut self,
        errors: &[ApiError],
        module: &str,
        formatter: &ErrorFormatter,
        site: &Site,
    ) {
        let internal = errors.iter().any(|error| error.code.starts_with("internal_api_error_"));
        let docref = (!internal).then(|| formatter.docref(site));
        if formatter.format == ErrorFormat::Bc {
            let Some(first) = errors.first() else { return };
            let info = daemun_messages::text_bc(&first.message, &Language::EN);
            let mut error = Object::new().with("code", first.code.clone()).with("info", info);
            for (name, value) in &first.data {
                error.set(*name, value.clone());
            }
            let content = docref.is_some().then_some("docref");
            let mut error = error.with_some("docref", docref);
            error.content = content;
            self.result.set("error", error);
            return;
        }
        let entries = errors.iter().map(|error| finished(formatter.entry(error), error, module));
        self.result.set("errors", list("error", entries));
        if let Some(docref) = docref {
            self.result.set("docref", docref);
            self.result.content = Some("docref");
        }
    }

    /// The warnings so far, if there are any.
    pub fn warnings(&self, formatter: &ErrorFormatter) -> Option<Value> {
        if self.warnings.is_empty() {
            return None;
        }
        if formatter.format == ErrorFormat::Bc {
            return Some(bc_warnings(&self.warnings));
        }
        let entries = self.warnings.iter();
        let entries =
            entries.map(|(module, warning)| finished(formatter.entry(warning), warning, module));
        Some(list("warning", entries))
    }

    /// The whole result, warnings included.
    pub fn finish(mut self, formatter: &ErrorFormatter) -> Object {
        if let Some(place) = self.warned_at
            && let Some(warnings) = self.warnings(formatter)
        {
            // `batchcomplete` went on top after the warnings, unless they came last of all.
            let place = match self.result.members.first() {
                Some((name, _)) if name == "batchcomplete" && place == 0 => 1,
                _ => 0,
            };
            self.result.members.insert(place, ("warnings".into(), warnings));
        }
        self.result
    }
}

/// A parameter as deprecations name it: `action=query&list=users&usprop`.
fn feature(path: &str, parameter: &str) -> String {
    let Some(module) = crate::modules::by_path(path) else { return parameter.to_owned() };
    let (group, name) = (module.group.parameter(), module.name);
    match module.group {
        Group::Main => parameter.to_owned(),
        Group::Action | Group::Format => format!("{group}={name}&{parameter}"),
        Group::Meta | Group::List | Group::Prop => {
            format!("action=query&{group}={name}&{parameter}")
        }
    }
}

/// One text for each module; a module that comes up later stands above the others.
fn bc_warnings(warnings: &[(String, ApiError)]) -> Value {
    let mut modules: Vec<(String, String)> = Vec::new();
    for (path, warning) in warnings {
        let module = path.rsplit('+').next().unwrap_or(path);
        let text = daemun_messages::text_bc(&warning.message, &Language::EN);
        match modules.iter_mut().find(|(name, _)| name == module) {
            Some((_, known)) if !known.lines().any(|line| line == text) => {
                known.push('\n');
                known.push_str(&text);
            }
            Some(_) => {}
            None => modules.insert(0, (module.to_owned(), text)),
        }
    }
    let object = modules.into_iter().fold(Object::new(), |object, (module, text)| {
        object.with(module, Object::new().with("warnings", text).content("warnings"))
    });
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatter(format: ErrorFormat) -> ErrorFormatter {
        ErrorFormatter { format, language: Language::EN, links: HtmlLinks::default() }
    }

    fn names(object: &Object) -> Vec<&str> {
        object.members.iter().map(|(name, _)| name.as_ref()).collect()
    }

    #[test]
    fn warnings_stand_after_batchcomplete_unless_they_came_after_it() {
        let mut early = Output::default();
        early.warn("query+tokens", ApiError::of("apierror-badtoken"));
        early.result().set_first("batchcomplete", true);
        assert_eq!(
            names(&early.finish(&formatter(ErrorFormat::Bc))),
            ["batchcomplete", "warnings"]
        );
        let mut late = Output::default();
        late.result().set_first("batchcomplete", true);
        late.warn("main", ApiError::of("apierror-badtoken"));
        assert_eq!(names(&late.finish(&formatter(ErrorFormat::Bc))), ["warnings", "batchcomplete"]);
    }

    #[test]
    fn a_deprecation_says_in_main_where_more_is_said() {
        let mut output = Output::default();
        output.deprecate("login", Message::new("apierror-badtoken"), "x");
        let result = output.finish(&formatter(ErrorFormat::Bc));
        let Some(Value::Object(warnings)) = result.get("warnings") else { panic!("no warnings") };
        assert_eq!(names(warnings), ["main", "login"]);
    }

    #[test]
    fn the_same_warning_twice_is_said_once() {
        let mut output = Output::default();
        output.warn("a", ApiError::of("apierror-badtoken"));
        output.warn("a", ApiError::of("apierror-badtoken"));
        let result = output.finish(&formatter(ErrorFormat::None));
        let Some(Value::List(warnings)) = result.get("warnings") else { panic!("no warnings") };
        assert_eq!(warnings.items.len(), 1);
    }
}
