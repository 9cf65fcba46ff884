//! What is asked about one person: enabled, name and roles, Projects, Tasks and Issues. With their own credentials
//! where we hold them, else by ERPNext's report about them.

use crate::{Services, credentials::Speaker};
use erpnext::{ErpError, ListQuery, Site};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::{StoreError, people, standings, standings::Reads};
use thiserror::Error;
use vocabulary::{Moment, PersonId};

/// Doctypes whose documents have standings of their own beside the Project's.
const DOCTYPES: [&str; 2] = ["Task", "Issue"];

#[derive(Debug, Error)]
pub(super) enum AskError {
    #[error(transparent)]
    Erpnext(#[from] ErpError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How much is asked about the person themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// Whether they are enabled.
    Enabled,
    /// Also their roles: at a sign-in, and when ERPNext said that something about them changed.
    Whole,
}

impl Services {
    /// Renews what is known about somebody; a user whom ERPNext disabled has no session after.
    pub(super) async fn renew(&self, person: PersonId) -> Result<(), AskError> {
        let Some(user) = people::user_of_member(&self.db, person).await? else { return Ok(()) };
        let dropped = standings::asked_at(&self.db, person).await?.is_none();
        let profile = if dropped { Profile::Whole } else { Profile::Enabled };
        self.ask(person, &user, profile).await
    }

    pub(super) async fn ask(
        &self,
        person: PersonId,
        user: &str,
        profile: Profile,
    ) -> Result<(), AskError> {
        let began = Moment::now();
        if !self.is_enabled(person, user, profile).await? {
            return Ok(());
        }
        let own =
            |site: Site| async move { self.ask_through(&Eyes::Own(&site), person, began).await };
        match self.in_own_name(person, own).await? {
            Some(()) => Ok(()),
            None => {
                let site = self.site.auditing();
                self.ask_through(&Eyes::Auditor(&site, user), person, began).await
            }
        }
    }

    /// Asks ERPNext in the member's own name; `None` where nothing is held that ERPNext takes of them, any more.
    pub(super) async fn in_own_name<T, F>(
        &self,
        person: PersonId,
        ask: impl Fn(Site) -> F,
    ) -> Result<Option<T>, AskError>
    where
        F: Future<Output = Result<T, AskError>>,
    {
        let Some(Speaker { site, credential }) = self.speaker(person).await? else {
            return Ok(None);
        };
        match ask(site).await {
            Err(AskError::Erpnext(ErpError::SessionExpired | ErpError::BadCredentials { .. })) => {}
            answered => return answered.map(Some),
        }
        match self.speaker_renewed(person, credential).await? {
            Some(again) => ask(again.site).await.map(Some),
            None => Ok(None),
        }
    }

    /// An API key answers for disabled users too, so it has to be asked.
    async fn is_enabled(
        &self,
        person: PersonId,
        user: &str,
        profile: Profile,
    ) -> Result<bool, AskError> {
        let found = match self.site.user(user).await {
            Ok(found) => Some(found).filter(|found| found.enabled),
            Err(ErpError::NotFound { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let Some(found) = found else {
            tracing::info!(%person, "ERPNext has disabled the user: sessions end");
            people::disable(&self.db, person).await?;
            self.person_changed(person);
            return Ok(false);
        };
        if profile == Profile::Whole {
            let roles = self.roles_of(user).await?;
            let image = found.user_image.as_deref().filter(|image| !image.is_empty());
            let name = if found.full_name.is_empty() { user } else { &found.full_name };
            if people::note_profile(&self.db, person, name, image, roles.as_deref()).await? {
                self.person_changed(person);
            }
        }
        Ok(true)
    }

    async fn ask_through(
        &self,
        eyes: &Eyes<'_>,
        person: PersonId,
        began: Moment,
    ) -> Result<(), AskError> {
        let projects = eyes.permitted("Project").await?;
        let mut changed = standings::record(&self.db, person, &projects, began).await?;
        for doctype in DOCTYPES {
            changed |= self.ask_documents(eyes, person, doctype).await?;
        }
        if changed {
            self.person_changed(person);
        }
        Ok(())
    }

    async fn ask_documents(
        &self,
        eyes: &Eyes<'_>,
        person: PersonId,
        doctype: &str,
    ) -> Result<bool, AskError> {
        let workspaces = standings::counted(&self.db, person, doctype).await?;
        let mut reads = BTreeMap::new();
        let mut unclear = Vec::new();
        let counts = eyes.counts(doctype).await?;
        for workspace in workspaces {
            match counts.as_ref().map(|counts| counts.get(&workspace.project).copied().unwrap_or(0))
            {
                Some(0) => {
                    reads.insert(workspace.workspace, Reads::None);
                }
                Some(count) if count == workspace.documents => {
                    reads.insert(workspace.workspace, Reads::All);
                }
                _ => unclear.push(workspace.workspace),
            }
        }
        if !unclear.is_empty() {
            let permitted: BTreeSet<String> = eyes.permitted(doctype).await?.into_iter().collect();
            let mut mirrored = standings::mirrored(&self.db, person, doctype).await?;
            for workspace in unclear {
                let here = mirrored.remove(&workspace).unwrap_or_default();
                reads.insert(workspace, of_those(here, &permitted));
            }
        }
        Ok(standings::record_documents(&self.db, person, doctype, &reads).await?)
    }
}

fn of_those(here: BTreeSet<String>, permitted: &BTreeSet<String>) -> Reads {
    let readable: BTreeSet<String> = here.intersection(permitted).cloned().collect();
    match readable.len() {
        _ if permitted.is_empty() => Reads::None,
        readable if readable == here.len() => Reads::All,
        _ => Reads::Some(readable),
    }
}

/// Through whose eyes ERPNext is seen.
enum Eyes<'a> {
    /// The member's own.
    Own(&'a Site),
    /// The auditor's, looking at this user.
    Auditor(&'a Site, &'a str),
}

impl Eyes<'_> {
    /// The names of all documents of `doctype` that may be read.
    async fn permitted(&self, doctype: &str) -> Result<Vec<String>, ErpError> {
        match self {
            Self::Own(site) => {
                let query = ListQuery {
                    doctype,
                    fields: &["name"],
                    filters: json!([]),
                    order_by: "name asc",
                    limit: 0,
                };
                match site.list_documents(query).await {
                    Ok(rows) => Ok(rows.iter().map(|row| row.name().to_owned()).collect()),
                    Err(ErpError::NotPermitted { .. }) => Ok(Vec::new()),
                    Err(error) => Err(error),
                }
            }
            Self::Auditor(site, user) => site.permitted_documents(user, doctype).await,
        }
    }

    /// How many documents of `doctype` may be read in each Project; `None` where that cannot be asked in one request.
    async fn counts(&self, doctype: &str) -> Result<Option<HashMap<String, u64>>, ErpError> {
        let Self::Own(site) = self else { return Ok(None) };
        let arguments = [
            ("doctype", doctype.to_owned()),
            ("fields", json!(["project", "count(name) as documents"]).to_string()),
            ("filters", json!([["project", "is", "set"]]).to_string()),
            ("group_by", "project".to_owned()),
            ("limit_page_length", "0".to_owned()),
        ];
        let rows = match site.read("frappe.client.get_list", &arguments).await {
            Ok(rows) => rows,
            Err(ErpError::NotPermitted { .. }) => return Ok(Some(HashMap::new())),
            // Releases after 15 write counts in another way.
            Err(ErpError::Invalid { .. } | ErpError::Failed { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let count = |row: &Value| {
            let project = row.get("project")?.as_str()?.to_owned();
            Some((project, row.get("documents")?.as_u64()?))
        };
        Ok(rows.as_array().map(|rows| rows.iter().filter_map(count).collect()))
    }
}

impl Services {
    /// The roles of `user`, the automatic ones included; `None` where the site does not tell us.
    pub(crate) async fn roles_of(&self, user: &str) -> Result<Option<Vec<String>>, ErpError> {
        match self.site.roles_of(user).await {
            Ok(roles) => Ok(Some(roles)),
            Err(error) if error.is_site_down() => Err(error),
            Err(error) => {
                tracing::debug!(%error, "the roles of a user are not told to us");
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_erpnext_does_not_name_is_not_read() {
        let here = names(&["TASK-1", "TASK-2"]);
        assert_eq!(of_those(here.clone(), &names(&["TASK-1", "TASK-2", "TASK-3"])), Reads::All);
        assert_eq!(of_those(here.clone(), &names(&["TASK-2"])), Reads::Some(names(&["TASK-2"])));
        assert_eq!(of_those(here.clone(), &names(&["TASK-3"])), Reads::Some(names(&[])));
        assert_eq!(of_those(here, &names(&[])), Reads::None);
        // A Task that is made in a workspace without any is read by those who may read Tasks at all.
        assert_eq!(of_those(names(&[]), &names(&["TASK-3"])), Reads::All);
        assert_eq!(of_those(names(&[]), &names(&[])), Reads::None);
    }
}
