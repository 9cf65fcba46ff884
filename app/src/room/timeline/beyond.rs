//! What was said after the stretch that a room shows.

use std::collections::BTreeSet;
use vocabulary::Seq;

/// Counts what comes beyond the stretch, each message once.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// What stands up to here is no news.
    known: Seq,
    heard: BTreeSet<Seq>,
}

impl Beyond {
    /// What stands up to `known` is no news.
    #[must_use]
    pub const fn after(known: Seq) -> Self {
        Self { known, heard: BTreeSet::new() }
    }

    /// A message at `seq` was heard of; whether for the first time.
    pub fn hear(&mut self, seq: Seq) -> bool {
        seq > self.known && self.heard.insert(seq)
    }

    /// The last place there is, as far as is known.
    #[must_use]
    pub fn newest(&self) -> Seq {
        self.heard.last().copied().unwrap_or(self.known)
    }

    /// Everything up to `seq` has been shown.
    pub fn shown(&mut self, seq: Seq) {
        self.known = self.known.max(seq);
        self.heard = self.heard.split_off(&seq.next());
    }
}
