//! What the page shows.

use daemun_messages::Message;
use serde::Serialize;

use super::field::Field;
use super::form::FieldGroup;
use super::snippets::Snippet;
use crate::assets::{self, Asset};
use crate::policy::Needs;
use crate::view::{Template, View, template};

/// The page.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Sandbox {
    /// The fields for action and format.
    pub(super) choosing: Vec<Field>,
    pub(super) groups: Vec<FieldGroup>,
    /// What was filled in that no module declares.
    pub(super) others: Vec<Field>,
    /// The names of secrets among those.
    pub(super) other_secrets: String,
    /// The address of `api.php`, without scheme and host.
    pub(super) script: String,
    /// The request's parameters but its secrets.
    pub(super) params: Vec<(String, String)>,
    /// Whether it has to be posted.
    pub(super) is_posted: bool,
    /// The request without its secrets, as a link to this page has it behind `#`.
    pub(super) fragment: String,
    pub(super) snippets: Vec<Snippet>,
    /// The action, where it is a dialogue's.
    pub(super) dialogue: Option<&'static str>,
    /// Whether the request goes on with a dialogue.
    pub(super) is_continued: bool,
    /// Whether the dialogue has nothing to ask at this point.
    pub(super) asks_nothing: bool,
    /// How the last step ended, and what to do now.
    pub(super) after: Option<Message>,
    /// Whether a secret stood in an address.
    pub(super) exposes_secret: bool,
}

impl View for Sandbox {
    const TEMPLATE: Template = template!("sandbox.html");
    const SCRIPTS: &'static [&'static Asset] = &[&assets::SANDBOX];

    fn name(&self) -> &'static str {
        "ApiSandbox"
    }

    fn title(&self) -> Message {
        Message::new("apisandbox")
    }

    fn needs(&self) -> Needs<'_> {
        Needs { connects: true, ..Needs::default() }
    }

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        super::samples::all()
    }
}
