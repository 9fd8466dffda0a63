//! Each target over its corpus and over small random changes of it, the same in every run.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may fail loudly")]

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use daemun_fuzz::changes::changed;
use daemun_fuzz::{TARGETS, Target, target};
use daemun_testkit::dice::Dice;

/// Changed inputs for each target.
const CHANGES: usize = 2000;
/// After this it is enough, on a slow machine.
const LONGEST: Duration = Duration::from_secs(4);

macro_rules! each_holds {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                hold(stringify!($name));
            }
        )*

        #[test]
        fn every_target_has_its_test_and_its_corpus() {
            let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(names, [$(stringify!($name)),*]);
            let mut folders: Vec<String> = std::fs::read_dir(corpus_folder())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            folders.sort_unstable();
            assert_eq!(folders, names);
        }
    };
}

each_holds!(
    addresses bodies cookies factors formats lanes messages names openid origins parameters passwords php requests sandbox tokens
);

fn corpus_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn hold(name: &str) {
    let target = target(name).unwrap();
    let corpus = corpus(name);
    for input in &corpus {
        run(target, input);
    }
    let begun = Instant::now();
    let mut dice = Dice::new(1);
    for _ in 0..CHANGES {
        if begun.elapsed() > LONGEST {
            break;
        }
        run(target, &changed(&mut dice, target, &corpus));
    }
}

/// The committed inputs, in the order of their names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = corpus_folder().join(name);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort_unstable();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn run(target: &Target, input: &[u8]) {
    if catch_unwind(|| (target.run)(input)).is_err() {
        panic!("{} does not hold for b\"{}\"", target.name, input.escape_ascii());
    }
}
