//! What members save.

use super::values;
use crate::{
    Visit,
    errors::{from_hidden, from_store},
};
use contract::AppError;
use policy::{DocumentScope, Hidden};
use serde_json::{Map, Value};
use store::{
    edits::{self, KeptEdit, KeptState, NewEdit},
    messages::Acted,
    worker::{Assignment, DocumentCopy, Effect, FieldChange, Insertion, Update, WorkDocument},
};
use vocabulary::{
    Assign, EditId, FieldChanged, FieldProblem, Message, MessageId, NewWork, Resolve, SaveId,
    WorkChange, WorkDoctype, WorkField, checked,
};

/// The longest `User.name` ERPNext has.
const USER_LIMIT_CHARS: usize = 140;

impl Visit {
    pub(super) async fn make(&self, new: NewWork) -> Result<(), AppError> {
        if let Some(message) = new.about {
            return self.make_of(message, new).await.map(drop);
        }
        let team = self.team()?;
        let (kept, effect) = self.checked_new(&new).await?;
        let db = &self.services.db;
        edits::make(db, &team, new.save, new.doctype, &kept, effect).await.map_err(from_store)?;
        self.saved().await;
        Ok(())
    }

    /// Makes something of a message of this workspace, and tells every line that the message is about it.
    pub(crate) async fn make_of(
        &self,
        message: MessageId,
        new: NewWork,
    ) -> Result<Message, AppError> {
        let team = self.team()?;
        let (kept, effect) = self.checked_new(&new).await?;
        let live = self.services.live();
        let channel = live.channel(self.scope.workspace()).await.map_err(from_store)?;
        let _turn = channel.turn().await;
        let what = (new.save, new.doctype);
        let db = &self.services.db;
        let acted = edits::make_of(db, &team, message, what, &kept, effect).await;
        match acted.map_err(from_store)? {
            Acted::Changed(changed) => {
                let message = changed.into_iter().next().ok_or(AppError::NotFound)?;
                live.said(&channel, &message).await;
                self.saved().await;
                Ok(message)
            }
            Acted::Same(message) => Ok(message),
            Acted::Closed => Err(AppError::Refused {
                reason: "This message was removed; nothing can be made of it any more.".into(),
            }),
            Acted::TooMany => Err(AppError::Refused {
                reason: "This message is about as many documents as it can be. Nothing was made."
                    .into(),
            }),
            _ => Err(from_hidden(Hidden)),
        }
    }

    async fn checked_new(&self, new: &NewWork) -> Result<(Vec<NewEdit>, Effect), AppError> {
        let mut fields = Map::new();
        let mut kept = Vec::new();
        if !new.fields.contains_key(&WorkField::Subject) {
            return Err(invalid(WorkField::Subject, FieldProblem::Empty));
        }
        for (field, value) in &new.fields {
            let value = checked(new.doctype, *field, Some(value))
                .map_err(|problem| invalid(*field, problem))?;
            if value.is_some() {
                let value = values::meant(*field, value.as_deref());
                fields.insert(field.as_str().into(), value.clone());
                kept.push(NewEdit { field: *field, base: Value::Null, value });
            }
        }
        let proven = self.may_make(new.doctype).await?;
        Ok((kept, Effect::Insert(Insertion { doctype: new.doctype, fields, proven })))
    }

    pub(super) async fn change(&self, change: WorkChange) -> Result<(), AppError> {
        let scope = self.document(change.doctype.as_str(), &change.name).await?;
        let proven = self.may_change(&scope).await?;
        // In this order: see `work_item`.
        let under_way = self.under_way(&scope).await?;
        let (copy, document) = self.copy(change.doctype, &scope).await?;
        let mut kept: Vec<NewEdit> = Vec::new();
        let mut changes = Vec::new();
        for one in change.changes {
            let value = checked(change.doctype, one.field, one.value.as_deref())
                .map_err(|problem| invalid(one.field, problem))?;
            if kept.iter().any(|edit| edit.field == one.field) {
                return Err(invalid(one.field, FieldProblem::NotHere));
            }
            let value = values::meant(one.field, value.as_deref());
            let bases = if change.last_wins {
                all_known(&one, &copy, &under_way)
            } else {
                bases(&one, &copy, &under_way)
            };
            let base = bases.first().cloned().unwrap_or_default();
            kept.push(NewEdit { field: one.field, base, value: value.clone() });
            changes.push(FieldChange { field: one.field.as_str().into(), bases, value });
        }
        if kept.is_empty() {
            return Ok(());
        }
        let effect = Effect::Update(Update { document: document.clone(), changes, proven });
        self.keep(&scope, change.save, &document, &kept, effect).await
    }

    pub(super) async fn assign(&self, assign: Assign) -> Result<(), AppError> {
        let user = assign.user.trim().to_owned();
        if user.is_empty() || user.chars().count() > USER_LIMIT_CHARS {
            return Err(invalid(WorkField::Assigned, FieldProblem::TooLong(USER_LIMIT_CHARS)));
        }
        let scope = self.document(assign.doctype.as_str(), &assign.name).await?;
        let proven = self.may_change(&scope).await?;
        let (_, document) = self.copy(assign.doctype, &scope).await?;
        let (base, value) = if assign.shall {
            (Value::Null, Value::from(user.as_str()))
        } else {
            (Value::from(user.as_str()), Value::Null)
        };
        let kept = [NewEdit { field: WorkField::Assigned, base, value }];
        let assignment = Assignment { document: document.clone(), user, proven };
        let effect =
            if assign.shall { Effect::Assign(assignment) } else { Effect::Unassign(assignment) };
        self.keep(&scope, assign.save, &document, &kept, effect).await
    }

    pub(super) async fn resolve(&self, id: EditId, resolve: Resolve) -> Result<(), AppError> {
        let (db, team) = (&self.services.db, self.team()?);
        let edit = edits::to_decide(db, &team, id).await.map_err(from_store)?;
        let edit = edit.ok_or_else(|| from_hidden(Hidden))?;
        let Some(name) = edit.name.clone().filter(|_| resolve == Resolve::KeepMine) else {
            edits::give_up(db, &team, id).await.map_err(from_store)?;
            self.services.live().facts_changed(self.scope.workspace()).await;
            return Ok(());
        };
        // Saving the field anew drops the old edit in the same breath.
        let seen = match &edit.state {
            KeptState::Conflict { theirs } => theirs,
            KeptState::Pending | KeptState::Refused { .. } => &edit.base,
        };
        if edit.field == WorkField::Assigned {
            let said = |value: &Value| values::said(edit.field, value);
            let (shall, user) = match said(&edit.value) {
                Some(user) => (true, user),
                None => (false, said(&edit.base).unwrap_or_default()),
            };
            let doctype = edit.doctype;
            return self.assign(Assign { save: SaveId::fresh(), doctype, name, user, shall }).await;
        }
        let scope = self.document(edit.doctype.as_str(), &name).await?;
        let proven = self.may_change(&scope).await?;
        let (_, document) = self.copy(edit.doctype, &scope).await?;
        // As ERPNext writes them: what was read for people cannot always be written back the same.
        let kept = [NewEdit { field: edit.field, base: seen.clone(), value: edit.value.clone() }];
        let changes = vec![FieldChange {
            field: edit.field.as_str().into(),
            bases: vec![seen.clone()],
            value: edit.value.clone(),
        }];
        let effect = Effect::Update(Update { document: document.clone(), changes, proven });
        self.keep(&scope, SaveId::fresh(), &document, &kept, effect).await
    }

    async fn keep(
        &self,
        scope: &DocumentScope,
        save: SaveId,
        document: &WorkDocument,
        kept: &[NewEdit],
        effect: Effect,
    ) -> Result<(), AppError> {
        let db = &self.services.db;
        edits::change(db, scope, save, document, kept, effect).await.map_err(from_store)?;
        self.saved().await;
        Ok(())
    }

    async fn copy(
        &self,
        doctype: WorkDoctype,
        scope: &DocumentScope,
    ) -> Result<(DocumentCopy, WorkDocument), AppError> {
        let copy = edits::document(&self.services.db, scope).await.map_err(from_store)?;
        let copy = copy.ok_or_else(|| from_hidden(Hidden))?;
        let (name, creation) = (copy.name.clone(), copy.creation.clone());
        Ok((copy, WorkDocument { doctype, name, creation }))
    }

    async fn under_way(&self, scope: &DocumentScope) -> Result<Vec<KeptEdit>, AppError> {
        let mut edits = edits::of_document(&self.services.db, scope).await.map_err(from_store)?;
        edits.retain(|edit| edit.state == KeptState::Pending);
        Ok(edits)
    }
}

/// What its author saw, as ERPNext writes it; and, where that was still under way, what it was before: should that
/// never arrive, nobody else has changed the field all the same.
fn bases(changed: &FieldChanged, copy: &DocumentCopy, under_way: &[KeptEdit]) -> Vec<Value> {
    let field = changed.field;
    let seen = changed.base.as_deref();
    let mut bases = Vec::new();
    for edit in under_way.iter().rev().filter(|edit| edit.field == field) {
        let follows = match bases.last() {
            Some(base) => *base == edit.value,
            None => values::said(field, &edit.value).as_deref() == seen,
        };
        if follows {
            if bases.is_empty() {
                bases.push(edit.value.clone());
            }
            bases.push(edit.base.clone());
        }
    }
    if bases.is_empty() {
        let now = copy.fields.get(field.as_str()).cloned().unwrap_or_default();
        let is_seen = values::said(field, &now).as_deref() == seen
            || (field == WorkField::Progress && now.is_null() && seen.is_none_or(|it| it == "0"));
        bases.push(if is_seen { now } else { values::meant(field, seen) });
    }
    bases
}

/// Everything the field is known to be or to become: whatever of it ERPNext has when it is written, is written over.
fn all_known(changed: &FieldChanged, copy: &DocumentCopy, under_way: &[KeptEdit]) -> Vec<Value> {
    let field = changed.field;
    let of_field = under_way.iter().rev().filter(|edit| edit.field == field);
    let mut all: Vec<Value> = of_field.clone().map(|edit| edit.value.clone()).collect();
    all.push(copy.fields.get(field.as_str()).cloned().unwrap_or_default());
    all.extend(of_field.map(|edit| edit.base.clone()));
    all.push(values::meant(field, changed.base.as_deref()));
    all
}

fn invalid(field: WorkField, problem: FieldProblem) -> AppError {
    AppError::Invalid {
        field: field.as_str().into(),
        reason: format!("{}: {problem} Nothing was changed.", field.label()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use vocabulary::{Author, PersonId};

    fn copy(fields: Value) -> DocumentCopy {
        DocumentCopy {
            doctype: "Task".into(),
            name: "TASK-1".into(),
            creation: "2026-01-01".into(),
            modified: "2026-01-01".into(),
            project: None,
            status: None,
            title: None,
            fields: fields.as_object().unwrap().clone(),
        }
    }

    fn pending(number: i64, base: &str, value: &str) -> KeptEdit {
        KeptEdit {
            id: EditId::new(number),
            save: SaveId::fresh(),
            by: Author { id: PersonId::fresh(), full_name: "Tom".into() },
            doctype: WorkDoctype::Task,
            name: Some("TASK-1".into()),
            field: WorkField::Priority,
            base: base.into(),
            value: value.into(),
            state: KeptState::Pending,
        }
    }

    fn changed(field: WorkField, base: &str) -> FieldChanged {
        FieldChanged { field, base: Some(base.into()), value: Some("x".into()) }
    }

    #[test]
    fn what_was_seen_is_taken_as_erpnext_writes_it() {
        let copy = copy(json!({"description": "<div class=\"ql-editor\"><p>a</p></div>"}));
        let seen = bases(&changed(WorkField::Description, "a"), &copy, &[]);
        assert_eq!(seen, [copy.fields["description"].clone()]);
        // Somebody changed it before this was saved: what was seen cannot be what is there.
        let seen = bases(&changed(WorkField::Description, "b"), &copy, &[]);
        assert_eq!(seen, [json!("<div>b</div>")]);
    }

    #[test]
    fn who_saw_a_change_under_way_may_also_follow_what_was_before_it() {
        let copy = copy(json!({"priority": "Low"}));
        let under_way = [pending(1, "Low", "Medium"), pending(2, "Medium", "High")];
        let seen = bases(&changed(WorkField::Priority, "High"), &copy, &under_way);
        assert_eq!(seen, [json!("High"), json!("Medium"), json!("Low")]);
        // A card's last move counts, whatever its mover saw.
        let known = all_known(&changed(WorkField::Priority, "Urgent"), &copy, &under_way);
        for value in ["High", "Medium", "Low", "Urgent"] {
            assert!(known.contains(&json!(value)), "{value}");
        }
        assert_eq!(known.first(), Some(&json!("High")), "what it is about to become");
        // Who did not see it may not overwrite it.
        let seen = bases(&changed(WorkField::Priority, "Low"), &copy, &under_way);
        assert_eq!(seen, [json!("Low")]);
    }
}
