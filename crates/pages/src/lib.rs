//! Pages for people, at MediaWiki's addresses: signing in and out in a browser.

mod account_security;
mod api_help;
mod assets;
mod backchannel_logout;
mod bot_passwords;
mod captcha;
mod change_email;
mod confirm_email;
mod create_account;
mod credentials;
mod form;
mod frame;
mod linking;
mod list_users;
mod log;
mod login;
mod logout;
mod not_found;
mod notice;
mod openid_return;
mod page;
mod pager;
mod password_reset;
mod policy;
mod reauthentication;
mod sandbox;
mod titles;
mod view;
mod well_known;
mod widget;

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{Request as HttpRequest, Response};
use daemun_action_api::Record;
use daemun_action_api::http::{self, Api};
use daemun_auth::providers::password;
use daemun_mediawiki::ip;

use page::Visit;
use titles::Title;

/// Answers a request for a page, or gives it back where the address is none of a page.
///
/// # Errors
/// The request, untouched.
pub async fn answer(
    api: &Api,
    request: HttpRequest<Body>,
    peer: IpAddr,
) -> Result<(Response<Body>, Record), HttpRequest<Body>> {
    let path = request.uri().path().to_owned();
    if path == api.site.script_url(backchannel_logout::PATH) {
        let request = api.read(request, peer).await;
        let answer = backchannel_logout::answer(api, &request).await;
        return Ok((http::response(answer), request.into_record()));
    }
    let plain = assets::answer(&api.site, &path).or_else(|| well_known::answer(&api.site, &path));
    if let Some(response) = plain {
        let (address, _) = http::origin(&api.site, request.headers(), ip::unmap(peer));
        return Ok((response, Record::of(address)));
    }
    let Some(from_path) = titles::of_path(&api.site, &path) else { return Err(request) };
    let request = api.read(request, peer).await;
    // As in MediaWiki a title in the path comes before one that is sent.
    let sent = || request.params.text("title").filter(|title| !title.is_empty());
    let title = from_path.or_else(sent).unwrap_or_else(|| api.site.main_page.clone());
    let mut bytes = None;
    let answer = match Visit::begin(api, &request, title.clone()).await {
        Ok(visit) if request.too_large => page::too_large(visit),
        Ok(visit) => match titles::known(&title) {
            Title::UserLogin => login::answer(visit).await,
            Title::UserLogout => logout::answer(visit).await,
            Title::OpenIdReturn(path) => openid_return::answer(visit, path.as_deref()).await,
            Title::CreateAccount => create_account::answer(visit).await,
            Title::Captcha(part) => {
                let (answer, body) = captcha::answer(visit, &part).await;
                bytes = body;
                answer
            }
            Title::BotPasswords(app) => bot_passwords::answer(visit, app).await,
            Title::AccountSecurity => account_security::answer(visit).await,
            Title::ConfirmEmail(token) => confirm_email::answer(visit, &token).await,
            Title::ApiHelp(module) => api_help::answer(visit, &module),
            Title::ApiSandbox => sandbox::answer(visit).await,
            Title::ListUsers(rest) => list_users::answer(visit, &rest).await,
            Title::Log(rest) => log::answer(visit, &rest).await,
            Title::Credentials(purpose, id) => {
                credentials::answer(visit, purpose, id.as_deref()).await
            }
            Title::LinkAccounts => linking::answer(visit).await,
            Title::PasswordReset => password_reset::answer(visit).await,
            Title::ChangeEmail => change_email::answer(visit).await,
            Title::ChangePassword => credentials::redirect(visit, Some(password::ID)),
            Title::Preferences => credentials::redirect(visit, None),
            Title::Other => not_found::answer(visit),
        },
        Err(error) => page::failed(api, &request, &error),
    };
    let mut response = http::response(answer);
    if let Some(bytes) = bytes {
        *response.body_mut() = Body::from(bytes);
    }
    Ok((response, request.into_record()))
}
