//! Where somebody can jump to, as the jump box shows it.

use crate::{Services, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, Asker, Jumping};
use policy::MemberReach;
use std::collections::{BTreeMap, HashSet};
use store::{
    jump::{self, DocumentRow, PersonRow},
    pickers::folded,
};
use vocabulary::{JUMP_KNOWN_LIMIT, JumpFound, JumpTarget, JumpWish, jump_rank};

/// Rows in one answer.
const ANSWER: usize = 20;

/// More of a query than this tells nothing more.
const QUERY_CHARS: usize = 140;

#[async_trait]
impl Jumping for Services {
    async fn jump(&self, asker: &Asker, wish: JumpWish) -> Result<Vec<JumpFound>, AppError> {
        let reach = self.reach(asker).await?;
        let mut found = match wish {
            JumpWish::Words(words) => self.answering(&reach, &words).await?,
            JumpWish::Known(targets) if targets.len() <= JUMP_KNOWN_LIMIT => {
                self.as_they_are_now(&reach, targets).await?
            }
            JumpWish::Known(_) => {
                let reason =
                    format!("At most {JUMP_KNOWN_LIMIT} can be asked about at once. Ask in parts.");
                return Err(AppError::Invalid { field: "wish".into(), reason });
            }
        };
        self.mark_clients(&reach, &mut found).await?;
        Ok(found)
    }
}

impl Services {
    async fn answering(
        &self,
        reach: &MemberReach,
        words: &str,
    ) -> Result<Vec<JumpFound>, AppError> {
        let query: String = folded(words.trim()).chars().take(QUERY_CHARS).collect();
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let documents = jump::documents(&self.db, reach, &query).await.map_err(from_store)?;
        let people = jump::people(&self.db, reach).await.map_err(from_store)?;
        let all = people.into_iter().map(person).chain(as_found(documents));
        let mut ranked: Vec<_> =
            all.filter_map(|found| Some((rank(&found, &query)?, found))).collect();
        // Equal ones stay as they came: people, what is under way, and what changed last.
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.truncate(ANSWER);
        Ok(ranked.into_iter().map(|(_, found)| found).collect())
    }

    async fn as_they_are_now(
        &self,
        reach: &MemberReach,
        targets: Vec<JumpTarget>,
    ) -> Result<Vec<JumpFound>, AppError> {
        let names = targets.iter().filter_map(|target| match target {
            JumpTarget::Document(_, name) => Some(name.as_str()),
            JumpTarget::Person(_) => None,
        });
        let names: Vec<&str> = names.collect();
        let documents = jump::known_documents(&self.db, reach, &names).await.map_err(from_store)?;
        let people = if names.len() == targets.len() {
            Vec::new()
        } else {
            jump::people(&self.db, reach).await.map_err(from_store)?
        };
        let wanted: HashSet<_> = targets.into_iter().collect();
        let all = people.into_iter().map(person).chain(as_found(documents));
        Ok(all.filter(|found| wanted.contains(&found.target)).collect())
    }

    async fn mark_clients(
        &self,
        reach: &MemberReach,
        found: &mut [JumpFound],
    ) -> Result<(), AppError> {
        let users = found.iter().filter_map(|one| match &one.target {
            JumpTarget::Person(user) => Some(user.as_str()),
            JumpTarget::Document(..) => None,
        });
        let users: Vec<&str> = users.collect();
        if users.is_empty() {
            return Ok(());
        }
        let portal = jump::portal_users(&self.db, reach, &users).await.map_err(from_store)?;
        for one in found {
            one.is_client |=
                matches!(&one.target, JumpTarget::Person(user) if portal.contains(user));
        }
        Ok(())
    }
}

fn person(row: PersonRow) -> JumpFound {
    JumpFound {
        target: JumpTarget::Person(row.user),
        title: erpnext::decode_entities(&row.full_name),
        status: None,
        is_client: row.is_client,
        workspaces: row.workspaces,
    }
}

/// Each document once, with all workspaces where it is met, in the order in which they came.
fn as_found(rows: Vec<DocumentRow>) -> Vec<JumpFound> {
    let mut places: BTreeMap<JumpTarget, usize> = BTreeMap::new();
    let mut found: Vec<JumpFound> = Vec::new();
    for row in rows {
        let target = JumpTarget::Document(row.doctype, row.name);
        match places.get(&target) {
            Some(place) => found[*place].workspaces.push(row.workspace),
            None => {
                places.insert(target.clone(), found.len());
                found.push(JumpFound {
                    target,
                    title: erpnext::decode_entities(&row.title),
                    status: row.status.filter(|status| !status.is_empty()),
                    is_client: false,
                    workspaces: vec![row.workspace],
                });
            }
        }
    }
    found
}

fn rank(found: &JumpFound, query: &str) -> Option<u8> {
    let words = match &found.target {
        JumpTarget::Document(doctype, name) => format!("{name} {}", doctype.as_str()),
        JumpTarget::Person(user) => user.clone(),
    };
    jump_rank(&folded(&found.title), &folded(&words), query)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{TagDoctype, WorkspaceId};

    #[test]
    fn a_customer_of_two_projects_is_found_once_with_both() {
        let (one, other) = (WorkspaceId::fresh(), WorkspaceId::fresh());
        let row = |workspace, name: &str| DocumentRow {
            workspace,
            doctype: TagDoctype::Customer,
            name: name.into(),
            title: "Casa &amp; Duarte".into(),
            status: Some(String::new()),
        };
        let found = as_found(vec![row(one, "Casa"), row(one, "Other"), row(other, "Casa")]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].workspaces, [one, other]);
        assert_eq!((&*found[0].title, found[0].status.as_deref()), ("Casa & Duarte", None));
    }

    #[test]
    fn documents_answer_by_title_and_id_and_people_by_name_and_mail() {
        let found = |target, title: &str| JumpFound {
            target,
            title: title.into(),
            status: None,
            is_client: false,
            workspaces: vec![WorkspaceId::fresh()],
        };
        let menu = found(
            JumpTarget::Document(TagDoctype::Task, "TASK-2026-00007".into()),
            "Menü für die Küche",
        );
        assert_eq!(rank(&menu, "task-2026-00007"), Some(0));
        assert_eq!(rank(&menu, "kuche menu"), Some(1));
        assert_eq!(rank(&menu, "garden"), None);
        let tom = found(JumpTarget::Person("tom@parlance.demo".into()), "Tom Okafor");
        assert_eq!(rank(&tom, "tom@parlance.demo"), Some(0));
        assert_eq!(rank(&tom, "okafor"), Some(1));
        assert_eq!(rank(&tom, "parlance.demo"), Some(3));
    }
}
