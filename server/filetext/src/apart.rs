//! The process that reads one file, and how it is started, waited for and ended.

use crate::{Kind, SOURCE_LIMIT_BYTES, TEXT_LIMIT_CHARS, text_of};
use nix::sys::resource::{Resource, setrlimit};
use std::{
    io::{self, Read, Write},
    path::PathBuf,
    process::Stdio,
    time::Duration,
};
use thiserror::Error;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

/// Memory the process may have.
const MEMORY_LIMIT_BYTES: u64 = 768 * 1024 * 1024;

/// Seconds of a processor it may take.
const PROCESSOR_LIMIT_SECONDS: u64 = 20;

/// How long it is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a file was not read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The process could not be started, or spoken with.
    #[error("the process that reads a file could not be used")]
    Process(#[from] io::Error),
    /// It took too long.
    #[error("reading the file took too long")]
    TookTooLong,
    /// It fell over: the file is not one that can be read within the limits.
    #[error("the file could not be read")]
    Unreadable,
}

/// Reads files, each in a process of its own.
#[derive(Clone, Debug)]
pub struct Reader {
    program: PathBuf,
    arguments: Vec<String>,
}

impl Reader {
    /// `program` with these arguments and the kind's word after them calls [`read_in_own_process`].
    #[must_use]
    pub fn by(program: PathBuf, arguments: &[&str]) -> Self {
        Self { program, arguments: arguments.iter().map(|one| (*one).to_owned()).collect() }
    }

    /// The text of a file; empty where it has none.
    ///
    /// # Errors
    /// [`ReadError::Unreadable`] and [`ReadError::TookTooLong`] stay so; the other may be over later.
    pub async fn text_of(&self, kind: Kind, bytes: Vec<u8>) -> Result<String, ReadError> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .arg(kind.as_str())
            // It needs nothing of what this process was told.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(mut into), Some(out)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ReadError::Unreadable);
        };
        let write = async move {
            // It may have seen enough before the end.
            let _ = into.write_all(&bytes).await;
        };
        let mut text = Vec::new();
        let limit = u64::try_from(TEXT_LIMIT_CHARS * 4).unwrap_or(u64::MAX);
        let mut out = out.take(limit);
        let work = async {
            let (read, ()) = tokio::join!(out.read_to_end(&mut text), write);
            read?;
            child.wait().await
        };
        let status = timeout(PATIENCE, work).await.map_err(|_| ReadError::TookTooLong)??;
        if !status.success() {
            return Err(ReadError::Unreadable);
        }
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

/// What the process does: limits itself, reads the file from its standard input and writes its text to its standard output.
///
/// # Errors
/// If the limits cannot be set, or the file is too large or cannot be read.
pub fn read_in_own_process(kind: Kind) -> io::Result<()> {
    setrlimit(Resource::RLIMIT_AS, MEMORY_LIMIT_BYTES, MEMORY_LIMIT_BYTES)?;
    setrlimit(Resource::RLIMIT_CPU, PROCESSOR_LIMIT_SECONDS, PROCESSOR_LIMIT_SECONDS)?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    // It opens no file and writes none.
    setrlimit(Resource::RLIMIT_FSIZE, 0, 0)?;
    let mut bytes = Vec::new();
    io::stdin().lock().take(SOURCE_LIMIT_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > SOURCE_LIMIT_BYTES {
        return Err(io::Error::other("the file is too large"));
    }
    io::stdout().lock().write_all(text_of(kind, &bytes).as_bytes())
}
