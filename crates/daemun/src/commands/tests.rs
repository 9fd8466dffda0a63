//! Commands as they are typed, and what they print.

use clap::CommandFactory;

use super::*;

struct Shell {
    folder: tempfile::TempDir,
    environment: Environment,
}

impl Shell {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().display().to_string();
        let environment = vec![
            ("DAEMUN_DATA".to_owned(), data),
            ("DAEMUN_PASSWORD_PBKDF2_ROUNDS".to_owned(), "10".to_owned()),
        ];
        let sources = crate::config::Sources { environment, ..Default::default() };
        let config = Config::load(&sources, &Random::system()).unwrap();
        let store = Store::open(&config.store).await.unwrap();
        Self { folder, environment: super::environment(config, store).unwrap() }
    }

    async fn run(&self, line: &str) -> anyhow::Result<String> {
        let cli = Cli::try_parse_from(line.split_whitespace())?;
        match cli.command {
            Command::User(command) => command.run(&self.environment).await,
            Command::BotPassword(command) => command.run(&self.environment).await,
            _ => anyhow::bail!("not a command of accounts"),
        }
    }

    async fn says(&self, line: &str) -> String {
        self.run(line).await.unwrap()
    }
}

#[test]
fn the_command_line_is_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn every_command_has_an_example() {
    fn check(command: &clap::Command) {
        if command.get_subcommands().next().is_some() {
            command.get_subcommands().for_each(check);
        } else if command.get_name() != "reference" {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example"), "{}", command.get_name());
        }
    }
    check(&Cli::command());
}

#[test]
fn flags_of_the_configuration_stand_before_or_after_the_command() {
    for line in ["daemun --listen [::1]:1 serve", "daemun serve --listen [::1]:1"] {
        let cli = Cli::try_parse_from(line.split(' ')).unwrap();
        let sources = cli.config.sources().unwrap();
        assert_eq!(sources.flags, [("listen".to_owned(), "[::1]:1".to_owned())]);
    }
}

#[test]
fn a_password_is_no_argument() {
    assert!(Cli::try_parse_from(["daemun", "user", "add", "A", "--password", "x"]).is_err());
    assert!(Cli::try_parse_from(["daemun", "user", "add", "A", "x"]).is_err());
    assert!(Cli::try_parse_from(["daemun", "serve", "--secret-key", "x"]).is_err());
}

#[tokio::test]
async fn an_account_is_added_listed_and_shown() {
    let shell = Shell::new().await;
    assert!(shell.says("daemun user list").await.contains("none"));
    let said =
        shell.says("daemun user add william --group bot --email w@example.org --generate").await;
    assert!(said.starts_with("Made \"William\" with id 1.\nPassword: "), "{said}");
    shell.says("daemun user add Xavier --generate").await;
    assert_eq!(shell.says("daemun user list --prefix W").await, "       1  William  bot\n");
    assert!(shell.says("daemun user list --limit 1").await.contains("There are more"));
    let list: serde_json::Value =
        serde_json::from_str(&shell.says("daemun user list --json").await).unwrap();
    assert_eq!(list[0]["name"], "William");
    let shown = shell.says("daemun user show William").await;
    for part in [
        "Name:          William\n",
        "Groups:        bot\n",
        "w@example.org, not confirmed",
        "PBKDF2-SHA512, 10 rounds, 64 bytes; up to date",
        "Password ends: never\n",
        "Block:         none\n",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    assert!(!shown.contains(":pbkdf2:"), "a hash is not shown");
}

#[tokio::test]
async fn an_account_is_blocked_promoted_and_signed_out() {
    let shell = Shell::new().await;
    shell.says("daemun user add William --generate").await;
    shell.says("daemun user block William --reason spam --expiry 7d").await;
    let json = shell.says("daemun user show William --json").await;
    let shown: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(shown["block"]["reason"], "spam");
    assert_eq!(shown["sessions"], 0);
    shell.says("daemun user unblock William").await;
    assert_eq!(shell.says("daemun user groups William").await, "\"William\" is in no group.\n");
    let said = shell.says("daemun user groups William --add sysop --add bot").await;
    assert_eq!(said, "\"William\" is in bot, sysop.\n");
    assert!(shell.says("daemun user end-sessions William").await.starts_with("Ended 0 sessions"));
    let said = shell.says("daemun user set-password William --generate --expire-now").await;
    assert!(said.contains("Password: "), "{said}");
    assert!(shell.says("daemun user show William").await.contains("Password ends: expired"));
    assert!(shell.run("daemun user block Nobody --reason x").await.is_err());
}

#[tokio::test]
async fn a_bot_password_is_shown_once_in_both_forms() {
    let shell = Shell::new().await;
    shell.says("daemun user add William --generate").await;
    let said = shell.says("daemun bot-password add William tool --grant editpage").await;
    let secret = said.split("lgname=William@tool  lgpassword=").nth(1).unwrap();
    let secret = secret.lines().next().unwrap();
    assert_eq!(secret.len(), 32);
    assert!(said.contains(&format!("lgname=William  lgpassword=tool@{secret}")), "{said}");
    let list = shell.says("daemun bot-password list William").await;
    assert_eq!(list, "tool\n  grants: basic, editpage\n  from: 0.0.0.0/0, ::/0\n");
    shell.says("daemun user set-password William --generate").await;
    assert!(shell.says("daemun bot-password list William").await.contains("needs a reset"));
    shell.says("daemun bot-password remove William tool").await;
    let list = shell.says("daemun bot-password list William --json").await;
    assert_eq!(list, "[]\n");
}

#[tokio::test]
async fn the_data_is_where_the_configuration_says() {
    let shell = Shell::new().await;
    assert!(shell.folder.path().join("wiki.sqlite").exists());
    assert!(shell.folder.path().join("secret.key").exists());
}
