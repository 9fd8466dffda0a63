//! Parameters: how they are declared, found in a request, and read.

mod declaration;
mod raw;
mod read;

pub use declaration::{Kind, Multi, Param};
pub use raw::{Raw, RawParams};
pub(crate) use read::bad_value;
pub use read::{Limits, Notice, Reading, Values};
