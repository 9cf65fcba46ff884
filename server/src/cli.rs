//! The command line.

use crate::{
    causes::in_full,
    config,
    config::Config,
    connect::{self, AdministratorArgs, ConnectArgs},
    create_admin, disconnect,
    doctor::{self, DoctorArgs},
    logs, migrate, serve,
};
use clap::{Parser, Subcommand};
use std::{path::PathBuf, process::ExitCode};
use thiserror::Error;

/// The communication layer for ERPNext projects.
#[derive(Debug, Parser)]
#[command(name = "parlance", version, after_help = config::reference())]
struct Cli {
    /// A TOML file whose [parlance] table sets what the environment does not.
    #[arg(long, global = true, env = "PARLANCE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default). Started with nothing configured, it is a demo.
    Serve,
    /// Bring the database to this version's shape.
    Migrate,
    /// Make the local break-glass administrator, or give them a new password (read from standard input).
    CreateAdmin {
        /// The address to sign in with.
        #[arg(long)]
        user: String,
        /// The name shown.
        #[arg(long, default_value = "Administrator")]
        full_name: String,
    },
    /// Connect an ERPNext site: shows what Parlance needs there, asks, makes it, and looks it over. Again does no harm.
    Connect(ConnectArgs),
    /// Take back from ERPNext exactly what connecting made there; what Parlance wrote into Projects stays.
    Disconnect(AdministratorArgs),
    /// Check the connection to ERPNext and name the fix for each fault; ends with 1 if there is one.
    Doctor(DoctorArgs),
}

/// Why the program stopped.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] config::ConfigError),
    /// The database cannot be used.
    #[error("the database cannot be used")]
    Store(#[from] store::StoreError),
    /// The bus cannot be used.
    #[error("the bus cannot be used")]
    Bus(#[from] bus::BusError),
    /// The ERPNext settings cannot be used.
    #[error("the connection to ERPNext cannot be set up")]
    Erpnext(#[from] erpnext::ErpError),
    /// The machine refused something.
    #[error("{doing}")]
    Machine {
        /// What was attempted.
        doing: String,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The demo could not be played.
    #[error("the demo could not be prepared: {0}")]
    Demo(String),
    /// The administrator cannot be made.
    #[error("{0}")]
    Administrator(String),
    /// The site cannot be connected as it was asked for.
    #[error("{0}")]
    Connecting(String),
    /// Connecting or disconnecting did not come to its end.
    #[error(transparent)]
    Connect(#[from] ::connect::ConnectError),
}

impl Failure {
    pub(crate) fn machine(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Machine { doing, source }
    }
}

/// Runs the program: reads the command line and the settings, does what was asked.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    logs::start(match &cli.command {
        Some(Command::Connect(_) | Command::Disconnect(_) | Command::Doctor(_)) => logs::TELLING,
        _ => logs::SERVING,
    });
    // Fails only if a provider was installed before, which is as good.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    match execute(cli) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("parlance: {}", in_full(&failure));
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> Result<ExitCode, Failure> {
    let file = cli.config.as_deref();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::machine("the threads could not be started"))?;
    runtime.block_on(async {
        match cli.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(Config::load(file)?).await?,
            Command::Migrate => migrate::run(&Config::load(file)?).await?,
            Command::CreateAdmin { user, full_name } => {
                create_admin::run(&Config::load(file)?, &user, &full_name).await?;
            }
            Command::Connect(args) => return connect::run(args, file).await,
            Command::Disconnect(args) => return disconnect::run(args, file).await,
            Command::Doctor(args) => return Ok(doctor::run(args, file).await),
        }
        Ok(ExitCode::SUCCESS)
    })
}
