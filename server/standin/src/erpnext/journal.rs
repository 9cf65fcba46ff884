//! Accepted writes, one JSON line each, so that a stopped stand-in can go on where it was.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

use serde_json::Value;

/// Where writes are kept, if anywhere.
pub(crate) struct Journal {
    file: Option<File>,
    /// Lines of a transaction that is not over yet.
    held: Option<String>,
}

impl Journal {
    pub(crate) const fn none() -> Self {
        Self { file: None, held: None }
    }

    /// Opens `path` for appending and gives the lines that are already there; a cut last line is left out.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Value>)> {
        let mut lines = Vec::new();
        if path.exists() {
            for line in BufReader::new(File::open(path)?).lines() {
                let line = line?;
                if line.is_empty() {
                    continue;
                }
                match serde_json::from_str(&line) {
                    Ok(value) => lines.push(value),
                    Err(error) => tracing::warn!(%error, "a cut line in the journal"),
                }
            }
        }
        let mut file = OpenOptions::new().create(true).append(true).open(path)?;
        if !lines.is_empty() {
            // Whatever was cut off ends here.
            file.write_all(b"\n")?;
        }
        Ok((Self { file: Some(file), held: None }, lines))
    }

    pub(crate) const fn is_kept(&self) -> bool {
        self.file.is_some()
    }

    pub(crate) fn write(&mut self, line: &Value) {
        if self.file.is_none() {
            return;
        }
        let line = format!("{line}\n");
        match &mut self.held {
            Some(held) => held.push_str(&line),
            None => self.append(&line),
        }
    }

    /// From now on lines wait for [`Self::release`].
    pub(crate) fn hold(&mut self) {
        self.held = Some(String::new());
    }

    /// Writes what waits, in one go.
    pub(crate) fn release(&mut self) {
        if let Some(held) = self.held.take().filter(|held| !held.is_empty()) {
            self.append(&held);
        }
    }

    /// What waits is never written.
    pub(crate) fn forget(&mut self) {
        self.held = None;
    }

    fn append(&mut self, lines: &str) {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(lines.as_bytes())
        {
            tracing::error!(%error, "the journal cannot be written");
        }
    }
}
