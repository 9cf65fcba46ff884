//! Logs: a sentence for people plus fields for machines, on standard error.

use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

/// For a server, which is watched by its log.
pub(crate) const SERVING: &str =
    "info,sqlx=warn,sea_orm=warn,fred=error,hyper=warn,sea_orm_migration=warn";

/// For a command that tells its user everything itself.
pub(crate) const TELLING: &str = "error,rustls_platform_verifier=off";

/// `RUST_LOG` chooses what is logged, else `filter` does; `PARLANCE_LOG=json` how.
pub(crate) fn start(filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    let registry = tracing_subscriber::registry().with(filter);
    let started = if std::env::var("PARLANCE_LOG").is_ok_and(|form| form == "json") {
        registry.with(fmt::layer().json().with_writer(std::io::stderr)).try_init()
    } else {
        let colours = std::io::stderr().is_terminal();
        registry.with(fmt::layer().with_ansi(colours).with_writer(std::io::stderr)).try_init()
    };
    if started.is_err() {
        eprintln!("parlance: logs were started before");
    }
}
