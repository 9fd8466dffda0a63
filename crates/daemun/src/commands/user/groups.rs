//! `daemun user groups`.

use daemun_auth::Environment;

use crate::accounts::{change_groups, find};

/// Whose groups, and what to change.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  daemun user groups William
  daemun user groups William --add sysop --remove bot")]
pub(in crate::commands) struct Groups {
    /// The name
    name: String,
    /// A group to put the account into; may be repeated
    #[arg(long, value_name = "GROUP")]
    add: Vec<String>,
    /// A group to take it out of; may be repeated
    #[arg(long, value_name = "GROUP")]
    remove: Vec<String>,
}

impl Groups {
    pub(super) async fn run(self, environment: &Environment) -> anyhow::Result<String> {
        let account = find(environment, &self.name).await?;
        let groups = if self.add.is_empty() && self.remove.is_empty() {
            account.groups.into_iter().map(|membership| membership.group).collect()
        } else {
            change_groups(environment, &account, &self.add, &self.remove).await?
        };
        Ok(match groups.as_slice() {
            [] => format!("{:?} is in no group.\n", account.name),
            groups => format!("{:?} is in {}.\n", account.name, groups.join(", ")),
        })
    }
}
