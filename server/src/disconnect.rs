//! `parlance disconnect`: takes back exactly what `parlance connect` made.

use crate::{cli::Failure, config::Unconnected, connect::AdministratorArgs};
use connect::{Manifest, Removed};
use std::{path::Path, process::ExitCode};

pub(crate) async fn run(args: AdministratorArgs, file: Option<&Path>) -> Result<ExitCode, Failure> {
    let place = Unconnected::load(file)?;
    let mut manifest = Manifest::read(&place.data_dir)?;
    if manifest.is_empty() {
        println!("Nothing to do: {} holds no connection.", place.data_dir.display());
        return Ok(ExitCode::SUCCESS);
    }
    let site = args.site(&manifest.site)?;
    println!("\nIn {} this will be taken back, the last made first:\n", manifest.site);
    println!("{}", manifest.told());
    println!("Communications, Tasks, Issues and Files that Parlance wrote stay.\n");
    if !args.agree("Do this in ERPNext? [y/N]")? {
        println!("Nothing was changed.");
        return Ok(ExitCode::SUCCESS);
    }
    println!();
    let mut watch = |removed: &Removed| match &removed.stays {
        None => println!("  done   {}", removed.what),
        Some(why) => println!("  stays  {}: {why}", removed.what),
    };
    connect::disconnect(&site, &mut manifest, &mut watch).await.inspect_err(|_| {
        eprintln!("\nIt stopped in the middle. `parlance disconnect` goes on from here.");
    })?;
    println!("\nDisconnected. Parlance notices at its next start.");
    Ok(ExitCode::SUCCESS)
}
