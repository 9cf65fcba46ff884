//! When to leave the site alone, and for how long.

use std::time::{Duration, Instant};

const FAILURES_THAT_OPEN: u32 = 5;
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);
/// What others are told while one request tries whether the site is back.
const WHILE_PROBING: Duration = Duration::from_secs(1);
/// No `Retry-After` silences us for longer: a proxy's mistake must not last until somebody restarts us.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// A circuit breaker that is told the time.
pub(super) struct Breaker {
    failures: u32,
    openings: u32,
    /// Set while open; once it has passed, one request may try.
    open_until: Option<Instant>,
    /// By `Retry-After`.
    asked_until: Option<Instant>,
    is_probing: bool,
    longest: Duration,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 0,
            openings: 0,
            open_until: None,
            asked_until: None,
            is_probing: false,
            longest: LONGEST,
        }
    }
}

impl Breaker {
    /// Whether a request may go now, else how long it should wait. Takes nothing.
    pub(super) fn look(&self, now: Instant) -> Result<(), Duration> {
        let until = self.open_until.max(self.asked_until);
        if let Some(left) = until.and_then(|until| until.checked_duration_since(now))
            && !left.is_zero()
        {
            return Err(left);
        }
        if self.open_until.is_some() && self.is_probing {
            return Err(WHILE_PROBING.min(self.longest));
        }
        Ok(())
    }

    /// Lets a request go; `true` if it is the one that tries whether the site is back.
    pub(super) fn admit(&mut self, now: Instant) -> Result<bool, Duration> {
        self.look(now)?;
        self.is_probing = self.open_until.is_some();
        Ok(self.is_probing)
    }

    /// The site answered.
    pub(super) fn answered(&mut self) {
        self.failures = 0;
        self.openings = 0;
        self.open_until = None;
        self.is_probing = false;
    }

    /// The site did not answer. `jitter` spreads several of us around the doubled time.
    pub(super) fn failed(&mut self, now: Instant, was_probe: bool, jitter: f64) {
        self.failures = self.failures.saturating_add(1);
        let opens = match self.open_until {
            // Requests from before it opened say nothing new.
            Some(_) => was_probe,
            None => self.failures >= FAILURES_THAT_OPEN,
        };
        if !opens {
            return;
        }
        self.is_probing = false;
        let doubled = SHORTEST.saturating_mul(1 << self.openings.min(16));
        self.openings = self.openings.saturating_add(1);
        let rest = doubled.min(self.longest).mul_f64(jitter).min(self.longest);
        self.open_until = Some(now + rest);
    }

    /// The site asked for a rest.
    pub(super) fn asked(&mut self, now: Instant, for_: Duration) {
        self.asked_until = self.asked_until.max(Some(now + for_.min(LONGEST_ASKED)));
    }

    /// The request that tried was given up before anything came of it.
    pub(super) fn probe_was_lost(&mut self) {
        self.is_probing = false;
    }

    pub(super) fn rest_at_most(&mut self, longest: Duration) {
        self.longest = longest;
    }

    pub(super) const fn failures(&self) -> u32 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVEN: f64 = 1.0;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn opened_at(now: Instant) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..5 {
            assert_eq!(breaker.admit(now), Ok(false));
            breaker.failed(now, false, EVEN);
        }
        breaker
    }

    #[test]
    fn four_failures_are_bad_luck_and_five_in_a_row_open_it() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..20 {
            for _ in 0..4 {
                breaker.failed(now, false, EVEN);
            }
            assert_eq!(breaker.look(now), Ok(()));
            breaker.answered();
        }
        assert_eq!(opened_at(now).look(now), Err(secs(1)));
    }

    #[test]
    fn one_request_tries_and_its_answer_closes_it() {
        let now = Instant::now();
        let mut breaker = opened_at(now);
        assert_eq!(breaker.admit(now + secs(1) / 2), Err(secs(1) / 2));
        let later = now + secs(1);
        assert_eq!(breaker.admit(later), Ok(true));
        assert_eq!(breaker.admit(later), Err(WHILE_PROBING), "only one tries");
        breaker.answered();
        assert_eq!(breaker.admit(later), Ok(false));
        assert_eq!(breaker.failures(), 0);
    }

    #[test]
    fn each_failed_try_doubles_the_rest_up_to_half_a_minute() {
        let mut now = Instant::now();
        let mut breaker = opened_at(now);
        let mut rests = Vec::new();
        for _ in 0..8 {
            let Err(rest) = breaker.look(now) else { panic!("it is open") };
            rests.push(rest.as_secs());
            now += rest;
            assert_eq!(breaker.admit(now), Ok(true));
            breaker.failed(now, true, EVEN);
        }
        assert_eq!(rests, [1, 2, 4, 8, 16, 30, 30, 30]);
        breaker.answered();
        assert_eq!(opened_at(now).look(now), Err(secs(1)), "and starts anew");
    }

    #[test]
    fn failures_of_requests_sent_before_it_opened_do_not_lengthen_the_rest() {
        let now = Instant::now();
        let mut breaker = opened_at(now);
        for _ in 0..50 {
            breaker.failed(now, false, EVEN);
        }
        assert_eq!(breaker.look(now), Err(secs(1)));
    }

    #[test]
    fn a_try_that_was_given_up_leaves_the_next_one_free() {
        let now = Instant::now();
        let mut breaker = opened_at(now);
        let later = now + secs(2);
        assert_eq!(breaker.admit(later), Ok(true));
        breaker.probe_was_lost();
        assert_eq!(breaker.admit(later), Ok(true));
    }

    #[test]
    fn a_rest_that_was_asked_for_outlasts_an_answer_but_not_an_hour() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        breaker.asked(now, secs(12));
        breaker.asked(now, secs(3));
        breaker.answered();
        assert_eq!(breaker.look(now), Err(secs(12)));
        assert_eq!(breaker.admit(now + secs(12)), Ok(false), "nobody needs to try first");
        breaker.asked(now, secs(10_000_000));
        assert_eq!(breaker.look(now), Err(LONGEST_ASKED));
    }
}
