//! `parlance create-admin`: the local account for the day ERPNext does not let anybody in.

use crate::{cli::Failure, config::Config, migrate};
use std::io::{BufRead, IsTerminal, Write};
use workspace::passwords::PasswordPool;

const SHORTEST: usize = 12;

pub(crate) async fn run(config: &Config, user: &str, full_name: &str) -> Result<(), Failure> {
    if user.trim().is_empty() || user.len() > 140 {
        return Err(Failure::Administrator("--user must be 1 to 140 characters long".into()));
    }
    let password = read_password()?;
    let hash = PasswordPool::new()
        .hash(password)
        .await
        .map_err(|error| Failure::Administrator(error.to_string()))?;
    let db = migrate::open(config).await?;
    store::people::save_administrator(&db, user.trim(), full_name, &hash).await?;
    db.close().await;
    println!("{user} can sign in at {} with that password.", config.public_url);
    if config.is_demo() {
        println!("This is an account of the demo. Make one again when ERPNext is connected.");
    }
    Ok(())
}

fn read_password() -> Result<String, Failure> {
    if std::io::stdin().is_terminal() {
        eprint!("New password (it will be shown; pipe it in to keep it off the screen): ");
        std::io::stderr().flush().map_err(Failure::machine("the terminal cannot be written to"))?;
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(Failure::machine("the password cannot be read from standard input"))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.chars().count() < SHORTEST {
        return Err(Failure::Administrator(format!(
            "the password is too short: {SHORTEST} characters or more are needed, on standard input"
        )));
    }
    Ok(password)
}
