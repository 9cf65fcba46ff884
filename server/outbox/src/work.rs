//! Tasks and Issues: made, changed, given to somebody.

use crate::{
    Outbox,
    ending::{Ended, Failure},
    merge::merged,
};
use erpnext::{Document, ErpError, KEY_FIELD, ListQuery};
use serde_json::json;
use store::worker::{
    Assignment, DocumentCopy, FieldEnd, Insertion, Owed, Saved, Update, WorkDocument,
};

/// Times a document is read and written again because somebody saved it in between, in one turn.
const MERGES: usize = 5;

impl Outbox {
    /// Makes sure the document exists, once.
    pub(crate) async fn insert(
        &self,
        owed: &Owed,
        insertion: &Insertion,
    ) -> Result<Ended, Failure> {
        let doctype = insertion.doctype.as_str();
        if !self.state.has_key_field(&self.site, doctype).await? {
            return Err(Failure::Hopeless(format!(
                "{doctype} has no field {KEY_FIELD} in ERPNext, without which something could be made twice. Ask your administrator to run \"parlance connect\"."
            )));
        }
        if owed.begun
            && let Some(document) = self.made_before(doctype, owed).await?
        {
            return self.inserted(owed, doctype, document).await;
        }
        self.worker.begin_effect(owed.id).await?;
        let mut fields = insertion.fields.clone();
        fields.insert("project".into(), owed.project.as_str().into());
        fields.insert(KEY_FIELD.into(), owed.idempotency_key.as_str().into());
        let mut speaker = self.speaker(owed, insertion.proven).await?;
        let document = loop {
            match speaker.site().insert_document(doctype, &fields).await {
                Ok(document) => break document,
                Err(error) if error.is_key_taken() => {
                    match self.made_before(doctype, owed).await? {
                        Some(document) => break document,
                        None => return Err(error.into()),
                    }
                }
                Err(error) => {
                    speaker = self.speaker_after(error, speaker, owed, insertion.proven).await?;
                }
            }
        };
        self.inserted(owed, doctype, document).await
    }

    async fn made_before(&self, doctype: &str, owed: &Owed) -> Result<Option<Document>, ErpError> {
        match self.site.document_by_key(doctype, &owed.idempotency_key).await? {
            Some(name) => self.site.get_document(doctype, &name).await.map(Some),
            None => Ok(None),
        }
    }

    async fn inserted(
        &self,
        owed: &Owed,
        doctype: &str,
        document: Document,
    ) -> Result<Ended, Failure> {
        let owner = document.text("owner");
        if owed.actor.as_ref().is_some_and(|actor| owner != Some(&actor.user)) {
            self.name_actor(owed, (doctype, document.name()), "Created").await?;
        }
        self.saved(doctype, document, vec![]).await
    }

    /// Writes what changed and nothing else; what somebody else changed meanwhile stays theirs.
    pub(crate) async fn update(&self, owed: &Owed, update: &Update) -> Result<Ended, Failure> {
        let doctype = update.document.doctype.as_str();
        let mut speaker = self.speaker(owed, update.proven).await?;
        let mut wrote = false;
        for _ in 0..MERGES {
            let current = self.current(&update.document).await?;
            let mut merged = merged(&current, &update.changes);
            if merged.write.is_empty() {
                // An earlier try may have written it, and not come as far as naming its author.
                if speaker.is_service() && (wrote || owed.begun) {
                    self.name_actor(owed, (doctype, current.name()), "Changed").await?;
                }
                return self.saved(doctype, current, merged.fields).await;
            }
            if !owed.begun {
                self.worker.begin_effect(owed.id).await?;
            }
            merged.write.insert("modified".into(), current.modified().into());
            let site = speaker.site();
            match site.update_document(doctype, current.name(), &merged.write).await {
                Ok(written) if speaker.is_service() => {
                    self.name_actor(owed, (doctype, written.name()), "Changed").await?;
                    return self.saved(doctype, written, merged.fields).await;
                }
                // A member may see less of the document than is mirrored: it is read once more.
                Ok(_) => wrote = true,
                Err(ErpError::ChangedMeanwhile { .. }) => {}
                Err(error) => {
                    speaker = self.speaker_after(error, speaker, owed, update.proven).await?;
                }
            }
        }
        Err(ErpError::ChangedMeanwhile { message: "it is saved all the time".into() }.into())
    }

    /// Makes sure that somebody shall do it, or no longer.
    pub(crate) async fn assign(
        &self,
        owed: &Owed,
        assignment: &Assignment,
        shall: bool,
    ) -> Result<Ended, Failure> {
        let doctype = assignment.document.doctype.as_str();
        let current = self.current(&assignment.document).await?;
        let name = current.name().to_owned();
        let mut speaker = self.speaker(owed, assignment.proven).await?;
        let what = if shall { "Assigned" } else { "Unassigned" };
        while self.is_assigned(doctype, &name, &assignment.user).await? != shall {
            if !owed.begun {
                self.worker.begin_effect(owed.id).await?;
            }
            let (site, user) = (speaker.site(), assignment.user.as_str());
            let done = if shall {
                site.assign(doctype, &name, &[user], None).await
            } else {
                site.unassign(doctype, &name, user).await
            };
            match done {
                Ok(()) => {
                    if speaker.is_service() {
                        self.name_actor(owed, (doctype, &name), what).await?;
                    }
                    return self.saved(doctype, current, vec![]).await;
                }
                Err(error) => {
                    speaker = self.speaker_after(error, speaker, owed, assignment.proven).await?;
                }
            }
        }
        if speaker.is_service() && owed.begun {
            self.name_actor(owed, (doctype, &name), what).await?;
        }
        self.saved(doctype, current, vec![]).await
    }

    async fn is_assigned(&self, doctype: &str, name: &str, user: &str) -> Result<bool, ErpError> {
        let query = ListQuery {
            doctype,
            fields: &["name", "_assign"],
            filters: json!([["name", "=", name]]),
            order_by: "name asc",
            limit: 1,
        };
        let row = self.site.list_documents(query).await?.pop();
        let users: Option<Vec<String>> =
            row.and_then(|row| serde_json::from_str(row.text("_assign")?).ok());
        Ok(users.is_some_and(|users| users.iter().any(|one| one == user)))
    }

    /// People see at once what ERPNext has now.
    async fn saved(
        &self,
        doctype: &str,
        document: Document,
        fields: Vec<(String, FieldEnd)>,
    ) -> Result<Ended, Failure> {
        let copy = copy(doctype, document);
        self.worker.keep_document(&copy).await?;
        Ok(Ended::Saved(Saved { name: copy.name, creation: copy.creation, fields }))
    }

    /// The document as it is now, also after it was renamed; never another one that took its name.
    async fn current(&self, key: &WorkDocument) -> Result<Document, Failure> {
        let doctype = key.doctype.as_str();
        match self.site.get_document(doctype, &key.name).await {
            Ok(document) if document.creation() == key.creation => return Ok(document),
            Ok(_) | Err(ErpError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let query = ListQuery {
            doctype,
            fields: &["name"],
            filters: json!([["creation", "=", key.creation]]),
            order_by: "name asc",
            limit: 2,
        };
        let mut found = self.site.list_documents(query).await?;
        match (found.pop(), found.pop()) {
            (Some(renamed), None) => Ok(self.site.get_document(doctype, renamed.name()).await?),
            _ => Err(Failure::Hopeless(format!(
                "{doctype} {} is not in ERPNext any more.",
                key.name
            ))),
        }
    }
}

/// What the mirror keeps of a document that was just saved.
fn copy(doctype: &str, document: Document) -> DocumentCopy {
    let text = |field: &str| document.text(field).map(str::to_owned);
    DocumentCopy {
        doctype: doctype.to_owned(),
        name: document.name().to_owned(),
        creation: document.creation().to_owned(),
        modified: document.modified().to_owned(),
        project: text("project"),
        status: text("status"),
        title: text("subject"),
        fields: document.into_fields(),
    }
}
