//! A result with the hints that formats go by, under MediaWiki's names for them.

use crate::value::{Kind, Object, Value};

/// The same result with each hint as a member.
pub(super) fn with_hints(result: &Object) -> Object {
    let mut shown = Object::new();
    for (name, value) in &result.members {
        shown.members.push((name.clone(), value_with_hints(value)));
    }
    let kind = match result.kind {
        Kind::Object => "assoc",
        Kind::ListIfEmpty => "default",
        Kind::ListInVersion1 => "kvp",
        Kind::ListInVersion2 => "BCarray",
    };
    shown
        .with("_type", kind)
        .with_some("_content", result.content)
        .with_some("_element", result.tag)
        .with_some(
            "_subelements",
            (!result.elements.is_empty())
                .then(|| crate::value::list("_v", result.elements.iter().copied())),
        )
}

fn value_with_hints(value: &Value) -> Value {
    match value {
        Value::Object(object) => with_hints(object).into(),
        Value::List(list) => {
            let numbered = list.items.iter().enumerate();
            let shown = numbered.fold(Object::new(), |shown, (number, item)| {
                shown.with(number.to_string(), value_with_hints(item))
            });
            shown.with("_type", "array").with("_element", list.tag).into()
        }
        single => single.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{FormatVersion, json};

    #[test]
    fn hints_are_members() {
        let inner = Object::new().with("text", "x").content("text");
        let result = Object::new().with("list", crate::value::list("r", [inner]));
        assert_eq!(
            json::write(&with_hints(&result), FormatVersion::Two, false),
            r#"{"list":{"0":{"text":"x","_type":"assoc","_content":"text"},"_type":"array","_element":"r"},"_type":"assoc"}"#
        );
    }
}
