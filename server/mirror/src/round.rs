//! One round over a doctype: what was modified since the cursor, oldest change first.

use crate::{Mirror, MirrorError, copy};
use chrono::{NaiveDateTime, TimeDelta};
use erpnext::ErpError;
use std::future::Future;
use store::worker::DocumentCopy;
use vocabulary::Moment;

const PAGE: u32 = 200;

/// A row can be committed minutes after it was stamped, and in the repeated hour of autumn stamps run backwards.
const OVERLAP: TimeDelta = TimeDelta::minutes(5);

pub(crate) async fn projects(mirror: &Mirror) -> Result<(), MirrorError> {
    let since = Since::of(mirror, "Project").await?;
    let rows = since
        .read(
            |since| async move { mirror.site.projects_since(since.as_deref(), PAGE).await },
            |row| &row.modified,
        )
        .await?;
    let mut seen = since.cursor.clone();
    for row in rows {
        match mirror.site.project(&row.name).await {
            Ok(project) => {
                let (creation, modified) = (project.row.creation.clone(), row.modified.clone());
                let copy = copy::project(project);
                mirror.worker.keep_project(&copy).await?;
                let document = DocumentCopy {
                    doctype: "Project".into(),
                    name: copy.name.clone(),
                    creation,
                    modified,
                    project: Some(copy.name),
                    status: Some(copy.status),
                    title: Some(copy.project_name),
                    fields: serde_json::Map::new(),
                };
                mirror.worker.keep_document(&document).await?;
            }
            // Deleted or renamed in between: the sweep deals with it.
            Err(ErpError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        seen = seen.max(Some(row.modified));
    }
    since.note(mirror, seen).await
}

const FIELDS: &[&str] = &["creation", "subject", "status", "priority", "project"];
const TASK_FIELDS: &[&str] =
    &["creation", "subject", "status", "priority", "project", "exp_end_date"];

pub(crate) async fn tasks(mirror: &Mirror) -> Result<(), MirrorError> {
    documents(mirror, "Task", TASK_FIELDS).await
}

pub(crate) async fn issues(mirror: &Mirror) -> Result<(), MirrorError> {
    documents(mirror, "Issue", FIELDS).await
}

async fn documents(
    mirror: &Mirror,
    doctype: &'static str,
    fields: &'static [&'static str],
) -> Result<(), MirrorError> {
    let since = Since::of(mirror, doctype).await?;
    let read_at = Moment::now();
    let rows = since
        .read(
            |since| async move {
                let rows = mirror.site.page_since(doctype, fields, since.as_deref(), PAGE).await?;
                Ok(rows.into_iter().map(|row| copy::document(doctype, "subject", row)).collect())
            },
            |row: &DocumentCopy| &row.modified,
        )
        .await?;
    let seen = rows.iter().map(|row| row.modified.clone()).max();
    mirror.worker.keep_documents(&rows, read_at).await?;
    let seen = seen.max(since.cursor.clone());
    since.note(mirror, seen).await
}

/// Where a doctype's round starts.
struct Since {
    doctype: &'static str,
    cursor: Option<String>,
}

impl Since {
    async fn of(mirror: &Mirror, doctype: &'static str) -> Result<Self, MirrorError> {
        let rounds = mirror.worker.mirror_rounds().await?;
        let cursor = rounds
            .into_iter()
            .find(|round| round.doctype == doctype)
            .and_then(|round| round.modified);
        Ok(Self { doctype, cursor })
    }

    /// All rows from the cursor (less the overlap) on: a keyset over `modified`, so that nothing is skipped while
    /// rows move.
    async fn read<R, F>(
        &self,
        page: impl Fn(Option<String>) -> F,
        modified: impl Fn(&R) -> &String,
    ) -> Result<Vec<R>, MirrorError>
    where
        F: Future<Output = Result<Vec<R>, ErpError>>,
    {
        let mut from = self.cursor.as_deref().map(earlier);
        let mut all = Vec::new();
        loop {
            let rows = page(from.clone()).await?;
            let full = rows.len() >= PAGE as usize;
            let last = rows.last().map(|row| modified(row).clone());
            all.extend(rows);
            if !full {
                return Ok(all);
            }
            if last == from {
                // A whole page with one stamp, as a bulk import leaves it: only the sweep can see past it.
                tracing::warn!(
                    doctype = self.doctype,
                    "more than {PAGE} documents share one time stamp"
                );
                return Ok(all);
            }
            from = last;
        }
    }

    async fn note(&self, mirror: &Mirror, seen: Option<String>) -> Result<(), MirrorError> {
        // Documents made before the site's set-up wizard ran carry stamps in the future: never wait for those.
        let now = erpnext::site_time(Moment::now().as_millis(), mirror.time_zone().await?);
        let seen = seen.map(|seen| seen.min(now));
        Ok(mirror.worker.note_round(self.doctype, Ok(seen.as_deref())).await?)
    }
}

/// The stamp a little before `stamp`, in ERPNext's own form.
fn earlier(stamp: &str) -> String {
    NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S%.f").map_or_else(
        |_| stamp.to_owned(),
        |time| (time - OVERLAP).format("%Y-%m-%d %H:%M:%S%.6f").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_round_starts_five_minutes_before_the_cursor() {
        assert_eq!(earlier("2026-11-22 00:02:00.000001"), "2026-11-21 23:57:00.000001");
        assert_eq!(earlier("2026-11-22 08:00:00"), "2026-11-22 07:55:00.000000");
    }
}
