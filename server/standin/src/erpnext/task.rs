//! The rules of Tasks, and what they do to their Project.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    refusal::Refusal,
    site::Site,
    store::{Doc, rows, text},
};

impl Site {
    pub(crate) fn before_task(
        &mut self,
        before: Option<&Doc>,
        doc: &mut Doc,
    ) -> Result<(), Refusal> {
        let project = text(doc, "project");
        if !project.is_empty() {
            self.find("Project", project)?;
        }
        check_dates(doc, "exp_start_date", "exp_end_date")?;
        let needed: Vec<String> =
            rows(doc, "depends_on").map(|row| text(row, "task").to_owned()).collect();
        let listed: String = needed.iter().map(|task| format!("{task},")).collect();
        doc.insert("depends_on_tasks".into(), listed.into());
        doc.entry("depends_on").or_insert_with(|| json!([]));
        if before.is_none() {
            let place = 2 * self.store.count("Task");
            doc.insert("lft".into(), (place + 1).into());
            doc.insert("rgt".into(), (place + 2).into());
            doc.insert("old_parent".into(), text(doc, "parent_task").into());
        }
        let name = text(doc, "name");
        if needed.iter().any(|task| self.needs(task, name)) {
            return Err(Refusal::rule("CircularReferenceError", "Circular Reference Error"));
        }
        if text(doc, "status") == "Completed" {
            for task in &needed {
                let open = self
                    .store
                    .get("Task", task)
                    .is_some_and(|task| !matches!(text(task, "status"), "Completed" | "Cancelled"));
                if open {
                    let words = format!(
                        "Cannot complete task <strong>{name}</strong> as its dependant task <strong>{task}</strong> are not completed / cancelled."
                    );
                    return Err(Refusal::rule("ValidationError", &words));
                }
            }
            doc.insert("progress".into(), 100.0.into());
        }
        if doc.get("progress").and_then(serde_json::Value::as_f64).unwrap_or(0.0) > 100.0 {
            let words = "Progress % for a task cannot be more than 100.";
            return Err(Refusal::rule("ValidationError", words));
        }
        Ok(())
    }

    /// Whether `task` waits, directly or not, for `name`.
    fn needs(&self, task: &str, name: &str) -> bool {
        let mut waiting = vec![task.to_owned()];
        let mut seen = BTreeSet::new();
        while let Some(task) = waiting.pop() {
            if task == name {
                return true;
            }
            if let Some(doc) = self.store.get("Task", &task).filter(|_| seen.insert(task.clone())) {
                waiting.extend(rows(doc, "depends_on").map(|row| text(row, "task").to_owned()));
            }
        }
        false
    }

    /// `percent_complete` follows the tasks; `modified` does not move.
    pub(crate) fn recompute_percent(&mut self, project: &str) {
        let manual = self
            .store
            .get("Project", project)
            .is_none_or(|doc| text(doc, "percent_complete_method") == "Manual");
        if manual {
            return;
        }
        let (all, done) = self.store.tasks_of(project);
        let percent = if all == 0 { 0.0 } else { f64::from(done) * 100.0 / f64::from(all) };
        let percent = (percent * 100.0).round() / 100.0;
        let have = self.store.get("Project", project).and_then(|doc| doc.get("percent_complete"));
        if have.and_then(serde_json::Value::as_f64) != Some(percent) {
            let fields = [("percent_complete".to_owned(), json!(percent))];
            self.change_silently("Project", project, &fields.into_iter().collect());
        }
    }

    /// The daily job: open tasks whose end is over become Overdue, silently.
    pub(crate) fn mark_overdue(&mut self) -> usize {
        let today = self.store.local(self.store.now()).format("%Y-%m-%d").to_string();
        let late: Vec<String> = self
            .store
            .all("Task")
            .filter(|task| {
                let end = text(task, "exp_end_date");
                !end.is_empty()
                    && end < today.as_str()
                    && matches!(text(task, "status"), "Open" | "Working")
            })
            .map(|task| text(task, "name").to_owned())
            .collect();
        for name in &late {
            let fields = [("status".to_owned(), json!("Overdue"))];
            self.change_silently("Task", name, &fields.into_iter().collect());
            if let Some(task) = self.store.get("Task", name).cloned() {
                self.happened("Administrator", "Task", &["on_change"], &task);
            }
        }
        late.len()
    }
}

/// The end may not lie before the start.
pub(crate) fn check_dates(doc: &Doc, start: &str, end: &str) -> Result<(), Refusal> {
    let (from, to) = (text(doc, start), text(doc, end));
    let both_are_dates = [from, to].iter().all(|one| one.len() == 10 && one.as_bytes()[4] == b'-');
    if both_are_dates && to < from {
        let words =
            "<strong>Expected End Date</strong> must be after <strong>Expected Start Date</strong>";
        return Err(Refusal::rule("InvalidDates", words));
    }
    Ok(())
}
