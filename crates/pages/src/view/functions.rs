//! What templates can call.
//!
//! | function | gives |
//! |---|---|
//! | `msg("key", args…)` | a text in the visitor's language as HTML |
//! | `text("key", args…)` | the same without markup, for attributes |
//! | `page("Special:X", name=value, …)` | the address of a page, with a query |
//!
//! Instead of a key `msg` and `text` take a [`Message`] that a view holds. A string as an argument
//! is never read as markup; a number is written as the language writes it.

use std::sync::Arc;

use daemun_messages::{Message, Param};
use minijinja::value::{Kwargs, Rest, ValueKind};
use minijinja::{Error, ErrorKind, Value, context};
use serde::Deserialize as _;

use super::Addresses;

/// The functions, as variables of a template.
pub(super) fn functions(addresses: &Addresses) -> Value {
    let for_msg = Arc::new(addresses.clone());
    let (for_text, for_page) = (Arc::clone(&for_msg), Arc::clone(&for_msg));
    let msg = move |what: Value, args: Rest<Value>| -> Result<Value, Error> {
        Ok(Value::from_safe_string(for_msg.html(&message(&what, &args)?)))
    };
    let text = move |what: Value, args: Rest<Value>| -> Result<String, Error> {
        Ok(for_text.text(&message(&what, &args)?))
    };
    let page = move |title: String, query: Kwargs| -> Result<String, Error> {
        let mut pairs = Vec::new();
        for name in query.args() {
            let value: Value = query.get(name)?;
            let value = if value.is_none() { String::new() } else { value.to_string() };
            pairs.push((name, value));
        }
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Ok(for_page.page(&title, &pairs))
    };
    context! {
        msg => Value::from_function(msg),
        text => Value::from_function(text),
        page => Value::from_function(page),
    }
}

fn message(what: &Value, args: &[Value]) -> Result<Message, Error> {
    let mut message = match what.as_str() {
        Some(key) if daemun_messages::exists(key) => Message::new(key.to_owned()),
        Some(key) => return Err(mistake(format!("there is no text {key}"))),
        None => Message::deserialize(what.clone())?,
    };
    for arg in args {
        message = message.with(param(arg)?);
    }
    Ok(message)
}

fn param(arg: &Value) -> Result<Param, Error> {
    match arg.kind() {
        ValueKind::String => Ok(Param::plaintext(arg.to_string())),
        ValueKind::Number => Ok(Param::Num(arg.clone().try_into()?)),
        ValueKind::Map => Ok(Message::deserialize(arg.clone())?.into()),
        kind => Err(mistake(format!("a text takes no {kind}"))),
    }
}

fn mistake(what: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}

#[cfg(test)]
mod tests {
    use minijinja::value::Serde;

    use super::*;

    #[test]
    fn an_argument_is_never_markup() {
        let message = message(&Value::from("rawmessage"), &[Value::from("'''<b>")]);
        assert_eq!(message.unwrap().params, [Param::plaintext("'''<b>")]);
    }

    #[test]
    fn a_message_of_a_view_is_read_as_it_was() {
        let given = Message::new("login-throttled")
            .with(Param::Duration(300))
            .with(Param::commas(["a"]))
            .with(Message::new("login"));
        assert_eq!(message(&Value::from(Serde(&given)), &[]).unwrap(), given);
    }

    #[test]
    fn a_text_that_is_not_there_is_a_mistake() {
        assert!(message(&Value::from("nosuch-text"), &[]).is_err());
    }
}
