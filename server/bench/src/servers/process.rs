//! A server process.

use crate::{
    fault::{Doing, Outcome},
    proc::{self, Memory},
    services::listening,
};
use std::{fs::File, net::SocketAddr, path::Path, process::Stdio, time::Duration};
use tokio::process::{Child, Command};

/// A server that was started here and ends with this value.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Process {
    /// Starts a server and waits until it listens; what it prints goes to a file in `folder`.
    pub async fn start(mut command: Command, address: SocketAddr, folder: &Path) -> Outcome<Self> {
        let log = folder.join("log");
        let output = File::create(&log)?;
        command.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output).kill_on_drop(true);
        let mut child = command.spawn().doing("starting a server")?;
        listening(address, &mut child, &log).await?;
        let pid = child.id().ok_or("the server ended at once")?;
        Ok(Self { child, pid, address })
    }

    /// CPU time used so far.
    pub fn cpu(&self) -> Outcome<Duration> {
        proc::cpu(self.pid)
    }

    /// Memory now.
    pub fn memory(&self) -> Outcome<Memory> {
        proc::memory(self.pid)
    }

    /// Ends it.
    pub async fn stop(mut self) -> Outcome<()> {
        Ok(self.child.kill().await?)
    }
}
