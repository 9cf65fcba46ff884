//! What doctor says.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As it must be.
    Ok,
    /// Parlance works, with less than it could or more risk than it should.
    Warning,
    /// Something does not work.
    Fault,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
        })
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: `address`, `clock`, `webhooks`, …
    pub check: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// How it is, in one sentence.
    pub said: String,
    /// What to do about it, in one sentence; `None` where nothing has to be done.
    pub fix: Option<String>,
}

impl Finding {
    /// All is well.
    pub fn ok(check: &'static str, said: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, said: said.into(), fix: None }
    }

    /// It works, but.
    pub fn warning(check: &'static str, said: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warning, said: said.into(), fix: Some(fix.into()) }
    }

    /// It does not work.
    pub fn fault(check: &'static str, said: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fault, said: said.into(), fix: Some(fix.into()) }
    }
}

/// Checks that ask the running Parlance.
const OF_THE_RUNNING: [&str; 3] = ["webhook-address", "webhook-secret", "frames"];

impl Finding {
    /// What it means when the settings are newer than the running Parlance: its own doors will be as they must at its next
    /// start.
    #[must_use]
    pub fn before_restart(self) -> Self {
        match self.verdict {
            Verdict::Fault if OF_THE_RUNNING.contains(&self.check) => Self {
                verdict: Verdict::Warning,
                fix: Some("Restart Parlance, then run `parlance doctor`.".to_owned()),
                ..self
            },
            _ => self,
        }
    }

    /// Whether it is about the running Parlance rather than ERPNext.
    #[must_use]
    pub fn is_about_the_running(&self) -> bool {
        OF_THE_RUNNING.contains(&self.check)
    }
}

/// `a, b and 3 more`.
pub(super) fn some<T: AsRef<str>>(names: &[T]) -> String {
    const SHOWN: usize = 3;
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] if names.len() <= SHOWN => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more", names[..SHOWN].join(", "), names.len() - SHOWN),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_restart_mends_is_put_off_until_then() {
        let verdict = |check| Finding::fault(check, "x.", "y.").before_restart().verdict;
        assert_eq!(verdict("webhook-secret"), Verdict::Warning);
        assert_eq!(verdict("frames"), Verdict::Warning);
        assert_eq!(verdict("key"), Verdict::Fault);
        assert_eq!(verdict("public-url"), Verdict::Fault);
    }

    #[test]
    fn long_lists_of_names_are_cut() {
        assert_eq!(some(&["a"]), "a");
        assert_eq!(some(&["a", "b", "c"]), "a, b and c");
        assert_eq!(some(&["a", "b", "c", "d", "e"]), "a, b, c and 2 more");
    }
}
