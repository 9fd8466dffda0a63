//! Every page, rendered with its samples.

use std::collections::BTreeSet;
use std::path::Path;

use daemun_action_api::Site;
use daemun_messages::Language;

use super::environment::{RenderError, SHARED};
use super::*;

/// Renders the samples of a view.
pub(super) type Samples = fn(&Addresses, &Frame<'_>) -> Vec<Result<String, RenderError>>;

pub(super) fn samples<V: View>(
    addresses: &Addresses,
    frame: &Frame<'_>,
) -> Vec<Result<String, RenderError>> {
    V::samples().iter().map(|view| render(addresses, frame, view)).collect()
}

/// Every sample of every view, with its template, in both languages.
fn pages() -> Vec<(&'static str, Language, String)> {
    let site = Site::at("http://localhost", "wiki");
    let mut pages = Vec::new();
    for language in [Language::EN, Language::KO] {
        let addresses = Addresses::of(&site, language.clone(), None);
        for person in [None, Some("Alice")] {
            let frame = Frame::sample(&site, &addresses, person);
            for Entry { template, samples } in VIEWS {
                for (i, page) in samples(&addresses, &frame).into_iter().enumerate() {
                    let page = page.unwrap_or_else(|error| {
                        let cause = std::error::Error::source(&error).map(ToString::to_string);
                        panic!("{} {i} {language:?}: {cause:?}", template.name)
                    });
                    pages.push((template.name, language.clone(), page));
                }
            }
        }
    }
    pages
}

#[test]
fn every_view_has_samples_and_every_template_a_view() {
    let shown: BTreeSet<&str> = pages().iter().map(|(template, ..)| *template).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| SHARED.iter().all(|shared| shared.name != name))
        .collect();
    assert_eq!(shown, files.iter().map(String::as_str).collect());
}

#[test]
fn every_page_is_whole_in_both_languages() {
    for (template, language, page) in pages() {
        let of = format!("{template} in {}", language.code());
        assert!(page.starts_with("<!DOCTYPE html>"), "{of}: {page}");
        assert!(page.contains(&format!("lang=\"{}\"", language.code())), "{of}");
        assert!(!page.contains('⧼'), "{of}: a text is missing: {page}");
        for open in ["main", "header", "footer", "form", "nav", "ul", "table", "p", "div"] {
            let begins = page.matches(&format!("<{open}>")).count()
                + page.matches(&format!("<{open} ")).count();
            let ends = page.matches(&format!("</{open}>")).count();
            assert_eq!(begins, ends, "{of}: <{open}> is not closed: {page}");
        }
    }
}

#[test]
fn no_page_has_scripts_or_styles_in_itself() {
    for (template, _, page) in pages() {
        for inline in ["<style", " style=", " onclick=", "<script>", "javascript:"] {
            assert!(!page.contains(inline), "{template}: {inline} in {page}");
        }
    }
}

/// The values of an attribute, wherever it stands.
fn values<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let mark = format!(" {attribute}=\"");
    page.split(mark.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_id_is_there_once_and_what_names_one_leads_somewhere() {
    for (template, _, page) in pages() {
        let mut ids = BTreeSet::new();
        for id in values(&page, "id") {
            assert!(ids.insert(id), "{template}: {id} twice in {page}");
        }
        let places = values(&page, "href").into_iter().filter_map(|href| href.strip_prefix('#'));
        let labels = values(&page, "for");
        let named = values(&page, "aria-describedby").into_iter().flat_map(|ids| ids.split(' '));
        let labelled = values(&page, "aria-labelledby").into_iter().flat_map(|ids| ids.split(' '));
        for id in places.chain(labels).chain(named).chain(labelled) {
            assert!(ids.contains(id), "{template}: {id} is nowhere in {page}");
        }
    }
}

#[test]
fn every_field_has_a_label() {
    for (template, _, page) in pages() {
        let labels: BTreeSet<&str> = values(&page, "for").into_iter().collect();
        for element in ["<input", "<select", "<textarea"] {
            for rest in page.split(element).skip(1) {
                let field = rest.split('>').next().unwrap();
                let is_hidden = values(field, "type") == ["hidden"];
                let id = values(field, "id");
                let is_labelled = id.first().is_some_and(|id| labels.contains(id));
                let named = is_labelled || !values(field, "aria-label").is_empty();
                assert!(is_hidden || named, "{template}: no label: {field}");
            }
        }
    }
}
