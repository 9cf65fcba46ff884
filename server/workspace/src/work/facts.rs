//! The mirror with what is on its way on top.

use super::values;
use crate::{
    Visit,
    errors::{from_hidden, from_store},
};
use contract::AppError;
use policy::Hidden;
use store::{
    edits::{self, KeptEdit, KeptState},
    facts,
};
use vocabulary::{
    Assigned, Edit, EditState, Making, Mark, OpenIssue, OpenTask, WorkDoctype, WorkField, WorkItem,
    WorkspaceFacts,
};

impl Visit {
    /// People, open Tasks and open Issues, with what is on its way.
    pub(crate) async fn facts(&self) -> Result<WorkspaceFacts, AppError> {
        let team = self.team()?;
        let mut facts = facts::of(&self.services.db, &team).await.map_err(from_store)?;
        let subjects = facts.open_tasks.iter_mut().map(|task| &mut task.subject);
        for subject in subjects.chain(facts.open_issues.iter_mut().map(|issue| &mut issue.subject))
        {
            *subject = erpnext::decode_entities(subject);
        }
        let edits = edits::of_workspace(&self.services.db, &team).await.map_err(from_store)?;
        for edit in &edits {
            lay_over(&mut facts, edit);
        }
        facts.outlook = self.outlook().await?;
        facts.making = making(&edits);
        if !facts.making.is_empty() {
            let of = edits::made_of(&self.services.db, &team).await.map_err(from_store)?;
            for one in &mut facts.making {
                one.about = of.get(&one.save).copied();
            }
        }
        Ok(facts)
    }

    pub(super) async fn work_item(
        &self,
        doctype: WorkDoctype,
        name: &str,
    ) -> Result<WorkItem, AppError> {
        let db = &self.services.db;
        let scope = self.document(doctype.as_str(), name).await?;
        // In this order: the outbox keeps the copy first and ends the edit then, so one of the two tells of it.
        let edits = edits::of_document(db, &scope).await.map_err(from_store)?;
        let copy = edits::document(db, &scope).await.map_err(from_store)?;
        let copy = copy.ok_or_else(|| from_hidden(Hidden))?;
        let people = facts::colleagues(db, scope.team()).await.map_err(from_store)?;
        let assigned = values::assigned(&copy.fields).into_iter().map(|user| {
            let known = people.iter().find(|person| person.user.eq_ignore_ascii_case(&user));
            let full_name = known.map_or_else(|| user.clone(), |person| person.full_name.clone());
            Assigned { user, full_name }
        });
        Ok(WorkItem {
            doctype,
            name: copy.name.clone(),
            fields: values::fields(doctype, &copy.fields),
            assigned: assigned.collect(),
            has_formatting: values::has_formatting(&copy.fields),
            may_change: scope.may_be_changed(),
            edits: edits.iter().map(told).collect(),
        })
    }
}

fn told(edit: &KeptEdit) -> Edit {
    let said = |value: &serde_json::Value| values::said(edit.field, value);
    Edit {
        id: edit.id,
        save: edit.save,
        field: edit.field,
        by: edit.by.clone(),
        base: said(&edit.base),
        value: said(&edit.value),
        state: edit.state.told(said),
    }
}

fn lay_over(facts: &mut WorkspaceFacts, edit: &KeptEdit) {
    let Some(name) = edit.name.as_deref() else { return };
    let value = values::said(edit.field, &edit.value);
    let is_pending = edit.state == KeptState::Pending;
    match edit.doctype {
        WorkDoctype::Task => {
            let task = facts.open_tasks.iter_mut().find(|task| task.name.as_str() == name);
            let Some(task) = task else { return };
            mark(&mut task.mark, is_pending);
            if is_pending {
                lay_over_task(task, edit.field, value);
            }
        }
        WorkDoctype::Issue => {
            let issue = facts.open_issues.iter_mut().find(|issue| issue.name.as_str() == name);
            let Some(issue) = issue else { return };
            mark(&mut issue.mark, is_pending);
            if is_pending {
                lay_over_issue(issue, edit.field, value);
            }
        }
    }
}

/// A decision outweighs what is on its way.
fn mark(mark: &mut Option<Mark>, is_pending: bool) {
    *mark = match *mark {
        Some(Mark::Decide) => Some(Mark::Decide),
        _ if is_pending => Some(Mark::Pending),
        _ => Some(Mark::Decide),
    };
}

fn lay_over_task(task: &mut OpenTask, field: WorkField, value: Option<String>) {
    match field {
        WorkField::Subject => task.subject = value.unwrap_or_default(),
        WorkField::Status => task.status = value.unwrap_or_default(),
        WorkField::Priority => task.priority = value.unwrap_or_default(),
        WorkField::ExpEndDate => task.exp_end_date = value,
        WorkField::ExpStartDate
        | WorkField::Progress
        | WorkField::Description
        | WorkField::Assigned => {}
    }
}

fn lay_over_issue(issue: &mut OpenIssue, field: WorkField, value: Option<String>) {
    match field {
        WorkField::Subject => issue.subject = value.unwrap_or_default(),
        WorkField::Status => issue.status = value.unwrap_or_default(),
        WorkField::Priority => issue.priority = value.unwrap_or_default(),
        WorkField::ExpStartDate
        | WorkField::ExpEndDate
        | WorkField::Progress
        | WorkField::Description
        | WorkField::Assigned => {}
    }
}

/// What is being made: one entry for each save.
fn making(edits: &[KeptEdit]) -> Vec<Making> {
    let mut making: Vec<Making> = Vec::new();
    for edit in edits.iter().filter(|edit| edit.name.is_none()) {
        let value = values::said(edit.field, &edit.value);
        let fields = value.map(|value| (edit.field, value));
        let state: EditState = edit.state.told(|value| values::said(edit.field, value));
        match making.iter_mut().find(|one| one.save == edit.save) {
            Some(one) => one.fields.extend(fields),
            None => making.push(Making {
                save: edit.save,
                doctype: edit.doctype,
                fields: fields.into_iter().collect(),
                state,
                about: None,
            }),
        }
    }
    making
}
