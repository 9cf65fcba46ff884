//! What connecting made, kept beside the connection so that disconnecting removes exactly that.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use erpnext::Fields;
use serde::{Deserialize, Serialize};

use crate::{ConnectError, connection};

const FILE: &str = "connection-manifest.json";

/// One thing done in ERPNext. Written before it is done and again after, so that a fall in the middle is noticed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// `Custom Field`, `Webhook`, …; for a rule the doctype it is about.
    pub doctype: String,
    /// The document's name; for a rule the role.
    pub name: String,
    /// What was done.
    pub deed: Deed,
    /// Whether it is known to have arrived.
    pub done: bool,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The document was not there and was inserted.
    Made,
    /// The document was there and fields were changed.
    Changed {
        /// What the fields were before.
        before: Fields,
    },
    /// The role got rights on the doctype.
    Rule {
        /// Whether ERPNext copied the standard rules for it, as nobody had changed any before.
        copied: bool,
        /// Name and `modified` of these copies.
        copies: BTreeMap<String, String>,
    },
    /// The user got an API key.
    Key,
}

/// Everything done on one site, in order, and the settings that came of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// The site's address.
    pub site: String,
    /// In the order they were done.
    pub records: Vec<Record>,
    /// Variables of [`connection::FILE`], secrets sealed.
    pub settings: BTreeMap<String, String>,
    #[serde(skip)]
    path: PathBuf,
}

impl Manifest {
    /// The manifest of this data folder; an empty one where nothing is connected.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub fn read(data_dir: &Path) -> Result<Self, ConnectError> {
        let path = data_dir.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { path, ..Self::default() });
            }
            Err(source) => return Err(ConnectError::File { path, source }),
        };
        let read: Self = serde_json::from_str(&text).map_err(|error| ConnectError::Manifest {
            path: path.clone(),
            problem: error.to_string(),
        })?;
        Ok(Self { path, ..read })
    }

    /// Whether nothing was done.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Refuses another site than the one that is connected.
    pub(crate) fn belongs_to(&self, site: &str) -> Result<(), ConnectError> {
        if self.is_empty() || self.site == site {
            return Ok(());
        }
        Err(ConnectError::OtherSite { connected: self.site.clone(), asked: site.to_owned() })
    }

    pub(crate) fn data_dir(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Whether we made this document, or were about to.
    pub(crate) fn made(&self, doctype: &str, name: &str) -> bool {
        self.find(doctype, name, |deed| matches!(deed, Deed::Made)).is_some()
    }

    pub(crate) fn rule(&self, doctype: &str, role: &str) -> Option<&Record> {
        self.find(doctype, role, |deed| matches!(deed, Deed::Rule { .. }))
    }

    fn find(&self, doctype: &str, name: &str, is_it: impl Fn(&Deed) -> bool) -> Option<&Record> {
        self.records
            .iter()
            .find(|one| one.doctype == doctype && one.name == name && is_it(&one.deed))
    }

    /// Writes down what is about to be done. What is down already stays: the first state is the one to go back to.
    pub(crate) fn intend(
        &mut self,
        doctype: &str,
        name: &str,
        deed: Deed,
    ) -> Result<(), ConnectError> {
        let kind = std::mem::discriminant(&deed);
        let known = self.find(doctype, name, |one| std::mem::discriminant(one) == kind).is_some();
        // What we made goes as a whole; how it was in between is of no interest.
        let ours = matches!(deed, Deed::Changed { .. }) && self.made(doctype, name);
        if known || ours {
            return Ok(());
        }
        let (doctype, name) = (doctype.to_owned(), name.to_owned());
        self.records.push(Record { doctype, name, deed, done: false });
        self.save()
    }

    /// Writes down that it arrived.
    pub(crate) fn confirm(
        &mut self,
        doctype: &str,
        name: &str,
        deed: Option<Deed>,
    ) -> Result<(), ConnectError> {
        for record in &mut self.records {
            if record.doctype != doctype || record.name != name {
                continue;
            }
            match &deed {
                Some(deed)
                    if std::mem::discriminant(deed) == std::mem::discriminant(&record.deed) =>
                {
                    record.deed = deed.clone();
                    record.done = true;
                }
                Some(_) => {}
                None => record.done = true,
            }
        }
        self.save()
    }

    pub(crate) fn forget(&mut self, record: &Record) -> Result<(), ConnectError> {
        self.records.retain(|one| one != record);
        self.save()
    }

    pub(crate) fn set(&mut self, variable: &str, value: String) -> Result<(), ConnectError> {
        self.settings.insert(variable.to_owned(), value);
        self.save()
    }

    pub(crate) fn unset(&mut self, variable: &str) -> Result<(), ConnectError> {
        match self.settings.remove(variable) {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    pub(crate) fn remove(&self) -> Result<(), ConnectError> {
        connection::remove_file(&self.path)
    }

    pub(crate) fn save(&self) -> Result<(), ConnectError> {
        let text = serde_json::to_string_pretty(self).map_err(|error| ConnectError::Manifest {
            path: self.path.clone(),
            problem: error.to_string(),
        })?;
        connection::replace(&self.path, &text)
            .map_err(|source| ConnectError::File { path: self.path.clone(), source })
    }
}
