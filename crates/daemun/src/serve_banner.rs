//! What `daemun serve` prints when it starts.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

/// What there is to say.
#[derive(Clone, Copy, Debug)]
pub struct Banner<'a> {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The address of `api.php`.
    pub api_url: &'a str,
    /// Where operators find metrics, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// The data folder.
    pub data: &'a Path,
    /// The file of the configuration, if there is one.
    pub config_file: Option<&'a Path>,
    /// How the program is called, with what makes it find the same data.
    pub program: &'a str,
    /// Name and password of the administrator that this start made.
    pub first_administrator: Option<(&'a str, &'a str)>,
}

impl Banner<'_> {
    /// The text, with commands that work when pasted.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let configuration = match self.config_file {
            Some(path) => path.display().to_string(),
            None => "no daemun.toml: defaults".to_owned(),
        };
        let _ = writeln!(
            text,
            "daemun listens on {}\n\n  API:            {}\n  Data:           {}\n  Configuration:  {configuration}",
            self.listen,
            self.api_url,
            self.data.display()
        );
        if let Some(metrics) = self.metrics {
            let _ = writeln!(text, "  Metrics:        http://{metrics}/metrics");
        }
        if let Some((name, password)) = self.first_administrator {
            let _ = writeln!(
                text,
                "\nThe first administrator, shown this once:\n\n  Name:      {name}\n  Password:  {password}"
            );
        }
        let _ = writeln!(text, "\nLog in:\n");
        for line in self.login().lines() {
            let _ = writeln!(text, "  {line}");
        }
        let user = self.first_administrator.map_or("NAME", |(name, _)| name);
        let _ = writeln!(text, "\nWhat next:\n");
        for (command, purpose) in [
            ("user add NAME".to_owned(), "make an account"),
            (format!("bot-password add {user} APP"), "make a password for a program"),
            ("check".to_owned(), "see whether all is well"),
        ] {
            let _ = writeln!(text, "  {} {command:<28}  # {purpose}", self.program);
        }
        text
    }

    /// Two commands with a jar for cookies: a token, then the login.
    fn login(&self) -> String {
        let (name, password) = self.first_administrator.unwrap_or(("NAME", "PASSWORD"));
        let tokens =
            quoted(&format!("{}?action=query&meta=tokens&type=login&format=json", self.api_url));
        let api = quoted(self.api_url);
        let (name, password) =
            (quoted(&format!("username={name}")), quoted(&format!("password={password}")));
        format!(
            "TOKEN=$(curl -s -c daemun.cookies {tokens} | {TOKEN_OF_REPLY})\n\
             curl -s -b daemun.cookies -c daemun.cookies {api} \\\n\
             \x20 --data-urlencode {name} --data-urlencode {password} \\\n\
             \x20 --data-urlencode \"logintoken=$TOKEN\" \\\n\
             \x20 -d 'action=clientlogin&loginreturnurl=http://localhost/&format=json'\n"
        )
    }
}

/// A token is hexadecimal digits, `+` and a backslash, which JSON writes twice.
const TOKEN_OF_REPLY: &str = r#"sed 's/.*"logintoken":"\([0-9a-f]*\).*/\1+\\/'"#;

/// A word for the shell.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn banner<'a>(administrator: Option<(&'a str, &'a str)>) -> Banner<'a> {
        Banner {
            listen: "127.0.0.1:8080".parse().unwrap(),
            api_url: "http://127.0.0.1:8080/w/api.php",
            metrics: None,
            data: Path::new("data"),
            config_file: None,
            program: "daemun --data 'my data'",
            first_administrator: administrator,
        }
    }

    fn shell(script: &str) -> String {
        let output = Command::new("sh").arg("-c").arg(script).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    #[test]
    fn it_says_where_everything_is() {
        let text = banner(None).text();
        for part in ["127.0.0.1:8080", "http://127.0.0.1:8080/w/api.php", "data", "no daemun.toml"]
        {
            assert!(text.contains(part), "{part} is not in\n{text}");
        }
        assert!(!text.contains("administrator"));
        let file = Banner { config_file: Some(Path::new("/etc/daemun.toml")), ..banner(None) };
        assert!(file.text().contains("/etc/daemun.toml"));
    }

    #[test]
    fn the_first_administrator_is_shown_and_stands_in_the_command() {
        let text = banner(Some(("Admin", "0123456789abcdefghij"))).text();
        assert!(text.contains("Password:  0123456789abcdefghij"));
        assert!(
            text.contains("'username=Admin'") && text.contains("'password=0123456789abcdefghij'")
        );
        assert!(text.contains("daemun --data 'my data' bot-password add Admin APP"));
    }

    #[test]
    fn the_token_is_cut_out_of_a_reply_by_the_printed_command() {
        let reply = r#"{"batchcomplete":"","query":{"tokens":{"logintoken":"0a1b2c3d+\\"}}}"#;
        let token = shell(&format!("printf '%s' '{reply}' | {TOKEN_OF_REPLY}"));
        assert_eq!(token.trim_end(), r"0a1b2c3d+\");
    }

    #[test]
    fn the_printed_commands_are_a_shells() {
        // A `curl` that shows its arguments stands in for the real one.
        let login = banner(Some(("O'Neill", "a b'c"))).login();
        let script = format!("curl() {{ printf '[%s]' \"$@\"; }}\n{login}");
        let shown = shell(&script);
        assert!(
            shown.contains("[username=O'Neill]") && shown.contains("[password=a b'c]"),
            "{shown}"
        );
    }
}
