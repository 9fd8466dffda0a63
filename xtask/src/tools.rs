//! Programs that tests need besides Rust: found, installed where that is possible, or named.

use std::process::{Command, Stdio};

/// A program and the Debian package that brings it.
pub(crate) struct Tool {
    /// What proves that it is there.
    pub(crate) probe: &'static [&'static str],
    /// The package.
    pub(crate) package: &'static str,
    /// What is not tested without it.
    pub(crate) wanted_for: &'static str,
}

/// Everything that some test needs.
pub(crate) const TOOLS: [Tool; 8] = [
    Tool {
        probe: &["python3", "-c", "import venv, ensurepip"],
        package: "python3-venv",
        wanted_for: "pywikibot, mwclient and the Python samples",
    },
    Tool { probe: &["npm", "--version"], package: "npm", wanted_for: "mwn and the Node samples" },
    Tool {
        probe: &["php", "-r", "exit(function_exists('curl_init') ? 0 : 1);"],
        package: "php-cli php-curl",
        wanted_for: "the PHP samples",
    },
    Tool {
        probe: &[
            "sh",
            "-c",
            "test -e /usr/include/KF5/MediaWiki/login.h && g++ --version && pkg-config Qt5Network",
        ],
        package: "libkf5mediawiki-dev g++ pkg-config",
        wanted_for: "KDE's client, which speaks XML only",
    },
    Tool { probe: &["curl", "--version"], package: "curl", wanted_for: "the README's first login" },
    Tool {
        probe: &["oathtool", "--version"],
        package: "oathtool",
        wanted_for: "codes that another program makes of a secret",
    },
    Tool {
        probe: &["sh", "-c", "test -x \"${DAEMUN_CHROMIUM:-/usr/bin/chromium}\""],
        package: "chromium",
        wanted_for: "people before a browser",
    },
    Tool {
        probe: &["sh", "-c", "fc-list :lang=ko | grep -q ."],
        package: "fonts-nanum fontconfig",
        wanted_for: "how pages look in Korean",
    },
];

/// What counts instructions.
pub(crate) const VALGRIND: Tool = Tool {
    probe: &["valgrind", "--version"],
    package: "valgrind",
    wanted_for: "the number of instructions that a request takes",
};

/// Sees to it that these tools are there; the ones that are not and cannot be had are named. Never
/// an error: tests that need them skip themselves, loudly.
pub(crate) fn provide(tools: &[Tool]) {
    let missing: Vec<&Tool> = tools.iter().filter(|tool| !is_there(tool)).collect();
    if missing.is_empty() {
        return;
    }
    if is_root() && succeeds(&["apt-get", "--version"]) {
        let _may_be_offline = succeeds(&["apt-get", "update", "-qq"]);
        // One after the other: a package that this system does not have keeps no other out.
        for tool in &missing {
            println!("xtask: installing {}", tool.package);
            let mut install = vec!["apt-get", "install", "-y", "-qq", "--no-install-recommends"];
            install.extend(tool.package.split_whitespace());
            let _checked_below = succeeds(&install);
        }
    }
    for tool in missing {
        if !is_there(tool) {
            println!(
                "xtask: SKIPPED: {} is missing and could not be installed; without it there is \
                 no test of {}",
                tool.package, tool.wanted_for
            );
        }
    }
}

pub(crate) fn is_there(tool: &Tool) -> bool {
    succeeds(tool.probe)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn succeeds(command: &[&str]) -> bool {
    let Some((program, arguments)) = command.split_first() else { return false };
    Command::new(program)
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
