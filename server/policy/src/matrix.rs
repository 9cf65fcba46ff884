//! The whole policy as a table, for people: a change of policy is a readable change of `matrix.txt`.

use crate::{Principal, Standing, administer, enter, reach};
use std::fmt::Write as _;
use vocabulary::{Audience, PersonId, PersonKind, WorkspaceId};

const KINDS: [PersonKind; 3] = [PersonKind::Member, PersonKind::Client, PersonKind::Administrator];

fn yes(allowed: bool) -> &'static str {
    if allowed { "yes" } else { "-" }
}

/// Prints who may do what, in every standing.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a table of made-up principals")]
pub fn matrix() -> String {
    let mut text = String::from(
        "principal      standing      enters  sees team  sees client  acts as team  lists workspaces  administers\n",
    );
    for kind in KINDS {
        for standing in Standing::ALL {
            let who = Principal::of_checked_session(PersonId::fresh(), kind, String::new());
            let scope = enter(who.clone(), WorkspaceId::fresh(), standing).ok();
            let sees = |audience| scope.as_ref().is_some_and(|scope| scope.sees(audience));
            let row = writeln!(
                text,
                "{:<14} {:<13} {:<7} {:<10} {:<12} {:<13} {:<17} {}",
                kind.as_str(),
                format!("{standing:?}"),
                yes(scope.is_some()),
                yes(sees(Audience::Team)),
                yes(sees(Audience::Client)),
                yes(scope.clone().is_some_and(|scope| scope.team().is_ok())),
                yes(reach(&who).is_ok()),
                yes(administer(&who).is_ok()),
            );
            debug_assert!(row.is_ok(), "writing to a String does not fail");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `UPDATE_MATRIX=1 cargo test -p policy` writes the file anew.
    #[test]
    fn the_committed_matrix_is_the_policy() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/matrix.txt");
        if std::env::var_os("UPDATE_MATRIX").is_some() {
            std::fs::write(file, matrix()).unwrap();
        }
        assert_eq!(std::fs::read_to_string(file).unwrap(), matrix());
    }
}
