//! Compares two JSON trees: every key, their order, every value.

use serde_json::{Map, Value};

use super::report::Difference;
use super::values::Any;

/// What differs between an expected tree and one that came, with where.
pub(crate) fn differences(place: &str, wanted: &Value, got: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(place, wanted, got, &mut found);
    found
}

fn compare(place: &str, wanted: &Value, got: &Value, found: &mut Vec<Difference>) {
    match Any::of(wanted) {
        Err(problem) => found.push(Difference::at(place, problem, got)),
        Ok(Some(any)) if any.fits(got) => {}
        Ok(Some(any)) => found.push(Difference::at(place, any.words(), got)),
        Ok(None) => match (wanted, got) {
            (Value::Object(wanted), Value::Object(got)) => objects(place, wanted, got, found),
            (Value::Array(wanted), Value::Array(got)) => lists(place, wanted, got, found),
            (wanted, got) if wanted == got => {}
            (wanted, got) => found.push(Difference::at(place, wanted, got)),
        },
    }
}

fn objects(
    place: &str,
    wanted: &Map<String, Value>,
    got: &Map<String, Value>,
    found: &mut Vec<Difference>,
) {
    for (key, value) in wanted {
        let place = format!("{place}.{key}");
        match got.get(key) {
            Some(got) => compare(&place, value, got, found),
            None => found.push(Difference::at(&place, value, "nothing: the key is missing")),
        }
    }
    for (key, value) in got.iter().filter(|(key, _)| !wanted.contains_key(*key)) {
        let place = format!("{place}.{key}");
        found.push(Difference::at(&place, "nothing: the key is too much", value));
    }
    let common = |map: &Map<String, Value>, other: &Map<String, Value>| -> Vec<String> {
        map.keys().filter(|key| other.contains_key(*key)).cloned().collect()
    };
    let (wanted, got) = (common(wanted, got), common(got, wanted));
    if wanted != got {
        let place = format!("{place} (order of keys)");
        found.push(Difference::at(&place, wanted.join(", "), got.join(", ")));
    }
}

fn lists(place: &str, wanted: &[Value], got: &[Value], found: &mut Vec<Difference>) {
    if let (Some(wanted), Some(got)) = (names(wanted), names(got)) {
        lists_of_names(place, &wanted, &got, found);
        return;
    }
    for (index, (wanted, got)) in wanted.iter().zip(got).enumerate() {
        compare(&format!("{place}[{index}]"), wanted, got, found);
    }
    for (index, missing) in wanted.iter().enumerate().skip(got.len()) {
        let place = format!("{place}[{index}]");
        found.push(Difference::at(&place, missing, "nothing: the item is missing"));
    }
    for (index, extra) in got.iter().enumerate().skip(wanted.len()) {
        let place = format!("{place}[{index}]");
        found.push(Difference::at(&place, "nothing: the item is too much", extra));
    }
}

/// The texts of a list of nothing else, such as groups and rights.
fn names(list: &[Value]) -> Option<Vec<&str>> {
    list.iter().map(Value::as_str).collect()
}

/// One difference that says which names are missing and which too much, rather than one for each
/// name that moved up.
fn lists_of_names(place: &str, wanted: &[&str], got: &[&str], found: &mut Vec<Difference>) {
    if wanted == got {
        return;
    }
    let only = |these: &[&str], those: &[&str]| -> Vec<String> {
        let only = these.iter().filter(|name| !those.contains(name));
        only.map(|name| format!("{name:?}")).collect()
    };
    let (missing, extra) = (only(wanted, got), only(got, wanted));
    let difference = if missing.is_empty() && extra.is_empty() {
        let place = format!("{place} (order of items)");
        Difference::at(&place, format!("{wanted:?}"), format!("{got:?}"))
    } else {
        let (missing, extra) = (missing.join(", "), extra.join(", "));
        let place = format!("{place} (items)");
        Difference::at(&place, format!("also [{missing}]"), format!("also [{extra}]"))
    };
    found.push(difference);
}

#[cfg(test)]
#[expect(clippy::needless_pass_by_value, reason = "so that json!(…) reads well")]
mod tests {
    use super::*;
    use serde_json::json;

    fn places(wanted: Value, got: Value) -> Vec<String> {
        differences("json", &wanted, &got).into_iter().map(|found| found.place).collect()
    }

    #[test]
    fn equal_trees_do_not_differ() {
        let tree = json!({"a": [1, {"b": ""}], "c": null, "d": {}});
        assert!(places(tree.clone(), tree).is_empty());
    }

    #[test]
    fn a_missing_and_an_extra_key_are_found() {
        assert_eq!(places(json!({"a": 1, "b": 2}), json!({"a": 1})), ["json.b"]);
        assert_eq!(places(json!({"a": 1}), json!({"a": 1, "b": {"any": 1}})), ["json.b"]);
    }

    #[test]
    fn another_order_of_keys_is_found() {
        let found = places(json!({"x": {"a": 1, "b": 2}}), json!({"x": {"b": 2, "a": 1}}));
        assert_eq!(found, ["json.x (order of keys)"]);
    }

    #[test]
    fn a_missing_key_does_not_count_as_another_order() {
        assert_eq!(places(json!({"a": 1, "b": 2, "c": 3}), json!({"a": 1, "c": 3})), ["json.b"]);
    }

    #[test]
    fn numbers_booleans_and_null_are_not_text() {
        for (wanted, got) in [
            (json!(1), json!("1")),
            (json!(1), json!(1.0)),
            (json!(1), json!(true)),
            (json!(false), json!(null)),
            (json!(""), json!(true)),
            (json!({}), json!([])),
        ] {
            assert_eq!(places(wanted, got), ["json"]);
        }
    }

    #[test]
    fn a_list_counts_its_items() {
        assert_eq!(places(json!([1, 2]), json!([1])), ["json[1]"]);
        assert_eq!(places(json!([1]), json!([1, 2])), ["json[1]"]);
        assert_eq!(places(json!([1, 2]), json!([2, 1])), ["json[0]", "json[1]"]);
    }

    #[test]
    fn a_list_of_names_says_which_are_missing_and_which_too_much() {
        let found = differences("json", &json!(["a", "b", "c"]), &json!(["b", "c", "d"]));
        assert_eq!(found, [Difference::at("json (items)", "also [\"a\"]", "also [\"d\"]")]);
        assert_eq!(places(json!(["a", "b"]), json!(["b", "a"])), ["json (order of items)"]);
        assert_eq!(places(json!(["a"]), json!(["a", "a"])), ["json (order of items)"]);
        assert_eq!(places(json!([]), json!(["a"])), ["json (items)"]);
        assert!(places(json!(["a", "b"]), json!(["a", "b"])).is_empty());
    }

    #[test]
    fn a_placeholder_is_compared_by_its_form() {
        assert!(places(json!([{"any": "text"}]), json!(["x"])).is_empty());
        assert_eq!(places(json!([{"any": "text"}]), json!([""])), ["json[0]"]);
        assert_eq!(places(json!([{"any": "unheard of"}]), json!(["x"])), ["json[0]"]);
    }
}
