//! Logs in as a person does, step by step: `client_login WIKI NAME`, secrets on standard input.

use std::io::BufRead;

use daemun_client::{Agent, Answers, Step, Wiki};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (url, name) = (arguments.next().ok_or("WIKI")?, arguments.next().ok_or("NAME")?);
    let mut lines = std::io::stdin().lock().lines();
    let mut line = || lines.next().unwrap_or_else(|| Ok(String::new()));

    let agent = Agent::new("daemun-example/1.0", "https://example.org/me")?;
    let wiki = Wiki::new(&url, agent).await?;
    let mut login = wiki.begin().await?;
    let mut answers = Answers::new().with("username", &name).with("password", &line()?);
    loop {
        match login.answer(&answers).await? {
            Step::Passed(passed) => {
                println!("You are {}.", passed.username);
                return Ok(());
            }
            Step::Fields(form) => {
                answers = Answers::new();
                for field in form.fields().filter(|field| field.is_asked() && !field.optional) {
                    println!("{} asked for: {}", field.name, field.label);
                    answers.set(&field.name, &line()?);
                }
            }
            Step::Failed(failed) => return Err(failed.reason.clone().into()),
            // The library does captchas, REDIRECT and RESTART as well; this program does not.
            other => return Err(format!("{other:?}").into()),
        }
    }
}
