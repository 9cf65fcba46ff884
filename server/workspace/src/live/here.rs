//! Who has a line open to a room, on this replica and on others. Never stored: whoever falls silent is gone.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    time::{Duration, Instant},
};
use uuid::Uuid;
use vocabulary::PersonId;

/// A replica that has said nothing for so long has nobody here.
const SILENT_AFTER: Duration = Duration::from_secs(65);

/// Who is here.
#[derive(Default)]
pub(super) struct Here {
    /// Lines of each person on this replica.
    lines: HashMap<PersonId, usize>,
    others: HashMap<Uuid, (Instant, HashSet<PersonId>)>,
}

impl Here {
    /// A line came; whether that makes a difference.
    pub(super) fn comes(&mut self, person: PersonId) -> bool {
        let lines = self.lines.entry(person).or_default();
        *lines += 1;
        *lines == 1
    }

    /// A line went; whether that makes a difference.
    pub(super) fn goes(&mut self, person: PersonId) -> bool {
        let Some(lines) = self.lines.get_mut(&person) else { return false };
        *lines -= 1;
        let last = *lines == 0;
        if last {
            self.lines.remove(&person);
        }
        last
    }

    /// Another replica says who is there; whether that makes a difference.
    pub(super) fn elsewhere(&mut self, replica: Uuid, people: HashSet<PersonId>) -> bool {
        let before = self.others.insert(replica, (Instant::now(), people));
        let now = self.others.get(&replica).map(|(_, people)| people);
        before.as_ref().map(|(_, people)| people) != now
    }

    /// Whether this replica has said nothing yet.
    pub(super) fn is_new(&self, replica: Uuid) -> bool {
        !self.others.contains_key(&replica)
    }

    /// Forgets replicas that have fallen silent; whether there was one.
    pub(super) fn forget_silent(&mut self) -> bool {
        let before = self.others.len();
        self.others.retain(|_, (heard, _)| heard.elapsed() < SILENT_AFTER);
        self.others.len() < before
    }

    /// Who is here on this replica.
    pub(super) fn on_this_replica(&self) -> Vec<PersonId> {
        self.lines.keys().copied().collect()
    }

    /// Who is here anywhere.
    pub(super) fn all(&self) -> Vec<PersonId> {
        let others = self.others.values().flat_map(|(_, people)| people);
        self.lines.keys().chain(others).copied().collect::<BTreeSet<_>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_of_one_person_are_one_person() {
        let (mut here, maya) = (Here::default(), PersonId::fresh());
        assert!(here.comes(maya));
        assert!(!here.comes(maya));
        assert!(!here.goes(maya));
        assert_eq!(here.all(), [maya]);
        assert!(here.goes(maya));
        assert!(here.all().is_empty());
        assert!(!here.goes(maya));
    }

    #[test]
    fn who_is_on_two_replicas_is_here_once() {
        let (mut here, maya, replica) = (Here::default(), PersonId::fresh(), Uuid::now_v7());
        here.comes(maya);
        assert!(here.elsewhere(replica, HashSet::from([maya])));
        assert!(!here.elsewhere(replica, HashSet::from([maya])));
        assert_eq!(here.all(), [maya]);
        here.goes(maya);
        assert_eq!(here.all(), [maya]);
        assert!(here.elsewhere(replica, HashSet::new()));
        assert!(here.all().is_empty());
    }
}
