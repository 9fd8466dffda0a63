//! `meta=authmanagerinfo`: what can be done, and which fields to show for it.

use daemun_auth::request::AuthAction;

use super::auth_helper::{MERGE_REQUEST_FIELDS, MESSAGE_FORMAT, Writing};
use crate::call::Call;
use crate::module::{Group, Module, Reads, Running};
use crate::params::Param;
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    prefix: "ami",
    reads: Reads::No,
    params: &[
        Param::text("securitysensitiveoperation"),
        Param::one_of("requestsfor", &AuthAction::NAMES),
        MERGE_REQUEST_FIELDS,
        MESSAGE_FORMAT,
    ],
    examples: &[
        (
            "action=query&meta=authmanagerinfo&amirequestsfor=login",
            "apihelp-query+authmanagerinfo-example-login",
        ),
        (
            "action=query&meta=authmanagerinfo&amirequestsfor=login&amimergerequestfields=1",
            "apihelp-query+authmanagerinfo-example-login-merged",
        ),
        (
            "action=query&meta=authmanagerinfo&amisecuritysensitiveoperation=foo",
            "apihelp-query+authmanagerinfo-example-securitysensitiveoperation",
        ),
    ],
    help_urls: &["https://www.mediawiki.org/wiki/Special:MyLanguage/API:Authmanagerinfo"],
    ..Module::new(Group::Meta, "authmanagerinfo", "MediaWiki\\Api\\ApiQueryAuthManagerInfo", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let manager = call.manager();
        let mut info = Object::new()
            .with("canauthenticatenow", manager.can_authenticate_now(call.session))
            .with("cancreateaccounts", manager.can_create_accounts())
            .with("canlinkaccounts", manager.can_link_accounts());
        if let Some(operation) = call.values.text("securitysensitiveoperation") {
            let status = manager.security_status(call.session, operation);
            info.set("securitysensitiveoperationstatus", status.word());
        }
        if let Some(action) = call.values.text("requestsfor").and_then(AuthAction::from_name) {
            let preserved = manager.preserved(call.session);
            info.set("haspreservedstate", preserved.serves(action));
            info.set("hasprimarypreservedstate", preserved.serves_as_primary(action));
            // MediaWiki's core never has one to tell.
            info.set("preservedusername", "");
            let requests = manager.requests(call.session, action, false).await?;
            let merge = call.values.is_set("mergerequestfields");
            Writing { call, merge }.requests(&mut info, &requests);
        }
        call.output.set_in("query", "authmanagerinfo", info);
        Ok(())
    })
}
