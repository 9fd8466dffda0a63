//! What the page shows.

use daemun_messages::Message;
use serde::Serialize;

use crate::form;
use crate::policy::Needs;
use crate::view::{Template, View, template};

/// The form of a step.
#[derive(Serialize)]
pub(crate) struct Form {
    pub(super) form: form::Form,
    /// Whether it is the first, which has links to other pages.
    pub(super) is_first: bool,
    pub(super) may_create_account: bool,
    pub(super) may_reset_password: bool,
    /// Where the other pages shall lead back to.
    pub(super) returnto: String,
    pub(super) returntoquery: String,
    /// Where the form goes.
    pub(super) action: String,
    /// The step, in `authAction`.
    pub(super) step: &'static str,
    pub(super) token: String,
}

impl View for Form {
    const TEMPLATE: Template = template!("login.html");

    fn name(&self) -> &'static str {
        "Userlogin"
    }

    fn title(&self) -> Message {
        Message::new("login")
    }

    fn needs(&self) -> Needs<'_> {
        self.form.needs()
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use crate::form::samples::{asking, every_kind, refused};
        let new = |form, is_first| Self {
            form,
            is_first,
            may_create_account: true,
            may_reset_password: true,
            returnto: "X".to_owned(),
            returntoquery: String::new(),
            action: "/w/index.php?title=Special:UserLogin&returnto=X".to_owned(),
            step: "login",
            token: "0123+\\".to_owned(),
        };
        vec![new(every_kind(), true), new(refused(), true), new(asking(), false)]
    }
}

/// The way to a provider elsewhere.
#[derive(Serialize)]
pub(crate) struct Leaving {
    pub(super) target: String,
}

impl View for Leaving {
    const TEMPLATE: Template = template!("leaving.html");

    fn name(&self) -> &'static str {
        "Userlogin"
    }

    fn title(&self) -> Message {
        Message::new("daemun-page-leave")
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self { target: "https://provider.example/authorize?a=1&b=2".to_owned() }]
    }
}
