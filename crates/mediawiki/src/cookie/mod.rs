//! Cookies as PHP reads and writes them (<https://www.php.net/manual/en/function.setcookie.php>,
//! RFC 6265).

mod jar;
mod set;

pub use jar::CookieJar;
pub use set::{Expiry, SameSite, SetCookie, rawurlencode};
