//! How much a wiki may ask of whoever talks to it.

use std::time::Duration;

/// Bounds of time, size and number. The defaults suit a person as well as a bot.
#[derive(Clone, Debug)]
pub struct Limits {
    /// For a connection to be made.
    pub connecting: Duration,
    /// For one request, from its start to the last byte of the answer.
    pub request: Duration,
    /// Bytes of an answer of the API.
    pub answer: usize,
    /// Bytes that are read of a page when `api.php` is looked for.
    pub page: usize,
    /// Bytes of a captcha's image.
    pub image: usize,
    /// How often a request is sent anew when the wiki is busy.
    pub retries: u32,
    /// The longest wait that a wiki may ask for before a request is sent anew.
    pub wait: Duration,
    /// Steps of one dialogue.
    pub steps: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connecting: Duration::from_secs(10),
            request: Duration::from_secs(60),
            answer: 8 << 20,
            page: 512 << 10,
            image: 2 << 20,
            retries: 3,
            wait: Duration::from_secs(60),
            steps: 30,
        }
    }
}
