//! Tasks and Issues: made, changed, given to somebody.

use crate::{
    Outbox,
    ending::{Ended, Failure, hint},
    merge,
};
use erpnext::{Document, ErpError, KEY_FIELD, ListQuery};
use serde_json::json;
use std::collections::BTreeSet;
use store::StoreError;
use store::worker::{
    Assignment, DocumentCopy, FieldEnd, Insertion, Owed, Saved, Update, WorkDocument,
};
use vocabulary::{WorkDoctype, WorkField};

const ASSIGNED: &str = WorkField::Assigned.as_str();

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
                    let key = &owed.idempotency_key;
                    let name = self.site.or_by_key(doctype, key, Err(error)).await?;
                    break self.site.get_document(doctype, &name).await?;
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
        if let Some(actor) = &owed.actor {
            // It may be the first of its kind that they read here.
            self.worker.ask_again_about(Some(&actor.user)).await?;
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
            let mut merged = merge::merged(&current, &update.changes);
            if wrote {
                merged = merged.kept_otherwise(&current);
            }
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
                    let ended = merge::merged(&written, &update.changes).kept_otherwise(&written);
                    return self.saved(doctype, written, ended.fields).await;
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
        // An earlier try may have done it; that says nothing about the requests of this one.
        let (mut did, mut asked) = (owed.begun, false);
        let listed = loop {
            let listed = self.assigned(doctype, &name).await?;
            let users: Vec<String> = serde_json::from_str(&listed).unwrap_or_default();
            if users.contains(&assignment.user) == shall {
                break listed;
            }
            self.worker.begin_effect(owed.id).await?;
            let (site, user) = (speaker.site(), assignment.user.as_str());
            let done = if shall {
                site.assign(doctype, &name, &[user], None).await
            } else {
                site.unassign(doctype, &name, user).await
            };
            match done {
                Ok(()) if asked => {
                    return Err(Failure::Hopeless("ERPNext did not take it.".into()));
                }
                Ok(()) => (did, asked) = (true, true),
                Err(error) => {
                    speaker = self.speaker_after(error, speaker, owed, assignment.proven).await?;
                }
            }
        };
        if speaker.is_service() && did {
            let what = if shall { "Assigned" } else { "Unassigned" };
            self.name_actor(owed, (doctype, &name), what).await?;
        }
        let known = self.worker.document(doctype, &name).await?;
        if let Some(mut copy) = known.filter(|copy| copy.creation == current.creation()) {
            copy.fields.insert(ASSIGNED.into(), listed.into());
            self.keep(&copy).await?;
        }
        let (name, creation) = (name, current.creation().to_owned());
        Ok(Ended::Saved(Saved { name, creation, fields: vec![] }))
    }

    /// The users it is assigned to, as ERPNext lists them: JSON in a text.
    async fn assigned(&self, doctype: &str, name: &str) -> Result<String, ErpError> {
        let query = ListQuery {
            doctype,
            fields: &["name", ASSIGNED],
            filters: json!([["name", "=", name]]),
            order_by: "name asc",
            limit: 1,
        };
        let row = self.site.list_documents(query).await?.pop();
        Ok(row.and_then(|row| row.text(ASSIGNED).map(str::to_owned)).unwrap_or_default())
    }

    /// People see at once what ERPNext has now; the mirror reads the rest of it.
    async fn saved(
        &self,
        doctype: &str,
        document: Document,
        fields: Vec<(String, FieldEnd)>,
    ) -> Result<Ended, Failure> {
        let known = self.worker.document(doctype, document.name()).await?;
        let known = known.filter(|known| known.creation == document.creation());
        let copy = copy(doctype, &document, known);
        self.keep(&copy).await?;
        Ok(Ended::Saved(Saved { name: copy.name, creation: copy.creation, fields }))
    }

    async fn keep(&self, copy: &DocumentCopy) -> Result<(), StoreError> {
        self.worker.keep_document(copy).await?;
        self.worker.keep_hint(&hint(&copy.doctype, &copy.name)).await
    }

    /// The document as it is now, also after it was renamed; never another one that took its name.
    async fn current(&self, key: &WorkDocument) -> Result<Document, Failure> {
        let doctype = key.doctype.as_str();
        match self.site.get_document(doctype, &key.name).await {
            Ok(document) if document.creation() == key.creation => return Ok(document),
            Ok(_) | Err(ErpError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        // ERPNext renames no Task.
        if key.doctype == WorkDoctype::Task {
            return Err(gone(key));
        }
        let query = ListQuery {
            doctype,
            fields: &["name"],
            filters: json!([["creation", "=", key.creation]]),
            order_by: "name asc",
            limit: 0,
        };
        let mut found = self.site.list_documents(query).await?;
        // Made in the same moment and known here under a name of its own: another one.
        let others = self.worker.created_at(doctype, &key.creation).await?;
        found.retain(|one| {
            !others.iter().any(|other| other.name == one.name() && other.name != key.name)
        });
        match (found.pop(), found.pop()) {
            (Some(renamed), None) => Ok(self.site.get_document(doctype, renamed.name()).await?),
            _ => Err(gone(key)),
        }
    }
}

fn gone(key: &WorkDocument) -> Failure {
    let WorkDocument { doctype, name, .. } = key;
    Failure::Hopeless(format!("{doctype} {name} is not in ERPNext any more."))
}

/// What the mirror has of a document, brought to what was just saved.
fn copy(doctype: &str, document: &Document, known: Option<DocumentCopy>) -> DocumentCopy {
    let text = |field: &str| document.text(field).map(str::to_owned);
    let mut fields = known.map(|known| known.fields).unwrap_or_default();
    // What members change; whatever else the mirror keeps of a document, it keeps itself.
    let changed_here = WorkField::ALL.into_iter().map(WorkField::as_str).chain(["project"]);
    let mut names: BTreeSet<String> =
        changed_here.filter(|field| *field != ASSIGNED).map(str::to_owned).collect();
    // Tables are not changed here, and what begins with a line is not among a document's own fields.
    let own = fields.iter().filter(|(name, value)| !value.is_array() && !name.starts_with('_'));
    names.extend(own.map(|(name, _)| name.clone()));
    for name in names {
        match document.get(&name) {
            Some(value) => fields.insert(name, value.clone()),
            None => fields.remove(&name),
        };
    }
    DocumentCopy {
        doctype: doctype.to_owned(),
        name: document.name().to_owned(),
        creation: document.creation().to_owned(),
        modified: document.modified().to_owned(),
        project: text("project"),
        status: text("status"),
        title: text("subject"),
        fields,
    }
}
