//! `world.json`: the rows that every case starts from.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::format::from_base64;

/// A table's rows, each with its columns in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: String,
    pub rows: Vec<Vec<(String, Cell)>>,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// The tables of a `world.json`, in the order of the file.
pub fn read_world(path: &Path) -> Result<Vec<Table>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    parse_world(&text)
}

/// As [`read_world`], from its text.
pub fn parse_world(text: &str) -> Result<Vec<Table>> {
    let Value::Object(tables) = serde_json::from_str(text)? else { bail!("no object of tables") };
    let mut world = Vec::new();
    for (name, rows) in tables {
        let Value::Array(rows) = rows else { bail!("table {name} is no list of rows") };
        let rows = rows.iter().map(row).collect::<Result<_>>().with_context(|| name.clone())?;
        world.push(Table { name, rows });
    }
    Ok(world)
}

fn row(value: &Value) -> Result<Vec<(String, Cell)>> {
    let object = value.as_object().context("a row is an object")?;
    object.iter().map(|(column, value)| Ok((column.clone(), cell(value)?))).collect()
}

fn cell(value: &Value) -> Result<Cell> {
    Ok(match value {
        Value::Null => Cell::Null,
        Value::Bool(flag) => Cell::Integer(i64::from(*flag)),
        Value::Number(number) => Cell::Integer(number.as_i64().context("a whole number")?),
        Value::String(text) => Cell::Text(text.clone()),
        Value::Object(object) => match (object.len(), object.get("base64")) {
            (1, Some(Value::String(text))) => Cell::Bytes(from_base64(text)?),
            _ => bail!("no cell: {value}"),
        },
        Value::Array(_) => bail!("no cell: {value}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_null_a_number_text_or_bytes() {
        let world = r#"{"user":[{"a":null,"b":1,"c":"x","d":{"base64":"/w=="}}]}"#;
        let world = parse_world(world).unwrap();
        let row: Vec<Cell> = world[0].rows[0].iter().map(|(_, cell)| cell.clone()).collect();
        let wanted = [Cell::Null, Cell::Integer(1), Cell::Text("x".into()), Cell::Bytes(vec![255])];
        assert_eq!(row, wanted);
    }
}
