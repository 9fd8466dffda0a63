//! From a value to bytes.

use std::io::Write;

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
        Value::Int(number) => print(out, format_args!("i:{number};")),
        Value::Float(number) => print(out, format_args!("d:{};", float::print(*number))),
        Value::Bytes(bytes) => write_bytes(bytes, out),
        Value::Array(array) => {
            print(out, format_args!("a:{}:{{", array.len()));
            for (key, value) in array.iter() {
                match key {
                    Key::Int(number) => print(out, format_args!("i:{number};")),
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
    print(out, format_args!("s:{}:\"", bytes.len()));
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\";");
}

fn print(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a vector cannot fail.
    let _infallible = out.write_fmt(text);
}
