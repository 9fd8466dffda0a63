//! All targets under libFuzzer, the one named by `DAEMUN_FUZZ_TARGET`. Started by `cargo xtask fuzz`.

#![no_main]

use std::sync::OnceLock;

static RUN: OnceLock<fn(&[u8])> = OnceLock::new();

libfuzzer_sys::fuzz_target!(
    init: {
        let name = std::env::var("DAEMUN_FUZZ_TARGET").unwrap_or_default();
        match daemun_fuzz::target(&name) {
            Some(target) => {
                let _first = RUN.set(target.run);
            }
            None => {
                eprintln!("DAEMUN_FUZZ_TARGET names no target: {name:?}");
                std::process::exit(2);
            }
        }
    },
    |bytes: &[u8]| {
        if let Some(run) = RUN.get() {
            run(bytes);
        }
    }
);
