use proptest::prelude::*;

use super::*;

fn read(text: &str) -> Result<Value, PhpError> {
    unserialize(text.as_bytes())
}

#[track_caller]
fn both_ways(text: &str, value: &Value) {
    assert_eq!(read(text).as_ref(), Ok(value));
    assert_eq!(String::from_utf8(serialize(value)).unwrap(), text);
}

#[test]
fn plain_values_go_both_ways() {
    both_ways("N;", &Value::Null);
    both_ways("b:1;", &Value::Bool(true));
    both_ways("b:0;", &Value::Bool(false));
    both_ways("i:-9223372036854775808;", &Value::Int(i64::MIN));
    both_ways("d:0.1;", &Value::Float(0.1));
    both_ways("s:6:\"윌;\"\"\";", &Value::from("윌;\"\""));
}

#[test]
fn floats_are_printed_as_php_does() {
    for (number, text) in [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (0.0001, "0.0001"),
        (0.000_01, "1.0E-5"),
        (0.000_012_5, "1.25E-5"),
        (1e15, "1000000000000000"),
        (1e16, "10000000000000000"),
        (1e17, "1.0E+17"),
        (1.5e300, "1.5E+300"),
        (f64::INFINITY, "INF"),
        (f64::NEG_INFINITY, "-INF"),
        (1.0 / 3.0, "0.3333333333333333"),
    ] {
        assert_eq!(serialize(&Value::Float(number)), format!("d:{text};").into_bytes());
    }
    assert_eq!(serialize(&Value::Float(f64::NAN)), b"d:NAN;");
    assert!(matches!(read("d:NAN;"), Ok(Value::Float(n)) if n.is_nan()));
    assert_eq!(read("d:nan;"), Err(PhpError::Malformed));
}

#[test]
fn arrays_keep_their_order_and_key_types() {
    let mut array = PhpArray::new();
    array.set("b", 1);
    array.set("5", "x");
    array.push(true);
    array.set("05", Value::Null);
    both_ways("a:4:{s:1:\"b\";i:1;i:5;s:1:\"x\";i:6;b:1;s:2:\"05\";N;}", &array.clone().into());
    array.set("b", 2);
    assert_eq!(array.get("b"), Some(&Value::Int(2)));
    assert_eq!(array.remove("5"), Some(Value::from("x")));
    assert_eq!(array.remove("5"), None);
    assert_eq!(array.len(), 3);
}

#[test]
fn a_pushed_value_follows_the_highest_number() {
    let mut array = PhpArray::new();
    array.push("a");
    array.set("-7", "b");
    array.push("c");
    let keys: Vec<_> = array.iter().map(|(key, _)| key.clone()).collect();
    assert_eq!(keys, [Key::Int(0), Key::Int(-7), Key::Int(1)]);
}

#[test]
fn of_keys_that_are_repeated_the_last_value_stands_in_the_first_ones_place() {
    let Ok(Value::Array(array)) = read("a:4:{i:1;N;s:1:\"a\";i:1;s:1:\"1\";i:2;s:1:\"a\";i:3;}")
    else {
        panic!("an array")
    };
    let pairs: Vec<_> = array.into_iter().collect();
    assert_eq!(pairs, [(Key::Int(1), Value::Int(2)), (Key::from("a"), Value::Int(3))]);
}

#[test]
fn many_repeated_keys_take_no_longer_than_others() {
    // Looked for one by one these would take billions of steps.
    let keys: String = (0..50_000).map(|n| format!("i:{n};N;")).collect();
    let last = "i:49999;i:7;".repeat(49_999);
    let Ok(Value::Array(array)) = read(&format!("a:99999:{{{keys}{last}}}")) else {
        panic!("an array")
    };
    assert_eq!((array.len(), array.get("49999")), (50_000, Some(&Value::Int(7))));
}

#[test]
fn text_keys_that_are_numbers_become_numbers() {
    for (text, is_number) in [
        ("0", true),
        ("5", true),
        ("-5", true),
        ("-0", false),
        ("05", false),
        ("+5", false),
        ("5 ", false),
        ("", false),
        ("9223372036854775807", true),
        ("9223372036854775808", false),
        ("-9223372036854775808", false),
    ] {
        assert_eq!(matches!(Key::from(text), Key::Int(_)), is_number, "{text:?}");
    }
}

#[test]
fn the_last_of_a_repeated_key_counts() {
    let value = read("a:3:{s:1:\"1\";i:1;s:1:\"a\";i:2;i:1;i:3;}").unwrap();
    assert_eq!(serialize(&value), b"a:2:{i:1;i:3;s:1:\"a\";i:2;}");
}

#[test]
fn objects_are_written_back_unchanged() {
    for (object, class) in [
        ("O:3:\"Foo\":1:{s:3:\"bar\";a:1:{i:0;O:1:\"X\":0:{}}}", "Foo"),
        ("O:3:\"Foo\":1:{s:6:\"\0*\0bar\";d:0.50;}", "Foo"),
        ("C:3:\"Foo\":5:{R:1}}}", "Foo"),
        ("E:7:\"Foo:Bar\";", "Foo:Bar"),
    ] {
        let text = format!("a:2:{{i:0;{object}i:1;i:7;}}");
        let value = read(&text).unwrap();
        assert_eq!(serialize(&value), text.as_bytes());
        let Some(Value::Object { class: read, .. }) = value.as_array().unwrap().get("0") else {
            panic!("no object in {text}");
        };
        assert_eq!(read, class.as_bytes());
    }
}

#[test]
fn references_are_refused_wherever_they_are() {
    for text in ["a:2:{i:0;i:1;i:1;R:2;}", "O:1:\"X\":1:{s:1:\"a\";r:1;}"] {
        assert_eq!(read(text), Err(PhpError::Reference));
    }
}

#[test]
fn malformed_input_is_refused() {
    for text in [
        "",
        "x",
        "N",
        "N;N;",
        "b:2;",
        "i:;",
        "i:1",
        "i:99999999999999999999;",
        "s:2:\"a\";",
        "s:99999999999:\"a\";",
        "s:-1:\"\";",
        "s:1:\"a\"",
        "a:1:{}",
        "a:1:{N;N;}",
        "a:-1:{}",
        "a:0:{",
        "O:1:\"X\":1:{}",
        "C:1:\"X\":9:{}",
        "d:x;",
        "S:1:\"a\";",
    ] {
        assert_eq!(read(text), Err(PhpError::Malformed), "{text}");
    }
}

#[test]
fn depth_and_number_are_bounded() {
    let nested = |depth: usize| format!("{}N;{}", "a:1:{i:0;".repeat(depth), "}".repeat(depth));
    assert!(read(&nested(64)).is_ok());
    assert_eq!(read(&nested(65)), Err(PhpError::TooLarge));
    assert_eq!(read(&nested(100_000)), Err(PhpError::TooLarge));
    let wide: String = (0..100_000).map(|n| format!("i:{n};N;")).collect();
    assert_eq!(read(&format!("a:100000:{{{wide}}}")), Err(PhpError::TooLarge));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_filter("NaN is unlike itself", |n| !n.is_nan()).prop_map(Value::Float),
        any::<Vec<u8>>().prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(4, 64, 8, |inner| {
        let key = prop_oneof![
            any::<i64>().prop_map(Key::Int),
            any::<Vec<u8>>().prop_map(|bytes| Key::of_bytes(&bytes)),
        ];
        prop::collection::vec((key, inner), 0..8)
            .prop_map(|pairs| Value::Array(pairs.into_iter().collect()))
    })
}

proptest! {
    #[test]
    fn every_value_is_read_back(value in any_value()) {
        prop_assert_eq!(unserialize(&serialize(&value)), Ok(value));
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
        let _ = unserialize(&bytes);
    }

    #[test]
    fn near_misses_are_read_without_panic(text in "[abdinsNOCE:;{}\"0-9]{0,40}") {
        let _ = read(&text);
    }
}
