//! Starts the product's release binary, its database seeded.

use super::{
    Shape, Side,
    process::Process,
    seed::{Seeded, seed},
    standin::{self, Project},
};
use crate::{
    fault::{Doing, Outcome},
    options::RunOptions,
    services::{Services, free_address},
};
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// The product at work.
pub struct Product {
    /// Its processes.
    pub processes: Vec<Process>,
    /// The stand-in, if ERPNext is there.
    pub standin: Option<Process>,
    /// Its database.
    pub database: String,
    /// Who may take part, where.
    pub seeded: Seeded,
}

/// As many processes as the shape asks for, on one fresh database.
pub async fn start(
    side: Side,
    shape: Shape,
    services: &Services,
    options: &RunOptions,
) -> Outcome<Product> {
    let program = program(options)?;
    let database = services.fresh_database().await?;
    let (erpnext, standin, projects) = if side == Side::StandIn {
        let (standin, projects) = standin::start(shape, services).await?;
        (standin.address, Some(standin), projects)
    } else {
        // Nobody listens there: every request is refused at once.
        (free_address()?, None, (0..shape.rooms).map(imagined).collect())
    };
    let mut environment: Vec<(&str, String)> = standin::environment(erpnext).into();
    environment.push(("DATABASE_URL", database.clone()));
    if shape.processes > 1 {
        environment.push(("REDIS_URL", services.redis_url().await?));
    }
    migrate(&program, &environment, services).await?;
    let seeded = seed(&database, shape, &projects).await?;
    let mut processes = Vec::with_capacity(shape.processes);
    for _ in 0..shape.processes {
        let (address, folder) = (free_address()?, services.folder("parlance-")?);
        let mut command = command(&program, &environment, &folder);
        command.arg("serve").env("PARLANCE_ADDR", address.to_string());
        processes.push(Process::start(command, address, &folder).await?);
    }
    Ok(Product { processes, standin, database, seeded })
}

async fn migrate(
    program: &Path,
    environment: &[(&str, String)],
    services: &Services,
) -> Outcome<()> {
    let mut command = command(program, environment, &services.folder("migrate-")?);
    let done = command.arg("migrate").output().await.doing("parlance migrate")?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("parlance migrate: {}", String::from_utf8_lossy(&done.stderr)).into())
}

/// The binary with nothing of this process's own settings.
fn command(program: &Path, environment: &[(&str, String)], folder: &Path) -> Command {
    let mut command = Command::new(program);
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("PARLANCE_")) {
        command.env_remove(name);
    }
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command.env("PARLANCE_DATA_DIR", folder.join("data")).current_dir(folder).kill_on_drop(true);
    command
}

fn program(options: &RunOptions) -> Outcome<PathBuf> {
    let program = match &options.parlance {
        Some(program) => program.clone(),
        None => std::env::current_exe()?.with_file_name("parlance"),
    };
    let hint = "build it with `cargo build --release -p parlance`, name it with --parlance, or measure --side bare";
    program.canonicalize().doing(&format!("{} ({hint})", program.display()))
}

fn imagined(number: usize) -> Project {
    Project {
        name: format!("PROJ-BENCH-{number:03}"),
        creation: "2026-01-05 09:00:00.000000".into(),
    }
}
