//! The demo's page: what there is to try, and how.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, header};
use daemun_action_api::{Site, skin};
use daemun_auth::Environment;
use daemun_messages::{Language, Message, escape_html, plaintext};

use super::accounts::Made;
use super::flows;

/// See the module.
pub(super) struct Page {
    site: Arc<Site>,
    environment: Environment,
    made: Made,
}

impl Page {
    pub(super) fn new(site: Arc<Site>, environment: Environment, made: Made) -> Self {
        Self { site, environment, made }
    }

    /// The page, if it is what was asked for: at `/`, and with `?uselang=ko` in Korean.
    pub(super) fn answer<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
        if request.uri().path() != "/" {
            return None;
        }
        let query = request.uri().query().unwrap_or_default();
        let asked = query.split('&').find_map(|pair| pair.strip_prefix("uselang="));
        let language = asked.and_then(Language::sanitise).unwrap_or(Language::EN);
        let content = self.content(&language);
        let title = Message::new("daemun-demo-title");
        let html = skin::page("Demo", &title, &content, &self.site, &language);
        let mut response = Response::new(Body::from(html));
        let headers = [
            (header::CONTENT_TYPE, "text/html; charset=UTF-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, skin::CONTENT_SECURITY_POLICY.as_str()),
        ];
        for (name, value) in headers {
            if let Ok(value) = value.parse() {
                response.headers_mut().insert(name, value);
            }
        }
        Some(response)
    }

    fn content(&self, language: &Language) -> String {
        let say = |key: &'static str| escape_html(&plaintext(&Message::new(key), language));
        let api = self.site.api_url();
        let mut html = format!(
            "<p>{}</p><p><a href=\"/\">English</a> · <a href=\"/?uselang=ko\">한국어</a></p>\
             <p>API: <code>{}</code></p><pre>{}</pre>",
            say("daemun-demo-intro"),
            escape_html(&api),
            escape_html(&flows::prelude(&api))
        );
        for flow in flows::all(&self.made, self.environment.clock.now()) {
            let fields: String = flow
                .with
                .iter()
                .chain(&flow.secrets)
                .map(|(field, value)| {
                    format!("<li><code>{field}={}</code></li>", escape_html(value))
                })
                .collect();
            html.push_str(&format!(
                "<h2 id=\"{0}\">{0} → {1}</h2><p>{2}</p><ul>{fields}</ul><pre>{3}</pre>",
                flow.name(),
                flow.ends,
                say(flow.about),
                escape_html(&flow.commands)
            ));
        }
        html
    }
}
