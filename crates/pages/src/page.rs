//! A visit to a page: who comes, in which language, and the answer.

use axum::http::header::{self, HeaderValue};
use daemun_action_api::http::{
    Answer, Api, HTML, Headers, NOSNIFF, REQUEST_ID, Request, header_of,
};
use daemun_auth::session::{RequestOrigin, Session, TokenType};
use daemun_auth::{AuthError, AuthManager};
use daemun_mediawiki::cookie::CookieJar;
use daemun_messages::{Language, Message, Param};
use percent_encoding::percent_decode_str;

use crate::frame::Frame;
use crate::notice::{Kind, Notice};
use crate::policy::{Needs, policy};
use crate::titles;
use crate::view::{Addresses, View, render};

/// Somebody who asks for a page.
pub(crate) struct Visit<'a> {
    pub(crate) api: &'a Api,
    pub(crate) request: &'a Request,
    pub(crate) session: Session,
    /// Texts in the visitor's language, and links.
    pub(crate) addresses: Addresses,
    /// The title that was asked for.
    pub(crate) title: String,
}

/// Who may keep a copy of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caching {
    /// Nobody.
    Never,
    /// The browser, if it asks again each time.
    Private,
}

impl Caching {
    /// The value of `Cache-Control`.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Never => "no-cache, no-store, max-age=0, must-revalidate",
            Self::Private => "private, must-revalidate, max-age=0",
        }
    }
}

impl<'a> Visit<'a> {
    /// Finds out who it is and in which language they read.
    pub(crate) async fn begin(
        api: &'a Api,
        request: &'a Request,
        title: String,
    ) -> Result<Self, AuthError> {
        let cookies = CookieJar::parse(&request.cookies());
        let (address, secure) = (request.address, request.secure);
        let agent = request.header("user-agent").unwrap_or_default();
        let origin = RequestOrigin { cookies: &cookies, address, secure, agent };
        let session = api.manager.browser_session(origin).await?;
        request.found(&session);
        let asked = request.params.text("uselang").filter(|code| code != "user");
        let asked = asked.as_deref().and_then(Language::sanitise);
        let preferred = session.user().account().and_then(|account| account.language.as_deref());
        let language = asked.clone().or_else(|| preferred.and_then(Language::sanitise));
        let language = language.unwrap_or_else(|| api.site.language.clone());
        let addresses = Addresses::of(&api.site, language, asked);
        Ok(Self { api, request, session, addresses, title })
    }

    pub(crate) fn manager(&self) -> &'a AuthManager {
        &self.api.manager
    }

    /// A parameter that was posted, or is in the address.
    pub(crate) fn param(&self, name: &str) -> Option<String> {
        self.request.params.text(name)
    }

    /// Whether something was posted.
    pub(crate) fn is_posted(&self) -> bool {
        self.request.method == axum::http::Method::POST
    }

    /// Notes in the server's log what somebody did to their account.
    pub(crate) fn note(&self, what: &str) {
        let (user, address) = (self.session.user().name(), self.request.address);
        tracing::info!(target: "daemun::account", user, %address, request = %self.request.id, "{what}");
    }

    /// The language that the visitor reads.
    pub(crate) fn language(&self) -> &Language {
        &self.addresses.language
    }

    /// Why nothing can be changed at present, if so.
    pub(crate) fn read_only(&self) -> Option<Message> {
        let reason = self.manager().environment().settings.read_only.clone()?;
        Some(Message::new("readonlytext").with(Param::plaintext(reason)))
    }

    /// Whether the token of this kind in a field of the form is right. One in the address, where
    /// it gets into logs, is not.
    pub(crate) async fn accepts(&mut self, kind: TokenType, name: &str) -> Result<bool, AuthError> {
        let sent = self.param(name).filter(|_| !self.request.params.in_query(name));
        let given = sent.unwrap_or_default();
        let key = self.manager().sessions().token_key(&mut self.session, kind).await?;
        Ok(key.accepts(kind.salt(), &given))
    }

    /// A token for a form.
    pub(crate) async fn token(&mut self, kind: TokenType) -> Result<String, AuthError> {
        let key = self.manager().sessions().token_key(&mut self.session, kind).await?;
        Ok(key.make(kind.salt(), self.manager().environment().clock.now()))
    }

    /// The title to go to after this, sent as `returnto`.
    pub(crate) fn return_title(&self) -> Option<String> {
        let title = self.param("returnto")?;
        (!title.trim().is_empty() && title.len() <= titles::LONGEST).then_some(title)
    }

    /// What follows that title in its address, sent as `returntoquery`.
    pub(crate) fn return_query(&self) -> String {
        let query = self.param("returntoquery").unwrap_or_default();
        if query.len() <= titles::LONGEST { query } else { String::new() }
    }

    /// Where to go after this: a title and a query, and the address begins with the wiki's own
    /// host, so nobody is led away from it.
    pub(crate) fn return_url(&self) -> String {
        let site = &self.api.site;
        let title = self.return_title().filter(|title| !titles::known(title).signs_in_or_out());
        let title = title.unwrap_or_else(|| site.main_page.clone());
        let query = self.return_query();
        // What would be another title, or no part of a query, counts for nothing.
        let mut pairs: Vec<_> = url_pairs(&query).filter(|(name, _)| name != "title").collect();
        // Whoever chose a language goes on in it.
        if let Some(code) = self.addresses.uselang()
            && pairs.iter().all(|(name, _)| name != "uselang")
        {
            pairs.push(("uselang".to_owned(), code.to_owned()));
        }
        if pairs.is_empty() {
            return format!("{}{}", site.server, site.links().url(&title));
        }
        let rest: String = pairs
            .iter()
            .map(|(name, value)| format!("&{}={}", titles::encoded(name), titles::encoded(value)))
            .collect();
        let title = titles::encoded(&title.replace(' ', "_"));
        format!("{}{}?title={title}{rest}", site.server, site.script_url("index.php"))
    }

    /// Speaks the language that an address of this wiki asks for, where the request asks for none:
    /// somebody who was away comes back to it.
    pub(crate) fn speaks_as(&mut self, address: &str) {
        let query = address.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let asked = url_pairs(query).find(|(name, _)| name == "uselang");
        let asked = asked.and_then(|(_, code)| Language::sanitise(&code));
        if let (Some(language), None) = (asked, self.param("uselang")) {
            self.addresses = Addresses::of(&self.api.site, language.clone(), Some(language));
        }
    }

    /// Sends a stranger to sign in first, and then back here.
    pub(crate) fn sign_in_first(self) -> Answer {
        self.by_way_of_sign_in(&[("warning", "exception-nologin-text")])
    }

    /// Sends somebody who has been in for long to prove who they are, and then back here. The
    /// operation is what `amisecuritysensitiveoperation` calls it.
    pub(crate) fn prove_first(self, operation: &str) -> Answer {
        self.by_way_of_sign_in(&[("force", operation)])
    }

    fn by_way_of_sign_in(self, why: &[(&str, &str)]) -> Answer {
        let query = self.request.address_with("uselang", "").unwrap_or_default();
        let query: Vec<&str> = query
            .split('&')
            .filter(|pair| !pair.starts_with("title=") && !pair.starts_with("uselang="))
            .collect();
        let query = query.join("&");
        let mut all = vec![("returnto", self.title.as_str()), ("returntoquery", query.as_str())];
        all.extend(why);
        let target = self.addresses.page("Special:UserLogin", &all);
        let target = format!("{}{target}", self.api.site.server);
        self.redirect(&target)
    }

    /// A page that shows this.
    pub(crate) fn show<V: View>(mut self, view: &V, caching: Caching) -> Answer {
        let answer = show(self.request, &self.addresses, &Frame::of_visit(&self), view, caching);
        Answer { cookies: self.cookies(), ..answer }
    }

    /// Something that is no page, of this `Content-Type`; its body comes later.
    pub(crate) fn file(mut self, kind: &'static str, caching: Caching) -> Answer {
        let mut headers = headers(self.request, caching);
        headers.push((header::CONTENT_TYPE, HeaderValue::from_static(kind)));
        let policy = policy(Needs::default(), false);
        headers.extend(header_of(header::CONTENT_SECURITY_POLICY, policy));
        Answer { status: 200, headers, cookies: self.cookies(), body: String::new() }
    }

    /// Sends the browser to an address, which must be whole.
    pub(crate) fn redirect(mut self, target: &str) -> Answer {
        let mut headers = headers(self.request, Caching::Private);
        headers.extend(header_of(header::LOCATION, target));
        headers.push(HTML);
        Answer { status: 302, headers, cookies: self.cookies(), body: String::new() }
    }

    fn cookies(&mut self) -> Vec<String> {
        self.session.take_cookies()
    }
}

/// The names and values of a query, decoded.
fn url_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}

/// What every answer of a page begins with.
fn headers(request: &Request, caching: Caching) -> Headers {
    let mut headers = Headers::new();
    headers.extend(header_of(REQUEST_ID, &request.id));
    headers.push(NOSNIFF);
    headers.extend([
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie")),
        (header::EXPIRES, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT")),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching.header())),
    ]);
    headers
}

fn show<V: View>(
    request: &Request,
    addresses: &Addresses,
    frame: &Frame<'_>,
    view: &V,
    caching: Caching,
) -> Answer {
    let mut headers = headers(request, caching);
    let policy = policy(view.needs(), !V::SCRIPTS.is_empty());
    headers.extend(header_of(header::CONTENT_SECURITY_POLICY, policy));
    headers.push(HTML);
    match render(addresses, frame, view) {
        Ok(body) => Answer { status: 200, headers, cookies: Vec::new(), body },
        Err(error) => {
            let causes = daemun_action_api::error::causes(&error);
            tracing::error!(error = causes, request = %request.id, "a page could not be shown");
            let text = addresses.html(&Message::new("daemun-page-failed"));
            let body = format!("<!DOCTYPE html>\n<title>{text}</title>\n<p>{text}</p>\n");
            Answer { status: 500, headers, cookies: Vec::new(), body }
        }
    }
}

/// Something below failed.
pub(crate) fn failed(api: &Api, request: &Request, error: &AuthError) -> Answer {
    if matches!(error, AuthError::Store(_)) {
        request.failed_below();
    }
    let causes = daemun_action_api::error::causes(error);
    tracing::error!(error = causes, request = %request.id, "a page could not be made");
    // Who it is may not be known: what was asked for counts, and else the site's language.
    let asked = request.params.text("uselang").as_deref().and_then(Language::sanitise);
    let language = asked.clone().unwrap_or_else(|| api.site.language.clone());
    let addresses = Addresses::of(&api.site, language, asked);
    let notice = failure("daemun-error-store").code(&request.id);
    let frame = Frame::of(&api.site, &addresses);
    Answer { status: 500, ..show(request, &addresses, &frame, &notice, Caching::Never) }
}

/// What is for readers of a private wiki alone.
pub(crate) fn not_to_be_read(visit: Visit<'_>, name: &'static str, title: Message) -> Answer {
    if !visit.session.user().is_registered() {
        return visit.sign_in_first();
    }
    let notice = Notice::new(name, title, Kind::Error, Message::new("badaccess-group0"));
    Answer { status: 403, ..visit.show(&notice, Caching::Never) }
}

/// More was sent than is read.
pub(crate) fn too_large(visit: Visit<'_>) -> Answer {
    let notice = failure("apierror-http-contenttoolarge");
    Answer { status: 413, ..visit.show(&notice, Caching::Never) }
}

/// There is too much to do at present.
pub(crate) fn busy(visit: Visit<'_>) -> Answer {
    let answer = visit.show(&failure("apierror-ratelimited"), Caching::Never);
    let mut answer = Answer { status: 503, ..answer };
    let seconds = daemun_action_api::error::RETRY_AFTER.into();
    answer.headers.push((header::RETRY_AFTER, seconds));
    answer
}

fn failure(key: &'static str) -> Notice {
    let title = Message::new("daemun-page-failed");
    Notice::new("Badtitle", title, Kind::Error, Message::new(key))
}
