//! The cards of one board: as the server has them, with what was just done here on top, and what can be done to them.

use super::{
    api::cards,
    arrange::{Column, Shown},
    change::{Change, moved},
    drag::Held,
    wish::{Group, Wish},
};
use crate::{
    clock::use_clock,
    live::Live,
    room::{Board as Facts, assign_work, change_work, resolve_edit},
    ui::focus,
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    time::Duration,
};
use vocabulary::{
    Assign, BoardCard, Cards, EditState, FieldChanged, Mover, PersonId, Resolve, RoomId, SaveId,
    WorkChange, WorkDoctype, WorkField, WorkspaceId,
};

/// How long a card shows who has just moved it.
const SHOWS_MOVER: Duration = Duration::from_secs(8);

/// Changes that can be taken back one after the other.
const UNDO_LIMIT: usize = 50;

/// The cards of one board.
#[derive(Clone, Copy)]
pub struct Deck {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Tasks or Issues.
    pub doctype: WorkDoctype,
    /// Who looks.
    pub me: PersonId,
    /// People, what is being made, and the open card.
    pub facts: Facts,
    /// How somebody wants to see it.
    pub wish: Memo<Wish>,
    /// Cards that were chosen, to be changed together.
    pub chosen: RwSignal<BTreeSet<String>>,
    /// Columns that are shut, by key.
    pub shut: RwSignal<BTreeSet<String>>,
    /// What is held over the board by the pointer or by keys.
    pub held: RwSignal<Option<Held>>,
    cards: RwSignal<Cards>,
    laid: RwSignal<Vec<Laid>>,
    jobs: StoredValue<VecDeque<Laid>>,
    is_sending: StoredValue<bool>,
    troubles: RwSignal<BTreeMap<String, Trouble>>,
    undo: RwSignal<Vec<Done>>,
    notice: RwSignal<Option<Notice>>,
    said: RwSignal<String>,
    arrived: RwSignal<HashMap<String, Mover>>,
    by_name: Memo<HashMap<String, BoardCard>>,
    columns: Memo<Vec<Column>>,
}

/// What was done here and is shown before the server has it.
#[derive(Clone, Debug, PartialEq)]
struct Laid {
    save: SaveId,
    name: String,
    change: Change,
    last_wins: bool,
}

/// What the server did not take.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// Why.
    pub words: String,
    change: Change,
}

/// What can be taken back.
#[derive(Clone, Debug, PartialEq)]
struct Done {
    words: String,
    changes: Vec<(String, Change)>,
}

/// What has just been done.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// In words.
    pub words: String,
    /// Whether it can be taken back.
    pub can_undo: bool,
}

impl Deck {
    /// The cards as the page opened with them; read again when the server says that something changed.
    pub fn open(
        (workspace, doctype, me): (WorkspaceId, WorkDoctype, PersonId),
        room: RoomId,
        facts: Facts,
        cards: Cards,
        wish: Memo<Wish>,
    ) -> Self {
        let live = expect_context::<Live>();
        let clock = use_clock();
        let cards = RwSignal::new(cards);
        let laid = RwSignal::new(Vec::<Laid>::new());
        let shown = Memo::new(move |_| {
            let mut shown = cards.with(|cards| cards.cards.clone());
            let people = facts.colleagues();
            laid.with(|laid| {
                for one in laid {
                    if let Some(card) = shown.iter_mut().find(|card| card.name == one.name) {
                        one.change.show_on(card, &people);
                    }
                }
            });
            shown
        });
        let columns = Memo::new(move |_| {
            let (people, today) = (facts.colleagues(), clock.zone().today);
            wish.with(|wish| {
                shown.with(|cards| Shown { doctype, wish, people: &people, today }.columns(cards))
            })
        });
        let by_name = Memo::new(move |_| {
            shown.with(|cards| cards.iter().map(|card| (card.name.clone(), card.clone())).collect())
        });
        let deck = Self {
            workspace,
            doctype,
            me,
            facts,
            wish,
            chosen: RwSignal::new(BTreeSet::new()),
            shut: RwSignal::new(BTreeSet::new()),
            held: RwSignal::new(None),
            cards,
            laid,
            jobs: StoredValue::new(VecDeque::new()),
            is_sending: StoredValue::new(false),
            troubles: RwSignal::new(BTreeMap::new()),
            undo: RwSignal::new(Vec::new()),
            notice: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            arrived: RwSignal::new(HashMap::new()),
            by_name,
            columns,
        };
        Effect::new(move |_| {
            let Some(changes) = live.facts_changes(room) else { return };
            if changes > deck.cards.with_untracked(|cards| cards.changes) {
                deck.read_again();
            }
        });
        deck
    }

    /// The columns with the names of their cards.
    pub fn columns(self) -> Memo<Vec<Column>> {
        self.columns
    }

    /// A column by its key.
    pub fn column(self, key: &str) -> Option<Column> {
        self.columns.with(|columns| columns.iter().find(|column| column.key == key).cloned())
    }

    /// A card as it is shown.
    pub fn card(self, name: &str) -> Option<BoardCard> {
        self.by_name.with(|cards| cards.get(name).cloned())
    }

    /// Whether there is no card at all, also none that is left out.
    pub fn is_empty(self) -> bool {
        self.cards.with(|cards| cards.cards.is_empty())
    }

    /// Whether there are more cards than are shown.
    pub fn is_cut(self) -> bool {
        self.cards.with(|cards| cards.is_cut)
    }

    /// Whether the server does not have what is shown of a card.
    pub fn is_saving(self, name: &str) -> bool {
        self.laid.with(|laid| laid.iter().any(|one| one.name == name))
    }

    /// What the server did not take of a card.
    pub fn trouble(self, name: &str) -> Option<Trouble> {
        self.troubles.with(|troubles| troubles.get(name).cloned())
    }

    /// Who has just moved a card.
    pub fn mover(self, name: &str) -> Option<Mover> {
        self.arrived.with(|arrived| arrived.get(name).cloned())
    }

    /// What has just been done.
    pub fn notice(self) -> RwSignal<Option<Notice>> {
        self.notice
    }

    /// Reads something to whoever does not see it.
    pub fn say(self, words: String) {
        self.said.set(words);
    }

    /// What was read last.
    pub fn said(self) -> RwSignal<String> {
        self.said
    }

    /// Moves cards from one column to another; the last move counts, whoever else moved them.
    pub fn move_cards(self, names: &[String], from: &str, to: &str) {
        let group = self.wish.with_untracked(|wish| wish.group);
        let changes: Vec<(String, Change)> = names
            .iter()
            .filter_map(|name| untrack(|| self.card(name)))
            .flat_map(|card| {
                let changes = moved(&card, group, from, to);
                changes.into_iter().map(move |change| (card.name.clone(), change))
            })
            .collect();
        let label = untrack(|| self.column(to)).map_or_else(|| to.to_owned(), |one| one.label);
        let words = match group {
            Group::Assignee if to.is_empty() => format!("{} now nobody's", self.told(&changes)),
            Group::Assignee => format!("{} given to {label}", self.told(&changes)),
            Group::Status | Group::Priority => format!("{} moved to {label}", self.told(&changes)),
        };
        self.make(changes, words, true);
    }

    /// Gives chosen cards another value of a field.
    pub fn change_field(self, names: &[String], field: WorkField, value: &str) {
        let cards = names.iter().filter_map(|name| untrack(|| self.card(name)));
        let changes: Vec<(String, Change)> = cards
            .filter_map(|card| {
                let change = Change::field(&card, field, value)?;
                Some((card.name, change))
            })
            .collect();
        let words = format!("{} set to {value}", self.told(&changes));
        self.make(changes, words, true);
    }

    /// Gives chosen cards to somebody.
    pub fn give(self, names: &[String], user: &str, full_name: &str) {
        let cards = names.iter().filter_map(|name| untrack(|| self.card(name)));
        let changes: Vec<(String, Change)> = cards
            .filter(|card| !card.assigned.iter().any(|one| one.user.eq_ignore_ascii_case(user)))
            .map(|card| (card.name, Change::Assign { user: user.to_owned(), shall: true }))
            .collect();
        let words = format!("{} given to {full_name}", self.told(&changes));
        self.make(changes, words, true);
    }

    /// "Paint the door", or how many.
    fn told(self, changes: &[(String, Change)]) -> String {
        let names: BTreeSet<&str> = changes.iter().map(|(name, _)| name.as_str()).collect();
        match (names.len(), names.first()) {
            (1, Some(name)) => {
                untrack(|| self.card(name)).map_or_else(|| (*name).to_owned(), |card| card.subject)
            }
            (number, _) => format!("{number} {}s", self.doctype),
        }
    }

    /// Takes back the last change that was not taken back. What somebody else did to it since stays theirs.
    pub fn undo(self) {
        let Some(Some(done)) = self.undo.try_update(Vec::pop) else {
            self.say("Nothing to undo.".into());
            return;
        };
        let back = done.changes.iter().rev().map(|(name, change)| (name.clone(), change.back()));
        self.lay(back.collect(), false);
        self.notice.set(Some(Notice { words: format!("Undone: {}", done.words), can_undo: false }));
    }

    fn make(self, changes: Vec<(String, Change)>, words: String, last_wins: bool) {
        if changes.is_empty() {
            return;
        }
        self.lay(changes.clone(), last_wins);
        self.undo.update(|undo| {
            undo.push(Done { words: words.clone(), changes });
            if undo.len() > UNDO_LIMIT {
                undo.remove(0);
            }
        });
        self.notice.set(Some(Notice { words, can_undo: true }));
    }

    /// Shows changes at once, and sends them one after the other.
    fn lay(self, changes: Vec<(String, Change)>, last_wins: bool) {
        let new: Vec<Laid> = changes
            .into_iter()
            .map(|(name, change)| Laid { save: SaveId::fresh(), name, change, last_wins })
            .collect();
        self.troubles.update(|troubles| {
            troubles.retain(|name, _| !new.iter().any(|one| one.name == *name));
        });
        self.laid.update(|laid| laid.extend(new.iter().cloned()));
        self.jobs.update_value(|jobs| jobs.extend(new));
        self.send();
    }

    fn send(self) {
        if self.is_sending.try_update_value(|sending| std::mem::replace(sending, true))
            != Some(false)
        {
            return;
        }
        spawn_local(async move {
            let mut saved = Vec::new();
            while let Some(Some(job)) = self.jobs.try_update_value(VecDeque::pop_front) {
                match self.send_one(&job).await {
                    Ok(()) => saved.push(job.save),
                    Err(problem) => self.failed(&job, &problem),
                }
            }
            self.is_sending.try_set_value(false);
            if saved.is_empty() {
                return;
            }
            // What is on its way is among the cards now: it need not be laid over them any more.
            self.read_now().await;
            self.laid.try_update(|laid| laid.retain(|one| !saved.contains(&one.save)));
            self.facts.read_again();
        });
    }

    async fn send_one(self, job: &Laid) -> Result<(), AppError> {
        let (doctype, name, save) = (self.doctype, job.name.clone(), job.save);
        match job.change.clone() {
            Change::Field { field, base, value } => {
                let changes = vec![FieldChanged { field, base, value }];
                let last_wins = job.last_wins;
                let change = WorkChange { save, doctype, name, changes, last_wins };
                change_work(self.workspace, change).await
            }
            Change::Assign { user, shall } => {
                let assign = Assign { save, doctype, name, user, shall };
                assign_work(self.workspace, assign).await
            }
        }
    }

    fn failed(self, job: &Laid, problem: &AppError) {
        let words = problem.to_string();
        self.laid.try_update(|laid| laid.retain(|one| one.save != job.save));
        self.troubles.try_update(|troubles| {
            let change = job.change.clone();
            troubles.insert(job.name.clone(), Trouble { words, change });
        });
        self.undo.try_update(|undo| {
            for done in undo.iter_mut() {
                done.changes.retain(|(name, change)| *name != job.name || *change != job.change);
            }
            undo.retain(|done| !done.changes.is_empty());
        });
        self.notice.try_set(None);
    }

    /// Does again what the server did not take.
    pub fn try_again(self, name: &str) {
        if let Some(trouble) = untrack(|| self.trouble(name)) {
            focus(&card_id(name));
            self.lay(vec![(name.to_owned(), trouble.change)], true);
        }
    }

    /// Leaves it.
    pub fn leave(self, name: &str) {
        focus(&card_id(name));
        self.troubles.update(|troubles| {
            troubles.remove(name);
        });
    }

    /// Decides on an edit that ERPNext did not take.
    pub fn resolve(self, name: &str, edit: vocabulary::EditId, resolve: Resolve) {
        focus(&card_id(name));
        let name = name.to_owned();
        spawn_local(async move {
            match resolve_edit(self.workspace, edit, resolve).await {
                Ok(()) | Err(AppError::NotFound) => self.read_now().await,
                Err(problem) => {
                    self.notice.try_set(Some(Notice {
                        words: format!("{name}: {problem}"),
                        can_undo: false,
                    }));
                }
            }
        });
    }

    /// Asks the server for the cards as they are now.
    pub fn read_again(self) {
        spawn_local(async move { self.read_now().await });
    }

    /// The same, and waits for them.
    pub async fn read_now(self) {
        // Should it fail, the next change or the next joining tries again.
        if let Ok(now) = cards(self.workspace, self.doctype).await {
            self.learn(now);
        }
    }

    fn learn(self, now: Cards) {
        let is_older = self.cards.try_with_untracked(|known| now.changes < known.changes);
        if is_older != Some(false) {
            return;
        }
        let news = self.cards.with_untracked(|known| self.news(known, &now));
        let gone = |name: &String| !now.cards.iter().any(|card| card.name == *name);
        if self.chosen.with_untracked(|chosen| chosen.iter().any(gone)) {
            self.chosen.update(|chosen| chosen.retain(|name| !gone(name)));
        }
        self.cards.set(now);
        for one in news {
            self.tell(one);
        }
    }

    fn news(self, known: &Cards, now: &Cards) -> Vec<News> {
        let before: HashMap<&str, &BoardCard> =
            known.cards.iter().map(|card| (card.name.as_str(), card)).collect();
        let of_card = |card: &BoardCard| {
            let old = before.get(card.name.as_str())?;
            let decided = |id, state: &EditState| {
                old.edits.iter().any(|edit| edit.id == id && edit.state == *state)
            };
            if let Some(edit) = card.to_decide().find(|edit| !decided(edit.id, &edit.state)) {
                return Some(News::NotTaken(card.clone(), edit.state.clone()));
            }
            let mine = untrack(|| self.is_saving(&card.name))
                || card.moved_by.as_ref().is_some_and(|by| by.person == Some(self.me));
            let is_moved = old.status != card.status && !mine;
            is_moved.then(|| News::Moved(card.clone(), card.moved_by.clone()))
        };
        now.cards.iter().filter_map(of_card).collect()
    }

    fn tell(self, news: News) {
        match news {
            News::NotTaken(card, EditState::Refused { words }) => self.say(format!(
                "{} is back in {}. ERPNext did not take it: {words}",
                card.subject, card.status
            )),
            News::NotTaken(card, _) => self.say(format!(
                "{} is in {}: somebody changed it in ERPNext meanwhile.",
                card.subject, card.status
            )),
            News::Moved(card, by) => {
                let who = by.as_ref().map_or("Somebody", |by| by.full_name.as_str());
                self.say(format!("{who} moved {} to {}", card.subject, card.status));
                let Some(by) = by else { return };
                let name = card.name;
                self.arrived.update(|arrived| {
                    arrived.insert(name.clone(), by);
                });
                set_timeout(
                    move || {
                        self.arrived.try_update(|arrived| {
                            arrived.remove(&name);
                        });
                    },
                    SHOWS_MOVER,
                );
            }
        }
    }
}

enum News {
    NotTaken(BoardCard, EditState),
    Moved(BoardCard, Option<Mover>),
}

/// The id of the link that opens a card: the panel gives the keyboard back to it.
pub fn card_id(name: &str) -> String {
    format!("fact-{name}")
}
