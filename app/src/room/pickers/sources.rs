//! Where choices come from: what the page has, and what the server adds.

use super::{
    api::{mentionable, taggable},
    choice::Choice,
    commands, documents, emoji, people,
    query::{Query, Sign},
};
use crate::{live::Live, room::facts::Board};
use leptos::{prelude::*, task::spawn_local};
use std::collections::HashMap;
use vocabulary::{MentionStanding, Mentionable, PersonId, RoomId, Taggable};

/// Answers about documents that are remembered while the box is open.
const REMEMBERED: usize = 50;

/// The choices of one room.
#[derive(Clone, Copy)]
pub struct Sources {
    room: RoomId,
    me: PersonId,
    board: Board,
    live: Live,
    people: RwSignal<Option<Vec<Mentionable>>>,
    asked_people: StoredValue<bool>,
    answers: RwSignal<HashMap<String, Vec<Taggable>>>,
    /// The last words that were asked about.
    wanted: StoredValue<String>,
}

impl Sources {
    /// Of an open room.
    #[must_use]
    pub fn of(room: RoomId, me: PersonId, board: Board) -> Self {
        Self {
            room,
            me,
            board,
            live: expect_context(),
            people: RwSignal::new(None),
            asked_people: StoredValue::new(false),
            answers: RwSignal::new(HashMap::new()),
            wanted: StoredValue::new(String::new()),
        }
    }

    /// Those whose zones are known, of the people who can follow.
    #[must_use]
    pub fn zones(self) -> Vec<Mentionable> {
        self.people.with(|people| {
            let followers = people.iter().flatten().filter(|one| {
                one.standing.can_follow() && one.time_zone.is_some() && one.person != Some(self.me)
            });
            followers.cloned().collect()
        })
    }

    /// Gets the people before somebody looks for one.
    pub fn ask_people(self) {
        if self.asked_people.get_value() {
            return;
        }
        self.asked_people.set_value(true);
        let room = self.room;
        spawn_local(async move {
            match mentionable(room).await {
                Ok(people) => {
                    self.people.try_set(Some(people));
                }
                // The next time the box gets the focus it is tried again.
                Err(_) => {
                    self.asked_people.try_set_value(false);
                }
            }
        });
    }

    /// What answers `query` now, and whether more may come. Whoever reads it follows it.
    pub(super) fn choices(self, query: &Query) -> (Vec<Choice>, bool) {
        match query.sign {
            Sign::Emoji => (emoji::choices(&query.words), false),
            Sign::Commands => (commands::choices(&query.words), false),
            Sign::People => {
                self.ask_people();
                let here = |person| self.live.is_here(self.room, person);
                self.people.with(|people| match people {
                    Some(people) => (people::choices(people, &query.words, self.me, here), false),
                    None => {
                        let known = self.colleagues();
                        (people::choices(&known, &query.words, self.me, here), true)
                    }
                })
            }
            Sign::Documents => {
                let key = query.words.trim().to_lowercase();
                let known = self.board.facts(documents::known);
                let mut choices = documents::matching(&known, &query.words);
                let answer = self
                    .answers
                    .with(|answers| answers.get(&key).map(|found| documents::found(found)));
                let Some(answer) = answer else {
                    self.ask_documents(key);
                    return (choices, true);
                };
                for more in answer {
                    match choices.iter_mut().find(|choice| choice.key == more.key) {
                        // The server knows whom it is assigned to.
                        Some(choice) => choice.more = more.more,
                        None => choices.push(more),
                    }
                }
                choices.extend(documents::make(&query.words));
                (choices, false)
            }
        }
    }

    /// The mark of the Task that was made with this save, once ERPNext has it.
    pub async fn made(self, save: String) -> Option<Taggable> {
        taggable(self.room, save).await.ok()?.into_iter().next()
    }

    fn colleagues(self) -> Vec<Mentionable> {
        let one = |colleague: vocabulary::Colleague| Mentionable {
            user: colleague.user.to_lowercase(),
            full_name: colleague.full_name,
            standing: MentionStanding::OnProject,
            person: colleague.person,
            time_zone: None,
        };
        self.board.colleagues().into_iter().map(one).collect()
    }

    fn ask_documents(self, words: String) {
        if self.wanted.with_value(|wanted| *wanted == words) && !words.is_empty() {
            return;
        }
        self.wanted.set_value(words.clone());
        let room = self.room;
        // Whoever types on asks for something else at once.
        set_timeout(
            move || {
                if self.wanted.try_with_value(|wanted| *wanted == words) != Some(true) {
                    return;
                }
                spawn_local(async move {
                    let found = taggable(room, words.clone()).await.unwrap_or_default();
                    self.wanted.try_set_value(String::new());
                    self.answers.try_update(|answers| {
                        if answers.len() >= REMEMBERED {
                            answers.clear();
                        }
                        answers.insert(words, found);
                    });
                });
            },
            std::time::Duration::from_millis(80),
        );
    }

    /// What changed in ERPNext may change every answer.
    pub fn forget_documents(self) {
        self.answers.try_update(HashMap::clear);
    }
}
