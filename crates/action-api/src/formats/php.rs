//! PHP's serialisation (`format=php`).

use daemun_mediawiki::php::{self, Key, PhpArray, Value as Php};

use super::FormatVersion;
use crate::value::{Kind, Object, Value};

/// The result as PHP's `serialize` writes it. All its texts are UTF-8, so it is one, too.
pub(super) fn write(result: &Object, version: FormatVersion) -> String {
    let bytes = php::serialize(&Php::Array(object(result, version == FormatVersion::One)));
    String::from_utf8(bytes).unwrap_or_default()
}

fn object(object: &Object, old: bool) -> PhpArray {
    let mut array = PhpArray::default();
    if !old && object.kind == Kind::ListInVersion2 {
        object.by_number().into_iter().for_each(|member| array.push(value(member, old)));
        return array;
    }
    let is_content = |name: &str| old && object.content == Some(name);
    let shown = |value: &Value| !(old && matches!(value, Value::Bool(false)));
    let members = || object.members.iter().filter(|(_, value)| shown(value));
    for (name, member) in members().filter(|(name, _)| !is_content(name)) {
        array.set_key(Key::of_bytes(name.as_bytes()), value(member, old));
    }
    for (_, member) in members().filter(|(name, _)| is_content(name)) {
        array.set("*", value(member, old));
    }
    array
}

fn value(value_: &Value, old: bool) -> Php {
    match value_ {
        Value::Null => Php::Null,
        Value::Bool(true) if old => Php::from(""),
        Value::Bool(value) | Value::Flag(value) => Php::Bool(*value),
        Value::Int(number) => Php::Int(*number),
        Value::Float(number) => Php::Float(*number),
        Value::Text(text) => Php::from(text.as_ref()),
        Value::List(list) => {
            let mut array = PhpArray::default();
            for item in &list.items {
                array.push(value(item, old));
            }
            Php::Array(array)
        }
        Value::Object(inner) => Php::Array(object(inner, old)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::list;

    #[test]
    fn results_are_php_arrays_in_both_versions() {
        let result =
            Object::new().with("done", true).with("not", false).with("list", list("v", ["a", "b"]));
        assert_eq!(
            write(&result, FormatVersion::Two),
            r#"a:3:{s:4:"done";b:1;s:3:"not";b:0;s:4:"list";a:2:{i:0;s:1:"a";i:1;s:1:"b";}}"#
        );
        assert_eq!(
            write(&result, FormatVersion::One),
            r#"a:2:{s:4:"done";s:0:"";s:4:"list";a:2:{i:0;s:1:"a";i:1;s:1:"b";}}"#
        );
    }
}
