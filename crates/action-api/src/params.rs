//! Parameters: how they are declared, found in a request, and read.

mod declaration;
mod problems;
mod raw;
mod read;
mod text;

pub use declaration::{Kind, Multi, Param};
pub(crate) use problems::{bad_value, unrecognised};
pub(crate) use raw::MOST_FIELDS;
pub use raw::{Raw, RawParams};
pub use read::{Limits, Notice, Reading, Values};
