//! A server process.

use crate::{
    fault::Outcome,
    proc::{self, Memory},
};
use std::{
    net::{SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};
use testkit::{
    daemon::{Daemon, Program},
    folder::Folder,
    port,
};

const READY_WITHIN: Duration = Duration::from_secs(60);

/// A server that was started here and ends with this value.
#[derive(Debug)]
pub struct Process {
    daemon: Daemon,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where it works; goes after the server does.
    pub folder: Folder,
}

impl Process {
    /// Starts `program` on a free address, with what `with` adds, and waits until it listens.
    ///
    /// # Panics
    /// If it does not start, with the end of its log.
    pub fn start(program: &Path, with: impl FnOnce(Program, SocketAddr, &Path) -> Program) -> Self {
        let address = free_address();
        let name = program.file_name().unwrap_or_default().to_string_lossy();
        let folder = Folder::new(&name);
        let program = Program::new(&name, program, folder.path(), &folder.path().join("log"));
        let daemon = with(program.ended_by("KILL"), address, folder.path()).start();
        daemon.wait_until_ready(READY_WITHIN, || TcpStream::connect(address).is_ok());
        Self { daemon, address, folder }
    }

    /// CPU time used so far.
    pub fn cpu(&self) -> Outcome<Duration> {
        proc::cpu(self.daemon.pid())
    }

    /// Memory now.
    pub fn memory(&self) -> Outcome<Memory> {
        proc::memory(self.daemon.pid())
    }
}

/// A loopback address nobody listens on.
pub fn free_address() -> SocketAddr {
    port::loopback(port::free())
}
