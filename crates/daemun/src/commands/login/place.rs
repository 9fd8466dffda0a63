//! Where the session is kept, and how it is taken up again.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use daemun_client::{Agent, Builder, Error, Wiki};
use daemun_messages::{Message, Param};

use super::language::language;
use super::words::Words;

/// Where the session is kept.
#[derive(Clone, Args)]
pub(super) struct PlaceArgs {
    /// The file of the session [default: daemun/session in the folder for the state of programs]
    #[arg(long, value_name = "FILE")]
    cookies: Option<PathBuf>,
    /// The language, by its code [default: from LC_ALL and LANG]
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Send secrets over plain http, where everybody on the way can read them
    #[arg(long)]
    plain_http: bool,
}

impl PlaceArgs {
    pub(super) fn words(&self) -> Words {
        Words::new(language(self.language.as_deref()))
    }

    fn builder(&self, words: &Words) -> Result<Builder, Error> {
        let tool = concat!("daemun/", env!("CARGO_PKG_VERSION"));
        let agent =
            Agent::new(tool, "the command daemun login; https://www.mediawiki.org/wiki/API:Login")?;
        let builder = Builder::new(agent).language(words.language().code());
        Ok(if self.plain_http { builder.plain_http() } else { builder })
    }

    /// The wiki at an address.
    pub(super) async fn connect(&self, address: &str, words: &Words) -> Result<Wiki, Error> {
        words.progress(Message::new("daemun-login-looking").with(Param::plaintext(address)));
        let wiki = self.builder(words)?.connect(address).await?;
        words.progress(
            Message::new("daemun-login-found").with(Param::plaintext(wiki.api().as_str())),
        );
        Ok(wiki)
    }

    /// The wiki of the session that was saved.
    pub(super) fn open(&self, words: &Words) -> anyhow::Result<Wiki> {
        let file = self.file()?;
        if !file.exists() {
            let path = Param::plaintext(file.display().to_string());
            anyhow::bail!(words.say(&Message::new("daemun-login-no-session").with(path)));
        }
        Ok(self.builder(words)?.open(&file)?)
    }

    /// Writes the session; answers where to.
    pub(super) fn save(&self, wiki: &Wiki) -> anyhow::Result<PathBuf> {
        let file = self.file()?;
        if self.cookies.is_none()
            && let Some(folder) = file.parent()
        {
            make_folder(folder).with_context(|| folder.display().to_string())?;
        }
        wiki.save(&file)?;
        Ok(file)
    }

    /// Takes the saved session away; answers whether there was one.
    pub(super) fn forget(&self) -> anyhow::Result<()> {
        let file = self.file()?;
        std::fs::remove_file(&file).with_context(|| file.display().to_string())
    }

    fn file(&self) -> anyhow::Result<PathBuf> {
        if let Some(file) = &self.cookies {
            return Ok(file.clone());
        }
        let set = |name: &str| {
            std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
        };
        let state = set("XDG_STATE_HOME").or_else(|| Some(set("HOME")?.join(".local/state")));
        let state =
            state.context("there is no home folder to keep the session in: give --cookies FILE")?;
        Ok(state.join("daemun").join("session"))
    }
}

/// A folder for its owner alone.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
