//! Starts the bare room: this very program, as another process.

use super::{Shape, process::Process};
use crate::{fault::Outcome, services::Services};

/// As many processes as the shape asks for, on one fresh database.
pub async fn start(shape: Shape, services: &Services) -> Outcome<Vec<Process>> {
    let me = std::env::current_exe()?;
    let database = services.fresh_database().await?;
    let redis = (shape.processes > 1).then(|| services.redis_url());
    let start = |_| {
        Process::start(&me, |program, address, _| {
            let program = program.arg("bare").args(["--addr", &address.to_string()]);
            let program = program.args(["--database-url", &database]);
            program.args(redis.iter().flat_map(|redis| ["--redis-url", redis]))
        })
    };
    Ok((0..shape.processes).map(start).collect())
}
