//! What one member received.

use super::{
    ledger::Ledger,
    scan::{Scanned, scan},
};
use std::sync::atomic::Ordering::Relaxed;

/// What a frame answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The join, with yes.
    Joined,
    /// The join or a line, with no.
    Refused,
    /// Nothing that was asked.
    None,
}

/// What one member received in a round.
#[derive(Debug, Default)]
pub struct Tally {
    /// One bit per line of the round.
    seen: Vec<u64>,
    /// Number and age in microseconds of every delivery.
    pub ages: Vec<(u32, u32)>,
    /// Lines that came again.
    pub doubled: usize,
    /// Lines that came after one with a higher place.
    pub disordered: usize,
    /// The highest place received.
    pub cursor: u64,
    /// Whether the server ended the line.
    pub cut: bool,
}

impl Tally {
    /// A member who had received everything up to `cursor`.
    pub fn from(cursor: u64) -> Self {
        Self { cursor, ..Self::default() }
    }

    /// Takes one text frame.
    pub fn take(&mut self, frame: &[u8], ledger: &Ledger) -> Answer {
        match scan(frame) {
            Scanned::Line(line) => {
                if line.seq <= self.cursor {
                    self.disordered += 1;
                }
                self.cursor = self.cursor.max(line.seq);
                if let Some(number) = ledger.number(line.key) {
                    self.mark(number, ledger.delivered(number, line.id, ledger.now()));
                }
            }
            Scanned::Joined { seq } => {
                self.cursor = self.cursor.max(seq);
                return Answer::Joined;
            }
            Scanned::Posted => {
                ledger.posted.fetch_add(1, Relaxed);
            }
            Scanned::Refused => {
                ledger.refused.fetch_add(1, Relaxed);
                return Answer::Refused;
            }
            Scanned::Other => {}
        }
        Answer::None
    }

    /// Whether this line came.
    pub fn has(&self, number: usize) -> bool {
        self.seen.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    fn mark(&mut self, number: usize, age: u32) {
        if self.has(number) {
            self.doubled += 1;
            return;
        }
        let word = number / 64;
        if self.seen.len() <= word {
            self.seen.resize(word + 1, 0);
        }
        if let Some(word) = self.seen.get_mut(word) {
            *word |= 1 << (number % 64);
        }
        self.ages.push((u32::try_from(number).unwrap_or(u32::MAX), age));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(ledger: &Ledger, number: usize, seq: u64) -> String {
        let id = vocabulary::MessageId::fresh();
        format!(r#"{{"type":"message","id":"{id}","key":"{}","seq":{seq}}}"#, ledger.key(number))
    }

    #[test]
    fn lost_doubled_and_disordered_lines_are_seen() {
        let ledger = Ledger::new(200);
        let mut tally = Tally::default();
        for (number, seq) in [(0, 1), (2, 3), (1, 2), (2, 3), (130, 131)] {
            tally.take(message(&ledger, number, seq).as_bytes(), &ledger);
        }
        assert!(tally.has(0) && tally.has(1) && tally.has(2) && tally.has(130));
        assert!(!tally.has(3) && !tally.has(199));
        assert_eq!((tally.doubled, tally.disordered, tally.cursor), (1, 2, 131));
        assert_eq!(tally.ages.len(), 4);
    }

    #[test]
    fn answers_are_told_and_move_the_cursor() {
        let (ledger, mut tally) = (Ledger::new(1), Tally::from(3));
        assert_eq!(tally.take(br#"{"type":"joined","room":"r","seq":9}"#, &ledger), Answer::Joined);
        assert_eq!(
            tally.take(br#"{"type":"refused","code":"not_found"}"#, &ledger),
            Answer::Refused
        );
        assert_eq!(tally.take(br#"{"type":"pong"}"#, &ledger), Answer::None);
        assert_eq!(tally.cursor, 9);
    }
}
