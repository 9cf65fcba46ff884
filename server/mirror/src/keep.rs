//! Keeping copies, and everything that follows from one: workspaces, names of people, renames, and documents that
//! ERPNext changed along with it without a word.

use crate::{Mirror, MirrorError, doctypes, doctypes::Mirrored};
use erpnext::ErpError;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::worker::{DocumentCopy, DocumentKey, ProjectCopy, ProjectUserCopy};
use vocabulary::Moment;

/// Names by doctype.
pub(crate) type Names = BTreeMap<String, BTreeSet<String>>;

impl Mirror {
    /// Keeps copies whose read began at `read_at`, and what follows from those that are new. Gives the documents that
    /// must be read again, because a change of one of these changes them too.
    pub(crate) async fn keep(
        &self,
        mirrored: &'static Mirrored,
        copies: &[DocumentCopy],
        read_at: Moment,
    ) -> Result<Names, MirrorError> {
        let mut echoes = Names::new();
        if copies.is_empty() {
            return Ok(echoes);
        }
        let names: Vec<String> = copies.iter().map(|copy| copy.name.clone()).collect();
        let before = self.worker.documents_named(mirrored.doctype, &names).await?;
        let known: HashSet<&str> = before.iter().map(|copy| copy.name.as_str()).collect();
        if mirrored.may_be_renamed {
            for copy in copies {
                extend(&mut echoes, self.follow_renames_around(mirrored, copy).await?);
            }
        }
        let kept = self.worker.keep_documents(copies, read_at).await?;
        let kept: HashSet<&str> = kept.iter().map(|key| key.name.as_str()).collect();
        for copy in before.iter().chain(copies).filter(|copy| kept.contains(copy.name.as_str())) {
            echo(&mut echoes, copy);
        }
        match mirrored.doctype {
            "Project" => self.open_workspaces(&kept, known.len() < copies.len()).await?,
            "User" => self.note_users(copies, &kept).await?,
            _ => {}
        }
        Ok(echoes)
    }

    /// Makes and renews the workspaces of Projects, from the copies as they are kept now.
    pub(crate) async fn open_workspaces(
        &self,
        projects: &HashSet<&str>,
        some_are_new: bool,
    ) -> Result<(), MirrorError> {
        let names: Vec<String> = projects.iter().map(|&name| name.to_owned()).collect();
        for copy in self.worker.documents_named("Project", &names).await? {
            self.worker.keep_project(&project(&copy)).await?;
        }
        if some_are_new && !projects.is_empty() {
            // Who may read a new Project is ERPNext's to say.
            self.worker.ask_again_about(None).await?;
        }
        Ok(())
    }

    async fn note_users(
        &self,
        copies: &[DocumentCopy],
        kept: &HashSet<&str>,
    ) -> Result<(), MirrorError> {
        for copy in copies.iter().filter(|copy| kept.contains(copy.name.as_str())) {
            let full_name = copy.title.as_deref().unwrap_or(&copy.name);
            self.worker.note_user(&copy.name, full_name, copy.text("user_image")).await?;
            self.worker.ask_again_about(Some(&copy.name)).await?;
        }
        Ok(())
    }

    /// Reads these documents and keeps them, and those that they change along with themselves.
    pub(crate) async fn read_again(&self, names: Names) -> Result<(), MirrorError> {
        let mut due = names;
        let mut done = HashSet::new();
        // A rename leads to documents that link to it, those to their own: three steps see the end of every such path.
        for _ in 0..3 {
            let mut echoes = Names::new();
            for (doctype, names) in std::mem::take(&mut due) {
                let Some(mirrored) = doctypes::called(&doctype) else { continue };
                let names: Vec<String> = names
                    .into_iter()
                    .filter(|name| done.insert((mirrored.doctype, name.clone())))
                    .collect();
                extend(&mut echoes, self.read_named(mirrored, &names).await?);
            }
            due = echoes;
        }
        Ok(())
    }

    async fn read_named(
        &self,
        mirrored: &'static Mirrored,
        names: &[String],
    ) -> Result<Names, MirrorError> {
        let read_at = Moment::now();
        let found = match self.named(mirrored, names).await {
            // Noted by the round over the doctype.
            Err(ErpError::NotPermitted { .. }) => return Ok(Names::new()),
            found => found?,
        };
        let mut echoes = self.keep(mirrored, &found, read_at).await?;
        let found: HashSet<&str> = found.iter().map(|copy| copy.name.as_str()).collect();
        for name in names.iter().filter(|name| !found.contains(name.as_str())) {
            extend(&mut echoes, self.look_for(mirrored, name).await?);
        }
        Ok(echoes)
    }

    /// A document that a list did not give: gone, renamed, or hidden from us.
    pub(crate) async fn look_for(
        &self,
        mirrored: &'static Mirrored,
        name: &str,
    ) -> Result<Names, MirrorError> {
        let Some(copy) = self.worker.document(mirrored.doctype, name).await? else {
            return Ok(Names::new());
        };
        let read_at = Moment::now();
        match self.site.get_document(mirrored.doctype, name).await {
            Ok(document) if mirrored.admits(&document) => {
                let there = mirrored.copy_of_whole(document, &copy);
                Box::pin(self.keep(mirrored, &[there], read_at)).await
            }
            // It became one that is not ours to mirror.
            Ok(_) => self.forget(&copy).await,
            Err(ErpError::NotFound { .. }) => self.follow_or_forget(mirrored, &copy).await,
            // Hidden from the service account: still there for others, so what is known stays.
            Err(ErpError::NotPermitted { .. }) => Ok(Names::new()),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn forget(&self, copy: &DocumentCopy) -> Result<Names, MirrorError> {
        self.worker.forget_document(&copy.key()).await?;
        let mut echoes = Names::new();
        echo(&mut echoes, copy);
        Ok(echoes)
    }

    /// Documents that link to one under its name: read again, they say where the link leads now.
    pub(crate) async fn linking_to(&self, document: &DocumentKey) -> Result<Names, MirrorError> {
        let mut names = Names::new();
        for key in self.worker.mentioning(&document.name).await? {
            add(&mut names, &key.doctype, &key.name);
        }
        Ok(names)
    }
}

pub(crate) fn add(names: &mut Names, doctype: &str, name: &str) {
    names.entry(doctype.to_owned()).or_default().insert(name.to_owned());
}

pub(crate) fn extend(names: &mut Names, more: Names) {
    for (doctype, more) in more {
        names.entry(doctype).or_default().extend(more);
    }
}

/// What ERPNext changes silently when this document changes.
fn echo(echoes: &mut Names, copy: &DocumentCopy) {
    let about = |echoes: &mut Names, doctype: &str, name: &str| {
        if let (Some(doctype), Some(name)) = (copy.text(doctype), copy.text(name)) {
            add(echoes, doctype, name);
        }
    };
    match copy.doctype.as_str() {
        // `percent_complete`.
        "Task" => copy.project.iter().for_each(|project| add(echoes, "Project", project)),
        // A customer's answer opens an Issue again, the first of ours stops its clock.
        "Communication" if copy.text("reference_doctype") == Some("Issue") => {
            about(echoes, "reference_doctype", "reference_name");
        }
        // `_assign`.
        "ToDo" => about(echoes, "reference_type", "reference_name"),
        // All that a rename leaves behind is such a comment under the new name.
        "Comment" if copy.text("comment_type") == Some("Edit") => {
            about(echoes, "reference_doctype", "reference_name");
        }
        _ => {}
    }
}

fn project(copy: &DocumentCopy) -> ProjectCopy {
    let rows = copy.fields.get("users").and_then(Value::as_array);
    let text = |row: &Value, field: &str| row[field].as_str().map(str::to_owned);
    ProjectCopy {
        name: copy.name.clone(),
        creation: copy.creation.clone(),
        project_name: copy.title.clone().unwrap_or_else(|| copy.name.clone()),
        status: copy.status.clone().unwrap_or_default(),
        customer: copy.text("customer").map(str::to_owned),
        percent_complete: percent(copy.fields.get("percent_complete").and_then(Value::as_f64)),
        expected_end_date: copy.text("expected_end_date").map(str::to_owned),
        users: rows
            .into_iter()
            .flatten()
            .filter_map(|row| {
                let user = text(row, "user")?;
                Some(ProjectUserCopy {
                    full_name: text(row, "full_name").unwrap_or_else(|| user.clone()),
                    user,
                })
            })
            .collect(),
    }
}

/// `percent_complete` as whole percents.
#[expect(clippy::cast_possible_truncation, reason = "clamped to 0..=100 and rounded")]
fn percent(value: Option<f64>) -> i32 {
    value.unwrap_or(0.0).clamp(0.0, 100.0).round() as i32
}
