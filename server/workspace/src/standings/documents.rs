//! One Task or Issue of a workspace, opened to a member as far as ERPNext lets them read and write it.

use super::asking::AskError;
use crate::{
    Services, Visit,
    errors::{from_hidden, from_store},
};
use contract::AppError;
use erpnext::Site;
use policy::{DocumentScope, DocumentStanding, Write};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::standings;
use vocabulary::{Moment, PersonId};

/// An answer about writing is relied on for this long.
const RELIED_ON_MILLIS: i64 = 60_000;

/// Nobody waits longer than this to learn whether they may write.
const PATIENCE: Duration = Duration::from_secs(2);

/// Entries beyond this are tidied before one more is added.
const MANY: usize = 50_000;

type Document = (PersonId, String, String);

/// What ERPNext said about writing, moments ago.
#[derive(Default)]
pub(crate) struct WriteRights(Mutex<HashMap<Document, (Write, Moment)>>);

impl WriteRights {
    fn known(&self, document: &Document) -> Option<Write> {
        let now = Moment::now();
        self.rights().get(document).filter(|(_, until)| now < *until).map(|(write, _)| *write)
    }

    fn keep(&self, document: Document, write: Write) {
        let mut rights = self.rights();
        if rights.len() > MANY {
            rights.retain(|_, (_, until)| Moment::now() < *until);
        }
        rights.insert(document, (write, Moment::now().plus_millis(RELIED_ON_MILLIS)));
    }

    pub(crate) fn forget_person(&self, person: PersonId) {
        self.rights().retain(|(whose, ..), _| *whose != person);
    }

    fn rights(&self) -> MutexGuard<'_, HashMap<Document, (Write, Moment)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Visit {
    /// Opens one Task or Issue of this workspace to the visitor.
    ///
    /// # Errors
    /// `NotFound` for a document that does not exist, is another workspace's or that ERPNext does not let them read.
    pub async fn document(&self, doctype: &str, name: &str) -> Result<DocumentScope, AppError> {
        let team = self.team()?;
        let reads = standings::may_read(&self.services.db, &team, doctype, name).await;
        let standing = if reads.map_err(from_store)? {
            let person = team.scope().who().person();
            DocumentStanding::Read(self.services.may_write(person, doctype, name).await)
        } else {
            DocumentStanding::Hidden
        };
        policy::open_document(team, doctype, name, standing).map_err(from_hidden)
    }
}

impl Services {
    /// Whether ERPNext lets `person` change this document. Asked in their own name; where that is not possible, the rules
    /// of roles may say so.
    async fn may_write(&self, person: PersonId, doctype: &str, name: &str) -> Write {
        let document = (person, doctype.to_owned(), name.to_owned());
        if let Some(known) = self.write_rights.known(&document) {
            return known;
        }
        let asked = tokio::time::timeout(PATIENCE, self.ask_write(person, doctype, name)).await;
        match asked {
            Ok(Ok(Some(write))) => {
                self.write_rights.keep(document, write);
                write
            }
            Ok(Ok(None)) | Err(_) => Write::Unknown,
            Ok(Err(error)) => {
                tracing::debug!(%person, %error, "ERPNext was not asked about writing");
                Write::Unknown
            }
        }
    }

    async fn ask_write(
        &self,
        person: PersonId,
        doctype: &str,
        name: &str,
    ) -> Result<Option<Write>, AskError> {
        let own =
            |site: Site| async move { Ok(site.has_permission(doctype, name, "write").await?) };
        Ok(match self.in_own_name(person, own).await? {
            Some(true) => Some(Write::Yes),
            Some(false) => Some(Write::No),
            None => self.write_by_rules(person, doctype, name).await?,
        })
    }

    /// Whether ERPNext takes what is held of the member's; while it does not answer, whether anything is held.
    pub(crate) async fn acts_in_own_name(&self, person: PersonId) -> bool {
        let own = |site: Site| async move { Ok(site.whoami().await?) };
        let asked = tokio::time::timeout(PATIENCE, self.in_own_name(person, own)).await;
        match asked {
            Ok(Ok(answered)) => answered.is_some(),
            Ok(Err(_)) | Err(_) => {
                matches!(self.live.worker().credential_of(person).await, Ok(Some(_)))
            }
        }
    }
}
