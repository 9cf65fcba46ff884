//! What was checked moments ago. A thousand lines that come back at once must not ask the database a thousand times
//! what it said a minute ago; a revocation empties the memory at once (and is looked for every two seconds).

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use store::sessions::{CheckedSession, SessionHash};
use vocabulary::{Moment, PersonId, WorkspaceId};

/// How long a check may be relied on when no revocation is heard of.
const RELIED_ON_MILLIS: i64 = 60_000;

/// Entries beyond this are tidied before one more is added.
const MANY: usize = 50_000;

#[derive(Default)]
struct Memory {
    /// Counts what was forgotten: a check that began before must not be kept after.
    epoch: u64,
    sessions: HashMap<SessionHash, (CheckedSession, Moment)>,
    readers: HashMap<(PersonId, WorkspaceId), Moment>,
}

/// What was checked moments ago.
#[derive(Default)]
pub(crate) struct Seen(Mutex<Memory>);

/// When a check began.
#[derive(Clone, Copy)]
pub(crate) struct Epoch(u64);

impl Seen {
    /// To be taken before the database is asked.
    pub(crate) fn epoch(&self) -> Epoch {
        Epoch(self.memory().epoch)
    }

    pub(crate) fn session(&self, hash: &SessionHash) -> Option<CheckedSession> {
        let now = Moment::now();
        let memory = self.memory();
        let (session, until) = memory.sessions.get(hash)?;
        (now < *until && now < session.expires_at).then(|| session.clone())
    }

    pub(crate) fn keep_session(&self, since: Epoch, session: &CheckedSession) {
        let until = Moment::now().plus_millis(RELIED_ON_MILLIS);
        let mut memory = self.memory();
        if memory.epoch == since.0 {
            if memory.sessions.len() > MANY {
                memory.sessions.retain(|_, (_, until)| Moment::now() < *until);
            }
            memory.sessions.insert(session.hash.clone(), (session.clone(), until));
        }
    }

    pub(crate) fn reads(&self, person: PersonId, workspace: WorkspaceId) -> bool {
        self.memory().readers.get(&(person, workspace)).is_some_and(|until| Moment::now() < *until)
    }

    pub(crate) fn keep_reader(&self, since: Epoch, person: PersonId, workspace: WorkspaceId) {
        let until = Moment::now().plus_millis(RELIED_ON_MILLIS);
        let mut memory = self.memory();
        if memory.epoch == since.0 {
            if memory.readers.len() > MANY {
                memory.readers.retain(|_, until| Moment::now() < *until);
            }
            memory.readers.insert((person, workspace), until);
        }
    }

    pub(crate) fn forget_session(&self, hash: &SessionHash) {
        let mut memory = self.memory();
        memory.epoch += 1;
        memory.sessions.remove(hash);
    }

    pub(crate) fn forget_person(&self, person: PersonId) {
        let mut memory = self.memory();
        memory.epoch += 1;
        memory.sessions.retain(|_, (session, _)| session.person.id != person);
        memory.readers.retain(|(reader, _), _| *reader != person);
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
