//! Starts the product's release binary, its database seeded.

use super::{
    Shape, Side,
    process::{Process, free_address},
    seed::{Seeded, seed},
    standin::{self, Project},
};
use crate::{
    fault::{Doing, Outcome},
    options::RunOptions,
    services::Services,
};
use std::path::{Path, PathBuf};
use testkit::{daemon::Program, folder::Folder};

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
        let (standin, projects) = standin::start(shape)?;
        (standin.address, Some(standin), projects)
    } else {
        // Nobody listens there: every request is refused at once.
        (free_address(), None, (0..shape.rooms).map(imagined).collect())
    };
    let mut environment: Vec<(&str, String)> = standin::environment(erpnext).into();
    environment.push(("DATABASE_URL", database.clone()));
    if shape.processes > 1 {
        environment.push(("REDIS_URL", services.redis_url()));
    }
    migrate(&program, &environment);
    let seeded = seed(&database, shape, &projects).await?;
    let start = |_| {
        Process::start(&program, |program, address, folder| {
            let program = with(program, &environment, folder).arg("serve");
            program.env("PARLANCE_ADDR", address.to_string())
        })
    };
    let processes = (0..shape.processes).map(start).collect();
    Ok(Product { processes, standin, database, seeded })
}

fn migrate(program: &Path, environment: &[(&str, String)]) {
    let folder = Folder::new("migrate");
    let program = Program::new("migrate", program, folder.path(), &folder.path().join("log"));
    with(program, environment, folder.path()).arg("migrate").run();
}

/// The environment, and none of this process's own settings.
fn with(mut program: Program, environment: &[(&str, String)], folder: &Path) -> Program {
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("PARLANCE_")) {
        program = program.env_remove(name);
    }
    for (name, value) in environment {
        program = program.env(name, value);
    }
    program.env("PARLANCE_DATA_DIR", folder.join("data"))
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
