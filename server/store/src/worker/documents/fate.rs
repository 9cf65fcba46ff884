//! What becomes of everything that hangs on a document when ERPNext renames or loses it.

use super::{DocumentKey, copy::FACTS, count_facts};
use crate::{
    Db, StoreError, pickers, tags, timeline,
    worker::{Worker, users},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};
use uuid::Uuid;
use vocabulary::Moment;

impl Worker {
    /// Follows a rename: the copy, what members changed of it or may read, and for a Project its workspace with everything
    /// said there.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn rename_document(
        &self,
        document: &DocumentKey,
        new_name: &str,
    ) -> Result<(), StoreError> {
        self.rename_documents(&[(document.clone(), new_name.to_owned())]).await
    }

    /// Follows renames that happened together, as when two documents changed names with each other. Whatever else has one of
    /// the new names is taken for gone.
    ///
    /// # Errors
    /// If the database fails; then none is renamed.
    pub async fn rename_documents(
        &self,
        renames: &[(DocumentKey, String)],
    ) -> Result<(), StoreError> {
        // In the order of `keep_documents`, so that the two do not wait for each other in a circle.
        let mut renames = renames.to_vec();
        renames.sort_unstable();
        let tx = self.db.begin().await?;
        let named = renames.iter().map(|(key, _)| (key.doctype.as_str(), key.name.as_str()));
        tags::hold_about(&self.db, &tx, named).await?;
        if let [(document, new_name)] = renames.as_slice() {
            rename(&self.db, &tx, document, new_name).await?;
        } else {
            // First aside: the new name of one may still be the old one of another.
            let mut aside = Vec::with_capacity(renames.len());
            for (document, _) in &renames {
                let name = Uuid::now_v7().to_string();
                rename(&self.db, &tx, document, &name).await?;
                aside.push(DocumentKey { name, ..document.clone() });
            }
            for (document, (_, new_name)) in aside.iter().zip(&renames) {
                rename(&self.db, &tx, document, new_name).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// Forgets a document that ERPNext has no more; for a Project its workspace closes, and what was said stays.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_document(&self, document: &DocumentKey) -> Result<(), StoreError> {
        let shown_in = match self.document(&document.doctype, &document.name).await? {
            Some(copy) if FACTS.contains(&copy.doctype.as_str()) => copy.project,
            _ => None,
        };
        let tx = self.db.begin().await?;
        tx.execute_raw(self.db.statement(
            "DELETE FROM documents WHERE doctype = $1 AND name = $2 AND creation = $3",
            [
                document.doctype.clone().into(),
                document.name.clone().into(),
                document.creation.clone().into(),
            ],
        ))
        .await?;
        timeline::forgotten(&self.db, &tx, document).await?;
        if document.doctype == "Project" {
            tx.execute_raw(self.db.statement(
                "UPDATE workspaces SET gone_at = COALESCE(gone_at, $3) WHERE project = $1 AND project_creation = $2",
                [
                    document.name.clone().into(),
                    document.creation.clone().into(),
                    Moment::now().as_millis().into(),
                ],
            ))
            .await?;
        }
        count_facts(&self.db, &tx, &shown_in.into_iter().collect()).await?;
        Ok(tx.commit().await?)
    }
}

async fn rename(
    db: &Db,
    tx: &DatabaseTransaction,
    document: &DocumentKey,
    new_name: &str,
) -> Result<(), StoreError> {
    rename_copy(db, tx, document, new_name).await?;
    timeline::renamed(db, tx, document, new_name).await?;
    match document.doctype.as_str() {
        "Project" => rename_workspace(db, tx, document, new_name).await?,
        "User" => users::rename(db, tx, &document.name, new_name).await?,
        _ => tags::renamed(db, tx, document, new_name).await?,
    }
    if FACTS.contains(&document.doctype.as_str()) {
        tx.execute_raw(db.statement(
            "UPDATE workspaces SET facts_changes = facts_changes + 1 WHERE project IN
             (SELECT project FROM documents WHERE doctype = $1 AND name = $2)",
            [document.doctype.clone().into(), new_name.into()],
        ))
        .await?;
    }
    Ok(())
}

async fn rename_copy(
    db: &Db,
    tx: &DatabaseTransaction,
    document: &DocumentKey,
    new_name: &str,
) -> Result<(), StoreError> {
    let [doctype, name, creation] =
        [&document.doctype, &document.name, &document.creation].map(String::as_str);
    // Whatever had the new name here is what the old one became, or is gone.
    tx.execute_raw(db.statement(
        "DELETE FROM documents WHERE doctype = $1 AND name = $3 AND name <> $2",
        [doctype.into(), name.into(), new_name.into()],
    ))
    .await?;
    // With it goes what somebody changed of it, or has to decide on.
    for table in ["documents", "edits"] {
        let sql = format!(
            "UPDATE {table} SET name = $4 WHERE doctype = $1 AND name = $2 AND creation = $3"
        );
        let values: [Value; 4] = [doctype.into(), name.into(), creation.into(), new_name.into()];
        tx.execute_raw(db.statement(&sql, values)).await?;
    }
    find_by_new_name(db, tx, doctype, new_name).await?;
    // Who may read it under the old name may read it under the new one.
    tx.execute_raw(db.statement(
        "UPDATE readable_documents SET name = $3 WHERE doctype = $1 AND name = $2
         AND NOT EXISTS (SELECT 1 FROM readable_documents r WHERE r.doctype = $1 AND r.name = $3
           AND r.person_id = readable_documents.person_id
           AND r.workspace_id = readable_documents.workspace_id)",
        [doctype.into(), name.into(), new_name.into()],
    ))
    .await?;
    Ok(())
}

async fn find_by_new_name(
    db: &Db,
    tx: &DatabaseTransaction,
    doctype: &str,
    name: &str,
) -> Result<(), StoreError> {
    let key = || [doctype.into(), name.into()];
    let row = tx
        .query_one_raw(
            db.statement("SELECT title FROM documents WHERE doctype = $1 AND name = $2", key()),
        )
        .await?;
    let Some(row) = row else { return Ok(()) };
    let title: Option<String> = row.try_get_by_index(0)?;
    let [a, b] = key();
    tx.execute_raw(db.statement(
        "UPDATE documents SET folded = $3 WHERE doctype = $1 AND name = $2",
        [a, b, pickers::looked_for_by(doctype, name, title.as_deref()).into()],
    ))
    .await?;
    Ok(())
}

async fn rename_workspace(
    db: &Db,
    tx: &DatabaseTransaction,
    project: &DocumentKey,
    new_name: &str,
) -> Result<(), StoreError> {
    let (name, creation) = (project.name.as_str(), project.creation.as_str());
    tx.execute_raw(db.statement(
        "UPDATE workspaces SET gone_at = COALESCE(gone_at, $3) WHERE project = $1 AND project_creation <> $2",
        [new_name.into(), creation.into(), Moment::now().as_millis().into()],
    ))
    .await?;
    tx.execute_raw(db.statement(
        "UPDATE workspaces SET project = $3, gone_at = NULL WHERE project = $1 AND project_creation = $2
         AND NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.project = $3 AND w.project_creation = $2)",
        [name.into(), creation.into(), new_name.into()],
    ))
    .await?;
    tx.execute_raw(db.statement(
        "UPDATE documents SET project = $2 WHERE project = $1",
        [name.into(), new_name.into()],
    ))
    .await?;
    Ok(())
}
