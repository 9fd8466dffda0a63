//! How to talk to a wiki.

use std::io::Read;
use std::path::Path;
use std::sync::Mutex;

use url::Url;
use zeroize::Zeroizing;

use crate::agent::Agent;
use crate::clock;
use crate::discovery;
use crate::error::Error;
use crate::http::Http;
use crate::jar::{Jar, comment};
use crate::limits::Limits;
use crate::oauth::{Authorization, Consumer, Grant};
use crate::wiki::{API, Inner, State, USER, Wiki};

/// Longest file of cookies, in bytes.
const LONGEST_FILE: u64 = 2 << 20;

/// How to talk to a wiki.
#[derive(Debug)]
pub struct Builder {
    agent: Agent,
    limits: Limits,
    language: Option<String>,
    maxlag: Option<u32>,
    plain_http: bool,
    authorization: Option<Authorization>,
}

impl Builder {
    /// As most want it.
    pub fn new(agent: Agent) -> Self {
        let (language, maxlag, authorization) = (None, None, None);
        Self {
            agent,
            limits: Limits::default(),
            language,
            maxlag,
            plain_http: false,
            authorization,
        }
    }

    /// The language of labels and messages, by MediaWiki's code; otherwise the wiki's own.
    #[must_use]
    pub fn language(mut self, code: &str) -> Self {
        self.language = Some(code.to_owned());
        self
    }

    /// Bounds of time, size and number.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Asks the wiki to refuse work while its databases are more than so many seconds behind, and
    /// waits then. Good manners for bots; 5 is usual.
    #[must_use]
    pub fn maxlag(mut self, seconds: u32) -> Self {
        self.maxlag = Some(seconds);
        self
    }

    /// Lets secrets be sent over plain http to other machines, where everybody on the way can read
    /// them.
    #[must_use]
    pub fn plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Sends an OAuth 2 access token with every request. No login is needed then.
    ///
    /// # Errors
    /// [`Error::OAuthForm`] when it cannot stand in a header.
    pub fn oauth2(mut self, token: &str) -> Result<Self, Error> {
        self.authorization = Some(Authorization::bearer(token)?);
        Ok(self)
    }

    /// Signs every request by OAuth 1.0a with HMAC-SHA1, as owner-only consumers do. No login is
    /// needed then.
    ///
    /// # Errors
    /// [`Error::OAuthForm`] when a part is empty.
    pub fn oauth1(mut self, consumer: Consumer, grant: Grant) -> Result<Self, Error> {
        self.authorization = Some(Authorization::signed(consumer, grant)?);
        Ok(self)
    }

    /// Finds the API of the wiki at an address.
    ///
    /// # Errors
    /// As [`Wiki::new`].
    pub async fn connect(self, url: &str) -> Result<Wiki, Error> {
        let http = Http::new(&self.agent, &self.limits)?;
        let api = discovery::find(&http, &self.limits, url).await?;
        self.wiki(http, api, State::default())
    }

    /// Takes up the session that [`Wiki::save`] wrote.
    ///
    /// # Errors
    /// As [`Wiki::open`].
    pub fn open(self, path: &Path) -> Result<Wiki, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let mut text = Zeroizing::new(String::new());
        let file = std::fs::File::open(path).map_err(failed)?;
        file.take(LONGEST_FILE).read_to_string(&mut text).map_err(failed)?;
        let nothing = || failed(std::io::Error::other("it names no wiki: log in first"));
        let api = comment(&text, API).ok_or_else(nothing)?;
        let api = Url::parse(api).ok().filter(|api| matches!(api.scheme(), "http" | "https"));
        let state = State {
            jar: Jar::from_text(&text, clock::now()),
            user: comment(&text, USER).map(str::to_owned),
            ..State::default()
        };
        let http = Http::new(&self.agent, &self.limits)?;
        self.wiki(http, api.ok_or_else(nothing)?, state)
    }

    fn wiki(self, http: Http, api: Url, state: State) -> Result<Wiki, Error> {
        let has_secret = self.authorization.is_some();
        let wiki = Wiki {
            inner: std::sync::Arc::new(Inner {
                http,
                limits: self.limits,
                api,
                language: self.language,
                maxlag: self.maxlag,
                plain_http: self.plain_http,
                authorization: self.authorization,
                state: Mutex::new(state),
                logging_in: tokio::sync::Mutex::default(),
            }),
        };
        if has_secret {
            wiki.check_privacy()?;
        }
        Ok(wiki)
    }
}
