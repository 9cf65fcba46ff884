//! The site's clock, which can be moved.

use chrono::{DateTime, Duration, Utc};

/// The real time and how far this clock is ahead of it.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    ahead: Duration,
}

impl Default for Clock {
    fn default() -> Self {
        Self { ahead: Duration::zero() }
    }
}

impl Clock {
    /// Ahead of the real time by so many microseconds; negative ones are behind.
    pub(crate) fn ahead_by(us: i64) -> Self {
        Self { ahead: Duration::microseconds(us) }
    }

    /// Shows `moment` now.
    pub(crate) fn showing(moment: DateTime<Utc>) -> Self {
        Self { ahead: moment - Utc::now() }
    }

    pub(crate) fn advanced(self, by: Duration) -> Self {
        Self { ahead: self.ahead + by }
    }

    pub(crate) fn now(self) -> DateTime<Utc> {
        Utc::now() + self.ahead
    }

    pub(crate) fn ahead_us(self) -> i64 {
        self.ahead.num_microseconds().unwrap_or(0)
    }
}
