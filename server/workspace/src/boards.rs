//! Boards: the mirror's Tasks or Issues as cards, with what is on its way laid over them.

use crate::{
    Services, Visit,
    errors::{from_hidden, from_store},
    work::{told, values},
};
use async_trait::async_trait;
use contract::{AppError, Asker, Boards};
use erpnext::{decode_entities, html_as_lines};
use policy::{Hidden, TeamScope};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use store::{
    boards::{self, Awaited, CardCopy, Changed},
    edits::{self, KeptEdit, KeptState},
    facts, workspaces,
};
use vocabulary::{
    Assigned, Author, BoardCard, BoardView, Cards, Colleague, Dependency, Mover, StoryFile,
    StoryLine, StoryTime, TaskStatus, WorkDoctype, WorkField, WorkStory, WorkspaceId,
};

#[async_trait]
impl Boards for Services {
    async fn board(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
    ) -> Result<BoardView, AppError> {
        let session = self.session(asker).await?;
        let visit = self.enter_as(session.principal, id).await?;
        let cards = visit.cards(doctype).await?;
        let facts = visit.facts().await?;
        let summary = workspaces::summary(&self.db, &visit.scope).await.map_err(from_store)?;
        let summary = summary.ok_or(AppError::NotFound)?;
        let room = visit.open_team_room().await?.room;
        let erpnext = self.erpnext_origin();
        Ok(BoardView { summary, room, me: session.person, facts, cards, erpnext })
    }

    async fn cards(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
    ) -> Result<Cards, AppError> {
        self.enter(asker, id).await?.cards(doctype).await
    }

    async fn work_story(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: &str,
    ) -> Result<WorkStory, AppError> {
        self.enter(asker, id).await?.story(doctype, name).await
    }
}

impl Visit {
    async fn cards(&self, doctype: WorkDoctype) -> Result<Cards, AppError> {
        let (db, team) = (&self.services.db, self.team()?);
        let changes = boards::changes(db, &team).await.map_err(from_store)?;
        // In this order: see `work_item`.
        let edits = edits::of_workspace(db, &team).await.map_err(from_store)?;
        let copies = boards::cards(db, &team, doctype, Cards::LIMIT + 1).await;
        let mut copies = copies.map_err(from_store)?;
        let is_cut = copies.len() > Cards::LIMIT;
        copies.truncate(Cards::LIMIT);
        let known = Known {
            people: facts::colleagues(db, &team).await.map_err(from_store)?,
            awaited: self.awaited(&team, &copies).await?,
            movers: boards::movers(db, &team, doctype).await.map_err(from_store)?,
        };
        let mut cards: Vec<BoardCard> =
            copies.iter().map(|copy| known.card(doctype, copy)).collect();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (place, card) in cards.iter().enumerate() {
            places.insert(card.name.clone(), place);
        }
        for edit in edits.iter().filter(|edit| edit.doctype == doctype) {
            let place = edit.name.as_ref().and_then(|name| places.get(name));
            if let Some(card) = place.and_then(|place| cards.get_mut(*place)) {
                known.lay_over(card, edit);
            }
        }
        for (card, copy) in cards.iter_mut().zip(&copies) {
            card.moved_by = known.mover(card, copy);
        }
        Ok(Cards { changes, cards, is_cut })
    }

    async fn awaited(
        &self,
        team: &TeamScope,
        copies: &[CardCopy],
    ) -> Result<HashMap<String, Awaited>, AppError> {
        let names: BTreeSet<&str> =
            copies.iter().flat_map(|copy| waits_for(&copy.fields)).collect();
        if names.is_empty() {
            return Ok(HashMap::new());
        }
        let names: Vec<&str> = names.into_iter().collect();
        let found = boards::awaited(&self.services.db, team, &names).await.map_err(from_store)?;
        Ok(found.into_iter().map(|one| (one.name.clone(), one)).collect())
    }

    async fn story(&self, doctype: WorkDoctype, name: &str) -> Result<WorkStory, AppError> {
        let db = &self.services.db;
        let scope = self.document(doctype.as_str(), name).await?;
        let copy = edits::document(db, &scope).await.map_err(from_store)?;
        let copy = copy.ok_or_else(|| from_hidden(Hidden))?;
        let people = facts::colleagues(db, scope.team()).await.map_err(from_store)?;
        let (mut comments, mut history) = (Vec::new(), Vec::new());
        let made = text(&copy.fields, "owner").map(|owner| name_of(&people, owner));
        history.push(StoryLine {
            who: made.unwrap_or_else(|| "Somebody".into()),
            words: format!("made this {doctype}"),
            at: site_time(&copy.creation),
        });
        for (creation, fields) in boards::about(db, &scope, "Comment").await.map_err(from_store)? {
            let line = comment(&people, &creation, &fields);
            if text(&fields, "comment_type").is_none_or(|kind| kind == "Comment") {
                comments.push(line);
            } else {
                history.push(line);
            }
        }
        let changed = boards::changed(db, &scope, &copy.creation).await.map_err(from_store)?;
        history.extend(changed.iter().map(|one| change(&people, one)));
        let files = boards::about(db, &scope, "File").await.map_err(from_store)?;
        Ok(WorkStory {
            comments,
            messages: boards::talk(db, &scope).await.map_err(from_store)?,
            files: files.iter().filter_map(|(_, fields)| file(fields)).collect(),
            history,
        })
    }
}

/// What cards are drawn with beside their documents.
struct Known {
    people: Vec<Colleague>,
    awaited: HashMap<String, Awaited>,
    movers: HashMap<(String, String), (Author, String)>,
}

impl Known {
    fn card(&self, doctype: WorkDoctype, copy: &CardCopy) -> BoardCard {
        let said = |field: WorkField| values::said(field, copy.fields.get(field.as_str())?);
        let due = match doctype {
            WorkDoctype::Task => said(WorkField::ExpEndDate),
            WorkDoctype::Issue => {
                text(&copy.fields, "sla_resolution_by").map(|day| day.chars().take(10).collect())
            }
        };
        let assigned = values::assigned(&copy.fields).into_iter().map(|user| self.assigned(user));
        BoardCard {
            name: copy.name.clone(),
            subject: decode_entities(&copy.subject),
            status: copy.status.clone(),
            priority: said(WorkField::Priority).unwrap_or_default(),
            due,
            progress: said(WorkField::Progress).and_then(|percent| percent.parse().ok()),
            assigned: assigned.collect(),
            talk: copy.talk,
            waits_for: waits_for(&copy.fields).filter_map(|name| self.dependency(name)).collect(),
            modified: copy.modified.clone(),
            creation: copy.creation.clone(),
            moved_by: None,
            edits: Vec::new(),
        }
    }

    fn assigned(&self, user: String) -> Assigned {
        Assigned { full_name: name_of(&self.people, &user), user }
    }

    /// A Task that ERPNext does not show is not told of.
    fn dependency(&self, name: &str) -> Option<Dependency> {
        let known = self.awaited.get(name)?;
        Some(Dependency {
            name: known.name.clone(),
            subject: decode_entities(known.title.as_deref().unwrap_or_default()),
            is_over: known.status.as_deref().is_some_and(|now| TaskStatus::OVER.contains(&now)),
        })
    }

    fn lay_over(&self, card: &mut BoardCard, edit: &KeptEdit) {
        let said = told(edit);
        if edit.state == KeptState::Pending {
            match (edit.field, &said.value, &said.base) {
                (WorkField::Assigned, Some(user), _) => {
                    card.show_assigned(self.assigned(user.clone()), true);
                }
                (WorkField::Assigned, None, Some(user)) => {
                    card.show_assigned(self.assigned(user.clone()), false);
                }
                (field, value, _) => card.show(field, value.clone()),
            }
        }
        card.edits.push(said);
    }

    /// Who gave it the status it shows: here, or else whoever saved it last in ERPNext.
    fn mover(&self, card: &BoardCard, copy: &CardCopy) -> Option<Mover> {
        let here = self.movers.get(&(copy.name.clone(), copy.creation.clone()));
        if let Some((by, _)) = here.filter(|(_, status)| *status == card.status) {
            return Some(Mover { person: Some(by.id), full_name: by.full_name.clone() });
        }
        let user = text(&copy.fields, "modified_by")?;
        let known = self.people.iter().find(|one| one.user.eq_ignore_ascii_case(user))?;
        Some(Mover { person: known.person, full_name: known.full_name.clone() })
    }
}

fn waits_for(fields: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let rows = fields.get("depends_on").and_then(Value::as_array);
    rows.into_iter().flatten().filter_map(|row| row.get("task")?.as_str())
}

fn name_of(people: &[Colleague], user: &str) -> String {
    let known = people.iter().find(|one| one.user.eq_ignore_ascii_case(user));
    known.map_or_else(|| user.to_owned(), |one| one.full_name.clone())
}

fn text<'a>(fields: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    fields.get(field).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// ERPNext's stamp to the minute.
fn site_time(stamp: &str) -> StoryTime {
    StoryTime::Site(stamp.chars().take(16).collect())
}

fn comment(people: &[Colleague], creation: &str, fields: &Map<String, Value>) -> StoryLine {
    let by = text(fields, "comment_by").map(str::to_owned);
    let by = by.or_else(|| text(fields, "comment_email").map(|user| name_of(people, user)));
    StoryLine {
        who: by.unwrap_or_else(|| "ERPNext".into()),
        words: html_as_lines(text(fields, "content").unwrap_or_default()).0,
        at: site_time(creation),
    }
}

fn change(people: &[Colleague], one: &Changed) -> StoryLine {
    let said = |value: &Value| values::said(one.field, value);
    let words = match (one.field, said(&one.base), said(&one.value)) {
        (WorkField::Assigned, _, Some(user)) => format!("gave it to {}", name_of(people, &user)),
        (WorkField::Assigned, user, None) => {
            format!("took it from {}", name_of(people, &user.unwrap_or_default()))
        }
        (WorkField::Description, ..) => "changed the description".into(),
        (field, None, Some(value)) => format!("set {} to {value}", field.label()),
        (field, Some(base), Some(value)) => {
            format!("changed {} from {base} to {value}", field.label())
        }
        (field, _, None) => format!("emptied {}", field.label()),
    };
    StoryLine { who: one.by.clone(), words, at: StoryTime::Here(one.at) }
}

fn file(fields: &Map<String, Value>) -> Option<StoryFile> {
    Some(StoryFile {
        file_name: text(fields, "file_name")?.to_owned(),
        file_url: text(fields, "file_url")?.to_owned(),
        file_size: fields.get("file_size").and_then(Value::as_u64),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use vocabulary::Moment;

    fn told_of(field: WorkField, base: Value, value: Value) -> String {
        let at = Moment::from_millis(0);
        let people = [Colleague {
            user: "tom@x.example".into(),
            full_name: "Tom Achterberg".into(),
            person: None,
        }];
        change(&people, &Changed { by: "Maya".into(), field, base, value, at }).words
    }

    #[test]
    fn changes_read_as_sentences() {
        let status = told_of(WorkField::Status, json!("Open"), json!("Working"));
        assert_eq!(status, "changed Status from Open to Working");
        let due = told_of(WorkField::ExpEndDate, Value::Null, json!("2026-12-24"));
        assert_eq!(due, "set Expected end date to 2026-12-24");
        let emptied = told_of(WorkField::ExpEndDate, json!("2026-12-24"), Value::Null);
        assert_eq!(emptied, "emptied Expected end date");
        let given = told_of(WorkField::Assigned, Value::Null, json!("tom@x.example"));
        assert_eq!(given, "gave it to Tom Achterberg");
        let taken = told_of(WorkField::Assigned, json!("tom@x.example"), Value::Null);
        assert_eq!(taken, "took it from Tom Achterberg");
        // A whole text is no sentence.
        let text = told_of(WorkField::Description, json!("<p>a</p>"), json!("<p>b</p>"));
        assert_eq!(text, "changed the description");
    }
}
