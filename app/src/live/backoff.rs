//! How long to wait before the next try.

use std::time::Duration;

const FIRST_MILLIS: u64 = 300;
const CAP_MILLIS: u64 = 8_000;

/// The wait before try number `attempt` (from 0): doubles from 0.3 s up to 8 s, and `chance` (0 to 1) takes up to
/// half of it away, so that a thousand tabs do not come back at once.
#[must_use]
pub fn backoff(attempt: u32, chance: f64) -> Duration {
    let whole = FIRST_MILLIS.saturating_mul(1 << attempt.min(10)).min(CAP_MILLIS);
    Duration::from_millis(whole).mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_try_comes_soon() {
        assert_eq!(backoff(0, 0.0), Duration::from_millis(300));
        assert_eq!(backoff(0, 1.0), Duration::from_millis(150));
    }

    #[test]
    fn waiting_grows_and_stops_growing() {
        assert_eq!(backoff(3, 0.0), Duration::from_millis(2_400));
        assert_eq!(backoff(9, 0.0), Duration::from_secs(8));
        assert_eq!(backoff(u32::MAX, 1.0), Duration::from_secs(4));
    }
}
