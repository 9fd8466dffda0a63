//! Logs in with a bot password: `bot_login WIKI NAME`, the password on standard input.

use daemun_client::{Agent, Wiki};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (url, name) = (arguments.next().ok_or("WIKI")?, arguments.next().ok_or("NAME")?);
    let mut password = String::new();
    std::io::stdin().read_line(&mut password)?;

    let agent = Agent::new("daemun-example/1.0", "https://example.org/me")?;
    let wiki = Wiki::new(&url, agent).await?;
    wiki.login_bot(&name, password.trim_end_matches('\n')).await?;
    println!("You are {}.", wiki.whoami().await?.name);
    Ok(())
}
