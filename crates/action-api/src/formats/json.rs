//! JSON as PHP's `json_encode` and MediaWiki's `ApiResult` make it.

use std::fmt::Write;

use super::FormatVersion;
use crate::value::{Kind, Object, Value};

/// One line of JSON.
pub(super) fn write(result: &Object, version: FormatVersion, ascii: bool) -> String {
    let mut writer = Writer { out: String::with_capacity(256), version, ascii, indent: None };
    writer.object(result, true);
    writer.out
}

/// JSON over several lines, to look at.
pub(super) fn write_pretty(result: &Object, version: FormatVersion, ascii: bool) -> String {
    let mut writer = Writer { out: String::with_capacity(512), version, ascii, indent: Some(0) };
    writer.object(result, true);
    writer.out
}

/// What remains of a JSONP callback's name once all that could do harm is gone.
pub(super) fn callback_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || "_.'\"[]".contains(*c)).collect()
}

struct Writer {
    out: String,
    version: FormatVersion,
    ascii: bool,
    indent: Option<usize>,
}

impl Writer {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) if self.version == FormatVersion::One => self.out.push_str("\"\""),
            Value::Bool(value) | Value::Flag(value) => {
                self.out.push_str(if *value { "true" } else { "false" });
            }
            Value::Int(number) => {
                let _infallible = write!(self.out, "{number}");
            }
            Value::Float(number) => self.float(*number),
            Value::Text(text) => self.text(text),
            Value::List(list) => self.list(list.items.iter()),
            Value::Object(object) => self.object(object, false),
        }
    }

    fn float(&mut self, number: f64) {
        // PHP writes a float without a fraction as a whole number. JSON has no word for the others.
        let number = if number.is_finite() { number } else { 0.0 };
        let _infallible = write!(self.out, "{number}");
    }

    fn list<'v>(&mut self, items: impl Iterator<Item = &'v Value>) {
        self.out.push('[');
        self.deeper(1);
        let mut empty = true;
        for item in items {
            self.separate(&mut empty);
            self.value(item);
        }
        self.deeper(-1);
        if !empty {
            self.line();
        }
        self.out.push(']');
    }

    fn object(&mut self, object: &Object, top: bool) {
        let old = self.version == FormatVersion::One;
        let shown = |value: &Value| !(old && matches!(value, Value::Bool(false)));
        if old && object.kind == Kind::ListInVersion1 {
            return self.list(object.members.iter().map(|(_, value)| value));
        }
        if !old && object.kind == Kind::ListInVersion2 {
            return self.list(object.by_number().into_iter());
        }
        let none_left = !object.members.iter().any(|(_, value)| shown(value));
        if none_left && !top && object.kind != Kind::Object {
            return self.out.push_str("[]");
        }
        self.out.push('{');
        self.deeper(1);
        let mut empty = true;
        let is_content = |name: &str| old && object.content == Some(name);
        for (name, value) in &object.members {
            if shown(value) && !is_content(name) {
                self.separate(&mut empty);
                self.member(name, value);
            }
        }
        // The old shape puts the content last and calls it by an asterisk.
        for (name, value) in &object.members {
            if shown(value) && is_content(name) {
                self.separate(&mut empty);
                self.member("*", value);
            }
        }
        self.deeper(-1);
        if !empty {
            self.line();
        }
        self.out.push('}');
    }

    fn member(&mut self, name: &str, value: &Value) {
        self.text(name);
        self.out.push(':');
        if self.indent.is_some() {
            self.out.push(' ');
        }
        self.value(value);
    }

    fn text(&mut self, text: &str) {
        self.out.push('"');
        let odd = |b: u8| !matches!(b, b' '..=b'~') || matches!(b, b'"' | b'\\');
        let mut rest = text;
        while let Some((plain, more)) =
            rest.bytes().position(odd).and_then(|at| rest.split_at_checked(at))
        {
            self.out.push_str(plain);
            let mut more = more.chars();
            more.next().into_iter().for_each(|c| self.character(c));
            rest = more.as_str();
        }
        self.out.push_str(rest);
        self.out.push('"');
    }

    /// A character that is not written as it is in any case.
    fn character(&mut self, c: char) {
        match c {
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            '\u{8}' => self.out.push_str("\\b"),
            '\u{c}' => self.out.push_str("\\f"),
            // Line ends for JavaScript, harmless only when escaped.
            '\u{2028}' | '\u{2029}' => self.escape(c),
            c if u32::from(c) < 0x20 || (self.ascii && !c.is_ascii()) => self.escape(c),
            c => self.out.push(c),
        }
    }

    fn escape(&mut self, c: char) {
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            let _infallible = write!(self.out, "\\u{unit:04x}");
        }
    }

    fn separate(&mut self, empty: &mut bool) {
        if !*empty {
            self.out.push(',');
        }
        *empty = false;
        self.line();
    }

    fn deeper(&mut self, by: isize) {
        self.indent = self.indent.map(|indent| indent.saturating_add_signed(by));
    }

    fn line(&mut self) {
        if let Some(indent) = self.indent {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("    ", indent));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::list;

    fn one(object: &Object) -> String {
        write(object, FormatVersion::One, true)
    }

    fn two(object: &Object) -> String {
        write(object, FormatVersion::Two, false)
    }

    #[test]
    fn booleans_are_presence_in_version_one() {
        let object = Object::new().with("a", true).with("b", false);
        assert_eq!(one(&object), r#"{"a":""}"#);
        assert_eq!(two(&object), r#"{"a":true,"b":false}"#);
    }

    #[test]
    fn the_content_is_an_asterisk_and_last_in_version_one() {
        let object = Object::new().with("text", "t").with("module", "m").content("text");
        assert_eq!(one(&object), r#"{"module":"m","*":"t"}"#);
        assert_eq!(two(&object), r#"{"text":"t","module":"m"}"#);
    }

    #[test]
    fn korean_is_escaped_in_version_one_and_plain_in_version_two() {
        let object = Object::new().with("name", "윌😀");
        assert_eq!(one(&object), r#"{"name":"\uc70c\ud83d\ude00"}"#);
        assert_eq!(two(&object), r#"{"name":"윌😀"}"#);
    }

    #[test]
    fn slashes_are_plain_and_javascript_line_ends_are_escaped() {
        assert_eq!(two(&Object::new().with("a", "/\u{2028}\u{1}")), r#"{"a":"/\u2028\u0001"}"#);
    }

    #[test]
    fn numbers_are_written_as_php_writes_them() {
        let object = Object::new().with("a", list("q", [1.0, 0.8])).with("b", -3);
        assert_eq!(two(&object), r#"{"a":[1,0.8],"b":-3}"#);
    }

    #[test]
    fn empty_objects_may_become_lists() {
        let loose = Object::new().with("x", false).kind(Kind::ListIfEmpty);
        let object = Object::new().with("loose", loose).with("strict", Object::new());
        assert_eq!(one(&object), r#"{"loose":[],"strict":{}}"#);
        assert_eq!(two(&object), r#"{"loose":{"x":false},"strict":{}}"#);
    }

    #[test]
    fn a_callback_loses_what_could_do_harm() {
        assert_eq!(callback_name("a(b)<c>;한글.d['e']"), "abc.d['e']");
    }

    #[test]
    fn pretty_json_is_indented_by_four() {
        let object = Object::new().with("a", list("_v", [1])).with("b", Object::new());
        let text = write_pretty(&object, FormatVersion::Two, false);
        assert_eq!(text, "{\n    \"a\": [\n        1\n    ],\n    \"b\": {}\n}");
    }
}
