//! The templates, compiled once.

use std::sync::LazyLock;

use daemun_messages::escape_html;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::{Addresses, Template, VIEWS, View, context, template};
use crate::frame::Frame;

/// Why a view could not be rendered: a mistake in a template, which the source names with its line.
#[derive(Debug, thiserror::Error)]
#[error("a template could not be rendered")]
pub(crate) struct RenderError(#[from] Error);

/// What views share.
pub(super) const SHARED: &[Template] =
    &[template!("layout.html"), template!("lists.html"), template!("macros.html")];

static ENVIRONMENT: LazyLock<Result<Environment<'static>, Error>> = LazyLock::new(environment);

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true);
    environment.set_syntax(syntax.build()?);
    // A name that is not there is a mistake, and tests shall find it.
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    // Escaped as everywhere in the house, which leaves the slashes of addresses readable.
    environment.set_formatter(|out, _, value| {
        if value.is_none() {
            return Err(Error::new(ErrorKind::InvalidOperation, "nothing is there to be shown"));
        }
        let text = value.to_string();
        let text = if value.is_safe() { text } else { escape_html(&text) };
        Ok(out.write_str(&text)?)
    });
    let own = VIEWS.iter().map(|entry| entry.template);
    for Template { name, source } in SHARED.iter().copied().chain(own) {
        environment.add_template(name, source)?;
    }
    Ok(environment)
}

/// A view as HTML.
pub(crate) fn render<V: View>(
    addresses: &Addresses,
    frame: &Frame<'_>,
    view: &V,
) -> Result<String, RenderError> {
    let environment =
        ENVIRONMENT.as_ref().map_err(|error| Error::new(error.kind(), error.to_string()))?;
    let template = environment.get_template(V::TEMPLATE.name)?;
    Ok(template.render(context(addresses, frame, view))?)
}
