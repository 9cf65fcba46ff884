//! How long to wait before the next try.

use rand::Rng;
use std::time::Duration;

const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(30);

/// Doubles with each attempt up to half a minute, with jitter so that replicas do not come back in step; never
/// sooner than the other side asked for.
pub(crate) fn after(attempts: u32, asked: Option<Duration>) -> Duration {
    let doubled = FIRST.saturating_mul(1_u32 << attempts.min(10)).min(LONGEST);
    let jittered = doubled.mul_f64(rand::rng().random_range(0.7..1.3));
    asked.map_or(jittered, |asked| asked.max(jittered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_grows_to_half_a_minute_and_no_further() {
        assert!(after(0, None) <= Duration::from_millis(260));
        assert!(after(40, None) <= Duration::from_secs(39));
        assert!(after(40, None) >= Duration::from_secs(21));
    }

    #[test]
    fn what_the_other_side_asked_for_is_respected() {
        assert!(after(0, Some(Duration::from_secs(60))) >= Duration::from_secs(60));
    }
}
