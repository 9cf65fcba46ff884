//! What messages are about: shown as far as ERPNext lets the viewer read it, and made of what was said.

use crate::{OpenRoom, Services, Visit, errors::from_store, work::values};
use async_trait::async_trait;
use contract::{AppError, Asker, Tagging};
use std::collections::HashMap;
use store::{
    cards::{self, Mirrored},
    edits::{self, KeptState},
    facts,
};
use vocabulary::{
    Assigned, CHIPS_LIMIT, Card, Chip, Colleague, DESCRIPTION_LIMIT_CHARS, Known, Message,
    MessageId, NewWork, RoomId, SUBJECT_LIMIT_CHARS, SaveId, Tag, TagDoctype, WorkDoctype,
    WorkField, WorkFields, WorkspaceId, readable,
};

#[async_trait]
impl Tagging for Services {
    async fn chips(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        tags: Vec<Tag>,
    ) -> Result<Vec<Chip>, AppError> {
        self.enter(asker, id).await?.chips(tags).await
    }

    async fn make_of_message(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        doctype: WorkDoctype,
        save: SaveId,
    ) -> Result<Message, AppError> {
        self.open_room_of(asker, room).await?.make_of(message, doctype, save).await
    }
}

impl Visit {
    async fn chips(&self, tags: Vec<Tag>) -> Result<Vec<Chip>, AppError> {
        let team = self.team()?;
        if tags.len() > CHIPS_LIMIT {
            let reason = format!("Up to {CHIPS_LIMIT} tags can be asked about at once.");
            return Err(AppError::Invalid { field: "tags".into(), reason });
        }
        let db = &self.services.db;
        let mut mirrored = HashMap::new();
        for doctype in TagDoctype::ALL {
            let of_doctype = tags.iter().filter(|tag| tag.doctype == doctype && !tag.making);
            let names: Vec<&str> = of_doctype.map(|tag| tag.name.as_str()).collect();
            if !names.is_empty() {
                let found = cards::of(db, &team, doctype, &names).await.map_err(from_store)?;
                mirrored.insert(doctype, found);
            }
        }
        let people = facts::colleagues(db, &team).await.map_err(from_store)?;
        let making = tags.iter().any(|tag| tag.making);
        let under_way = if making { self.under_way_by_save().await? } else { HashMap::new() };
        let mut chips = Vec::with_capacity(tags.len());
        for tag in tags {
            let card = if tag.making {
                let save = tag.name.parse().ok();
                save.and_then(|save| under_way.get(&save).cloned())
                    .unwrap_or(Card::Making { title: None })
            } else {
                match mirrored.get(&tag.doctype).and_then(|found| found.get(&tag.name)) {
                    Some(found) => Card::Known(known(tag.doctype, found, &people)),
                    None => Card::NoAccess,
                }
            };
            chips.push(Chip { tag, card });
        }
        Ok(chips)
    }

    /// What is being made here: what its maker typed and what ERPNext said to it, and for others only how it stands.
    async fn under_way_by_save(&self) -> Result<HashMap<SaveId, Card>, AppError> {
        let (db, team) = (&self.services.db, self.team()?);
        let refused = cards::refused(db, &team).await.map_err(from_store)?;
        let mut cards: HashMap<SaveId, Card> =
            refused.into_iter().map(|save| (save, Card::Refused { words: None })).collect();
        for edit in edits::of_workspace(db, &team).await.map_err(from_store)? {
            if edit.name.is_some() || edit.field != WorkField::Subject {
                continue;
            }
            let card = match edit.state {
                KeptState::Refused { words } => Card::Refused { words: Some(words) },
                KeptState::Pending | KeptState::Conflict { .. } => {
                    Card::Making { title: values::said(WorkField::Subject, &edit.value) }
                }
            };
            cards.insert(edit.save, card);
        }
        Ok(cards)
    }
}

fn known(doctype: TagDoctype, found: &Mirrored, people: &[Colleague]) -> Known {
    let text = |field: WorkField| {
        found.fields.get(field.as_str()).and_then(|value| values::said(field, value))
    };
    let title = erpnext::decode_entities(found.title.as_deref().unwrap_or_default());
    if !matches!(doctype, TagDoctype::Task | TagDoctype::Issue) {
        return Known { title, ..Known::default() };
    }
    let status = found.status.clone().unwrap_or_default();
    let is_over = doctype.is_over(&status);
    let assigned = values::assigned(&found.fields).into_iter().map(|user| {
        let known = people.iter().find(|person| person.user.eq_ignore_ascii_case(&user));
        let full_name = known.map_or_else(|| user.clone(), |person| person.full_name.clone());
        Assigned { user, full_name }
    });
    Known {
        title,
        status: Some(status).filter(|status| !status.is_empty()),
        assigned: assigned.collect(),
        due: text(WorkField::ExpEndDate).filter(|_| !is_over),
    }
}

impl OpenRoom {
    async fn make_of(
        &self,
        message: MessageId,
        doctype: WorkDoctype,
        save: SaveId,
    ) -> Result<Message, AppError> {
        let said = self.message(message).await?;
        let visit = Visit { services: self.services.clone(), scope: self.scope.clone() };
        visit.team()?;
        let path = format!("/w/{}?m={message}", self.scope.workspace());
        let link = format!("{}{path}", self.services.settings.public_url);
        let fields = fields_of(&said, &link);
        visit.make_of(message, NewWork { save, doctype, fields, about: Some(message) }).await
    }
}

/// The first line as subject; text, author and permalink as description.
fn fields_of(said: &Message, link: &str) -> WorkFields {
    let files = said.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join("\n");
    let text = said.body.as_ref().map_or(files, |body| readable(body.as_str()));
    let first = text.lines().map(plain_line).find(|line| !line.is_empty()).unwrap_or_default();
    let end = format!("\n\n{}: {link}", said.author.full_name);
    let room = DESCRIPTION_LIMIT_CHARS.saturating_sub(end.chars().count());
    let mut fields = WorkFields::new();
    let subject = if first.is_empty() { format!("From {}", said.author.full_name) } else { first };
    fields.insert(WorkField::Subject, cut(&subject, SUBJECT_LIMIT_CHARS));
    fields.insert(WorkField::Description, format!("{}{end}", cut(&text, room)));
    fields
}

/// Without what makes a line a heading, a quote or an entry of a list.
fn plain_line(line: &str) -> String {
    line.trim_start_matches(['#', '>', '-', '*', '`', ' ', '\t']).trim().to_owned()
}

fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}
