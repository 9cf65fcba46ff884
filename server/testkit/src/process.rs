//! Parlance itself, as an operator runs it: the built program with environment variables.

use crate::{
    daemon::{Daemon, Program},
    folder::Folder,
    http::{self, Session},
    port,
    wait::eventually,
};
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    time::Duration,
};

/// A Parlance server on a port and with a data folder of its own. It is not started before [`Server::start`].
#[derive(Debug)]
pub struct Server {
    daemon: Option<Daemon>,
    program: PathBuf,
    env: Vec<(OsString, OsString)>,
    port: u16,
    name: String,
    folder: Folder,
}

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// A server with nothing configured: demo mode, SQLite, the in-process bus.
    ///
    /// # Panics
    /// If the program has not been built.
    #[must_use]
    pub fn new() -> Self {
        Self::of(&built("parlance", "PARLANCE_BIN"))
    }

    /// The same with another program; `env!("CARGO_BIN_EXE_parlance")` in the server's own tests.
    #[must_use]
    pub fn of(program: &Path) -> Self {
        Self {
            daemon: None,
            program: program.to_owned(),
            env: Vec::new(),
            port: port::free(),
            name: "parlance".to_owned(),
            folder: Folder::new("server"),
        }
    }

    /// With a variable in its environment; it counts from the next start on.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.set_env(name, value);
        self
    }

    /// Sets a variable for the next start.
    pub fn set_env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        let name = name.as_ref().to_owned();
        self.env.retain(|(known, _)| *known != name);
        self.env.push((name, value.as_ref().to_owned()));
    }

    /// With a name for messages, to tell replicas apart.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// Starts it and waits for `GET /readyz` to answer 200.
    ///
    /// # Panics
    /// With the end of its log, if it exits or is not ready within a minute.
    pub async fn start(mut self) -> Self {
        self.start_again().await;
        self
    }

    /// Starts it after [`Server::kill9`] or [`Server::terminate`]: same port, same data.
    ///
    /// # Panics
    /// With the end of its log, if it exits or is not ready within a minute.
    pub async fn start_again(&mut self) {
        self.launch();
        self.wait_until_ready().await;
    }

    /// Starts it without waiting.
    pub fn launch(&mut self) {
        assert!(
            self.daemon.as_ref().is_none_or(|daemon| daemon.exited().is_some()),
            "{} runs already",
            self.name
        );
        let data = self.data_folder();
        let mut program = Program::new(&self.name, &self.program, &working_folder(), &self.log());
        // What the developer has configured for himself must not reach the test.
        for (name, _) in std::env::vars_os() {
            if configures_parlance(&name) {
                program = program.env_remove(name);
            }
        }
        program = program
            .env("PARLANCE_ADDR", port::loopback(self.port).to_string())
            .env("PARLANCE_DATA_DIR", data)
            .env("RUST_BACKTRACE", "1");
        for (name, value) in &self.env {
            program = program.env(name, value);
        }
        self.daemon = Some(program.start());
    }

    /// Waits for `GET /readyz` to answer 200.
    ///
    /// # Panics
    /// With the end of its log, if it exits or is not ready within a minute.
    pub async fn wait_until_ready(&self) {
        let client = http::client();
        let address = format!("{}/readyz", self.url());
        eventually(
            &format!("{} is ready at {address}", self.name),
            Duration::from_secs(60),
            || async {
                let daemon = self.daemon.as_ref().expect("started before");
                if let Some(status) = daemon.exited() {
                    panic!("{} exited with {status} instead of getting ready", self.name);
                }
                let answer =
                    client.get(&address).timeout(Duration::from_secs(2)).send().await.ok()?;
                answer.status().is_success().then_some(())
            },
        )
        .await;
    }

    /// Ends it at once, as a power cut would.
    pub fn kill9(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            daemon.kill9();
        }
    }

    /// Asks it to end and waits; gives the exit status.
    ///
    /// # Panics
    /// If it still runs after `limit`.
    pub async fn terminate(&mut self, limit: Duration) -> i32 {
        let Some(daemon) = self.daemon.take() else { return 0 };
        daemon.signal("TERM");
        eventually(&format!("{} ends after TERM", self.name), limit, || async { daemon.exited() })
            .await
    }

    /// Stops it for this long in the middle of whatever it does. Returns at once.
    pub fn freeze_for(&self, duration: Duration) {
        let Some(daemon) = &self.daemon else { return };
        daemon.signal("STOP");
        let pid = daemon.pid();
        std::thread::spawn(move || {
            std::thread::sleep(duration);
            crate::daemon::signal_process(pid, "CONT");
        });
    }

    /// The exit status if it has ended.
    #[must_use]
    pub fn exited(&self) -> Option<i32> {
        self.daemon.as_ref().and_then(Daemon::exited)
    }

    /// Its process number.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.daemon.as_ref().map(Daemon::pid)
    }

    /// Its address, such as `http://127.0.0.1:41234`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", port::loopback(self.port))
    }

    /// Its data folder.
    #[must_use]
    pub fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Its log file.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// What it has logged so far.
    #[must_use]
    pub fn logged(&self) -> String {
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// A browser that has never been here.
    #[must_use]
    pub fn visitor(&self) -> Session {
        Session::new(&self.url())
    }

    /// A browser in which `user` has signed in.
    ///
    /// # Panics
    /// If the server did not let them in.
    pub async fn signed_in(&self, user: &str, password: &str) -> Session {
        let mut session = self.visitor();
        let page = session.sign_in(user, password).await;
        assert!(
            session.is_signed_in().await,
            "{user} is not signed in; the form led to {} ({}):\n{}",
            page.url,
            page.status,
            page.body
        );
        session
    }
}

/// A program of this workspace: named by the variable, or where cargo put it.
///
/// # Panics
/// If it has not been built.
#[must_use]
pub fn built(name: &str, variable: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        let path = PathBuf::from(path);
        assert!(path.is_file(), "{variable} names no file: {}", path.display());
        return path;
    }
    // A test runs as target/<profile>/deps/<test>, a program as target/<profile>/<program>.
    let own = std::env::current_exe().expect("the running test has a path");
    let found =
        own.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "{name} is not built beside {}: run `cargo build --bins` first, or set {variable}",
            own.display()
        )
    })
}

/// The workspace's root: the program finds its configuration and the site there.
fn working_folder() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).expect("server/testkit is two folders deep").to_owned()
}

fn configures_parlance(name: &OsStr) -> bool {
    const PREFIXES: [&str; 5] = ["PARLANCE_", "DATABASE_", "REDIS_", "ERPNEXT_", "S3_"];
    let Some(name) = name.to_str() else { return false };
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}
