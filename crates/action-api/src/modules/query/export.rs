//! `export`: the pages as XML (<https://www.mediawiki.org/wiki/Help:Export>). There are none, so
//! that it only says which wiki they would come from.

use std::fmt::Write;

use daemun_messages::escape_html;

use crate::call::Call;
use crate::formats::Printed;
use crate::modules::siteinfo;
use crate::site::Site;
use crate::value::Value;

/// Whoever takes the bare XML of an export for the answer gets errors as XML, too, whatever format
/// is asked for. Those that come before it is known that an export is to be made are not.
pub(super) fn prepare(call: &mut Call<'_>) {
    if call.values.is_set("export") && call.values.is_set("exportnowrap") {
        call.output.error_format = Some("xml");
    }
}

/// Adds the export, if it was asked for: to the result, or in its place.
pub(super) fn add(call: &mut Call<'_>) {
    if !call.values.is_set("export") {
        return;
    }
    let schema = call.values.text("exportschema").unwrap_or("0.11").to_owned();
    let xml = of_nothing(call, &schema);
    if call.values.is_set("exportnowrap") {
        call.output.page = Some(Printed {
            content_type: "text/xml; charset=utf-8",
            file_name: "export.xml",
            body: xml,
            is_skinned: false,
        });
        return;
    }
    call.output.set_in("query", "export", xml);
    if let Some(Value::Object(query)) = call.output.result().get_mut("query") {
        query.elements = &["export"];
    }
}

fn of_nothing(call: &Call<'_>, schema: &str) -> String {
    let site = &call.api.site;
    let facts = [
        ("sitename", site.name.clone()),
        ("dbname", site.wiki_id.clone()),
        ("base", siteinfo::main_page_url(site)),
        ("generator", Site::GENERATOR.to_owned()),
        ("case", "first-letter".to_owned()),
    ];
    let xmlns = format!("http://www.mediawiki.org/xml/export-{schema}");
    let mut xml = format!(
        "<mediawiki xmlns=\"{xmlns}/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"{xmlns}/ {xmlns}.xsd\" version=\"{schema}\" xml:lang=\"{}\">\n  \
         <siteinfo>\n",
        site.language.code()
    );
    for (name, value) in facts {
        let _infallible = writeln!(xml, "    <{name}>{}</{name}>", escape_html(&value));
    }
    xml.push_str("    <namespaces>\n");
    let namespaces = &call.api.names.titles.namespaces;
    for namespace in namespaces.all() {
        let (key, name) = (namespace.number, escape_html(&namespaces.name(namespace.number)));
        let _infallible = if name.is_empty() {
            writeln!(xml, "      <namespace key=\"{key}\" case=\"first-letter\" />")
        } else {
            writeln!(xml, "      <namespace key=\"{key}\" case=\"first-letter\">{name}</namespace>")
        };
    }
    xml + "    </namespaces>\n  </siteinfo>\n</mediawiki>\n"
}
