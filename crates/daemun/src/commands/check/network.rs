//! The port, and whether the public address leads to it.

use std::net::TcpListener;
use std::time::Duration;

use super::{Line, Named};
use crate::config::{Config, url_of};

const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn server(config: &Config, lines: &mut Vec<Named>) {
    let listen = config.listen;
    match TcpListener::bind(listen) {
        Ok(_) => {
            lines.push(("port", Line::Good(format!("{listen} is free: no server runs"))));
            let url = Line::Skipped(format!("{}: no server runs", config.site.server));
            lines.push(("public URL", url));
        }
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            let local = format!("{}{}", url_of(listen), config.site.script_path);
            let answers = ask(local).await;
            let runs = answers.is_ok();
            lines.push((
                "port",
                match answers {
                    Ok(generator) => Line::Good(format!("on {listen} answers {generator}")),
                    Err(why) => Line::Bad(
                        format!("{listen} is taken by something else ({why})"),
                        "stop that, or choose another address with `listen`".to_owned(),
                    ),
                },
            ));
            lines.push(("public URL", public(config, runs).await));
        }
        Err(error) => {
            let advice = match error.kind() {
                std::io::ErrorKind::PermissionDenied => {
                    "ports under 1024 need a right: use another, or CAP_NET_BIND_SERVICE"
                }
                _ => "is `listen` an address of this machine?",
            };
            lines.push(("port", Line::Bad(format!("{listen}: {error}"), advice.to_owned())));
        }
    }
}

async fn public(config: &Config, runs: bool) -> Line {
    let url = config.site.api_url();
    if !runs {
        return Line::Skipped(format!("{url}: no server runs"));
    }
    if url.starts_with("https:") {
        return Line::Skipped(format!("{url}: this check speaks no https; open it in a browser"));
    }
    match ask(format!("{}{}", config.site.server, config.site.script_path)).await {
        Ok(_) => Line::Good(url),
        Err(why) => Line::Bad(
            format!("{url} does not lead here: {why}"),
            "set `public-url` to the address that people open, and look at the proxy".to_owned(),
        ),
    }
}

/// Asks `api.php` in a folder who it is.
async fn ask(folder: String) -> Result<String, String> {
    let asked = tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .proxy(None)
            .build()
            .into();
        let url = format!("{folder}/api.php?action=query&meta=siteinfo&format=json");
        let mut reply = agent.get(&url).call().map_err(|error| error.to_string())?;
        let text = reply.body_mut().read_to_string().map_err(|error| error.to_string())?;
        generator(&text).ok_or_else(|| "what answers does not speak MediaWiki's API".to_owned())
    });
    asked.await.unwrap_or_else(|_| Err("the check itself failed".to_owned()))
}

fn generator(reply: &str) -> Option<String> {
    let reply: serde_json::Value = serde_json::from_str(reply).ok()?;
    let generator = reply.pointer("/query/general/generator")?.as_str()?;
    generator.starts_with("MediaWiki").then(|| generator.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_known_by_its_generator() {
        let reply = r#"{"query":{"general":{"generator":"MediaWiki 1.45.0"}}}"#;
        assert_eq!(generator(reply).as_deref(), Some("MediaWiki 1.45.0"));
        assert_eq!(generator(r#"{"query":{"general":{"generator":"x"}}}"#), None);
        assert_eq!(generator("<html>"), None);
    }
}
