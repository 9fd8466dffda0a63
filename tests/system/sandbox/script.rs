//! The parts of the page's script that need no browser, in Node.

use std::path::Path;
use std::process::Command;

use crate::Tested;

#[test]
fn the_scripts_own_tests_pass() -> Tested {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("system/sandbox");
    let mut command = Command::new("node");
    command.args(["--test", "--test-reporter=tap"]).arg(folder.join("script.test.mjs"));
    let Ok(output) = command.output() else {
        eprintln!("SKIPPED the sandbox's script: node is missing here");
        return Ok(());
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("# fail 0") && !said.contains("# pass 0"), "{said}");
    Ok(())
}
