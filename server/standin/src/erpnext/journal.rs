//! Accepted writes, one JSON line each, so that a stopped stand-in can go on where it was.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Write},
    path::Path,
};

use serde_json::Value;

/// Where writes are kept, if anywhere.
pub(crate) struct Journal(Option<File>);

impl Journal {
    pub(crate) const fn none() -> Self {
        Self(None)
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
        Ok((Self(Some(file)), lines))
    }

    pub(crate) fn write(&mut self, line: &Value) {
        if let Some(file) = &mut self.0 {
            let line = format!("{line}\n");
            if let Err(error) = file.write_all(line.as_bytes()) {
                tracing::error!(%error, "the journal cannot be written");
            }
        }
    }
}
