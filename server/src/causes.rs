//! An error with what caused it, for people.

use std::error::Error;

/// The error and its causes on one line; a cause that its error tells already is left out.
pub(crate) fn in_full(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        let words = next.to_string();
        if !text.ends_with(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        cause = next.source();
    }
    text.replace('\n', " ")
}
