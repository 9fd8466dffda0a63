//! Whether letters would be taken.

use daemun_auth::{Clock, Random};

use super::Line;
use crate::config::Config;
use crate::mail::Post;

pub(super) async fn mail(config: &Config) -> Line {
    let advice = || "look at `mail.…`; `daemun mail test ADDRESS` sends a letter".to_owned();
    let post = match Post::of(config, Clock::system(), Random::system()) {
        Ok(Some(post)) => post,
        Ok(None) => return Line::Skipped("off: no password can be reset by mail".to_owned()),
        Err(error) => return Line::Bad(format!("{error:#}"), advice()),
    };
    match post.probe().await {
        Ok(()) => Line::Good(format!("{} takes letters", post.place())),
        Err(error) => Line::Bad(error.to_string(), advice()),
    }
}
