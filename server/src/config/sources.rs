//! Where settings come from: the environment first, then the file.

use crate::config::ConfigError;
use std::{collections::HashMap, path::Path, str::FromStr};

pub(super) struct Sources {
    environment: HashMap<String, String>,
    file: HashMap<String, String>,
}

impl Sources {
    pub(super) fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let file = match file {
            Some(file) => read(file)?,
            None if Path::new("Leptos.toml").exists() => read(Path::new("Leptos.toml"))?,
            None => HashMap::new(),
        };
        Ok(Self { environment: std::env::vars().collect(), file })
    }

    #[cfg(test)]
    pub(super) fn of(settings: &[(&str, &str)]) -> Self {
        let environment =
            settings.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Self { environment, file: HashMap::new() }
    }

    /// The setting, unless it is missing or blank.
    pub(super) fn text(&self, variable: &str) -> Option<String> {
        let value = self.environment.get(variable).or_else(|| self.file.get(variable))?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
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
fn read(file: &Path) -> Result<HashMap<String, String>, ConfigError> {
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
