//! PHP values and session records, as the cache table holds them.

use daemun_mediawiki::php::{Value, serialize, unserialize};
use daemun_mediawiki::session_record::SessionRecord;
use daemun_store::codec;

use crate::Target;

pub(super) const TARGET: Target = Target {
    name: "php",
    run,
    words: &[
        "a:0:{}",
        "a:1:{",
        "i:0;",
        "i:-9223372036854775808;",
        "s:0:\"\";",
        "d:1.0E+25;",
        "d:NAN;",
        "d:-INF;",
        "b:1;",
        "N;",
        "R:1;",
        "O:1:\"a\":0:{}",
        "C:1:\"a\":0:{}",
        "E:3:\"a:b\";",
        "s:4:\"data\";",
        "s:8:\"metadata\";",
        "s:8:\"provider\";",
        "s:6:\"userId\";",
    ],
    longest: 4096,
};

fn run(bytes: &[u8]) {
    let Some(value) = codec::unpack(bytes) else { return };
    assert_eq!(codec::unpack(&codec::pack(&value)).as_ref(), Some(&value), "packing");
    if let Ok(value) = unserialize(&value) {
        let written = serialize(&value);
        let again = unserialize(&written).expect("what is written can be read");
        assert_eq!(serialize(&again), written, "written twice");
        if !has_nan(&value) {
            assert_eq!(again, value, "read twice");
        }
    }
    if let Ok((record, _)) = SessionRecord::parse_noting_gaps(&value) {
        let (again, gaps) = SessionRecord::parse_noting_gaps(&record.to_bytes())
            .expect("a record that is written can be read");
        assert!(!gaps, "a record is written whole");
        assert_eq!(again.metadata.user_id, record.metadata.user_id);
        assert_eq!(again.metadata.user_token, record.metadata.user_token);
        assert_eq!(again.to_bytes(), record.to_bytes());
    }
}

/// NaN is not equal to itself.
fn has_nan(value: &Value) -> bool {
    match value {
        Value::Float(number) => number.is_nan(),
        Value::Array(array) => array.iter().any(|(_, value)| has_nan(value)),
        _ => false,
    }
}
