//! A program that runs beside the test and never outlives it.

use crate::{folder::ProcessGroup, wait::eventually_blocking};
use std::{
    collections::VecDeque,
    ffi::{OsStr, OsString},
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

/// Runs "$@", tells its process number, and ends it with signal $1 (KILL if that takes 5 s) when standard input closes:
/// the test let go of it or died. `setpriv` ends it even if this shell is killed.
const KEEPER: &str = r#"
signal=$1; shift
exec 3<&0
"$@" 3<&- </dev/null >&2 & child=$!
echo "$child"
( cat >/dev/null <&3
  kill -s "$signal" "$child" 2>/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10; do sleep 0.5; kill -0 "$child" 2>/dev/null || exit 0; done
  kill -s KILL "$child" 2>/dev/null ) >/dev/null & watcher=$!
wait "$child"; status=$?
echo "$status"
kill -s KILL "$watcher" 2>/dev/null
"#;

/// A user of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub uid: u32,
    /// Its group's number.
    pub gid: u32,
}

/// What to run and how.
#[derive(Clone, Debug)]
pub struct Program {
    name: String,
    program: PathBuf,
    args: Vec<OsString>,
    env: Vec<(OsString, Option<OsString>)>,
    folder: PathBuf,
    log: PathBuf,
    user: Option<User>,
    last_signal: &'static str,
}

impl Program {
    /// `program`, called `name` in messages, working in `folder` and writing to `log`.
    #[must_use]
    pub fn new(name: &str, program: &Path, folder: &Path, log: &Path) -> Self {
        Self {
            name: name.to_owned(),
            program: program.to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            folder: folder.to_owned(),
            log: log.to_owned(),
            user: None,
            last_signal: "TERM",
        }
    }

    /// With one more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// With more arguments.
    #[must_use]
    pub fn args(mut self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// With a variable in its environment.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Without a variable that this process has.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), None));
        self
    }

    /// As another user of the machine.
    #[must_use]
    pub const fn run_as(mut self, user: Option<User>) -> Self {
        self.user = user;
        self
    }

    /// Ended with this signal when the test is over, instead of TERM.
    #[must_use]
    pub const fn ended_by(mut self, signal: &'static str) -> Self {
        self.last_signal = signal;
        self
    }

    /// `setpriv` in front: a process that dies with its parent, and as the right user.
    fn words(&self) -> Vec<OsString> {
        let mut words: Vec<OsString> = vec!["setpriv".into(), "--pdeathsig".into(), "KILL".into()];
        if let Some(user) = self.user {
            words.push(format!("--reuid={}", user.uid).into());
            words.push(format!("--regid={}", user.gid).into());
            words.push("--clear-groups".into());
        }
        words.push("--".into());
        words.push(self.program.clone().into());
        words.extend(self.args.iter().cloned());
        words
    }

    /// Runs it to its end and gives what it printed; fails the test if it fails.
    ///
    /// # Panics
    /// If it cannot be started or does not succeed.
    pub fn run(&self) -> String {
        let words = self.words();
        let output = Command::new(&words[0])
            .args(&words[1..])
            .environment(&self.env)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.name));
        assert!(
            output.status.success(),
            "{} failed ({}):\n{}{}",
            self.name,
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Starts it.
    #[must_use]
    pub fn start(&self) -> Daemon {
        Daemon::start(self)
    }
}

/// A running program. Ends when dropped or when the test process dies; tells the end of its log if the test failed.
#[derive(Debug)]
pub struct Daemon {
    name: String,
    pid: u32,
    log: PathBuf,
    lifeline: Option<ChildStdin>,
    keeper: Child,
    exit: Arc<Exit>,
}

#[derive(Debug, Default)]
struct Exit {
    status: Mutex<Option<i32>>,
    told: Condvar,
}

impl Daemon {
    fn start(program: &Program) -> Self {
        let log = open_log(&program.log);
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper", program.last_signal])
            .args(program.words())
            .environment(&program.env)
            .current_dir(&program.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .process_group_of_its_own()
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.name));
        let lifeline = keeper.stdin.take();
        let mut told = BufReader::new(keeper.stdout.take().expect("piped above"));
        let mut line = String::new();
        told.read_line(&mut line).expect("the keeper tells a number");
        let pid = line.trim().parse().unwrap_or_else(|_| panic!("{} did not start", program.name));
        let exit = Arc::new(Exit::default());
        let teller = Arc::clone(&exit);
        std::thread::spawn(move || {
            let mut line = String::new();
            let status = match told.read_line(&mut line) {
                Ok(_) => line.trim().parse().unwrap_or(-1),
                Err(_) => -1,
            };
            *teller.status.lock().expect("nobody panics while holding this") = Some(status);
            teller.told.notify_all();
        });
        Self { name: program.name.clone(), pid, log: program.log.clone(), lifeline, keeper, exit }
    }

    /// Its process number.
    #[must_use]
    pub const fn pid(&self) -> u32 {
        self.pid
    }

    /// The exit status if it has ended: as a shell tells it, 128 and the signal's number for a signal.
    #[must_use]
    pub fn exited(&self) -> Option<i32> {
        *self.exit.status.lock().expect("nobody panics while holding this")
    }

    /// Sends it a signal, such as `STOP`.
    pub fn signal(&self, signal: &str) {
        // Once it has exited the number may belong to somebody else.
        if self.exited().is_none() {
            let _ = signal_process(self.pid, signal);
        }
    }

    /// Waits for its end and gives the exit status, or nothing after `limit`.
    #[must_use]
    pub fn wait(&self, limit: Duration) -> Option<i32> {
        let status = self.exit.status.lock().expect("nobody panics while holding this");
        let (status, _) = self
            .exit
            .told
            .wait_timeout_while(status, limit, |status| status.is_none())
            .expect("nobody panics while holding this");
        *status
    }

    /// Ends it at once, as a power cut would.
    pub fn kill9(&self) {
        self.signal("KILL");
        assert!(self.wait(Duration::from_secs(10)).is_some(), "{} survives KILL", self.name);
    }

    /// Waits until `ready` answers yes.
    ///
    /// # Panics
    /// With the end of its log, if it exits or is not ready after `limit`.
    pub fn wait_until_ready(&self, limit: Duration, mut ready: impl FnMut() -> bool) {
        eventually_blocking(&format!("{} is ready", self.name), limit, || {
            if ready() {
                return Some(());
            }
            if let Some(status) = self.exited() {
                panic!("{} exited with {status} instead of getting ready", self.name);
            }
            None
        });
    }

    /// Its log.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "--- {} (process {}), end of its log {}:\n{}---",
                self.name,
                self.pid,
                self.log.display(),
                last_lines(&self.log, 40)
            );
        }
        drop(self.lifeline.take());
        let _ = self.keeper.wait();
    }
}

trait Environment {
    fn environment(&mut self, changes: &[(OsString, Option<OsString>)]) -> &mut Self;
}

impl Environment for Command {
    fn environment(&mut self, changes: &[(OsString, Option<OsString>)]) -> &mut Self {
        for (name, value) in changes {
            match value {
                Some(value) => self.env(name, value),
                None => self.env_remove(name),
            };
        }
        self
    }
}

/// Sends a signal by the shell's own `kill`, which is everywhere.
pub(crate) fn signal_process(pid: u32, signal: &str) -> bool {
    Command::new("sh")
        .args(["-c", "kill -s \"$1\" \"$2\" 2>/dev/null", "signal", signal, &pid.to_string()])
        .status()
        .is_ok_and(|status| status.success())
}

fn open_log(path: &Path) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()))
}

/// The last lines of a file.
#[must_use]
pub fn last_lines(path: &Path, count: usize) -> String {
    const WINDOW: u64 = 64 * 1024;
    let Ok(mut file) = File::open(path) else {
        return String::from("(no log)\n");
    };
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let _ = file.seek(SeekFrom::Start(length.saturating_sub(WINDOW)));
    let mut text = Vec::new();
    let _ = file.read_to_end(&mut text);
    let mut lines = VecDeque::new();
    for line in String::from_utf8_lossy(&text).lines() {
        if lines.len() == count {
            lines.pop_front();
        }
        lines.push_back(line.to_owned());
    }
    lines.into_iter().fold(String::new(), |text, line| text + &line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    fn sleeper(folder: &Folder) -> Daemon {
        Program::new("sleeper", Path::new("sleep"), folder.path(), &folder.path().join("log"))
            .arg("300")
            .start()
    }

    fn alive(pid: u32) -> bool {
        // A zombie has been ended, even if nobody has looked yet.
        std::fs::read_to_string(format!("/proc/{pid}/stat"))
            .is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn a_daemon_ends_when_dropped() {
        let folder = Folder::new("daemon");
        let daemon = sleeper(&folder);
        let pid = daemon.pid();
        assert!(alive(pid));
        drop(daemon);
        assert!(!alive(pid));
    }

    #[test]
    fn a_daemon_ends_when_its_keeper_is_killed() {
        let folder = Folder::new("daemon");
        let daemon = sleeper(&folder);
        let pid = daemon.pid();
        // Until then it is still `setpriv`, which has its own death to arrange first.
        eventually_blocking("the sleeper sleeps", Duration::from_secs(5), || {
            std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .is_ok_and(|name| name == "sleep\n")
                .then_some(())
        });
        assert!(signal_process(daemon.keeper.id(), "KILL"));
        eventually_blocking("the sleeper is gone", Duration::from_secs(5), || {
            (!alive(pid)).then_some(())
        });
    }

    /// No test of its own: the next test runs it in a process that it then kills.
    #[test]
    fn helper_that_hangs_with_a_daemon() {
        if let Some(report) = std::env::var_os("TESTKIT_HANG_AND_REPORT_TO") {
            let folder = Folder::new("daemon");
            let daemon = sleeper(&folder);
            let report = PathBuf::from(report);
            let unfinished = report.with_extension("unfinished");
            std::fs::write(&unfinished, format!("{}\n{}", daemon.pid(), folder.path().display()))
                .unwrap();
            std::fs::rename(unfinished, report).unwrap();
            std::thread::sleep(Duration::from_secs(60));
        }
    }

    #[test]
    fn nothing_is_left_of_a_killed_test_process() {
        let folder = Folder::new("daemon");
        let report = folder.path().join("report");
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "daemon::tests::helper_that_hangs_with_a_daemon"])
            .env("TESTKIT_HANG_AND_REPORT_TO", &report)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let limit = Duration::from_secs(10);
        let told =
            eventually_blocking("its report", limit, || std::fs::read_to_string(&report).ok());
        let (pid, path) = told.split_once('\n').unwrap();
        victim.kill().unwrap();
        victim.wait().unwrap();
        let (pid, path) = (pid.parse().unwrap(), Path::new(path));
        eventually_blocking("its daemon is gone", limit, || (!alive(pid)).then_some(()));
        eventually_blocking("its folder is gone", limit, || (!path.exists()).then_some(()));
    }

    #[test]
    fn a_daemon_tells_how_it_ended() {
        let folder = Folder::new("daemon");
        let log = folder.path().join("log");
        let daemon = Program::new("shell", Path::new("sh"), folder.path(), &log)
            .args(["-c", "echo words; exit 7"])
            .start();
        assert_eq!(daemon.wait(Duration::from_secs(5)), Some(7));
        assert_eq!(last_lines(&log, 3), "words\n");
    }

    #[test]
    fn a_killed_daemon_is_known_to_be_dead() {
        let folder = Folder::new("daemon");
        let daemon = sleeper(&folder);
        daemon.kill9();
        assert_eq!(daemon.exited(), Some(128 + 9));
    }

    #[test]
    fn a_folder_goes_away() {
        let folder = Folder::new("folder");
        let path = folder.path().to_owned();
        std::fs::write(path.join("file"), "text").unwrap();
        drop(folder);
        eventually_blocking("the folder is gone", Duration::from_secs(5), || {
            (!path.exists()).then_some(())
        });
    }
}
