//! A PostgreSQL server of the test's own.

use crate::{
    daemon::{Daemon, Program, User},
    folder::Folder,
    port,
    wait::eventually_blocking,
};
use std::{
    net::TcpStream,
    os::unix::fs::MetadataExt,
    path::PathBuf,
    process::Command,
    sync::{
        Mutex, MutexGuard, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

/// A running PostgreSQL server with its cluster in a temporary folder.
#[derive(Debug)]
pub struct Postgres {
    // The server goes before its folder does.
    daemon: Mutex<Option<Daemon>>,
    program: Program,
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    folder: Folder,
}

/// The one server that all tests of this test binary share, each with its own [`Postgres::fresh_database`]. It does not
/// wait for the disk: start one with [`Postgres::start_durable`] to cut its power.
pub fn shared() -> &'static Postgres {
    static SHARED: OnceLock<Postgres> = OnceLock::new();
    SHARED.get_or_init(Postgres::start)
}

impl Postgres {
    /// A server that forgets everything when the machine stops, and is fast.
    #[must_use]
    pub fn start() -> Self {
        Self::start_with(&["fsync=off", "synchronous_commit=off", "full_page_writes=off"])
    }

    /// A server that commits as in production.
    #[must_use]
    pub fn start_durable() -> Self {
        Self::start_with(&[])
    }

    /// A server with more settings, each as `name=value`.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not get ready.
    #[must_use]
    pub fn start_with(settings: &[&str]) -> Self {
        let programs = programs();
        let user = unprivileged_user();
        let folder = Folder::new("postgres");
        folder.give_to(user);
        let cluster = folder.path().join("cluster");
        Program::new(
            "initdb",
            &programs.join("initdb"),
            folder.path(),
            &folder.path().join("initdb.log"),
        )
        .run_as(user)
        .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C"])
        .arg("--pgdata")
        .arg(&cluster)
        .run();
        let port = port::free();
        let mut program = Program::new(
            "PostgreSQL",
            &programs.join("postgres"),
            folder.path(),
            &folder.path().join("postgres.log"),
        )
        .run_as(user)
        // "Immediate": no test is interested in a clean end, and clients may still be connected.
        .ended_by("QUIT")
        .arg("-D")
        .arg(&cluster)
        .args(["-p", &port.to_string()])
        .args(["-c", "listen_addresses=127.0.0.1"])
        .args(["-c", "max_connections=200"])
        .args(["-c", "shared_buffers=64MB"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", folder.path().display()));
        for setting in settings {
            program = program.args(["-c", setting]);
        }
        let server = Self {
            daemon: Mutex::new(None),
            program,
            programs,
            port,
            databases: AtomicU32::new(0),
            folder,
        };
        server.start_again();
        server
    }

    /// The port it listens on, on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Its folder; `postgres.log` is in there.
    #[must_use]
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A new empty database, as a URL.
    pub fn fresh_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        self.url(&name)
    }

    /// The URL of a database of this server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Runs SQL in `database` and gives what `psql` prints: rows as lines, columns parted by `|`.
    ///
    /// # Panics
    /// If it fails, with PostgreSQL's reason.
    pub fn sql(&self, database: &str, sql: &str) -> String {
        let psql = self.programs.join("psql");
        let psql = if psql.exists() { psql } else { PathBuf::from("psql") };
        let output = Command::new(psql)
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .arg(self.url(database))
            .output()
            .expect("psql starts");
        assert!(
            output.status.success(),
            "on PostgreSQL at port {}: {sql}\n{}",
            self.port,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Cuts its power: every process of it ends at once.
    pub fn kill9(&self) {
        let mut daemon = self.lock();
        if let Some(running) = daemon.take() {
            running.kill9();
        }
    }

    /// Ends it in good order ("fast": open transactions are rolled back).
    pub fn stop(&self) {
        let mut daemon = self.lock();
        if let Some(running) = daemon.take() {
            running.signal("INT");
            assert!(running.wait(Duration::from_secs(30)).is_some(), "PostgreSQL does not stop");
        }
    }

    /// Starts it after [`Postgres::kill9`] or [`Postgres::stop`], on the same port with the same data.
    pub fn start_again(&self) {
        let mut daemon = self.lock();
        if daemon.is_some() {
            return;
        }
        // After a power cut its children take a moment to notice that they are orphans.
        let running = eventually_blocking("PostgreSQL starts", Duration::from_secs(30), || {
            let candidate = self.program.start();
            let limit = std::time::Instant::now() + Duration::from_secs(30);
            while candidate.exited().is_none() && std::time::Instant::now() < limit {
                if self.answers() {
                    return Some(candidate);
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            eprintln!(
                "PostgreSQL did not start:\n{}",
                crate::daemon::last_lines(candidate.log(), 20)
            );
            None
        });
        *daemon = Some(running);
    }

    fn answers(&self) -> bool {
        TcpStream::connect_timeout(&port::loopback(self.port), Duration::from_secs(1)).is_ok()
            && Command::new(self.programs.join("pg_isready"))
                .args([
                    "-q",
                    "-U",
                    "postgres",
                    "-d",
                    "postgres",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    &self.port.to_string(),
                ])
                .status()
                .is_ok_and(|status| status.success())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Daemon>> {
        self.daemon.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The folder of PostgreSQL's programs: Debian keeps them off the PATH, one folder for each release.
fn programs() -> PathBuf {
    let mut releases: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
        })
        .filter(|(_, programs)| {
            programs.join("postgres").exists() && programs.join("initdb").exists()
        })
        .collect();
    releases.sort();
    if let Some((_, programs)) = releases.pop() {
        return programs;
    }
    std::env::var_os("PATH")
        .iter()
        .flat_map(|path| std::env::split_paths(path).collect::<Vec<_>>())
        .find(|folder| folder.join("postgres").exists() && folder.join("initdb").exists())
        .expect("PostgreSQL is installed: apt-get install postgresql")
}

/// PostgreSQL refuses to run as root; tests in a container often do.
fn unprivileged_user() -> Option<User> {
    let own = std::fs::metadata("/proc/self").expect("a Linux machine");
    if own.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").expect("every user may read it");
    ["postgres", "nobody"].iter().find_map(|name| {
        let mut fields =
            users.lines().find(|line| line.split(':').next() == Some(name))?.split(':').skip(2);
        Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn databases_are_apart() {
        let (one, two) = (shared().fresh_database(), shared().fresh_database());
        assert_ne!(one, two);
        let name = one.rsplit('/').next().unwrap();
        shared().sql(name, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
        assert_eq!(shared().sql(name, "SELECT n, 'x' FROM t"), "7|x");
    }

    #[test]
    fn what_was_committed_survives_a_power_cut() {
        let server = Postgres::start_durable();
        let name = server.fresh_database().rsplit('/').next().unwrap().to_owned();
        assert_eq!(server.sql(&name, "SHOW fsync"), "on");
        server.sql(&name, "CREATE TABLE t (n int); INSERT INTO t VALUES (7)");
        server.kill9();
        assert!(!server.answers());
        server.start_again();
        assert_eq!(server.sql(&name, "SELECT n FROM t"), "7");
    }
}
