//! Whom one can call and what one can tag, as a picker shows it.

use crate::{Services, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, Asker, Pickers};
use std::collections::HashMap;
use store::pickers::{self, TaggableRow, folded};
use vocabulary::{Mentionable, RoomId, Tag, Taggable};

/// Documents in one answer.
const ANSWER: usize = 20;

/// People in one answer.
const PEOPLE: usize = 500;

/// More of a query than this tells nothing more.
const QUERY_CHARS: usize = 140;

#[async_trait]
impl Pickers for Services {
    async fn mentionable(&self, asker: &Asker, room: RoomId) -> Result<Vec<Mentionable>, AppError> {
        let team = self.team_of(asker, room).await?;
        let mut people = pickers::people(&self.db, &team).await.map_err(from_store)?;
        for one in &mut people {
            one.full_name = erpnext::decode_entities(&one.full_name);
        }
        people.sort_by_cached_key(|one| (one.standing, folded(&one.full_name)));
        people.truncate(PEOPLE);
        Ok(people)
    }

    async fn taggable(
        &self,
        asker: &Asker,
        room: RoomId,
        query: String,
    ) -> Result<Vec<Taggable>, AppError> {
        let team = self.team_of(asker, room).await?;
        let query: String = query.trim().chars().take(QUERY_CHARS).collect();
        let rows = pickers::documents(&self.db, &team, &query).await.map_err(from_store)?;
        let query = folded(&query);
        let mut ranked: Vec<_> = rows
            .into_iter()
            .filter_map(|mut row| {
                row.title = erpnext::decode_entities(&row.title);
                Some((rank(&row, &query)?, row))
            })
            .collect();
        // Equal ones stay as they came: what changed last first.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.truncate(ANSWER);
        let people = pickers::people(&self.db, &team).await.map_err(from_store)?;
        let names: HashMap<_, _> =
            people.into_iter().map(|one| (one.user, one.full_name)).collect();
        Ok(ranked.into_iter().map(|(_, row)| told(row, &names)).collect())
    }
}

impl Services {
    async fn team_of(&self, asker: &Asker, room: RoomId) -> Result<policy::TeamScope, AppError> {
        let open = self.open_room_of(asker, room).await?;
        open.scope.team().map_err(crate::errors::from_hidden)
    }
}

fn told(row: TaggableRow, names: &HashMap<String, String>) -> Taggable {
    let users: Vec<String> =
        row.assign.and_then(|list| serde_json::from_str(&list).ok()).unwrap_or_default();
    let name_of = |user: String| names.get(&user.to_lowercase()).cloned().unwrap_or(user);
    Taggable {
        tag: Tag { doctype: row.doctype, name: row.name, making: false },
        title: row.title,
        status: row.status,
        assigned: users.into_iter().map(name_of).collect(),
    }
}

/// How well a document answers a query, the best first; `None` if it does not.
fn rank(row: &TaggableRow, query: &str) -> Option<u8> {
    if query.is_empty() {
        return Some(u8::from(row.doctype.is_over(row.status.as_deref().unwrap_or_default())));
    }
    if row.save.as_deref() == Some(query) {
        return Some(0);
    }
    let (name, title) = (folded(&row.name), folded(&row.title));
    if name.starts_with(query) || title.starts_with(query) {
        Some(0)
    } else if title.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(query)) {
        Some(1)
    } else {
        (name.contains(query) || title.contains(query)).then_some(2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::TagDoctype;

    fn row(name: &str, title: &str, status: &str) -> TaggableRow {
        TaggableRow {
            doctype: TagDoctype::Task,
            name: name.into(),
            title: title.into(),
            status: Some(status.into()),
            assign: None,
            save: Some("0190".into()),
        }
    }

    #[test]
    fn the_beginning_of_an_id_or_a_title_answers_best_and_accents_do_not_matter() {
        let menu = row("TASK-2026-00007", "Menü für die Küche", "Open");
        assert_eq!(rank(&menu, "task-2026-00007"), Some(0));
        assert_eq!(rank(&menu, "menu"), Some(0));
        assert_eq!(rank(&menu, "kuche"), Some(1));
        assert_eq!(rank(&menu, "00007"), Some(2));
        assert_eq!(rank(&menu, "0190"), Some(0));
        assert_eq!(rank(&menu, "garden"), None);
    }

    #[test]
    fn without_a_query_what_is_over_comes_last() {
        assert!(rank(&row("T", "t", "Open"), "") < rank(&row("T", "t", "Completed"), ""));
    }
}
