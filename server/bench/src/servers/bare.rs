//! Starts the bare room: this very program, as another process.

use super::{Shape, process::Process};
use crate::{
    fault::Outcome,
    services::{Services, free_address},
};
use tokio::process::Command;

/// As many processes as the shape asks for, on one fresh database.
pub async fn start(shape: Shape, services: &Services) -> Outcome<Vec<Process>> {
    let database = services.fresh_database().await?;
    let mut processes = Vec::with_capacity(shape.processes);
    for _ in 0..shape.processes {
        let address = free_address()?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("bare").args(["--addr", &address.to_string(), "--database-url", &database]);
        if shape.processes > 1 {
            command.args(["--redis-url", &services.redis_url().await?]);
        }
        processes.push(Process::start(command, address, &services.folder("bare-")?).await?);
    }
    Ok(processes)
}
