//! `action=help`: the declarations of modules, for people. The default action, so that whoever
//! opens `api.php` in a browser sees what there is.

use daemun_messages::Message;

use crate::call::Call;
use crate::error::Failure;
use crate::formats;
use crate::formats::Printed;
use crate::help::{Extent, Help};
use crate::module::{Group, Module, Reads, Running};
use crate::params::Param;
use crate::skin;
use crate::value::Object;

pub(super) static MODULE: Module = Module {
    reads: Reads::No,
    params: &[
        Param::text("modules").default("main").multi(),
        Param::boolean("submodules"),
        Param::boolean("recursivesubmodules"),
        Param::boolean("wrap"),
        Param::boolean("toc"),
    ],
    examples: &[
        ("action=help", "apihelp-help-example-main"),
        ("action=help&modules=query&submodules=1", "apihelp-help-example-submodules"),
        ("action=help&recursivesubmodules=1", "apihelp-help-example-recursive"),
        ("action=help&modules=help", "apihelp-help-example-help"),
        ("action=help&modules=query+userinfo|query+users", "apihelp-help-example-query"),
    ],
    help_urls: &[
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Main_page",
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:FAQ",
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Quick_start_guide",
    ],
    ..Module::new(Group::Action, "help", "MediaWiki\\Api\\ApiHelp", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let html = page(call)?;
        call.output.is_skinned = true;
        if call.values.is_set("wrap") {
            let help = Object::new()
                .with("mime", "text/html")
                .with("filename", "api-help.html")
                .with("help", html)
                .elements(&["help"]);
            call.output.result().set("help", help);
        } else {
            call.output.page = Some(Printed {
                content_type: "text/html; charset=utf-8",
                file_name: "api-help.html",
                body: format!("{}{html}", warnings(call)),
                is_skinned: true,
            });
        }
        Ok(())
    })
}

/// The warnings so far as a comment above the page, which has no other place for them.
fn warnings(call: &Call<'_>) -> String {
    let errors = &call.presentation.errors;
    let Some(warnings) = call.output.warnings(errors) else { return String::new() };
    let json = formats::to_json(&Object::new().with("warnings", warnings));
    // Nothing in them may end the comment.
    let json = json.replace('<', "\\u003C").replace('>', "\\u003E").replace("--", "-\\u002D");
    format!("<!-- API warnings and errors:\n{json}\n-->\n")
}

/// The whole page.
fn page(call: &Call<'_>) -> Result<String, Failure> {
    let values = &call.values;
    let paths = values.list("modules").unwrap_or_default();
    let absent = super::Absent::by(&call.manager().environment().settings);
    let modules: Vec<&Module> =
        paths.iter().map(|path| super::resolve(path, absent)).collect::<Result<_, _>>()?;
    let language = &call.presentation.language;
    let settings = &call.manager().environment().settings;
    let help = Help { language, site: &call.api.site, settings };
    let recursive = values.is_set("recursivesubmodules");
    let extent = Extent {
        submodules: values.is_set("submodules"),
        recursive,
        contents: values.is_set("toc"),
    };
    let title = Message::new("api-help-title");
    Ok(skin::page("ApiHelp", &title, &help.html(&modules, extent), &call.api.site, language))
}
