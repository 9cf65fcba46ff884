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

/// The same of bytes: a few of the largest files in a row, and so many a second after that. A disk is not filled in an hour.
const BYTES_BURST: f64 = 4e9;
const BYTES_PER_SECOND: f64 = 500_000.0;

/// Files of everybody on their way at the same time: parts of each are held in memory.
const AT_ONCE_OF_ALL: usize = 64;

/// Who sent nothing for this long starts afresh.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3 * 60 * 60);

/// Files on their way, by who sends them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uploads(Arc<Mutex<HashMap<PersonId, Sender>>>);

#[derive(Debug)]
struct Sender {
    under_way: usize,
    left: f64,
    bytes_left: f64,
    at: Instant,
}

/// One file on its way; dropped when it is over.
#[derive(Debug)]
pub(crate) struct Turn {
    uploads: Uploads,
    person: PersonId,
}

impl Uploads {
    /// A turn for one file of `person` of so many bytes, or the seconds until it is worth another try. What is larger than
    /// all that somebody may send in a row waits until nothing else was sent.
    pub(crate) fn turn(&self, person: PersonId, bytes: u64) -> Result<Turn, u64> {
        self.turn_at(person, bytes, Instant::now())
    }

    fn turn_at(&self, person: PersonId, bytes: u64, now: Instant) -> Result<Turn, u64> {
        #[expect(clippy::cast_precision_loss, reason = "a budget need not be exact")]
        let bytes = (bytes as f64).min(BYTES_BURST);
        let mut senders = self.senders();
        senders.retain(|_, sender| {
            sender.under_way > 0 || now.duration_since(sender.at) < FORGOTTEN_AFTER
        });
        let of_all: usize = senders.values().map(|sender| sender.under_way).sum();
        let sender = senders.entry(person).or_insert(Sender {
            under_way: 0,
            left: BURST,
            bytes_left: BYTES_BURST,
            at: now,
        });
        let passed = now.duration_since(sender.at).as_secs_f64();
        sender.left = (sender.left + passed * PER_SECOND).min(BURST);
        sender.bytes_left = (sender.bytes_left + passed * BYTES_PER_SECOND).min(BYTES_BURST);
        sender.at = now;
        if sender.under_way >= AT_ONCE || of_all >= AT_ONCE_OF_ALL {
            return Err(2);
        }
        if sender.left < 1.0 {
            return Err(1);
        }
        if sender.bytes_left < bytes {
            return Err(60);
        }
        sender.left -= 1.0;
        sender.bytes_left -= bytes;
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
            (0..AT_ONCE).map(|_| uploads.turn_at(maya, 1, now).unwrap()).collect();
        assert!(uploads.turn_at(maya, 1, now).is_err());
        assert!(uploads.turn_at(tom, 1, now).is_ok());
        turns.pop();
        assert!(uploads.turn_at(maya, 1, now).is_ok());
    }

    #[test]
    fn a_queue_is_taken_and_a_flood_is_slowed_down() {
        let (uploads, now, maya) = (Uploads::default(), Instant::now(), PersonId::fresh());
        for _ in 0..120 {
            drop(uploads.turn_at(maya, 1, now).unwrap());
        }
        assert!(uploads.turn_at(maya, 1, now).is_err());
        assert!(uploads.turn_at(maya, 1, now + Duration::from_secs(2)).is_ok());
    }

    #[test]
    fn nobody_fills_the_disk_and_a_very_large_file_goes_alone() {
        let (uploads, now, maya) = (Uploads::default(), Instant::now(), PersonId::fresh());
        let later = |seconds| now + Duration::from_secs(seconds);
        for _ in 0..4 {
            drop(uploads.turn_at(maya, 1_000_000_000, now).unwrap());
        }
        assert!(uploads.turn_at(maya, 50_000_000, now).is_err());
        assert!(uploads.turn_at(PersonId::fresh(), 50_000_000, now).is_ok());
        assert!(uploads.turn_at(maya, 50_000_000, later(101)).is_ok());
        assert!(uploads.turn_at(maya, 90_000_000_000, later(200)).is_err());
        assert!(uploads.turn_at(maya, 90_000_000_000, later(10_000)).is_ok());
    }

    #[test]
    fn all_together_send_so_many_at_a_time() {
        let (uploads, now) = (Uploads::default(), Instant::now());
        let turns: Vec<Turn> = (0..AT_ONCE_OF_ALL)
            .map(|_| uploads.turn_at(PersonId::fresh(), 1, now).unwrap())
            .collect();
        assert!(uploads.turn_at(PersonId::fresh(), 1, now).is_err());
        drop(turns);
        assert!(uploads.turn_at(PersonId::fresh(), 1, now).is_ok());
    }
}
