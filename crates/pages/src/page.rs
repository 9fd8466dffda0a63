//! A visit to a page: who comes, in which language, and the answer.

use axum::http::header::{self, HeaderValue};
use daemun_action_api::http::{
    Answer, Api, HTML, Headers, NOSNIFF, REQUEST_ID, Request, header_of,
};
use daemun_action_api::skin;
use daemun_auth::session::{RequestOrigin, Session, TokenType};
use daemun_auth::{AuthError, AuthManager};
use daemun_mediawiki::cookie::CookieJar;
use daemun_messages::{HtmlLinks, Language, Message, escape_html};

use crate::titles;
use crate::widget::Widget;

/// Somebody who asks for a page.
pub(crate) struct Visit<'a> {
    pub(crate) api: &'a Api,
    pub(crate) request: &'a Request,
    pub(crate) session: Session,
    pub(crate) language: Language,
    /// A service's widget that the page shows.
    pub(crate) widget: Option<&'static Widget>,
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
    pub(crate) async fn begin(api: &'a Api, request: &'a Request) -> Result<Self, AuthError> {
        let cookies = CookieJar::parse(&request.cookies());
        let (address, secure) = (request.address, request.secure);
        let agent = request.header("user-agent").unwrap_or_default();
        let origin = RequestOrigin { cookies: &cookies, address, secure, agent };
        let session = api.manager.browser_session(origin).await?;
        request.found(&session);
        let asked = request.params.text("uselang");
        let preferred = session.user().account().and_then(|account| account.language.as_deref());
        let language = asked.as_deref().filter(|code| *code != "user").or(preferred);
        let language = language.and_then(Language::sanitise);
        let language = language.unwrap_or_else(|| api.site.language.clone());
        Ok(Self { api, request, session, language, widget: None })
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

    fn links(&self) -> HtmlLinks {
        self.api.site.links()
    }

    /// A text of the page.
    pub(crate) fn html(&self, message: &Message) -> String {
        daemun_messages::html(message, &self.language, &self.links())
    }

    /// A text without markup, for an attribute.
    pub(crate) fn attribute(&self, message: &Message) -> String {
        escape_html(&daemun_messages::plaintext(message, &self.language))
    }

    /// The address of a page, always on this wiki.
    pub(crate) fn url(&self, title: &str) -> String {
        self.links().url(title)
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

    /// The title to go to after this.
    pub(crate) fn return_title(&self) -> Option<String> {
        let title = self.param("returnto")?;
        (!title.trim().is_empty() && title.len() <= titles::LONGEST).then_some(title)
    }

    /// Where to go after this: a title, and the address begins with the wiki's own host, so nobody
    /// is led away from it.
    pub(crate) fn return_url(&self) -> String {
        let title = self.return_title().unwrap_or_else(|| self.api.site.main_page.clone());
        format!("{}{}", self.api.site.server, self.url(&title))
    }

    /// A finished page.
    pub(crate) fn page(
        mut self,
        name: &str,
        title: &Message,
        content: &str,
        caching: Caching,
    ) -> Answer {
        let body = skin::page(name, title, content, &self.api.site, &self.language);
        let mut answer = page(self.request, 200, body, caching);
        if let Some(widget) = self.widget {
            let policy = format!("{}{}", skin::form_policy(), widget.policy());
            answer.headers.retain(|(name, _)| name != header::CONTENT_SECURITY_POLICY);
            answer.headers.extend(header_of(header::CONTENT_SECURITY_POLICY, policy));
        }
        Answer { cookies: self.cookies(), ..answer }
    }

    /// Something that is no page, of this `Content-Type`; its body comes later.
    pub(crate) fn file(mut self, kind: &'static str, caching: Caching) -> Answer {
        let mut answer = page(self.request, 200, String::new(), caching);
        answer.headers.retain(|(name, _)| name != header::CONTENT_TYPE);
        answer.headers.push((header::CONTENT_TYPE, HeaderValue::from_static(kind)));
        Answer { cookies: self.cookies(), ..answer }
    }

    /// Sends the browser somewhere else.
    pub(crate) fn redirect(mut self, target: &str) -> Answer {
        let cookies = self.cookies();
        let mut answer = page(self.request, 302, String::new(), Caching::Private);
        answer.headers.extend(header_of(header::LOCATION, target));
        Answer { cookies, ..answer }
    }

    fn cookies(&mut self) -> Vec<String> {
        self.session.take_cookies()
    }
}

fn page(request: &Request, status: u16, body: String, caching: Caching) -> Answer {
    let mut headers = Headers::new();
    headers.extend(header_of(REQUEST_ID, &request.id));
    headers.push(NOSNIFF);
    headers.extend(header_of(header::CONTENT_SECURITY_POLICY, skin::form_policy()));
    headers.extend([
        (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
        (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
        (header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie")),
        (header::EXPIRES, HeaderValue::from_static("Thu, 01 Jan 1970 00:00:00 GMT")),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching.header())),
        HTML,
    ]);
    Answer { status, headers, cookies: Vec::new(), body }
}

/// What is at a title that names no page of ours.
pub(crate) fn nothing_here(visit: Visit<'_>, title: &str) -> Answer {
    let settings = &visit.manager().environment().settings;
    let now = visit.manager().environment().clock.now();
    let sign_in = format!(
        "{}?title=Special:UserLogin&returnto={}",
        visit.api.site.script_url("index.php"),
        titles::encoded(title)
    );
    if !visit.session.user().is_allowed("read", &settings.rights, now) {
        let text = visit.html(&Message::new("daemun-page-sign-in-to-read"));
        let label = visit.html(&Message::new("login"));
        let content =
            format!("<p>{text}</p><p><a href=\"{}\">{label}</a></p>", escape_html(&sign_in));
        return visit.page("Badtitle", &Message::new("loginreqtitle"), &content, Caching::Never);
    }
    let is_main = title.replace('_', " ") == visit.api.site.main_page;
    let key = if is_main { "daemun-page-main" } else { "daemun-page-none" };
    let text = visit.html(&Message::new(key).with(visit.api.site.api_url()));
    let label = visit.html(&Message::new("login"));
    let content = format!("<p>{text}</p><p><a href=\"{}\">{label}</a></p>", escape_html(&sign_in));
    let heading = Message::new("rawmessage")
        .with(daemun_messages::Param::plaintext(visit.api.site.name.clone()));
    let answer = visit.page("Badtitle", &heading, &content, Caching::Private);
    Answer { status: if is_main { 200 } else { 404 }, ..answer }
}

/// Something below failed.
pub(crate) fn failed(api: &Api, request: &Request, error: &AuthError) -> Answer {
    if matches!(error, AuthError::Store(_)) {
        request.failed_below();
    }
    let causes = daemun_action_api::error::causes(error);
    tracing::error!(error = causes, request = %request.id, "a page could not be made");
    let text = Message::new("daemun-error-store");
    // Who it is may not be known: what was asked for counts, and else the site's language.
    let asked = request.params.text("uselang").as_deref().and_then(Language::sanitise);
    let language = &asked.unwrap_or_else(|| api.site.language.clone());
    let content = daemun_messages::html(&text, language, &api.site.links());
    let title = Message::new("daemun-page-failed");
    let content = format!("<p>{content}</p><p><code>{}</code></p>", request.id);
    let body = skin::page("Badtitle", &title, &content, &api.site, language);
    page(request, 500, body, Caching::Never)
}

/// More was sent than is read.
pub(crate) fn too_large(visit: Visit<'_>) -> Answer {
    let text = visit.html(&Message::new("apierror-http-contenttoolarge"));
    let title = Message::new("daemun-page-failed");
    let answer = visit.page("Badtitle", &title, &format!("<p>{text}</p>"), Caching::Never);
    Answer { status: 413, ..answer }
}

/// There is too much to do at present.
pub(crate) fn busy(visit: Visit<'_>) -> Answer {
    let text = visit.html(&Message::new("apierror-ratelimited"));
    let title = Message::new("daemun-page-failed");
    let answer = visit.page("Badtitle", &title, &format!("<p>{text}</p>"), Caching::Never);
    let mut answer = Answer { status: 503, ..answer };
    let seconds = daemun_action_api::error::RETRY_AFTER.into();
    answer.headers.push((header::RETRY_AFTER, seconds));
    answer
}
