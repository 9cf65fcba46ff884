//! A Redis of our own, keeping nothing on disk.

use super::{free_address, listening};
use crate::fault::{Doing, Outcome};
use std::{fs::File, path::Path, process::Stdio};
use tokio::process::{Child, Command};

/// A running Redis.
pub struct Redis {
    _child: Child,
    /// Where it listens.
    pub url: String,
}

impl Redis {
    /// Starts one.
    pub async fn start(scratch: &Path) -> Outcome<Self> {
        let address = free_address()?;
        let log = scratch.join("redis.log");
        let mut child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &address.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--daemonize", "no", "--dir"])
            .arg(scratch)
            .stdin(Stdio::null())
            .stdout(File::create(&log)?)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .doing("redis-server")?;
        listening(address, &mut child, &log).await?;
        Ok(Self { _child: child, url: format!("redis://{address}") })
    }
}
