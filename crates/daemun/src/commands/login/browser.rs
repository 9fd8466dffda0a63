//! Opens what a browser or a desktop can show.

use std::ffi::{OsStr, OsString};
use std::process::{Command, Stdio};

/// Opens an address or a file; answers whether something took it. `BROWSER` says by what, and else
/// the desktop's own way is taken.
pub(super) fn open(what: impl AsRef<OsStr>) -> bool {
    let chosen = std::env::var_os("BROWSER").filter(|chosen| !chosen.is_empty());
    let has_desktop = cfg!(target_os = "macos")
        || cfg!(windows)
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let programs: Vec<OsString> = match chosen {
        Some(chosen) => vec![chosen],
        None if !has_desktop => return false,
        None => ["xdg-open", "open", "wslview"].map(OsString::from).to_vec(),
    };
    programs.iter().any(|program| {
        let mut command = Command::new(program);
        command.arg(what.as_ref());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().is_ok()
    })
}
