//! Which ways there are through a form: filling in its fields, or one of its buttons.

use daemun_client::{Field, FieldKind, Form, Required};

/// A way through a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The fields of these names.
    Fields(Vec<String>),
    /// A button, or the choice of another way: the field, what is sent, and its label.
    Press { name: String, value: String, label: String },
}

/// All ways through a form, the usual first.
///
/// The wiki lists requests; each is answered by all its fields. A button is a way of its own. So is
/// each choice that an optional field of a later step offers, such as another second factor.
pub(super) fn ways(form: &Form) -> Vec<Way> {
    let mut fields: Vec<String> = Vec::new();
    let mut others = Vec::new();
    // Later steps say why they are there.
    let is_later = !form.code.is_empty();
    for field in form.fields().filter(|field| field.is_asked()) {
        match &field.kind {
            FieldKind::Button => others.push(Way::Press {
                name: field.name.clone(),
                value: "1".to_owned(),
                label: field.label.clone(),
            }),
            FieldKind::Select(options) if is_later && !is_needed(form, field, false) => {
                let leading = options.iter().filter(|(value, _)| !value.is_empty());
                others.extend(leading.map(|(value, label)| Way::Press {
                    name: field.name.clone(),
                    value: value.clone(),
                    label: label.clone(),
                }));
            }
            _ => fields.push(field.name.clone()),
        }
    }
    // What stays behind when all that asks are buttons, such as "keep me logged in", is no way.
    let leads = |name: &String| {
        form.requests.iter().any(|request| {
            request.required != Required::Optional
                && request.fields.iter().any(|field| field.name == *name)
        })
    };
    let mut ways = Vec::new();
    if others.is_empty() || fields.iter().any(leads) {
        ways.push(Way::Fields(fields));
    }
    ways.extend(others);
    ways
}

/// Whether a field must be answered for its way to lead anywhere. Who is known already, from
/// elsewhere, need not answer what would prove it (`is_known`).
pub(super) fn is_needed(form: &Form, field: &Field, is_known: bool) -> bool {
    let needed = form.requests.iter().any(|request| {
        let counts = match request.required {
            Required::Required => true,
            Required::PrimaryRequired => !is_known,
            Required::Optional => false,
        };
        counts && request.fields.iter().any(|known| known.name == field.name)
    });
    needed && !field.optional && field.kind != FieldKind::Checkbox
}
