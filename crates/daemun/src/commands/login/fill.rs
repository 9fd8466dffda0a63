//! Fills in a form: from what was given, and by asking.

use daemun_client::{Answers, Captcha, Field, FieldKind, Form};
use daemun_messages::{Message, Param};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::form_answers::{Way, is_needed, ways};
use super::show_captcha;
use super::sources::Sources;
use super::terminal::Terminal;
use super::words::Words;
use super::{Login, picture};

/// What became of a form.
pub(super) enum Filled {
    Answers(Answers),
    /// These were not given, and nobody can be asked.
    Missing(Vec<Field>),
}

/// Fills in forms.
pub(super) struct Filling<'a> {
    pub(super) words: &'a Words,
    pub(super) terminal: Option<Terminal<'a>>,
    pub(super) sources: Sources,
    pub(super) pictures: Option<picture::How>,
    pub(super) opens_windows: bool,
    /// Whether somebody was recognised elsewhere, so that no password is needed.
    pub(super) is_known: bool,
}

impl<'a> Filling<'a> {
    pub(super) fn new(login: &Login, words: &'a Words) -> Self {
        let terminal = Terminal::new(words);
        let sources = login.sources.sources();
        let opens_windows = !login.no_browser;
        Self { words, terminal, sources, pictures: login.pictures, opens_windows, is_known: false }
    }

    /// Answers to a form.
    pub(super) fn fill(
        &mut self,
        form: &Form,
        captcha: Option<&Captcha>,
    ) -> anyhow::Result<Filled> {
        let names = match self.way(form)? {
            Way::Press { name, value, .. } => {
                return Ok(Filled::Answers(Answers::new().with(&name, &value)));
            }
            Way::Fields(names) => names,
        };
        if self.terminal.is_some() && !form.message.is_empty() {
            eprintln!("{}", form.message);
        }
        let (mut answers, mut missing) = (Answers::new(), Vec::new());
        for field in names.iter().filter_map(|name| form.field(name)) {
            let is_needed = is_needed(form, field, self.is_known);
            // Who is asked at no terminal has nothing to mistype.
            let same = (field.name == "retype" && self.terminal.is_none())
                .then(|| answers.get("password").map(|said| Zeroizing::new(said.to_owned())))
                .flatten();
            let given = match same {
                Some(same) if !self.sources.has("retype") => Some(same),
                _ => self.sources.answer(field, is_needed)?,
            };
            let said = match (given, &self.terminal) {
                (Some(given), _) => Some(given),
                (None, Some(terminal)) => self.ask(terminal, field, is_needed, captcha)?,
                (None, None) => None,
            };
            match said {
                Some(said) => answers.set(&field.name, &said),
                None if is_needed => missing.push(field.clone()),
                None => {}
            }
        }
        Ok(if missing.is_empty() { Filled::Answers(answers) } else { Filled::Missing(missing) })
    }

    /// Which way to go, where there are several.
    fn way(&mut self, form: &Form) -> anyhow::Result<Way> {
        let mut ways = ways(form);
        let pressed = ways.iter().position(|way| match way {
            Way::Press { name, value, .. } => {
                self.sources.has(name)
                    && form.field(name).is_some_and(|field| {
                        field.kind == FieldKind::Button || self.sources.is(name, value)
                    })
            }
            Way::Fields(_) => false,
        });
        let given = ways.iter().position(|way| match way {
            Way::Fields(names) => names.iter().any(|name| self.sources.has(name)),
            Way::Press { .. } => false,
        });
        let at = match (pressed.or(given), &self.terminal) {
            (Some(at), _) => at,
            (None, Some(terminal)) if ways.len() > 1 => {
                let label = self.words.say(&Message::new("daemun-login-which-way"));
                let label = if form.message.is_empty() { label } else { form.message.clone() };
                let choices: Vec<String> = ways.iter().map(|way| self.label(form, way)).collect();
                terminal.choose(&label, &choices)?
            }
            (None, _) => 0,
        };
        let way = if at < ways.len() { ways.swap_remove(at) } else { Way::Fields(Vec::new()) };
        if let Way::Press { name, .. } = &way {
            self.sources.forget(name);
        }
        Ok(way)
    }

    fn label(&self, form: &Form, way: &Way) -> String {
        match way {
            Way::Press { label, .. } => label.clone(),
            Way::Fields(names) => {
                let fields = names.iter().filter_map(|name| form.field(name));
                let typed = fields.filter(|field| field.kind != FieldKind::Checkbox);
                typed.map(|field| field.label.clone()).collect::<Vec<_>>().join(", ")
            }
        }
    }

    fn ask(
        &self,
        terminal: &Terminal<'_>,
        field: &Field,
        is_needed: bool,
        captcha: Option<&Captcha>,
    ) -> anyhow::Result<Option<Zeroizing<String>>> {
        if let Some(captcha) = captcha.filter(|captcha| captcha.field == field.name) {
            return show_captcha::ask(self, terminal, captcha, &field.label).map(Some);
        }
        let label = self.field_label(field, is_needed);
        let labels = |options: &[(String, String)]| -> Vec<String> {
            options.iter().map(|(_, label)| label.clone()).collect()
        };
        Ok(match &field.kind {
            FieldKind::Checkbox => {
                terminal.confirm(&label)?.then(|| Zeroizing::new("1".to_owned()))
            }
            FieldKind::Select(options) if !options.is_empty() => {
                let chosen = options.get(terminal.choose(&label, &labels(options))?);
                chosen.map(|(value, _)| Zeroizing::new(value.clone()))
            }
            FieldKind::Multiselect(options) => {
                let chosen = terminal.choose_any(&label, &labels(options))?;
                let values = chosen.into_iter().filter_map(|at| options.get(at));
                let values: Vec<&str> = values.map(|(value, _)| value.as_str()).collect();
                Some(Zeroizing::new(values.join("|")))
            }
            _ => {
                let hidden = field.sensitive;
                let said = match is_needed {
                    true => terminal.insist(&label, hidden)?,
                    false if hidden => terminal.ask_hidden(&label)?,
                    false => terminal.ask(&label)?,
                };
                (!said.is_empty()).then_some(said)
            }
        })
    }

    fn field_label(&self, field: &Field, is_needed: bool) -> String {
        let label = if field.label.is_empty() { &field.name } else { &field.label };
        let label = label.trim_end_matches([':', '：']);
        if is_needed || field.kind == FieldKind::Checkbox {
            return label.to_owned();
        }
        self.words.say(&Message::new("daemun-login-optional").with(Param::plaintext(label)))
    }
}

/// Fields that were not answered, for programs.
pub(super) fn as_json(fields: &[Field], captcha: Option<&Captcha>) -> Vec<Value> {
    let fields = fields.iter().map(|field| {
        let mut shown =
            json!({"name": field.name, "label": field.label, "secret": field.sensitive});
        if let (Some(captcha), Some(shown)) = (captcha, shown.as_object_mut())
            && captcha.field == field.name
        {
            shown.insert("captcha".to_owned(), show_captcha::as_json(captcha));
        }
        shown
    });
    fields.collect()
}
