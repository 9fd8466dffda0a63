//! The errors and warnings that parameters give, with MediaWiki's codes, parameters and data.

use daemun_messages::{ListKind, Message, Param as MessageParam};

use super::Multi;
use crate::error::ApiError;
use crate::value::Value;

fn plain(text: &str) -> MessageParam {
    MessageParam::Plaintext(text.to_owned())
}

pub(super) fn missing(name: &str) -> ApiError {
    ApiError::new(Message::new("paramvalidator-missingparam").with(plain(name)))
        .code("missingparam")
}

pub(super) fn bad_integer(name: &str, given: &str) -> ApiError {
    let message = Message::new("paramvalidator-badinteger").with(plain(name)).with(plain(given));
    ApiError::new(message).code("badinteger")
}

pub(super) fn out_of_range(name: &str, given: &str, min: i64) -> ApiError {
    let message = Message::new("paramvalidator-outofrange-min")
        .with(plain(name))
        .with(plain(given))
        .with(MessageParam::Num(min));
    ApiError::new(message).code("outofrange").data("min", min)
}

pub(super) fn out_of_limits(name: &str, given: &str, most: i64) -> ApiError {
    let message = Message::new("paramvalidator-outofrange-minmax")
        .with(plain(name))
        .with(plain(given))
        .with(MessageParam::Num(1))
        .with(MessageParam::Num(most));
    ApiError::new(message).code("outofrange").data("min", 1).data("max", most)
}

pub(crate) fn bad_value(name: &str, given: &str, known: &[&str]) -> ApiError {
    let message = Message::new("paramvalidator-badvalue-enumnotmulti")
        .with(plain(name))
        .with(plain(given))
        .with(MessageParam::list(known.iter().map(|v| plain(v)), ListKind::Text))
        .with(MessageParam::Num(i64::try_from(known.len()).unwrap_or(i64::MAX)));
    ApiError::new(message).code("badvalue")
}

pub(super) fn bad_user(name: &str, given: &str) -> ApiError {
    let message = Message::new("paramvalidator-baduser").with(plain(name)).with(plain(given));
    ApiError::new(message).code("baduser")
}

/// The warning about values of a list that are none of its choice.
pub(crate) fn unrecognised(name: &str, given: &str, unknown: &[&str]) -> ApiError {
    let count = i64::try_from(unknown.len()).unwrap_or(i64::MAX);
    let message = Message::new("paramvalidator-unrecognizedvalues")
        .with(plain(name))
        .with(plain(given))
        .with(MessageParam::list(unknown.iter().map(|v| plain(v)), ListKind::Comma))
        .with(MessageParam::Num(count));
    let values = crate::value::list("_v", unknown.iter().map(|v| (*v).to_owned()));
    ApiError::new(message).code("unrecognizedvalues").data("values", values)
}

pub(super) fn too_many(name: &str, given: &str, multi: Multi, most: usize) -> ApiError {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let message = Message::new("paramvalidator-toomanyvalues")
        .with(plain(name))
        .with(plain(given))
        .with(MessageParam::Num(number(most)));
    ApiError::new(message)
        .code("toomanyvalues")
        .data("parameter", Value::from(name.to_owned()))
        .data("limit", number(most))
        .data("lowlimit", number(multi.limit))
        .data("highlimit", number(multi.high_limit))
}
