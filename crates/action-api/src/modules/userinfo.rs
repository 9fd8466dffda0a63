//! `meta=userinfo`: who one is, and what that means.

mod limits;

use daemun_store::Block;

use super::{account_creation, block_info, central_ids, default_options};
use crate::call::Call;
use crate::error::Failure;
use crate::module::{Group, Module, Running};
use crate::params::Param;
use crate::value::{Kind, Object, Value, list};

const PROPS: &[&str] = &[
    "acceptlang",
    "blockinfo",
    "cancreateaccount",
    "centralids",
    "changeablegroups",
    "editcount",
    "email",
    "groupmemberships",
    "groups",
    "hasmsg",
    "implicitgroups",
    "latestcontrib",
    "options",
    "ratelimits",
    "realname",
    "registrationdate",
    "rights",
    "theoreticalratelimits",
    "unreadcount",
];

pub(super) static MODULE: Module = Module {
    prefix: "ui",
    params: &[Param::one_of("prop", PROPS).multi_or_all(), Param::text("attachedwiki")],
    examples: &[
        ("action=query&meta=userinfo", "apihelp-query+userinfo-example-simple"),
        (
            "action=query&meta=userinfo&uiprop=blockinfo|groups|rights|hasmsg",
            "apihelp-query+userinfo-example-data",
        ),
    ],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Userinfo"],
    ..Module::new(Group::Meta, "userinfo", "MediaWiki\\Api\\ApiQueryUserInfo", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let info = describe(call).await?;
        call.output.set_in("query", "userinfo", info);
        Ok(())
    })
}

async fn describe(call: &Call<'_>) -> Result<Object, Failure> {
    let wants = |prop: &str| call.values.has("prop", prop);
    let user = call.session.user();
    let environment = call.manager().environment();
    let (rights, now) = (&environment.settings.rights, call.now());
    let mut info = Object::new().with("id", user.id()).with("name", user.name());
    if !user.is_registered() {
        info.set("anon", true);
    } else if user.account().is_some_and(|account| account.is_temp) {
        info.set("temp", true);
    }
    let needs_block = wants("blockinfo") || wants("cancreateaccount");
    let blocks = if needs_block {
        daemun_auth::blocks_of(call.manager().environment(), user).await?
    } else {
        Vec::new()
    };
    if wants("blockinfo") {
        info.members.extend(block_info::describe(&blocks, call).members);
    }
    if wants("hasmsg") {
        info.set("messages", false);
    }
    if wants("groups") {
        info.set("groups", list("g", user.groups(rights, now)));
    }
    if wants("groupmemberships") {
        let account = call.session.user().account();
        info.set("groupmemberships", super::users::memberships(account));
    }
    if wants("implicitgroups") {
        info.set("implicitgroups", list("g", user.implicit_groups(rights, now)));
    }
    if wants("rights") {
        info.set("rights", list("r", user.rights(rights, now)));
    }
    if wants("changeablegroups") {
        info.set("changeablegroups", changeable_groups(call));
    }
    if wants("options") {
        info.set("options", options(call).await?);
    }
    if wants("editcount") {
        let count = user.account().and_then(|account| account.edit_count).unwrap_or(0);
        info.set("editcount", count);
    }
    let limits = || limits::of(user, call.is_allowed("autoconfirmed"));
    if wants("ratelimits") {
        let free = call.is_allowed("noratelimit");
        info.set("ratelimits", if free { Object::new() } else { limits() });
    }
    if wants("theoreticalratelimits") {
        info.set("theoreticalratelimits", limits());
    }
    let account = user.account();
    if wants("realname") {
        info.set("realname", account.map(|a| a.real_name.clone()).unwrap_or_default());
    }
    if wants("email") && call.is_allowed("viewmyprivateinfo") {
        info.set("email", account.map(|a| a.email.clone()).unwrap_or_default());
        if let Some(at) = account.and_then(|account| account.email_authenticated) {
            info.set("emailauthenticated", at.to_iso());
        }
    }
    if wants("registrationdate")
        && let Some(at) = user.account().and_then(|account| account.registration)
    {
        info.set("registrationdate", at.to_iso());
    }
    if wants("acceptlang") {
        info.set("acceptlang", accepted_languages(call.request.header("accept-language")));
    }
    if wants("unreadcount") {
        info.set("unreadcount", 0);
    }
    if wants("centralids") {
        info.members.extend(central_ids::describe(user.id(), call).members);
    }
    if wants("cancreateaccount") {
        may_create_account(&mut info, &blocks, call);
    }
    Ok(info)
}

/// Who has the right `userrights` may change every group.
fn changeable_groups(call: &Call<'_>) -> Object {
    let rights = &call.manager().environment().settings.rights;
    let all: Vec<String> = if call.is_allowed("userrights") {
        rights.explicit_groups().map(str::to_owned).collect()
    } else {
        Vec::new()
    };
    let none = || list("group", Vec::<String>::new());
    Object::new()
        .with("add", list("group", all.clone()))
        .with("remove", list("group", all))
        .with("add-self", none())
        .with("remove-self", none())
}

async fn options(call: &Call<'_>) -> Result<Object, Failure> {
    let mut options = default_options::all(&call.api.site);
    let user = call.session.user();
    if user.is_registered() {
        for (name, value) in call.manager().environment().store.accounts.options(user.id()).await? {
            options.set(name, value);
        }
    }
    Ok(options.kind(Kind::Object))
}

/// `Accept-Language` as it was sent, most wanted first (RFC 9110 §12.5.4).
fn accepted_languages(header: Option<&str>) -> Value {
    let mut languages: Vec<(f64, String)> = header
        .unwrap_or_default()
        .split(',')
        .take(20)
        .filter_map(|part| {
            let mut pieces = part.split(';');
            let code = pieces.next()?.trim().to_ascii_lowercase();
            let quality: f64 = pieces
                .find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok())
                .unwrap_or(1.0);
            let wanted = quality > 0.0 && quality <= 1.0 && !code.is_empty();
            (wanted && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
                .then_some((quality, code))
        })
        .collect();
    languages.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    list(
        "lang",
        languages.into_iter().map(|(quality, code)| {
            Object::new().with("q", quality).with("code", code).content("code")
        }),
    )
}

/// Whether the user may create accounts, and why not.
fn may_create_account(info: &mut Object, blocks: &[Block], call: &Call<'_>) {
    let reasons = account_creation::reasons_against(
        call.api,
        call.session.user(),
        blocks,
        &call.presentation.language,
    );
    info.set("cancreateaccount", reasons.is_empty());
    if !reasons.is_empty() {
        info.set("cancreateaccounterror", call.presentation.errors.status_of(reasons));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_languages_come_by_quality() {
        let Value::List(list) = accepted_languages(Some("en;q=0.5, ko-KR,ko;q=0.8, de;q=0, x y"))
        else {
            panic!("no list")
        };
        let codes: Vec<_> = list
            .items
            .iter()
            .map(|item| match item {
                Value::Object(object) => object.get("code").cloned(),
                _ => None,
            })
            .collect();
        let expected = ["ko-kr", "ko", "en"].map(|code| Some(Value::from(code)));
        assert_eq!(codes, expected);
    }
}
