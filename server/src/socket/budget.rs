//! How fast one line may speak.

use std::time::Instant;

/// Frames at once, for a browser that comes back with a queue.
const BURST: f64 = 300.0;

/// Frames a second after that.
const PER_SECOND: f64 = 100.0;

/// A bucket of frames that fills with time.
pub(super) struct Budget {
    left: f64,
    at: Instant,
}

impl Budget {
    pub(super) fn full() -> Self {
        Self { left: BURST, at: Instant::now() }
    }

    /// Takes one frame, if there is one.
    pub(super) fn take(&mut self) -> bool {
        self.take_at(Instant::now())
    }

    fn take_at(&mut self, now: Instant) -> bool {
        let filled = now.duration_since(self.at).as_secs_f64() * PER_SECOND;
        self.left = (self.left + filled).min(BURST);
        self.at = now;
        let may = self.left >= 1.0;
        if may {
            self.left -= 1.0;
        }
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let mut budget = Budget::full();
        let start = budget.at;
        assert!((0..300).all(|_| budget.take_at(start)));
        assert!(!budget.take_at(start));
        assert!(budget.take_at(start + Duration::from_millis(11)));
        assert!(!budget.take_at(start + Duration::from_millis(12)));
    }
}
