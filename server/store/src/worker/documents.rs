//! Copies of ERPNext documents, whatever their doctype. A document is known by doctype, name and creation: ERPNext
//! reuses names.

use crate::{Backend, StoreError, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Value};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use vocabulary::Moment;

/// In the repeated hour of autumn `modified` runs backwards: a read that began this much later wins all the same.
const CLEARLY_LATER_MILLIS: i64 = 30_000;

/// A document as ERPNext has it.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentCopy {
    /// Its doctype.
    pub doctype: String,
    /// `name`.
    pub name: String,
    /// `creation`, as ERPNext wrote it.
    pub creation: String,
    /// `modified`, as ERPNext wrote it.
    pub modified: String,
    /// The Project it belongs to, where it belongs to one.
    pub project: Option<String>,
    /// `status`, where it has one.
    pub status: Option<String>,
    /// What people call it, where that is not its name.
    pub title: Option<String>,
    /// Its mirrored fields, child tables as arrays. Kept without the empty ones: ERPNext's whole documents leave them
    /// out, its lists give `null`.
    pub fields: Map<String, Json>,
}

/// A document by what it is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, FromQueryResult)]
pub struct DocumentKey {
    /// Its doctype.
    pub doctype: String,
    /// `name`.
    pub name: String,
    /// `creation`.
    pub creation: String,
}

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
}

#[derive(FromQueryResult)]
struct Count {
    count: i64,
}

/// Doctypes whose documents pages show beside the talk.
const FACTS: [&str; 3] = ["Project", "Task", "Issue"];

const COLUMNS: &str = "doctype, name, creation, modified, project, status, title, fields, read_at";

impl DocumentCopy {
    /// A field that holds text which is not empty.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    /// The same without what is empty, and with every value written in one way: ERPNext gives the same number with and
    /// without a fraction, the same nothing as `null`, `""` or not at all.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.fields = tidy_fields(self.fields);
        for text in [&mut self.project, &mut self.status, &mut self.title] {
            *text = text.take().filter(|text| !text.is_empty()).map(without_nul);
        }
        self
    }

    /// What it is known by.
    #[must_use]
    pub fn key(&self) -> DocumentKey {
        DocumentKey {
            doctype: self.doctype.clone(),
            name: self.name.clone(),
            creation: self.creation.clone(),
        }
    }
}

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
            let known = self.rows_named(doctype, &names).await?;
            let mut known: HashMap<String, Row> =
                known.into_iter().map(|row| (row.name.clone(), row)).collect();
            for copy in copies {
                let before = known.remove(copy.name.as_str());
                if before.as_ref().is_none_or(|row| supersedes(copy, read_at, row)) {
                    changed.push((copy, before.and_then(|row| row.project)));
                }
            }
        }
        if changed.is_empty() {
            return Ok(Vec::new());
        }
        // Always in one order: two workers that keep the same documents must not wait for each other.
        changed.sort_by_key(|(copy, _)| (copy.doctype.as_str(), copy.name.as_str()));
        let tx = self.db.begin().await?;
        let mut kept = Vec::with_capacity(changed.len());
        let mut shown_in = BTreeSet::new();
        for (copy, project_before) in changed {
            let written = tx.execute_raw(self.db.statement(UPSERT, values(copy, read_at)));
            if written.await?.rows_affected() == 0 {
                continue;
            }
            kept.push(copy.key());
            if FACTS.contains(&copy.doctype.as_str()) {
                shown_in.extend(copy.project.clone().into_iter().chain(project_before));
                self.take_along(&tx, copy).await?;
            }
        }
        self.count_facts(&tx, &shown_in).await?;
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
        Ok(())
    }

    /// Open pages of these Projects have something new to show.
    async fn count_facts(
        &self,
        tx: &DatabaseTransaction,
        projects: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        for project in projects {
            tx.execute_raw(self.db.statement(
                "UPDATE workspaces SET facts_changes = facts_changes + 1 WHERE project = $1",
                [project.clone().into()],
            ))
            .await?;
        }
        Ok(())
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
        self.documents_named(doctype, &[name.to_owned()]).await.map(|mut found| found.pop())
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
        self.rows_named(doctype, names).await?.into_iter().map(DocumentCopy::try_from).collect()
    }

    /// The copies of the documents of a doctype that belong to a Project, oldest first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn documents_of_project(
        &self,
        doctype: &str,
        project: &str,
    ) -> Result<Vec<DocumentCopy>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM documents WHERE doctype = $1 AND project = $2 ORDER BY creation, name"
        );
        self.copies(&sql, [doctype.into(), project.into()]).await
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
        let listed = match self.db.backend() {
            Backend::Sqlite => "(SELECT value FROM json_each($2))",
            Backend::Postgres => "(SELECT jsonb_array_elements_text($2::jsonb))",
        };
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

    /// Follows a rename: the copy, and for a Project its workspace with everything said there.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn rename_document(
        &self,
        document: &DocumentKey,
        new_name: &str,
    ) -> Result<(), StoreError> {
        let values = || -> [Value; 4] {
            [
                document.doctype.clone().into(),
                document.name.clone().into(),
                document.creation.clone().into(),
                new_name.into(),
            ]
        };
        let tx = self.db.begin().await?;
        // Whatever had the new name here is what the old one became, or is gone.
        tx.execute_raw(self.db.statement(
            "DELETE FROM documents WHERE doctype = $1 AND name = $3 AND name <> $2",
            [document.doctype.clone().into(), document.name.clone().into(), new_name.into()],
        ))
        .await?;
        tx.execute_raw(self.db.statement(
            "UPDATE documents SET name = $4 WHERE doctype = $1 AND name = $2 AND creation = $3",
            values(),
        ))
        .await?;
        // What somebody changed of it, or has to decide on, goes along.
        tx.execute_raw(self.db.statement(
            "UPDATE edits SET name = $4 WHERE doctype = $1 AND name = $2 AND creation = $3",
            values(),
        ))
        .await?;
        // Who may read it under the old name may read it under the new one.
        tx.execute_raw(self.db.statement(
            "UPDATE readable_documents SET name = $3 WHERE doctype = $1 AND name = $2
             AND NOT EXISTS (SELECT 1 FROM readable_documents r WHERE r.doctype = $1 AND r.name = $3
               AND r.person_id = readable_documents.person_id
               AND r.workspace_id = readable_documents.workspace_id)",
            [document.doctype.clone().into(), document.name.clone().into(), new_name.into()],
        ))
        .await?;
        if document.doctype == "Project" {
            let [_, old, creation, new] = values();
            tx.execute_raw(self.db.statement(
                "UPDATE workspaces SET gone_at = COALESCE(gone_at, $3) WHERE project = $1 AND project_creation <> $2",
                [new_name.into(), document.creation.clone().into(), Moment::now().as_millis().into()],
            ))
            .await?;
            tx.execute_raw(self.db.statement(
                "UPDATE workspaces SET project = $3, gone_at = NULL WHERE project = $1 AND project_creation = $2
                 AND NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.project = $3 AND w.project_creation = $2)",
                [old, creation, new],
            ))
            .await?;
            tx.execute_raw(self.db.statement(
                "UPDATE documents SET project = $2 WHERE project = $1",
                [document.name.clone().into(), new_name.into()],
            ))
            .await?;
        }
        if FACTS.contains(&document.doctype.as_str()) {
            tx.execute_raw(self.db.statement(
                "UPDATE workspaces SET facts_changes = facts_changes + 1 WHERE project IN
                 (SELECT project FROM documents WHERE doctype = $1 AND name = $2)",
                [document.doctype.clone().into(), new_name.into()],
            ))
            .await?;
        }
        if document.doctype == "User" {
            tx.execute_raw(self.db.statement(
                r#"UPDATE people SET "user" = $2 WHERE "user" = $1 AND kind = 'member'
                   AND NOT EXISTS (SELECT 1 FROM people p WHERE p."user" = $2)"#,
                [document.name.to_lowercase().into(), new_name.to_lowercase().into()],
            ))
            .await?;
        }
        Ok(tx.commit().await?)
    }

    /// Keeps how ERPNext calls a user, where they have been here, and where it has their picture.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_user(
        &self,
        user: &str,
        full_name: &str,
        user_image: Option<&str>,
    ) -> Result<(), StoreError> {
        self.db
            .writer()
            .execute_raw(self.db.statement(
                r#"UPDATE people SET full_name = $2, user_image = $3 WHERE "user" = $1 AND kind = 'member'
                   AND (full_name <> $2 OR COALESCE(user_image, '') <> COALESCE($3, ''))"#,
                [
                    user.to_lowercase().into(),
                    full_name.into(),
                    user_image.map(str::to_owned).into(),
                ],
            ))
            .await?;
        Ok(())
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
        self.count_facts(&tx, &shown_in.into_iter().collect()).await?;
        Ok(tx.commit().await?)
    }

    /// How many copies of a doctype there are.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn count_documents(&self, doctype: &str) -> Result<u64, StoreError> {
        let row = Count::find_by_statement(self.db.statement(
            "SELECT COUNT(*) AS count FROM documents WHERE doctype = $1",
            [doctype.into()],
        ))
        .one(self.db.reader())
        .await?;
        Ok(row.map_or(0, |row| u64::try_from(row.count).unwrap_or(0)))
    }

    async fn rows_named(&self, doctype: &str, names: &[String]) -> Result<Vec<Row>, StoreError> {
        let listed = match self.db.backend() {
            Backend::Sqlite => "(SELECT value FROM json_each($2))",
            Backend::Postgres => "(SELECT jsonb_array_elements_text($2::jsonb))",
        };
        let sql =
            format!("SELECT {COLUMNS} FROM documents WHERE doctype = $1 AND name IN {listed}");
        let names = Json::from(names.to_vec()).to_string();
        Ok(Row::find_by_statement(self.db.statement(&sql, [doctype.into(), names.into()]))
            .all(self.db.reader())
            .await?)
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
        && fields_text(copy) == row.fields;
    !same && row.read_at <= read_at.as_millis()
}

/// What a Communication, Comment, ToDo or File is about.
fn about(copy: &DocumentCopy) -> Option<(&str, &str)> {
    let (doctype, name) = match copy.doctype.as_str() {
        "Communication" | "Comment" => ("reference_doctype", "reference_name"),
        "ToDo" => ("reference_type", "reference_name"),
        "File" => ("attached_to_doctype", "attached_to_name"),
        _ => return None,
    };
    Some((copy.text(doctype)?, copy.text(name)?))
}

/// Whether its Project is looked up here, because it is about a Task or an Issue.
fn belongs_where_its_document_does(copy: &DocumentCopy) -> bool {
    about(copy).is_some_and(|(doctype, _)| doctype != "Project" && FACTS.contains(&doctype))
}

fn tidy_fields(fields: Map<String, Json>) -> Map<String, Json> {
    // In the order of the names, whatever order ERPNext has them in: copies are compared as text.
    let sorted: BTreeMap<String, Json> = fields.into_iter().collect();
    sorted.into_iter().filter_map(|(field, value)| Some((field, tidy(value)?))).collect()
}

fn tidy(value: Json) -> Option<Json> {
    match value {
        Json::Null => None,
        Json::String(text) if text.is_empty() => None,
        Json::String(text) => Some(Json::String(without_nul(text))),
        Json::Number(number) => Some(whole(&number).map_or(Json::Number(number), Json::from)),
        Json::Array(rows) if rows.is_empty() => None,
        Json::Array(rows) => Some(Json::Array(rows.into_iter().filter_map(tidy).collect())),
        Json::Object(fields) => Some(Json::Object(tidy_fields(fields))),
        Json::Bool(on) => Some(Json::from(i64::from(on))),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only what has no fraction and fits")]
fn whole(number: &serde_json::Number) -> Option<i64> {
    // Beyond this a float no longer holds every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64()?;
    (number.as_i64().is_none() && float.fract() == 0.0 && float.abs() < EXACT)
        .then_some(float as i64)
}

/// PostgreSQL keeps no NUL in texts.
fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "") } else { text }
}

fn fields_text(copy: &DocumentCopy) -> String {
    Json::Object(copy.fields.clone()).to_string()
}

/// The conditions are looked at again in the write: another worker may have been faster.
const UPSERT: &str = "
    INSERT INTO documents (doctype, name, creation, modified, project, status, title, fields, read_at,
        about_doctype, about_name)
    VALUES ($1, $2, $3, $4,
        COALESCE($5, (SELECT d.project FROM documents d WHERE $13 AND d.doctype = $11 AND d.name = $12)),
        $6, $7, $8, $9, $11, $12)
    ON CONFLICT (doctype, name) DO UPDATE SET creation = EXCLUDED.creation, modified = EXCLUDED.modified,
        project = EXCLUDED.project, status = EXCLUDED.status, title = EXCLUDED.title,
        fields = EXCLUDED.fields, read_at = EXCLUDED.read_at, about_doctype = EXCLUDED.about_doctype,
        about_name = EXCLUDED.about_name
    WHERE documents.read_at <= $9
        AND (documents.creation <> $3 OR documents.modified <= $4 OR documents.read_at < $10)";

fn values(copy: &DocumentCopy, read_at: Moment) -> [Value; 13] {
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
    ]
}
