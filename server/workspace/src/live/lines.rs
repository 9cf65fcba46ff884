//! Open lines, so that a session that ends or a right that is lost is felt on them within seconds.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};
use store::sessions::SessionHash;
use tokio::sync::{Notify, watch};
use vocabulary::PersonId;

#[derive(Clone)]
struct Entry {
    session: SessionHash,
    person: PersonId,
    look_again: Arc<Notify>,
    mine: watch::Sender<i64>,
}

type Entries = Arc<Mutex<HashMap<u64, Entry>>>;

/// All open lines of this replica.
#[derive(Default)]
pub struct Lines {
    entries: Entries,
}

/// One open line; dropping it takes it off the list.
pub struct Line {
    number: u64,
    look_again: Arc<Notify>,
    mine: watch::Receiver<i64>,
    entries: Entries,
}

impl Lines {
    /// Lists a line.
    #[must_use]
    pub fn open(&self, session: SessionHash, person: PersonId) -> Line {
        let look_again = Arc::new(Notify::new());
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut number = rand::random();
        while entries.contains_key(&number) {
            number = rand::random();
        }
        let (mine, heard) = watch::channel(0);
        let entry = Entry { session, person, look_again: Arc::clone(&look_again), mine };
        entries.insert(number, entry);
        Line { number, look_again, mine: heard, entries: Arc::clone(&self.entries) }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whose they are.
    #[must_use]
    pub fn people(&self) -> HashSet<PersonId> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.values().map(|entry| entry.person).collect()
    }

    /// Lines of this session look again.
    pub fn recheck_session(&self, session: &SessionHash) {
        self.recheck(|entry| entry.session == *session);
    }

    /// Lines of this person look again.
    pub fn recheck_person(&self, person: PersonId) {
        self.recheck(|entry| entry.person == person);
    }

    /// What is this person's own has changed so often by now.
    pub fn mine_changed(&self, person: PersonId, changes: i64) {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries.values().filter(|entry| entry.person == person) {
            entry.mine.send_if_modified(|known| {
                let more = changes > *known;
                *known = changes.max(*known);
                more
            });
        }
    }

    fn recheck(&self, concerns: impl Fn(&Entry) -> bool) {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries.values().filter(|entry| concerns(entry)) {
            entry.look_again.notify_one();
        }
    }
}

impl Line {
    /// Waits until there is a reason to check session and rooms again.
    pub async fn look_again(&self) {
        self.look_again.notified().await;
    }

    /// Tells whenever something of this person's own has changed; how often by now.
    #[must_use]
    pub fn mine_changes(&self) -> watch::Receiver<i64> {
        self.mine.clone()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}
