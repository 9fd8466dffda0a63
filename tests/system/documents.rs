//! Pages, examples and commands that people follow: what they say must hold.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use daemun_testkit::program::{Home, executable};
use serde_json::Value;

use crate::Tested;

const PASSWORD: &str = "Right horse 7";

fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the project's folder")?;
    Ok(root.canonicalize()?)
}

/// A fenced block: what the fence says it is, and its lines.
struct Block {
    kind: String,
    text: String,
}

/// A page: its fenced blocks, and the lines outside of them.
fn read(path: &Path) -> Result<(Vec<Block>, Vec<String>)> {
    let page = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let (mut blocks, mut lines) = (Vec::new(), Vec::new());
    let mut open: Option<Block> = None;
    for line in page.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match (&mut open, fence) {
            (None, Some(kind)) => open = Some(Block { kind: kind.to_owned(), text: String::new() }),
            (None, None) => lines.push(line.to_owned()),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
        }
    }
    Ok((blocks, lines))
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) -> Tested {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && !["target", "data"].contains(&name.as_str()) {
            pages(&path, found)?;
        } else if path.extension().is_some_and(|kind| kind == "md") {
            found.push(path);
        }
    }
    Ok(())
}

/// Where the links of a line lead; what stands between backquotes is no link.
fn targets(line: &str) -> Vec<String> {
    let prose: String = line.split('`').step_by(2).collect();
    let ends = prose.split("](").skip(1);
    ends.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target.to_owned()).collect()
}

/// What a heading is called in an address, as the places that show such pages do it.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(path: &Path) -> Result<Vec<String>> {
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut all = Vec::new();
    for line in read(path)?.1.iter().filter(|line| line.starts_with('#')) {
        let name = anchor(line.trim_start_matches('#'));
        let count = known.entry(name.clone()).or_default();
        all.push(if *count == 0 { name } else { format!("{name}-{count}") });
        *count += 1;
    }
    Ok(all)
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_exist() -> Tested {
    let mut found = Vec::new();
    pages(&root()?, &mut found)?;
    let mut dead = Vec::new();
    for page in &found {
        for target in read(page)?.1.iter().flat_map(|line| targets(line)) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, place) = target.split_once('#').unwrap_or((&target, ""));
            let folder = page.parent().context("a folder")?;
            let file = if file.is_empty() { page.clone() } else { folder.join(file) };
            let lives = file.exists()
                && (place.is_empty() || anchors(&file)?.iter().any(|anchor| anchor == place));
            if !lives {
                dead.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(found.len() > 10, "{found:?}");
    assert!(dead.is_empty(), "{dead:#?}");
    Ok(())
}

#[test]
fn the_example_of_a_configuration_can_be_used_with_and_without_what_it_suggests() -> Tested {
    let home = Home::new()?;
    let example = std::fs::read_to_string(root()?.join("contrib/daemun.toml"))?;
    // A suggestion is a commented line that would be TOML; prose has a space behind the mark.
    let all: Vec<&str> =
        example.lines().map(|line| line.strip_prefix('#').unwrap_or(line)).collect();
    let all: Vec<&str> = all.into_iter().filter(|line| !line.starts_with(' ')).collect();
    assert!(all.len() > 20, "{all:?}");
    for text in [example.clone(), all.join("\n")] {
        // The folder of the data is not made by a look at the configuration.
        std::fs::write(home.path().join("daemun.toml"), &text)?;
        let shown = home.run(&["config", "show"])?.well()?;
        assert!(
            shown.contains("public-url = \"https://wiki.example.org\"  # daemun.toml"),
            "{shown}"
        );
    }
    Ok(())
}

/// Whether an answer is as the page shows it, where `…` stands for anything, or for more.
fn fits(shown: &Value, got: &Value) -> bool {
    let more = |value: &Value| value == "…";
    match (shown, got) {
        (shown, _) if more(shown) => true,
        (Value::Object(shown), Value::Object(got)) => {
            let fixed: Vec<_> = shown.iter().filter(|(name, _)| *name != "…").collect();
            let open = fixed.len() < shown.len();
            let fits = |(name, value): &(&String, &Value)| {
                got.get(*name).is_some_and(|got| fits(value, got))
            };
            fixed.iter().all(fits) && (open || fixed.len() == got.len())
        }
        (Value::Array(shown), Value::Array(got)) => {
            let fixed: Vec<_> = shown.iter().filter(|value| !more(value)).collect();
            let open = fixed.len() < shown.len();
            (open || fixed.len() == got.len())
                && fixed.iter().all(|shown| got.iter().any(|got| fits(shown, got)))
        }
        _ => shown == got,
    }
}

#[test]
fn what_the_page_for_authors_of_clients_shows_is_what_happens() -> Tested {
    for tool in ["bash", "curl", "sed"] {
        if Command::new(tool).arg("--version").output().is_err() {
            eprintln!(
                "SKIPPED what_the_page_for_authors_of_clients_shows_is_what_happens: no {tool}"
            );
            return Ok(());
        }
    }
    let home = Home::new()?;
    let server = home.serve()?;
    home.add_account("William", PASSWORD)?;
    let bot = home.add_bot_password("William", "tool", &[])?;
    let bot = bot.lines().next().context("a bot password")?;
    let program = executable()?;
    let program = program.parent().context("the program's folder")?;
    let path = std::env::join_paths(
        std::iter::once(program.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )?;
    let (blocks, _) = read(&root()?.join("docs/clients.md"))?;
    let mut scripts = blocks.iter().enumerate().filter(|(_, block)| block.kind == "sh");
    let (_, preamble) = scripts.next().context("the page's first commands")?;
    let mut compared = 0;
    for (number, block) in scripts {
        let script = format!("{}{}", preamble.text, block.text)
            .replace("http://127.0.0.1:8080", server.origin())
            .replace("THE BOT PASSWORD", bot)
            .replace("THE PASSWORD", PASSWORD);
        let mut command = Command::new("bash");
        command.arg("-c").arg(&script).current_dir(home.path()).env("PATH", &path);
        for (name, value) in home.command(&[])?.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let output = command.output()?;
        let said = String::from_utf8(output.stdout)?;
        if !output.status.success() {
            bail!("{}\n{said}\n{}", block.text, String::from_utf8_lossy(&output.stderr));
        }
        let Some(shown) = blocks.get(number + 1).filter(|next| next.kind == "json") else {
            continue;
        };
        let last = said.lines().rfind(|line| !line.is_empty()).unwrap_or_default();
        let got: Value = serde_json::from_str(last).with_context(|| format!("{script}\n{said}"))?;
        let shown: Value = serde_json::from_str(&shown.text).context(block.text.clone())?;
        assert!(fits(&shown, &got), "{}\nshown: {shown}\ngot:   {got}", block.text);
        compared += 1;
    }
    assert!(compared > 5, "{compared} answers were compared");
    Ok(())
}
