//! What `modified` does not show: deletions, reused names, computed progress, Tasks going Overdue.

use crate::{Mirror, MirrorError, copy};
use erpnext::{Doctype, SweepRow};
use std::collections::{HashMap, HashSet};
use vocabulary::Moment;

pub(crate) async fn everything(mirror: &Mirror) -> Result<(), MirrorError> {
    let read_at = Moment::now();
    for row in mirror.site.names(Doctype::Project).await? {
        let project = mirror.site.project(&row.name).await?;
        mirror.worker.keep_project(&copy::project(project)).await?;
    }
    for (doctype, word) in
        [(Doctype::Project, "Project"), (Doctype::Task, "Task"), (Doctype::Issue, "Issue")]
    {
        let rows = mirror.site.names(doctype).await?;
        note_statuses(mirror, word, &rows, read_at).await?;
        forget_others(mirror, word, &rows, read_at).await?;
    }
    Ok(())
}

async fn note_statuses(
    mirror: &Mirror,
    doctype: &str,
    rows: &[SweepRow],
    read_at: Moment,
) -> Result<(), MirrorError> {
    let statuses: HashMap<_, _> =
        rows.iter().map(|row| ((&row.name, &row.creation), row.status.clone())).collect();
    let mut changed = mirror.worker.documents_of(doctype).await?;
    changed.retain_mut(|copy| match statuses.get(&(&copy.name, &copy.creation)) {
        Some(status) if *status != copy.status => {
            copy.status.clone_from(status);
            true
        }
        _ => false,
    });
    mirror.worker.keep_documents(&changed, read_at).await?;
    Ok(())
}

async fn forget_others(
    mirror: &Mirror,
    doctype: &str,
    rows: &[SweepRow],
    read_at: Moment,
) -> Result<(), MirrorError> {
    let present: HashSet<_> = rows.iter().map(|row| (&row.name, &row.creation)).collect();
    for known in mirror.worker.known_before(doctype, read_at).await? {
        if !present.contains(&(&known.name, &known.creation)) {
            mirror.worker.forget_document(&known).await?;
        }
    }
    Ok(())
}
