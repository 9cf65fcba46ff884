//! Copies of ERPNext documents, whatever their doctype. A document is known by doctype, name and creation: ERPNext
//! reuses names.

mod copy;
mod fate;

pub use copy::{DocumentCopy, DocumentKey};

use crate::{Db, StoreError, tags, timeline, worker::Worker};
use copy::{FACTS, about, belongs_where_its_document_does, fields_text, looked_for_by};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use serde_json::Value as Json;
use std::collections::{BTreeSet, HashMap};
use vocabulary::Moment;

/// In the repeated hour of autumn `modified` runs backwards: a read that began this much later wins all the same.
const CLEARLY_LATER_MILLIS: i64 = 30_000;

#[derive(FromQueryResult)]
struct Row {
    doctype: String,
    name: String,
    creation: String,
    modified: String,
    project: Option<String>,
    status: Option<String>,
    title: Option<String>,
    fields: String,
    read_at: i64,
    folded: Option<String>,
}

const COLUMNS: &str =
    "doctype, name, creation, modified, project, status, title, fields, read_at, folded";

impl TryFrom<Row> for DocumentCopy {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let fields = serde_json::from_str(&row.fields)
            .map_err(|_| StoreError::Unreadable { what: "documents.fields" })?;
        Ok(Self {
            doctype: row.doctype,
            name: row.name,
            creation: row.creation,
            modified: row.modified,
            project: row.project,
            status: row.status,
            title: row.title,
            fields,
        })
    }
}

impl Worker {
    /// Keeps copies whose read began at `read_at` and gives those that say something new. What was read later is not
    /// undone. A copy of another `creation` is another document that got the name: the old one is gone.
    ///
    /// # Errors
    /// If the database fails; then none is kept.
    pub async fn keep_documents(
        &self,
        copies: &[DocumentCopy],
        read_at: Moment,
    ) -> Result<Vec<DocumentKey>, StoreError> {
        let copies: Vec<DocumentCopy> = copies.iter().cloned().map(DocumentCopy::tidied).collect();
        let mut changed = Vec::new();
        for (doctype, copies) in by_doctype(&copies) {
            let names: Vec<String> = copies.iter().map(|copy| copy.name.clone()).collect();
            let known = rows_named(&self.db, doctype, &names).await?;
            let mut known: HashMap<String, Row> =
                known.into_iter().map(|row| (row.name.clone(), row)).collect();
            for copy in copies {
                let before = known.remove(copy.name.as_str());
                if before.as_ref().is_none_or(|row| supersedes(copy, read_at, row)) {
                    changed.push((copy, before.map(|row| row.project)));
                }
            }
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        // Always in one order: two workers that keep the same documents must not wait for each other.
        changed.sort_by_key(|(copy, _)| (copy.doctype.as_str(), copy.name.as_str()));
        let tx = self.db.begin().await?;
        let known = changed.iter().filter(|(_, before)| before.is_some());
        let known = known.map(|(copy, _)| (copy.doctype.as_str(), copy.name.as_str()));
        tags::hold_about(&self.db, &tx, known).await?;
        let mut kept = Vec::with_capacity(changed.len());
        let mut shown_in = BTreeSet::new();
        let mut turns = Vec::new();
        for (copy, before) in changed {
            let turn = match before {
                Some(_) => tags::turn(&self.db, &tx, copy).await?,
                None => None,
            };
            let earlier = match before {
                Some(_) => timeline::before(&self.db, &tx, copy).await?,
                None => None,
            };
            let written = tx.execute_raw(self.db.statement(UPSERT, values(copy, read_at)));
            if written.await?.rows_affected() == 0 {
                continue;
            }
            kept.push(copy.key());
            if FACTS.contains(&copy.doctype.as_str()) {
                shown_in.extend(copy.project.clone().into_iter().chain(before.flatten()));
                self.take_along(&tx, copy).await?;
            }
            let now = Moment::now();
            shown_in.extend(timeline::note(&self.db, &tx, copy, earlier.as_ref(), now).await?);
            turns.extend(turn.map(|turn| (copy, turn)));
        }
        for (copy, turn) in &turns {
            tags::tell(&self.db, &tx, copy, turn, Moment::now()).await?;
        }
        count_facts(&self.db, &tx, &shown_in).await?;
        tx.commit().await?;
        Ok(kept)
    }

    /// What is about a document belongs to its Project.
    async fn take_along(
        &self,
        tx: &DatabaseTransaction,
        copy: &DocumentCopy,
    ) -> Result<(), StoreError> {
        tx.execute_raw(self.db.statement(
            "UPDATE documents SET project = $3
             WHERE about_doctype = $1 AND about_name = $2 AND COALESCE(project, '') <> COALESCE($3, '')",
            [copy.doctype.clone().into(), copy.name.clone().into(), copy.project.clone().into()],
        ))
        .await?;
        timeline::follow(&self.db, tx, copy).await
    }

    /// Keeps one document as ERPNext has just given it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn keep_document(&self, copy: &DocumentCopy) -> Result<(), StoreError> {
        self.keep_documents(std::slice::from_ref(copy), Moment::now()).await.map(drop)
    }

    /// The copy of a document.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn document(
        &self,
        doctype: &str,
        name: &str,
    ) -> Result<Option<DocumentCopy>, StoreError> {
        copy_of(&self.db, doctype, name).await
    }

    /// The copies of the documents of a doctype that have these names.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn documents_named(
        &self,
        doctype: &str,
        names: &[String],
    ) -> Result<Vec<DocumentCopy>, StoreError> {
        rows_named(&self.db, doctype, names)
            .await?
            .into_iter()
            .map(DocumentCopy::try_from)
            .collect()
    }

    /// Every copy of a doctype, by name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn documents_of(&self, doctype: &str) -> Result<Vec<DocumentCopy>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM documents WHERE doctype = $1 ORDER BY name");
        self.copies(&sql, [doctype.into()]).await
    }

    /// What the copies of a doctype are known by, of those read before `before`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn known_before(
        &self,
        doctype: &str,
        before: Moment,
    ) -> Result<Vec<DocumentKey>, StoreError> {
        self.keys(
            "SELECT doctype, name, creation FROM documents WHERE doctype = $1 AND read_at < $2",
            [doctype.into(), before.as_millis().into()],
        )
        .await
    }

    /// The documents of a doctype that were made at `creation`, under whatever name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn created_at(
        &self,
        doctype: &str,
        creation: &str,
    ) -> Result<Vec<DocumentKey>, StoreError> {
        self.keys(
            "SELECT doctype, name, creation FROM documents WHERE doctype = $1 AND creation = $2",
            [doctype.into(), creation.into()],
        )
        .await
    }

    /// The documents of a doctype whose status is none of `over`.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn still_open(
        &self,
        doctype: &str,
        over: &[&str],
    ) -> Result<Vec<DocumentKey>, StoreError> {
        let listed = self.db.listed("$2");
        let sql = format!(
            "SELECT doctype, name, creation FROM documents
             WHERE doctype = $1 AND COALESCE(status, '') NOT IN {listed}"
        );
        self.keys(&sql, [doctype.into(), Json::from(over.to_vec()).to_string().into()]).await
    }

    /// Documents that hold `name` as the whole of some field or of a child row's: those that may link to it.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn mentioning(&self, name: &str) -> Result<Vec<DocumentKey>, StoreError> {
        let quoted = Json::from(name).to_string();
        let pattern = quoted.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        self.keys(
            r"SELECT doctype, name, creation FROM documents WHERE fields LIKE $1 ESCAPE '\'",
            [format!("%{pattern}%").into()],
        )
        .await
    }

    async fn copies<const N: usize>(
        &self,
        sql: &str,
        values: [Value; N],
    ) -> Result<Vec<DocumentCopy>, StoreError> {
        Row::find_by_statement(self.db.statement(sql, values))
            .all(self.db.reader())
            .await?
            .into_iter()
            .map(DocumentCopy::try_from)
            .collect()
    }

    async fn keys<const N: usize>(
        &self,
        sql: &str,
        values: [Value; N],
    ) -> Result<Vec<DocumentKey>, StoreError> {
        Ok(DocumentKey::find_by_statement(self.db.statement(sql, values))
            .all(self.db.reader())
            .await?)
    }
}

/// The copy of a document.
pub(crate) async fn copy_of(
    db: &Db,
    doctype: &str,
    name: &str,
) -> Result<Option<DocumentCopy>, StoreError> {
    let mut found = rows_named(db, doctype, &[name.to_owned()]).await?;
    found.pop().map(DocumentCopy::try_from).transpose()
}

async fn rows_named(db: &Db, doctype: &str, names: &[String]) -> Result<Vec<Row>, StoreError> {
    let listed = db.listed("$2");
    let sql = format!("SELECT {COLUMNS} FROM documents WHERE doctype = $1 AND name IN {listed}");
    let names = Json::from(names.to_vec()).to_string();
    Ok(Row::find_by_statement(db.statement(&sql, [doctype.into(), names.into()]))
        .all(db.reader())
        .await?)
}

/// Open pages of these Projects have something new to show.
async fn count_facts(
    db: &Db,
    tx: &DatabaseTransaction,
    projects: &BTreeSet<String>,
) -> Result<(), StoreError> {
    for project in projects {
        tx.execute_raw(db.statement(
            "UPDATE workspaces SET facts_changes = facts_changes + 1 WHERE project = $1",
            [project.clone().into()],
        ))
        .await?;
    }
    Ok(())
}

fn by_doctype(copies: &[DocumentCopy]) -> HashMap<&str, Vec<&DocumentCopy>> {
    let mut groups: HashMap<&str, Vec<&DocumentCopy>> = HashMap::new();
    for copy in copies {
        groups.entry(&copy.doctype).or_default().push(copy);
    }
    groups
}

/// Whether `copy` says something that `row` does not, and was read later.
fn supersedes(copy: &DocumentCopy, read_at: Moment, row: &Row) -> bool {
    let same = copy.creation == row.creation
        && copy.modified == row.modified
        && (copy.project == row.project || belongs_where_its_document_does(copy))
        && copy.status == row.status
        && copy.title == row.title
        && fields_text(copy) == row.fields
        && looked_for_by(copy) == row.folded;
    !same && row.read_at <= read_at.as_millis()
}

/// The conditions are looked at again in the write: another worker may have been faster.
const UPSERT: &str = "
    INSERT INTO documents (doctype, name, creation, modified, project, status, title, fields, read_at,
        about_doctype, about_name, folded)
    VALUES ($1, $2, $3, $4,
        COALESCE($5, (SELECT d.project FROM documents d WHERE $13 AND d.doctype = $11 AND d.name = $12)),
        $6, $7, $8, $9, $11, $12, $14)
    ON CONFLICT (doctype, name) DO UPDATE SET creation = EXCLUDED.creation, modified = EXCLUDED.modified,
        project = EXCLUDED.project, status = EXCLUDED.status, title = EXCLUDED.title,
        fields = EXCLUDED.fields, read_at = EXCLUDED.read_at, about_doctype = EXCLUDED.about_doctype,
        about_name = EXCLUDED.about_name, folded = EXCLUDED.folded
    WHERE documents.read_at <= $9
        AND (documents.creation <> $3 OR documents.modified <= $4 OR documents.read_at < $10)";

fn values(copy: &DocumentCopy, read_at: Moment) -> [Value; 14] {
    let about = about(copy);
    [
        copy.doctype.clone().into(),
        copy.name.clone().into(),
        copy.creation.clone().into(),
        copy.modified.clone().into(),
        copy.project.clone().into(),
        copy.status.clone().into(),
        copy.title.clone().into(),
        fields_text(copy).into(),
        read_at.as_millis().into(),
        read_at.plus_millis(-CLEARLY_LATER_MILLIS).as_millis().into(),
        about.map(|(doctype, _)| doctype.to_owned()).into(),
        about.map(|(_, name)| name.to_owned()).into(),
        belongs_where_its_document_does(copy).into(),
        looked_for_by(copy).into(),
    ]
}
