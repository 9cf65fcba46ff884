//! `bench`: the product beside a bare room, in one run on one machine. docs/BENCH.md tells how to read what it prints.

mod bare;
mod fault;
mod generator;
mod options;
mod proc;
mod report;
mod run;
mod scenarios;
mod servers;
mod services;

use clap::Parser;
use options::{Command, Options};
use std::process::ExitCode;

fn main() -> ExitCode {
    let options = Options::parse();
    match start(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("bench: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn start(options: Options) -> fault::Outcome<()> {
    proc::raise_open_files();
    let threads = match options.command {
        Some(_) => 2,
        None => options.run.generator_threads.max(1),
    };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    match options.command {
        Some(Command::Bare(bare)) => runtime.block_on(bare::serve(bare)),
        Some(Command::Standin(standin)) => runtime.block_on(servers::standin::serve(standin)),
        None => runtime.block_on(run::run(options.run)),
    }
}
