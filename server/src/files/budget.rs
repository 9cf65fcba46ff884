//! How much one person may send.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use vocabulary::PersonId;

/// Files on their way at the same time; a browser sends three.
const AT_ONCE: usize = 6;

/// Files in a row, for a browser that comes back with a queue, and a second after that.
const BURST: f64 = 120.0;
const PER_SECOND: f64 = 1.0;

/// Who sent nothing for this long starts afresh.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(300);

/// Files on their way, by who sends them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uploads(Arc<Mutex<HashMap<PersonId, Sender>>>);

#[derive(Debug)]
struct Sender {
    under_way: usize,
    left: f64,
    at: Instant,
}

/// One file on its way; dropped when it is over.
#[derive(Debug)]
pub(crate) struct Turn {
    uploads: Uploads,
    person: PersonId,
}

impl Uploads {
    /// A turn for one file of `person`, or the seconds until it is worth another try.
    pub(crate) fn turn(&self, person: PersonId) -> Result<Turn, u64> {
        self.turn_at(person, Instant::now())
    }

    fn turn_at(&self, person: PersonId, now: Instant) -> Result<Turn, u64> {
        let mut senders = self.senders();
        senders.retain(|_, sender| {
            sender.under_way > 0 || now.duration_since(sender.at) < FORGOTTEN_AFTER
        });
        let sender = senders.entry(person).or_insert(Sender { under_way: 0, left: BURST, at: now });
        let filled = now.duration_since(sender.at).as_secs_f64() * PER_SECOND;
        sender.left = (sender.left + filled).min(BURST);
        sender.at = now;
        if sender.under_way >= AT_ONCE {
            return Err(2);
        }
        if sender.left < 1.0 {
            return Err(1);
        }
        sender.left -= 1.0;
        sender.under_way += 1;
        Ok(Turn { uploads: self.clone(), person })
    }

    fn senders(&self) -> MutexGuard<'_, HashMap<PersonId, Sender>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(sender) = self.uploads.senders().get_mut(&self.person) {
            sender.under_way = sender.under_way.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_sends_a_few_at_a_time_and_holds_nobody_else_up() {
        let (uploads, now) = (Uploads::default(), Instant::now());
        let (maya, tom) = (PersonId::fresh(), PersonId::fresh());
        let mut turns: Vec<Turn> =
            (0..AT_ONCE).map(|_| uploads.turn_at(maya, now).unwrap()).collect();
        assert!(uploads.turn_at(maya, now).is_err());
        assert!(uploads.turn_at(tom, now).is_ok());
        turns.pop();
        assert!(uploads.turn_at(maya, now).is_ok());
    }

    #[test]
    fn a_queue_is_taken_and_a_flood_is_slowed_down() {
        let (uploads, now, maya) = (Uploads::default(), Instant::now(), PersonId::fresh());
        for _ in 0..120 {
            drop(uploads.turn_at(maya, now).unwrap());
        }
        assert!(uploads.turn_at(maya, now).is_err());
        assert!(uploads.turn_at(maya, now + Duration::from_secs(2)).is_ok());
    }
}
