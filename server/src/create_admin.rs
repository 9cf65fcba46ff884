//! `parlance create-admin`: the local account for the day ERPNext does not let anybody in.

use crate::{cli::Failure, config::Config, migrate, terminal};
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
    let password = terminal::secret("New password (it is not shown):")?;
    if password.chars().count() < SHORTEST {
        return Err(Failure::Administrator(format!(
            "the password is too short: {SHORTEST} characters or more are needed, on standard input"
        )));
    }
    Ok(password)
}
