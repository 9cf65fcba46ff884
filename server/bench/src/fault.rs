//! What can go wrong: this program tells it in one line and stops.

/// Any error, with its text.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A result of this program.
pub type Outcome<T> = Result<T, Fault>;

/// Puts what was being done in front of an error.
pub trait Doing<T> {
    /// `what: error`.
    fn doing(self, what: &str) -> Outcome<T>;
}

impl<T, E: std::fmt::Display> Doing<T> for Result<T, E> {
    fn doing(self, what: &str) -> Outcome<T> {
        self.map_err(|error| format!("{what}: {error}").into())
    }
}
