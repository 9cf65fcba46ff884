//! `parlance migrate`.

use crate::{cli::Failure, config::Config};
use store::Db;

pub(crate) async fn run(config: &Config) -> Result<(), Failure> {
    let db = open(config).await?;
    println!("The database has this version's shape.");
    db.close().await;
    Ok(())
}

/// Connects to the configured database and brings it to this version's shape.
pub(crate) async fn open(config: &Config) -> Result<Db, Failure> {
    if config.database_url.is_none() || config.is_demo() {
        std::fs::create_dir_all(&config.data_dir).map_err(Failure::machine(format!(
            "the data folder {} cannot be made",
            config.data_dir.display()
        )))?;
    }
    let db = Db::connect(&config.database()).await?;
    db.migrate().await?;
    Ok(db)
}
