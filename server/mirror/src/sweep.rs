//! What `modified` does not show: deletions, reused names, computed progress, Tasks going Overdue.

use crate::{Mirror, MirrorError, copy};
use erpnext::{Doctype, SweepRow};

pub(crate) async fn everything(mirror: &Mirror) -> Result<(), MirrorError> {
    let projects = mirror.site.names(Doctype::Project).await?;
    for row in &projects {
        if let Some(status) = &row.status {
            let percent = copy::percent(row.percent_complete);
            mirror.worker.note_progress((&row.name, &row.creation), status, percent).await?;
        }
    }
    mirror.worker.close_other_workspaces(&present(projects)).await?;

    let tasks = mirror.site.names(Doctype::Task).await?;
    for row in &tasks {
        if let Some(status) = &row.status {
            mirror.worker.note_task_status(&row.name, status).await?;
        }
    }
    mirror.worker.forget_other_tasks(&present(tasks)).await?;

    let issues = mirror.site.names(Doctype::Issue).await?;
    mirror.worker.forget_other_issues(&present(issues)).await?;
    Ok(())
}

fn present(rows: Vec<SweepRow>) -> Vec<(String, String)> {
    rows.into_iter().map(|row| (row.name, row.creation)).collect()
}
