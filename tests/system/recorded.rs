//! The recorded conversations with a real MediaWiki, replayed.

use std::path::Path;

use daemun_testkit::oracle::Oracle;
use daemun_testkit::transcripts::{CaseList, Lists, run};

use crate::Tested;

#[test]
fn recorded_conversations_go_as_they_went_with_mediawiki() -> Tested {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts");
    let lists = Lists {
        waiting: CaseList::load(&folder.join("waiting.txt"))?,
        others: CaseList::load(&folder.join("others.txt"))?,
    };
    let oracle = Oracle::new(&folder.join("world.json"))?;
    let report = run(&[folder], &oracle, lists, &|_| true)?;
    assert!(report.counted() > 500, "only {} cases were found", report.counted());
    assert!(report.is_good(), "{report}");
    assert_eq!(report.stale(), Vec::<String>::new(), "{report}");
    Ok(())
}
