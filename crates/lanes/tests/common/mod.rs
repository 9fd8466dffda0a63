//! What the tests share.

use std::io::Write;
use std::sync::LazyLock;

use daemun_lanes::{Job, Sha256Batch, Sha512Batch, Width};

/// The widths that there are. What this processor lacks is named once, past the capture of
/// output.
pub(crate) fn widths() -> Vec<Width> {
    static WIDTHS: LazyLock<Vec<Width>> = LazyLock::new(|| {
        for lanes in [1, 4, 8] {
            if Width::of(lanes).is_none_or(|width| lanes == 1 && width == Width::ONE) {
                let line = format!("skipped: this processor has no vectors for {lanes} lanes\n");
                std::io::stderr().write_all(line.as_bytes()).unwrap();
            }
        }
        Width::available()
    });
    WIDTHS.clone()
}

/// Functions that derive outputs of all jobs, in their order, with lanes filled again as they
/// become free.
macro_rules! derive {
    ($name:ident, $Batch:ident) => {
        pub(crate) fn $name(width: Width, jobs: &[Job<'_>], most_rounds: u32) -> Vec<Vec<u8>> {
            let mut outputs = vec![None; jobs.len()];
            let mut batch = $Batch::new(width);
            let mut waiting = jobs.iter().enumerate();
            while outputs.contains(&None) {
                for (at, job) in waiting.by_ref().take(batch.free()) {
                    batch.load(*job, at).unwrap();
                }
                for done in batch.advance(most_rounds) {
                    let place = outputs.get_mut(done.tag).unwrap();
                    let before = place.replace(done.output.to_vec());
                    assert_eq!(before, None, "a job is done once");
                }
            }
            assert!(batch.is_empty());
            outputs.into_iter().flatten().collect()
        }
    };
}

derive!(sha512, Sha512Batch);
derive!(sha256, Sha256Batch);
