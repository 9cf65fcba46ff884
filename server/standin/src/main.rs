//! The ERPNext stand-in as a process of its own, so that its site outlives the servers that talk to it.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use standin::{
    cast,
    erpnext::{Erpnext, Seed, State},
};

const USAGE: &str =
    "parlance-standin [--addr 127.0.0.1:8377] [--seed demo|recorded] [--state FILE]";

struct Options {
    addr: SocketAddr,
    seed: Seed,
    state: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\nusage: {USAGE}");
            return ExitCode::from(2);
        }
    };
    match serve(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the ERPNext stand-in cannot run: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(options: Options) -> std::io::Result<()> {
    let state = match &options.state {
        Some(path) => State::kept(options.seed, path)?,
        None => State::new(options.seed),
    };
    let running = Erpnext::start_on(options.addr, state).await?;
    println!("ERPNext stand-in ({:?}) at {}", options.seed, running.url());
    if options.seed == Seed::Demo {
        println!("API key {} secret {}", cast::SERVICE_KEY, cast::SERVICE_SECRET);
    }
    tokio::signal::ctrl_c().await
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options =
        Options { addr: SocketAddr::from(([127, 0, 0, 1], 8377)), seed: Seed::Demo, state: None };
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--addr" => {
                let addr = value.parse();
                options.addr = addr.map_err(|_| format!("{value} is no address and port"))?;
            }
            "--seed" => {
                options.seed = match value.as_str() {
                    "demo" => Seed::Demo,
                    "recorded" => Seed::Recorded,
                    _ => return Err(format!("there is no seed {value}")),
                }
            }
            "--state" => options.state = Some(value.into()),
            _ => return Err(format!("there is no flag {flag}")),
        }
    }
    Ok(options)
}
