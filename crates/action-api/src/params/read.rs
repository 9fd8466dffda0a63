//! Reading parameters by their declarations, with MediaWiki's errors and warnings.

use std::borrow::Cow;
use std::sync::Arc;

use daemun_mediawiki::username::{self, NameRules, Rigor};
use daemun_messages::{Message, Param as MessageParam};
use smallvec::SmallVec;
use zeroize::Zeroizing;

use super::problems::{
    bad_integer, bad_user, bad_value, missing, out_of_limits, out_of_range, too_many, unrecognised,
};
use super::raw::Given;
use super::text::{Clean, SEPARATOR, clean, integer, split};
use super::{Kind, Multi, Param, Raw, RawParams};
use crate::error::ApiError;
use crate::modules::Absent;

/// The values of a module's parameters.
#[derive(Default)]
pub struct Values(Vec<(&'static str, Read)>);

enum Read {
    Text(Zeroizing<String>),
    /// A word of the declaration: one of a choice, or what holds because nothing was given.
    Word(&'static str),
    Int(i64),
    /// A boolean that is there.
    Set,
    List(Vec<Cow<'static, str>>),
}

impl Values {
    fn get(&self, name: &str) -> Option<&Read> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, read)| read)
    }

    /// A single text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Read::Text(text) => Some(text),
            Read::Word(word) => Some(word),
            _ => None,
        }
    }

    /// A whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Read::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether a boolean is there.
    pub fn is_set(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Read::Set))
    }

    /// Several values; `None` where the parameter is absent and has no default.
    pub fn list(&self, name: &str) -> Option<&[Cow<'static, str>]> {
        match self.get(name)? {
            Read::List(values) => Some(values),
            _ => None,
        }
    }

    /// Whether a value is among several.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.list(name).is_some_and(|values| values.iter().any(|v| v == value))
    }
}

/// Values that most modules get.
const USUAL: usize = 12;

/// How many values somebody may send.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Whether the higher limits hold.
    pub high: bool,
}

/// A warning that reading gives; the second is for the main module.
#[derive(Debug)]
pub enum Notice {
    /// About the module's parameter.
    Module(ApiError),
    /// About the request as a whole.
    Main(ApiError),
    /// The module's parameter of this name should no longer be used.
    Deprecated(String),
}

/// Reading the parameters of one request: what was asked for is noted, for the warning about the
/// rest.
pub struct Reading {
    raw: Arc<RawParams>,
    names: Arc<NameRules>,
    absent: Absent,
    /// By place: whether somebody knows the parameter.
    used: SmallVec<[bool; 16]>,
}

impl Reading {
    /// Reads from this request.
    pub fn new(raw: Arc<RawParams>, names: Arc<NameRules>) -> Self {
        Self { raw, names, absent: Absent::default(), used: SmallVec::new() }
    }

    /// The same where these modules are none.
    #[must_use]
    pub fn without(self, absent: Absent) -> Self {
        Self { absent, ..self }
    }

    /// The request's parameters as they came.
    pub fn raw(&self) -> &RawParams {
        &self.raw
    }

    /// Notes that somebody knows this parameter.
    pub fn mark(&mut self, name: &str) {
        if let Some(given) = self.raw.given("", name) {
            self.mark_place(given.place);
        }
    }

    fn mark_place(&mut self, place: usize) {
        if self.used.len() <= place {
            self.used.resize(place + 1, false);
        }
        if let Some(used) = self.used.get_mut(place) {
            *used = true;
        }
    }

    /// Parameters that nobody knew, in the order in which they came.
    pub fn unknown(&self) -> Vec<String> {
        if self.used.len() == self.raw.len() && self.used.iter().all(|used| *used) {
            return Vec::new();
        }
        let used = self.used.iter().copied().chain(std::iter::repeat(false));
        let names = self.raw.names().zip(used);
        names.filter(|(_, used)| !used).map(|(name, _)| name.to_owned()).collect()
    }

    /// Reads all parameters of a module.
    ///
    /// # Errors
    /// The first one that cannot be accepted.
    pub fn values<'p>(
        &mut self,
        prefix: &str,
        params: impl IntoIterator<Item = &'p Param>,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> Result<Values, ApiError> {
        let raw = Arc::clone(&self.raw);
        let params = params.into_iter();
        let mut values = Values(Vec::with_capacity(params.size_hint().0.min(USUAL)));
        // Most parameters are not sent, and then nobody asks for their whole names.
        let whole = |name: &'static str| match prefix {
            "" => Cow::Borrowed(name),
            prefix => Cow::Owned([prefix, name].concat()),
        };
        for param in params {
            let read = match raw.given(prefix, param.name) {
                Some(given) => self.value(&whole(param.name), param, &given, limits, notices)?,
                // Nearly all parameters of nearly all requests.
                None if param.is_nothing_unsent() => continue,
                None => self.absent(&whole(param.name), param, limits, notices)?,
            };
            if let Some(read) = read {
                values.0.push((param.name, read));
            }
        }
        Ok(values)
    }

    /// A text that was sent, cleaned; for fields that are not declared.
    pub fn free_text(&mut self, name: &str) -> Option<Zeroizing<String>> {
        self.mark(name);
        let given = self.raw.given("", name)?;
        let Raw::Bytes(bytes) = given.value else { return None };
        match clean(bytes, given.from_query).0 {
            Clean::AsSent(text) => Some(Zeroizing::new(text.to_owned())),
            Clean::Changed(text) => Some(text),
        }
    }

    fn value(
        &mut self,
        name: &str,
        param: &Param,
        given: &Given<'_>,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> Result<Option<Read>, ApiError> {
        self.mark_place(given.place);
        if matches!(param.kind, Kind::Boolean) {
            return Ok(Some(Read::Set));
        }
        let given = match given.value {
            Raw::Bytes(bytes) => {
                let (text, changed) = clean(bytes, given.from_query);
                if changed {
                    let warning =
                        ApiError::new(Message::new("apiwarn-badutf8").with(name.to_owned()));
                    notices.push(Notice::Module(warning));
                }
                Some(text)
            }
            Raw::Array => {
                let message = Message::new("apiwarn-unsupportedarray").with(name.to_owned());
                notices.push(Notice::Main(ApiError::new(message)));
                None
            }
        };
        if given.is_some() && param.deprecated {
            notices.push(Notice::Deprecated(name.to_owned()));
        }
        let Some(given) = given else { return self.absent(name, param, limits, notices) };
        match param.multi {
            Some(multi) => self.several(name, param, multi, &given, limits, notices).map(Some),
            None => self.single(name, param, &given, limits, notices),
        }
    }

    /// What holds where nothing was given.
    fn absent(
        &self,
        name: &str,
        param: &Param,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> Result<Option<Read>, ApiError> {
        match (param.default, param.multi, param.kind) {
            _ if param.is_nothing_unsent() => Ok(None),
            (None, _, _) => Err(missing(name)),
            (Some(given), Some(multi), _) => {
                self.several(name, param, multi, given, limits, notices).map(Some)
            }
            // Nothing is to be looked at there.
            (Some(word), None, Kind::Text | Kind::OneOf(_) | Kind::Submodule(_)) => {
                Ok(Some(Read::Word(word)))
            }
            (Some(given), None, _) => self.one(name, param, given, limits, notices).map(Some),
        }
    }

    fn single(
        &self,
        name: &str,
        param: &Param,
        given: &str,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> Result<Option<Read>, ApiError> {
        if given.starts_with(SEPARATOR) {
            let message = Message::new("paramvalidator-notmulti")
                .with(MessageParam::Plaintext(name.to_owned()))
                .with(MessageParam::Plaintext(given.to_string()));
            return Err(ApiError::new(message).code("badvalue"));
        }
        let textual = matches!(param.kind, Kind::Text | Kind::Password);
        if param.required && textual && given.is_empty() {
            return Err(missing(name));
        }
        self.one(name, param, given, limits, notices).map(Some)
    }

    /// One value by its kind.
    fn one(
        &self,
        name: &str,
        param: &Param,
        given: &str,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> Result<Read, ApiError> {
        match param.kind {
            Kind::Text | Kind::Password | Kind::Boolean | Kind::UserGroup | Kind::UserRight => {
                Ok(Read::Text(Zeroizing::new(given.to_owned())))
            }
            Kind::Integer { min } => {
                let number = integer(given).ok_or_else(|| bad_integer(name, given))?;
                if let Some(min) = min.filter(|min| number < *min) {
                    notices.push(Notice::Module(out_of_range(name, given, min)));
                    return Ok(Read::Int(min));
                }
                Ok(Read::Int(number))
            }
            Kind::Limit { max, high } => {
                let most = if limits.high { high } else { max };
                if given == "max" {
                    return Ok(Read::Int(most));
                }
                let number = integer(given).ok_or_else(|| bad_integer(name, given))?;
                if number < 1 || number > most {
                    notices.push(Notice::Module(out_of_limits(name, given, most)));
                }
                Ok(Read::Int(number.clamp(1, most)))
            }
            Kind::OneOf(_) | Kind::Submodule(_) | Kind::ModuleName(_) => {
                let word = param.kind.find(given, self.absent).map(Read::Word);
                let all = || param.kind.values(self.absent).unwrap_or_default();
                word.ok_or_else(|| bad_value(name, given, &all()))
            }
            Kind::User(ways) => match self.user(given, ways) {
                Some(user) => Ok(Read::Text(Zeroizing::new(user))),
                None => Err(bad_user(name, given)),
            },
        }
    }

    /// The canonical name; an id stays as it is, `#` before it, for the module to look up.
    fn user(&self, given: &str, ways: &[&str]) -> Option<String> {
        let is_id = |id: &str| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit());
        if ways.contains(&"id") && given.strip_prefix('#').is_some_and(is_id) {
            return Some(given.to_owned());
        }
        if let Some(address) = daemun_mediawiki::ip::canonical(given) {
            return ways.contains(&"ip").then(|| daemun_mediawiki::ip::pretty(address));
        }
        username::canonical(given, Rigor::Valid, &self.names)
    }

    fn several(
        &self,
        name: &str,
        param: &Param,
        multi: Multi,
        given: &str,
        limits: Limits,
        notices: &mut Vec<Notice>,
    ) -> Result<Read, ApiError> {
        let parts = split(given);
        let closed = param.kind.is_choice();
        if multi.all.is_some_and(|all| parts.clone().eq([all])) {
            let all = param.kind.sorted_values(self.absent).unwrap_or_default();
            return Ok(Read::List(all.into_iter().map(Cow::Borrowed).collect()));
        }
        let most = if limits.high { multi.high_limit } else { multi.limit };
        if parts.clone().nth(most).is_some() {
            return Err(too_many(name, given, multi, most));
        }
        let mut values: Vec<Cow<'static, str>> = Vec::new();
        let mut unknown: Vec<&str> = Vec::new();
        for part in parts {
            let value = if closed {
                let Some(word) = param.kind.find(part, self.absent) else {
                    unknown.push(part);
                    continue;
                };
                Cow::Borrowed(word)
            } else {
                match self.one(name, param, part, limits, notices)? {
                    Read::Text(text) => Cow::Owned(text.to_string()),
                    Read::Word(word) => Cow::Borrowed(word),
                    Read::Int(number) => Cow::Owned(number.to_string()),
                    Read::Set | Read::List(_) => continue,
                }
            };
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if !unknown.is_empty() {
            notices.push(Notice::Module(unrecognised(name, given, &unknown)));
        }
        Ok(Read::List(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, param: Param) -> Result<(Values, Vec<Notice>), ApiError> {
        let mut raw = RawParams::default();
        raw.query(query.as_bytes());
        let mut notices = Vec::new();
        let values = Reading::new(Arc::new(raw), Arc::default()).values(
            "x",
            &[param],
            Limits { high: false },
            &mut notices,
        )?;
        Ok((values, notices))
    }

    fn error(query: &str, param: Param) -> String {
        read(query, param).err().unwrap().code.into_owned()
    }

    #[test]
    fn a_required_text_must_be_there_and_not_empty() {
        assert_eq!(error("", Param::text("a").required()), "missingparam");
        assert_eq!(error("xa=", Param::text("a").required()), "missingparam");
    }

    #[test]
    fn a_boolean_is_true_by_being_there() {
        for query in ["xa=0", "xa", "xa=false"] {
            assert!(read(query, Param::boolean("a")).unwrap().0.is_set("a"));
        }
        assert!(!read("", Param::boolean("a")).unwrap().0.is_set("a"));
    }

    #[test]
    fn an_integer_is_digits_with_at_most_a_sign() {
        let number = |query| read(query, Param::integer("a")).map(|(v, _)| v.int("a"));
        assert_eq!(number("xa=%2B5").unwrap(), Some(5));
        assert_eq!(number("xa=-5").unwrap(), Some(-5));
        for bad in ["xa=", "xa=5x", "xa=1.5", "xa=99999999999999999999"] {
            assert_eq!(number(bad).unwrap_err().code, "badinteger", "{bad}");
        }
    }

    #[test]
    fn one_of_several_must_be_spelled_exactly() {
        const PARAM: Param = Param::one_of("a", &["one", "two"]);
        assert_eq!(read("xa=two", PARAM).unwrap().0.text("a"), Some("two"));
        assert_eq!(error("xa=Two", PARAM), "badvalue");
        assert_eq!(error("xa=", PARAM), "badvalue");
    }

    #[test]
    fn lists_are_split_by_bars_or_by_the_unit_separator() {
        const PARAM: Param = Param::text("a").multi();
        let list = |query| read(query, PARAM).unwrap().0.list("a").unwrap().to_vec();
        assert_eq!(list("xa=1|2|1"), ["1", "2"]);
        assert_eq!(list("xa=%1F1|2%1F3"), ["1|2", "3"]);
        assert!(list("xa=").is_empty());
    }

    #[test]
    fn unknown_values_of_a_list_are_dropped_with_a_warning() {
        let (values, notices) = read("xa=b|no", Param::one_of("a", &["c", "b"]).multi()).unwrap();
        assert_eq!(values.list("a").unwrap(), ["b"]);
        assert!(matches!(&notices[..], [Notice::Module(w)] if w.code == "unrecognizedvalues"));
    }

    #[test]
    fn the_star_stands_for_all_values_in_order_of_name() {
        let (values, _) = read("xa=*", Param::one_of("a", &["c", "b"]).multi_or_all()).unwrap();
        assert_eq!(values.list("a").unwrap(), ["b", "c"]);
    }

    #[test]
    fn too_many_values_are_refused() {
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        assert_eq!(
            error(&format!("xa={}", many.join("|")), Param::text("a").multi()),
            "toomanyvalues"
        );
    }

    #[test]
    fn the_separator_in_a_single_value_is_refused() {
        assert_eq!(error("xa=%1Fb", Param::text("a")), "badvalue");
    }

    #[test]
    fn text_is_normalised_and_cleaned_with_a_warning() {
        let (values, notices) = read("xa=e%CC%81%01", Param::text("a")).unwrap();
        assert_eq!(values.text("a"), Some("é\u{fffd}"));
        assert!(matches!(&notices[..], [Notice::Module(w)] if w.code == "badutf8"));
        assert!(read("xa=%C3%A9%0A", Param::text("a")).unwrap().1.is_empty());
        let (values, notices) = read("xa=%FF%80", Param::text("a")).unwrap();
        assert_eq!(values.text("a"), Some("ÿ€"));
        assert_eq!(notices.len(), 1);
    }

    #[test]
    fn phps_array_syntax_is_ignored_with_a_warning() {
        let (values, notices) = read("xa[]=1", Param::text("a").default("d")).unwrap();
        assert_eq!(values.text("a"), Some("d"));
        assert!(matches!(&notices[..], [Notice::Main(_)]));
    }

    #[test]
    fn a_user_is_a_canonical_name_and_no_address() {
        const PARAM: Param = Param::new("a", Kind::User(&["name"]));
        assert_eq!(read("xa=some_user", PARAM).unwrap().0.text("a"), Some("Some user"));
        for bad in ["xa=127.0.0.1", "xa=a[b", "xa="] {
            assert_eq!(error(bad, PARAM), "baduser", "{bad}");
        }
    }
}
