//! A wiki, and the session with it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use url::Url;
use zeroize::Zeroizing;

use crate::address::{authority, is_readable};
use crate::agent::Agent;
use crate::bot::Credentials;
use crate::builder::Builder;
use crate::clock;
use crate::error::Error;
use crate::http::Http;
use crate::jar::{Jar, comment};
use crate::limits::Limits;
use crate::oauth::Authorization;

/// A wiki, and the session with it. Clones share the session, and may ask side by side.
#[derive(Clone)]
pub struct Wiki {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) http: Http,
    pub(crate) limits: Limits,
    pub(crate) api: Url,
    pub(crate) language: Option<String>,
    pub(crate) maxlag: Option<u32>,
    pub(crate) plain_http: bool,
    pub(crate) authorization: Option<Authorization>,
    pub(crate) state: Mutex<State>,
    /// Held by who logs in anew, so that of several requests that found the session ended only the
    /// first does it.
    pub(crate) logging_in: tokio::sync::Mutex<()>,
}

/// What changes.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) jar: Jar,
    pub(crate) tokens: HashMap<String, Zeroizing<String>>,
    /// Who is in.
    pub(crate) user: Option<String>,
    /// What to log in with anew.
    pub(crate) bot: Option<Credentials>,
    /// Counts logins.
    pub(crate) session: u64,
}

impl std::fmt::Debug for Wiki {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.state();
        formatter
            .debug_struct("Wiki")
            .field("api", &self.inner.api.as_str())
            .field("user", &state.user)
            .finish_non_exhaustive()
    }
}

impl Wiki {
    /// Finds the API of the wiki at an address: any of its pages, a bare host, or `api.php` itself.
    ///
    /// # Errors
    /// When there is none, or it cannot be reached.
    pub async fn new(url: &str, agent: Agent) -> Result<Self, Error> {
        Builder::new(agent).connect(url).await
    }

    /// Takes up the session that [`Wiki::save`] wrote. The wiki is not asked.
    ///
    /// # Errors
    /// When the file cannot be read, or names no API.
    pub fn open(path: &Path, agent: Agent) -> Result<Self, Error> {
        Builder::new(agent).open(path)
    }

    /// The address of `api.php`.
    pub fn api(&self) -> &Url {
        &self.inner.api
    }

    /// Who is in, as far as is known without asking.
    pub fn user(&self) -> Option<String> {
        self.state().user.clone()
    }

    /// The session's cookies as a text that curl and others read, too. It is a secret.
    pub fn export_cookies(&self) -> Zeroizing<String> {
        let state = self.state();
        let mut comments = vec![(API, self.inner.api.as_str())];
        comments.extend(state.user.as_deref().map(|user| (USER, user)));
        state.jar.to_text(&comments, clock::now())
    }

    /// Takes the cookies of such a text in place of those there are.
    pub fn import_cookies(&self, text: &str) {
        let mut state = self.state();
        state.jar = Jar::from_text(text, clock::now());
        state.user = comment(text, USER).map(str::to_owned);
        state.bot = None;
        state.begin_session();
    }

    /// Writes the session to a file that its owner alone can read, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or_else(|| Path::new("."));
        // Such files are for their owner alone from the moment they are made.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        std::io::Write::write_all(&mut file, self.export_cookies().as_bytes()).map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses to send secrets where they can be read on the way.
    pub(crate) fn check_privacy(&self) -> Result<(), Error> {
        if is_readable(&self.inner.api) && !self.inner.plain_http {
            return Err(Error::PlainHttp { host: authority(&self.inner.api) });
        }
        Ok(())
    }

    /// That the wiki does not know the session, and why as far as the cookies tell.
    pub(crate) fn cookies_lost(&self) -> Error {
        Error::CookiesNotKept { why: self.state().jar.why_lost() }
    }
}

impl State {
    /// Forgets who is in, and everything of the session.
    pub(crate) fn leave(&mut self) {
        self.jar.clear();
        self.user = None;
        self.bot = None;
        self.begin_session();
    }

    /// What belongs to the session before is of no use any more.
    pub(crate) fn begin_session(&mut self) {
        self.tokens.clear();
        self.session += 1;
    }
}

/// The comment of a file that says where the API is.
pub(crate) const API: &str = "api";
/// The comment of a file that says who is in.
pub(crate) const USER: &str = "user";
