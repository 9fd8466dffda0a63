//! `action=query`: tells of pages, and runs the modules that `meta`, `list` and `prop` name.

mod export;
mod page_set;

use daemun_messages::Message;

use crate::call::Call;
use crate::error::{ApiError, Failure};
use crate::module::{Group, Module, Reads, Running};
use crate::output::CacheMode;
use crate::params::{Kind, Param, Values};

pub(super) static MODULE: Module = Module {
    params: &[
        Param::new("prop", Kind::Submodule(Group::Prop)).multi(),
        Param::new("list", Kind::Submodule(Group::List)).multi(),
        Param::new("meta", Kind::Submodule(Group::Meta)).multi(),
        Param::boolean("indexpageids"),
        Param::boolean("export"),
        Param::boolean("exportnowrap"),
        Param::one_of("exportschema", &["0.10", "0.11"]).default("0.11"),
        Param::boolean("iwurl"),
        Param::text("continue").help("api-help-param-continue"),
        Param::boolean("rawcontinue"),
        Param::text("titles").multi(),
        Param::integer("pageids").multi(),
        Param::integer("revids").multi(),
        Param::one_of("generator", &[]),
        Param::boolean("redirects"),
        Param::boolean("converttitles"),
    ],
    examples: &[("action=query&meta=siteinfo|userinfo", "apihelp-query-example-meta")],
    help_urls: &[
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Query",
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Meta",
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Properties",
        "https://www.mediawiki.org/wiki/Special:MyLanguage/API:Lists",
    ],
    reads: Reads::ByParts,
    ..Module::new(Group::Action, "query", "MediaWiki\\Api\\ApiQuery", run)
};

fn run<'c>(call: &'c mut Call<'_>) -> Running<'c> {
    Box::pin(async move {
        let mut chosen: Vec<&'static Module> = Vec::new();
        for group in [Group::Prop, Group::List, Group::Meta] {
            let names = call.values.list(group.parameter()).unwrap_or_default();
            chosen.extend(names.iter().filter_map(|name| super::find(group, name)));
        }
        call.request.journal.note(|record| {
            record.modules = chosen.iter().map(|module| module.name).collect();
        });
        if !can_read(call, &chosen) {
            call.request.journal.explain(|| Message::new("daemun-explain-private"));
            return Err(Failure::main(ApiError::of("apierror-readapidenied")));
        }
        export::prepare(call);
        let Position { pages_done, modules: done_before } = position(call)?;
        if !pages_done {
            page_set::resolve(call)?;
            export::add(call);
        }
        let mut done: Vec<&str> = Vec::new();
        let mut mode = CacheMode::AnonPublicUserPrivate;
        for module in chosen {
            if done_before.iter().any(|name| name == module.name) {
                done.push(module.name);
                continue;
            }
            call.output.cache_mode = CacheMode::Private;
            run_one(call, module).await?;
            mode = mode.max(call.output.cache_mode);
            if !call.output.is_continued(module.name) {
                done.push(module.name);
            }
        }
        call.output.cache_mode = mode;
        if call.values.is_set("rawcontinue") {
            call.output.finish_raw_continuation();
        } else {
            call.output.finish_continuation(&done);
            call.output.result().set_first("batchcomplete", true);
        }
        Ok(())
    })
}

/// How far a client has come with a query that has more to give than one answer holds.
#[derive(Default)]
struct Position {
    /// All that there is of the pages was given.
    pages_done: bool,
    /// Modules that gave all they had.
    modules: Vec<String>,
}

/// What `continue` says: `-` for the pages, `||`, and the modules.
fn position(call: &Call<'_>) -> Result<Position, Failure> {
    let Some(given) = call.values.text("continue").filter(|given| !given.is_empty()) else {
        return Ok(Position::default());
    };
    match given.split("||").collect::<Vec<_>>().as_slice() {
        [pages, modules] => Ok(Position {
            pages_done: *pages == "-",
            modules: modules.split('|').map(str::to_owned).collect(),
        }),
        _ => Err(ApiError::of("apierror-badcontinue").into()),
    }
}

/// Somebody who may not read the wiki may still ask what a login needs, and nothing besides.
fn can_read(call: &Call<'_>, chosen: &[&'static Module]) -> bool {
    if call.is_allowed("read") {
        return true;
    }
    let harmless = ["meta", "indexpageids", "rawcontinue"];
    let only_meta = MODULE.params.iter().all(|param| {
        harmless.contains(&param.name) || call.reading.raw().get(param.name).is_none()
    });
    // A `meta` that names nothing asks for nothing.
    let has_meta = call.reading.raw().get("meta").is_some();
    let none_reads = has_meta && chosen.iter().all(|module| module.reads == Reads::No);
    only_meta && none_reads
}

async fn run_one(call: &mut Call<'_>, module: &'static Module) -> Result<(), Failure> {
    let mut inner = Call {
        api: call.api,
        request: call.request,
        session: &mut *call.session,
        output: &mut *call.output,
        reading: &mut *call.reading,
        presentation: call.presentation,
        module,
        values: Values::default(),
        limits: call.limits,
    };
    let result = match inner.read_values() {
        Ok(()) => (module.run)(&mut inner).await,
        Err(error) => Err(error.into()),
    };
    // The errors of a part are the part's, by its path.
    result.map_err(|failure| match failure {
        Failure::Errors { errors, module: None, status, headers } => {
            Failure::Errors { errors, module: Some(module.path()), status, headers }
        }
        other => other,
    })
}
