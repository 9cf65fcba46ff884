//! The whole policy as a table, for people: a change of policy is a readable change of `matrix.txt`.

use crate::{
    DocumentStanding, MessageDeed, MessageStanding, Principal, Standing, administer,
    change_message, enter, open_document, reach,
};
use std::fmt::Write as _;
use vocabulary::{Audience, PersonId, PersonKind, WorkspaceId};

const KINDS: [PersonKind; 3] = [PersonKind::Member, PersonKind::Client, PersonKind::Administrator];

fn yes(allowed: bool) -> &'static str {
    if allowed { "yes" } else { "-" }
}

/// Each kind of person, without and with ERPNext's role "System Manager".
#[expect(clippy::disallowed_methods, reason = "a table of made-up principals")]
fn principals() -> impl Iterator<Item = (String, Principal)> {
    KINDS.into_iter().flat_map(|kind| {
        let name = kind.as_str();
        let plain = Principal::of_checked_session(PersonId::fresh(), kind, String::new());
        let manager = plain.clone().proven_system_manager();
        [(name.to_owned(), plain), (format!("{name}+manager"), manager)]
    })
}

/// Prints who may do what, in every standing.
#[must_use]
pub fn matrix() -> String {
    let mut text = String::from(
        "principal              standing      enters  sees team  sees client  acts as team  lists workspaces  administers\n",
    );
    for (name, who) in principals() {
        for standing in Standing::ALL {
            let scope = enter(who.clone(), WorkspaceId::fresh(), standing).ok();
            let sees = |audience| scope.as_ref().is_some_and(|scope| scope.sees(audience));
            let row = writeln!(
                text,
                "{name:<22} {:<13} {:<7} {:<10} {:<12} {:<13} {:<17} {}",
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
    text.push_str("\nof a Task or an Issue in a workspace somebody has entered:\n");
    text.push_str("principal              document       reads  may try to change\n");
    for (name, who) in principals() {
        for standing in DocumentStanding::ALL {
            let document = Standing::ALL.into_iter().find_map(|project| {
                let scope = enter(who.clone(), WorkspaceId::fresh(), project).ok()?;
                open_document(scope.team().ok()?, "Task", "TASK-2026-00001", standing).ok()
            });
            let row = writeln!(
                text,
                "{name:<22} {:<14} {:<6} {}",
                format!("{standing:?}"),
                yes(document.is_some()),
                yes(document.is_some_and(|document| document.may_be_changed())),
            );
            debug_assert!(row.is_ok(), "writing to a String does not fail");
        }
    }
    write_deeds(&mut text);
    text
}

/// How a message can stand to somebody.
fn messages() -> [(&'static str, MessageStanding); 6] {
    let message =
        MessageStanding { is_theirs: false, is_line: false, is_removed: false, is_fresh: true };
    [
        ("own, just sent", MessageStanding { is_theirs: true, ..message }),
        ("own, older", MessageStanding { is_theirs: true, is_fresh: false, ..message }),
        ("own, removed", MessageStanding { is_theirs: true, is_removed: true, ..message }),
        ("another's", message),
        ("another's, removed", MessageStanding { is_removed: true, ..message }),
        ("a line", MessageStanding { is_line: true, ..message }),
    ]
}

fn write_deeds(text: &mut String) {
    text.push_str("\nto a message of a workspace somebody has entered:\n");
    text.push_str("principal              message            ");
    for deed in MessageDeed::ALL {
        text.push_str(&format!(" {:<10}", format!("{deed:?}").to_lowercase()));
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    for (name, who) in principals() {
        let team = Standing::ALL.into_iter().find_map(|project| {
            enter(who.clone(), WorkspaceId::fresh(), project).ok()?.team().ok()
        });
        for (standing, message) in messages() {
            text.push_str(&format!("{name:<22} {standing:<19}"));
            for deed in MessageDeed::ALL {
                let may = team.as_ref().map(|team| change_message(team, deed, message));
                let word = match may {
                    None => "-".to_owned(),
                    Some(Ok(())) => "yes".to_owned(),
                    Some(Err(why)) => format!("{why:?}"),
                };
                text.push_str(&format!(" {word:<10}"));
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }
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
