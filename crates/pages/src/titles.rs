//! From an address to a title, and from a title to a page.

use daemun_action_api::Site;
use daemun_mediawiki::title::SpecialPages;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::credentials::Purpose;

/// What a title names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Title {
    UserLogin,
    UserLogout,
    /// Where OpenID providers send people back to, and what stands behind it.
    OpenIdReturn(Option<String>),
    CreateAccount,
    /// What belongs to a captcha: `image` or `text`.
    Captcha(String),
    /// The page that confirms an address, with the token behind its name.
    ConfirmEmail(String),
    /// Bot passwords, with the application behind the name.
    BotPasswords(Option<String>),
    AccountSecurity,
    /// One of the pages for credentials, with the id of a request behind its name.
    Credentials(Purpose, Option<String>),
    LinkAccounts,
    PasswordReset,
    ChangeEmail,
    /// An older page, which leads to the one for credentials.
    ChangePassword,
    Preferences,
    /// The help of a module, by its path.
    ApiHelp(String),
    ApiSandbox,
    /// The accounts, and a group or name to begin with.
    ListUsers(String),
    /// The log, and a type or name to narrow it to.
    Log(String),
    Other,
}

impl Title {
    /// Whether it is a page to which nobody is led back after signing in.
    pub(crate) fn signs_in_or_out(&self) -> bool {
        matches!(self, Self::UserLogin | Self::UserLogout | Self::CreateAccount)
    }
}

/// The title in an address: `None` where no page can be there, `Some(None)` where the title must
/// be a parameter.
pub(crate) fn of_path(site: &Site, path: &str) -> Option<Option<String>> {
    if path == site.script_url("index.php") {
        return Some(None);
    }
    let (before, after) = site.article_path.split_once("$1")?;
    // With a query in the article path the script is all there is.
    let encoded = path.strip_prefix(before).filter(|_| !before.contains('?'))?;
    let encoded = encoded.strip_suffix(after)?;
    let title = percent_decode_str(encoded).decode_utf8_lossy().into_owned();
    Some(Some(title).filter(|title| !title.is_empty()))
}

/// Longest title that counts, in bytes; MediaWiki's limit for special pages.
pub(crate) const LONGEST: usize = 512;

/// What OATHAuth's page is called, without blanks.
const SECURITY: [&str; 7] = [
    "accountsecurity",
    "oathmanage",
    "managetwo-factorauthentication",
    "oath",
    "oathauth",
    "계정보안",
    "2단계인증관리",
];

/// What a title names. Titles of special pages are read without regard to case, in English or
/// Korean.
pub(crate) fn known(title: &str) -> Title {
    let title = title.replace('_', " ");
    if title.len() > LONGEST {
        return Title::Other;
    }
    let Some((namespace, name)) = title.split_once(':') else { return Title::Other };
    if !matches!(namespace.trim().to_lowercase().as_str(), "special" | "특수") {
        return Title::Other;
    }
    // Pages of extensions, so the table of MediaWiki's own does not have them.
    let (first, rest) = name.trim().split_once('/').unwrap_or((name.trim(), ""));
    if matches!(first.to_lowercase().as_str(), "captcha" | "캡차") {
        return Title::Captcha(rest.to_lowercase());
    }
    if first.eq_ignore_ascii_case("OpenIDConnectReturn") {
        return Title::OpenIdReturn(Some(rest.to_owned()).filter(|rest| !rest.is_empty()));
    }
    if SECURITY.contains(&first.to_lowercase().replace(' ', "").as_str()) {
        return Title::AccountSecurity;
    }
    let Some((page, rest)) = SpecialPages::of("ko").find(name.trim()) else { return Title::Other };
    match page.real_name {
        "Userlogin" if rest == Some("signup") => Title::CreateAccount,
        "Userlogin" => Title::UserLogin,
        "Userlogout" => Title::UserLogout,
        "CreateAccount" => Title::CreateAccount,
        "Confirmemail" => Title::ConfirmEmail(rest.unwrap_or_default().to_owned()),
        "BotPasswords" => Title::BotPasswords(rest.map(str::to_owned)),
        "ChangeCredentials" => Title::Credentials(Purpose::Change, behind(rest)),
        "RemoveCredentials" => Title::Credentials(Purpose::Remove, behind(rest)),
        "UnlinkAccounts" => Title::Credentials(Purpose::Unlink, behind(rest)),
        "LinkAccounts" => Title::LinkAccounts,
        "PasswordReset" => Title::PasswordReset,
        "ChangeEmail" => Title::ChangeEmail,
        "ChangePassword" => Title::ChangePassword,
        "Preferences" => Title::Preferences,
        "ApiHelp" => Title::ApiHelp(rest.unwrap_or("main").to_owned()),
        "ApiSandbox" => Title::ApiSandbox,
        "Listusers" => Title::ListUsers(rest.unwrap_or_default().to_owned()),
        "Log" => Title::Log(rest.unwrap_or_default().to_owned()),
        _ => Title::Other,
    }
}

/// What stands behind a page's name, if anything does.
fn behind(rest: Option<&str>) -> Option<String> {
    rest.map(str::trim).filter(|rest| !rest.is_empty()).map(str::to_owned)
}

/// What a value in a query keeps as it is.
const PLAIN: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':').remove(b'/');

/// A value as it stands in a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_stands_in_the_path_or_in_the_query() {
        let site = Site::at("http://localhost", "wiki");
        assert_eq!(of_path(&site, "/w/index.php"), Some(None));
        assert_eq!(of_path(&site, "/wiki/A%20b"), Some(Some("A b".to_owned())));
        assert_eq!(of_path(&site, "/wiki/%ED%8A%B9%EC%88%98:x").flatten().unwrap(), "특수:x");
        assert_eq!(of_path(&site, "/wiki/%"), Some(Some("%".to_owned())));
        assert_eq!(of_path(&site, "/other"), None);
    }

    #[test]
    fn special_pages_are_known_in_both_languages_and_any_case() {
        for title in ["Special:UserLogin", "special:userlogin", "특수:로그인", "Special:Login"]
        {
            assert_eq!(known(title), Title::UserLogin, "{title}");
        }
        assert_eq!(known("Special:ApiHelp/query+tokens"), Title::ApiHelp("query+tokens".into()));
        assert_eq!(known("특수:Api연습장"), Title::ApiSandbox);
        assert_eq!(known("Special:Captcha/image"), Title::Captcha("image".into()));
        assert_eq!(known("특수:캡차/text"), Title::Captcha("text".into()));
        assert_eq!(known("특수:이메일확인/ab12"), Title::ConfirmEmail("ab12".into()));
        assert_eq!(known("특수:사용자목록/sysop"), Title::ListUsers("sysop".into()));
        assert_eq!(known("Special:Log"), Title::Log(String::new()));
        for title in ["Special:AccountSecurity", "special:OATHManage", "특수:계정_보안"] {
            assert_eq!(known(title), Title::AccountSecurity, "{title}");
        }
        assert_eq!(known("Special:BotPasswords"), Title::BotPasswords(None));
        assert_eq!(known("특수:봇비밀번호/tool"), Title::BotPasswords(Some("tool".to_owned())));
        let password = "MediaWiki\\Auth\\PasswordAuthenticationRequest";
        let change = Title::Credentials(Purpose::Change, Some(password.to_owned()));
        assert_eq!(known(&format!("Special:ChangeCredentials/{password}")), change);
        assert_eq!(known("특수:계정연결해제/"), Title::Credentials(Purpose::Unlink, None));
        assert_eq!(known("특수:비밀번호재설정"), Title::PasswordReset);
        assert_eq!(known("Main Page"), Title::Other);
        assert_eq!(known("Special:OpenIDConnectReturn"), Title::OpenIdReturn(None));
        let named = Title::OpenIdReturn(Some("a-B".to_owned()));
        assert_eq!(known("특수:openidconnectreturn/a-B"), named);
    }
}
