//! What a page shows: data that Rust decided on, and the template that shows it.
//!
//! A view is a struct with a [`View`] implementation and a line in [`VIEWS`]. Its fields are the
//! template's variables. Templates get texts by functions ([`functions`]), so that a page says
//! everything in the visitor's language.

mod addresses;
mod environment;
mod functions;
mod search;
#[cfg(test)]
mod tests;

use daemun_messages::Message;
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

pub(crate) use addresses::Addresses;
pub(crate) use environment::render;
pub(crate) use search::Search;

use crate::assets::Asset;
use crate::frame::Frame;
use crate::policy::Needs;
use crate::{
    account_security, api_help, bot_passwords, change_email, confirm_email, create_account,
    credentials, linking, list_users, log, login, logout, not_found, notice, openid_return,
    password_reset, sandbox,
};

/// Every view there is, in alphabetical order.
static VIEWS: &[Entry] = &[
    Entry::of::<account_security::Codes>(),
    Entry::of::<account_security::Overview>(),
    Entry::of::<account_security::Removal>(),
    Entry::of::<account_security::Setup>(),
    Entry::of::<api_help::ApiHelp>(),
    Entry::of::<bot_passwords::Edit>(),
    Entry::of::<bot_passwords::List>(),
    Entry::of::<bot_passwords::Made>(),
    Entry::of::<change_email::AddressForm>(),
    Entry::of::<confirm_email::Question>(),
    Entry::of::<create_account::Form>(),
    Entry::of::<credentials::ChangeForm>(),
    Entry::of::<credentials::Overview>(),
    Entry::of::<credentials::Question>(),
    Entry::of::<linking::LinkForm>(),
    Entry::of::<list_users::Users>(),
    Entry::of::<log::Log>(),
    Entry::of::<login::Form>(),
    Entry::of::<login::Leaving>(),
    Entry::of::<logout::Question>(),
    Entry::of::<not_found::NothingHere>(),
    Entry::of::<notice::Notice>(),
    Entry::of::<openid_return::Question>(),
    Entry::of::<password_reset::ResetForm>(),
    Entry::of::<sandbox::Sandbox>(),
];

/// What a page shows.
pub(crate) trait View: Serialize {
    /// The file that shows it: `template!("name.html")`.
    const TEMPLATE: Template;
    /// Scripts of the page. Most have none, and work without where they have some.
    const SCRIPTS: &'static [&'static Asset] = &[];

    /// The special page's name in MediaWiki (`Userlogin`), by which style sheets know it.
    fn name(&self) -> &'static str;

    /// The heading, and what the browser's window is called.
    fn title(&self) -> Message;

    /// What the browser must be allowed besides what every page may do.
    fn needs(&self) -> Needs<'_> {
        Needs::default()
    }

    /// One view of each kind that the template must be able to show; tests render them all, in
    /// both languages.
    #[cfg(test)]
    fn samples() -> Vec<Self>
    where
        Self: Sized;
}

/// A template: the name of its file and what is in it.
#[derive(Clone, Copy)]
pub(crate) struct Template {
    pub(crate) name: &'static str,
    pub(crate) source: &'static str,
}

/// A file in `templates/`, compiled in.
macro_rules! template {
    ($name:literal) => {
        crate::view::Template {
            name: $name,
            source: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $name)),
        }
    };
}
pub(crate) use template;

/// A view in the list of all.
struct Entry {
    template: Template,
    /// Renders its samples in a frame.
    #[cfg(test)]
    samples: tests::Samples,
}

impl Entry {
    const fn of<V: View>() -> Self {
        Self {
            template: V::TEMPLATE,
            #[cfg(test)]
            samples: tests::samples::<V>,
        }
    }
}

/// The variables of a view in its frame.
fn context<V: View>(addresses: &Addresses, frame: &Frame<'_>, view: &V) -> Value {
    let own = minijinja::context! {
        frame => Serde(frame),
        name => view.name(),
        title => Serde(view.title()),
        scripts => V::SCRIPTS.iter().map(|script| script.url(frame.site)).collect::<Vec<_>>(),
    };
    // The last counts: no view can take the place of what every template relies on.
    minijinja::value::merge_maps([Value::from(Serde(view)), functions::functions(addresses), own])
}
