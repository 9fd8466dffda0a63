//! From a value to bytes.

use super::float;
use super::{Key, Value};

/// PHP's `serialize`.
pub fn serialize(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"N;"),
        Value::Bool(value) => out.extend_from_slice(if *value { b"b:1;" } else { b"b:0;" }),
        Value::Int(number) => out.extend_from_slice(format!("i:{number};").as_bytes()),
        Value::Float(number) => {
            out.extend_from_slice(format!("d:{};", float::print(*number)).as_bytes());
        }
        Value::Bytes(bytes) => write_bytes(bytes, out),
        Value::Array(array) => {
            out.extend_from_slice(format!("a:{}:{{", array.len()).as_bytes());
            for (key, value) in array.iter() {
                match key {
                    Key::Int(number) => out.extend_from_slice(format!("i:{number};").as_bytes()),
                    Key::Bytes(bytes) => write_bytes(bytes, out),
                }
                write(value, out);
            }
            out.push(b'}');
        }
        Value::Object { raw, .. } => out.extend_from_slice(raw),
    }
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(format!("s:{}:\"", bytes.len()).as_bytes());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\";");
}
