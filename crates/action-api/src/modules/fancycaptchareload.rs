//! `action=fancycaptchareload`: another image for who cannot read the one shown.

use daemun_auth::providers::captcha;

use crate::call::Call;
use crate::module::{Group, Module, Reads, Running};
use crate::value::{Object, Value};

pub(super) static MODULE: Module = Module {
    reads: Reads::No,
    examples: &[("action=fancycaptchareload", "apihelp-fancycaptchareload-example-1")],
    ..Module::new(
        Group::Action,
        "fancycaptchareload",
        "MediaWiki\\Extension\\ConfirmEdit\\FancyCaptcha\\ApiFancyCaptchaReload",
        run,
    )
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let sessions = call.manager().sessions();
        let id = captcha::another_image(sessions, call.session).await?;
        // MediaWiki's answer to who gave too many wrong ones.
        let index = id.map_or(Value::from(0), Value::from);
        call.output.result().set("fancycaptchareload", Object::new().with("index", index));
        Ok(())
    })
}
