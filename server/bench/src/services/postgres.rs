//! A PostgreSQL of our own: fsync on, on a free port of the loopback, gone with this process.

use super::{free_address, listening};
use crate::fault::{Doing, Outcome};
use nix::unistd::{User, geteuid};
use std::{
    fs::{self, File},
    net::SocketAddr,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Stdio,
};
use tokio::process::{Child, Command};

/// What differs from a fresh installation: only what keeps its housekeeping out of the rounds.
const SETTINGS: [&str; 7] = [
    "fsync=on",
    "synchronous_commit=on",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=256MB",
    "max_wal_size=8GB",
    "checkpoint_timeout=1h",
];

/// A running cluster.
pub struct Postgres {
    child: Child,
    address: SocketAddr,
}

impl Postgres {
    /// Makes a cluster under `scratch` and starts it.
    pub async fn start(scratch: &Path) -> Outcome<Self> {
        let programs = programs()?;
        let home = scratch.join("postgres");
        fs::create_dir(&home)?;
        let as_root = geteuid().is_root();
        if as_root {
            let user = User::from_name("postgres")?
                .ok_or("no user `postgres`: PostgreSQL refuses to run as root")?;
            fs::set_permissions(scratch, fs::Permissions::from_mode(0o755))?;
            chown(&home, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        let data = home.join("data");
        let made = command(&programs.join("initdb"), as_root)
            .arg("-D")
            .arg(&data)
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale", "C", "--no-sync"])
            .output()
            .await
            .doing("initdb")?;
        if !made.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&made.stderr)).into());
        }
        let address = free_address()?;
        let log = scratch.join("postgres.log");
        let mut postgres = command(&programs.join("postgres"), as_root);
        postgres.arg("-D").arg(&data).args(["-h", "127.0.0.1", "-p", &address.port().to_string()]);
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let mut child =
            postgres.stdout(Stdio::null()).stderr(File::create(&log)?).spawn().doing("postgres")?;
        listening(address, &mut child, &log).await?;
        Ok(Self { child, address })
    }

    /// Where to connect as the owner.
    pub fn url(&self) -> String {
        format!("postgres://postgres@{}/postgres", self.address)
    }

    /// The postmaster.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }
}

/// The newest installation's programs.
fn programs() -> Outcome<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").doing("PostgreSQL is not installed")?;
    let version = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    let newest = versions.filter_map(|entry| Some(entry.ok()?.path())).max_by_key(version);
    Ok(newest.ok_or("PostgreSQL is not installed")?.join("bin"))
}

/// Runs as the user `postgres` where we are root, and ends when we end.
fn command(program: &Path, as_root: bool) -> Command {
    let mut command = if as_root {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig", "INT"])
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command.kill_on_drop(true).stdin(Stdio::null());
    command
}
