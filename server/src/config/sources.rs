//! Where settings come from: the environment first, then the file, then what connecting ERPNext left in the data folder.

use crate::config::{ConfigError, connection};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    str::FromStr,
};

pub(super) struct Sources {
    environment: HashMap<String, String>,
    file: HashMap<String, String>,
    connection: HashMap<String, String>,
}

impl Sources {
    pub(super) fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut sources = Self::unconnected(file)?;
        sources.connection = connection::read(&sources.data_dir(), sources.secret())?;
        Ok(sources)
    }

    /// Without what connecting ERPNext left.
    pub(super) fn unconnected(file: Option<&Path>) -> Result<Self, ConfigError> {
        let file = match file {
            Some(file) => read(file)?,
            None if Path::new("Leptos.toml").exists() => read(Path::new("Leptos.toml"))?,
            None => HashMap::new(),
        };
        let environment = std::env::vars().collect();
        Ok(Self { environment, file, connection: HashMap::new() })
    }

    #[cfg(test)]
    pub(super) fn of(settings: &[(&str, &str)]) -> Self {
        let environment =
            settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Self { environment, file: HashMap::new(), connection: HashMap::new() }
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        PathBuf::from(self.text("PARLANCE_DATA_DIR").unwrap_or_else(|| "./data".into()))
    }

    pub(super) fn secret(&self) -> Option<secrecy::SecretString> {
        self.text("PARLANCE_SECRET").map(secrecy::SecretString::from)
    }

    /// The setting, unless it is missing or blank.
    pub(super) fn text(&self, variable: &str) -> Option<String> {
        [&self.environment, &self.file, &self.connection]
            .into_iter()
            .filter_map(|source| source.get(variable))
            .map(|value| value.trim())
            .find(|value| !value.is_empty())
            .map(str::to_owned)
    }

    pub(super) fn parsed<T: FromStr>(
        &self,
        variable: &'static str,
        problem: &str,
        example: &'static str,
    ) -> Result<Option<T>, ConfigError> {
        let Some(text) = self.text(variable) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| ConfigError::Wrong {
            variable,
            problem: format!("{problem}, not {text:?}"),
            example,
        })
    }
}

/// The `[parlance]` table of a TOML file.
pub(super) fn read(file: &Path) -> Result<HashMap<String, String>, ConfigError> {
    let wrong = |problem: String| ConfigError::File { file: file.display().to_string(), problem };
    let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    let document: toml::Table =
        text.parse().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
    let Some(table) = document.get("parlance") else { return Ok(HashMap::new()) };
    let table = table.as_table().ok_or_else(|| wrong("[parlance] is not a table".into()))?;
    Ok(table
        .iter()
        .map(|(key, value)| {
            (key.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        })
        .collect())
}
