//! The command line.

use crate::{scenarios::Name, servers::Side};
use clap::{Args, Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

/// Measures the product beside a bare WebSocket room, in one run.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Options {
    /// Without one: measure.
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub run: RunOptions,
}

/// Servers this program can be.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Be the bare room server (started by the measurement itself).
    Bare(BareOptions),
    /// Be the ERPNext stand-in (started by the measurement itself).
    Standin(StandinOptions),
}

/// What to measure and how.
#[derive(Clone, Debug, Args)]
pub struct RunOptions {
    /// Only these scenarios (repeat or separate with commas); all by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub scenario: Vec<Name>,
    /// Only these servers; all by default. The ratios need `bare`.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub side: Vec<Side>,
    /// Measure the bare room against itself: every ratio must come out near 1.
    #[arg(long, conflicts_with = "side")]
    pub self_check: bool,
    /// Rounds; each server once per round, the order turning round by round.
    #[arg(long, default_value_t = 4)]
    pub rounds: usize,
    /// Shorter windows and two rounds: to see that it works, not to publish.
    #[arg(long)]
    pub quick: bool,
    /// Seconds measured in each round of a scenario with lines.
    #[arg(long)]
    pub seconds: Option<u64>,
    /// Connections of the idle crowd.
    #[arg(long, default_value_t = 5_000)]
    pub idle_connections: usize,
    /// Clients of the storm.
    #[arg(long, default_value_t = 1_000)]
    pub storm_clients: usize,
    /// Rooms the storm's clients are spread over.
    #[arg(long, default_value_t = 1)]
    pub storm_rooms: usize,
    /// Threads of the generator.
    #[arg(long, default_value_t = 1)]
    pub generator_threads: usize,
    /// The product's release binary; by default the one beside this program.
    #[arg(long)]
    pub parlance: Option<PathBuf>,
    /// PostgreSQL to make fresh databases on, instead of one of our own.
    #[arg(long)]
    pub database_url: Option<String>,
    /// Redis to use instead of one of our own.
    #[arg(long)]
    pub redis_url: Option<String>,
    /// Write every round and the medians to this file as JSON.
    #[arg(long)]
    pub out: Option<PathBuf>,
}

/// What the bare room server needs.
#[derive(Debug, Args)]
pub struct BareOptions {
    /// Address to listen on.
    #[arg(long)]
    pub addr: SocketAddr,
    /// PostgreSQL database for the lines.
    #[arg(long)]
    pub database_url: String,
    /// Redis that carries lines to other processes.
    #[arg(long)]
    pub redis_url: Option<String>,
}

/// What the stand-in needs.
#[derive(Debug, Args)]
pub struct StandinOptions {
    /// Address to listen on.
    #[arg(long)]
    pub addr: SocketAddr,
    /// Projects to make.
    #[arg(long)]
    pub projects: usize,
    /// Users to make; each may read every Project.
    #[arg(long)]
    pub users: usize,
    /// File to tell the Projects in.
    #[arg(long)]
    pub tell: PathBuf,
}
