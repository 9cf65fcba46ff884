//! What was sent in one round, and when. A line is known by its number, which is the low part of its key.

use rand::Rng;
use std::{
    sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    time::Instant,
};
use uuid::{Builder, Uuid};
use vocabulary::MessageKey;

/// Bits of a key's low half that carry the line's number.
const NUMBER_BITS: u32 = 32;

/// The lines of one round.
#[derive(Debug)]
pub struct Ledger {
    start: Instant,
    high: u64,
    low: u64,
    /// Nanoseconds since `start`, by number; 0: not sent.
    sent: Box<[AtomicU64]>,
    /// Low half of the identifier the server gave, by number.
    ids: Box<[AtomicU64]>,
    /// Deliveries to anybody.
    pub delivered: AtomicUsize,
    /// Lines the server confirmed.
    pub posted: AtomicUsize,
    /// Lines the server refused.
    pub refused: AtomicUsize,
    /// Deliveries under another identifier than the line's first.
    pub renamed: AtomicUsize,
}

impl Ledger {
    /// Room for so many lines.
    pub fn new(lines: usize) -> Self {
        let mut bytes = [0; 16];
        rand::rng().fill(&mut bytes);
        let (high, low) = Builder::from_random_bytes(bytes).into_uuid().as_u64_pair();
        let empty = || (0..lines).map(|_| AtomicU64::new(0)).collect();
        Self {
            start: Instant::now(),
            high,
            low: low >> NUMBER_BITS << NUMBER_BITS,
            sent: empty(),
            ids: empty(),
            delivered: AtomicUsize::new(0),
            posted: AtomicUsize::new(0),
            refused: AtomicUsize::new(0),
            renamed: AtomicUsize::new(0),
        }
    }

    /// The key of a line.
    pub fn key(&self, number: usize) -> MessageKey {
        MessageKey::from_uuid(Uuid::from_u64_pair(self.high, self.low | number as u64))
    }

    /// The number of the line with this key, if it is one of this round.
    pub fn number(&self, (high, low): (u64, u64)) -> Option<usize> {
        let number = usize::try_from(low ^ self.low).ok()?;
        (high == self.high && number < self.sent.len()).then_some(number)
    }

    /// The line leaves now.
    pub fn mark_sent(&self, number: usize) {
        if let Some(sent) = self.sent.get(number) {
            sent.store(self.now(), Relaxed);
        }
    }

    /// Counts a delivery; its age in microseconds at `now`.
    pub fn delivered(&self, number: usize, id: u64, now: u64) -> u32 {
        self.delivered.fetch_add(1, Relaxed);
        if let Some(known) = self.ids.get(number)
            && known.load(Relaxed) != id
        {
            let before = known.swap(id, Relaxed);
            if before != 0 && before != id {
                self.renamed.fetch_add(1, Relaxed);
            }
        }
        let sent = self.sent.get(number).map_or(now, |sent| sent.load(Relaxed));
        u32::try_from(now.saturating_sub(sent) / 1_000).unwrap_or(u32::MAX)
    }

    /// Nanoseconds into the round at which a delivery of this age came.
    pub fn came_at(&self, number: usize, age_micros: u32) -> u64 {
        self.sent.get(number).map_or(0, |sent| sent.load(Relaxed)) + u64::from(age_micros) * 1_000
    }

    /// Nanoseconds since the round began.
    pub fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_its_number_and_a_foreign_key_none() {
        let (ledger, other) = (Ledger::new(100), Ledger::new(100));
        assert_eq!(ledger.number(ledger.key(42).as_uuid().as_u64_pair()), Some(42));
        assert_eq!(ledger.number(ledger.key(100).as_uuid().as_u64_pair()), None);
        assert_eq!(ledger.number(other.key(42).as_uuid().as_u64_pair()), None);
    }

    #[test]
    fn one_line_under_two_identifiers_is_noticed() {
        let ledger = Ledger::new(1);
        ledger.delivered(0, 7, 0);
        ledger.delivered(0, 7, 0);
        assert_eq!(ledger.renamed.load(Relaxed), 0);
        ledger.delivered(0, 8, 0);
        assert_eq!(ledger.renamed.load(Relaxed), 1);
    }
}
