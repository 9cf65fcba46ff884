//! How a try ends, and what follows from it.

use erpnext::{ErpError, Retry};
use store::{
    StoreError,
    worker::{Effect, Hint, Owed, Saved},
};
use vocabulary::Moment;

/// A try that came to its end.
#[derive(Debug)]
pub(crate) enum Ended {
    /// Done; the name of the document.
    Done(String),
    /// A member's save is done.
    Saved(Saved),
}

/// A try that did not.
#[derive(Debug)]
pub(crate) enum Failure {
    /// ERPNext said so, or did not answer.
    Erpnext(ErpError),
    /// Ours; nothing more can be done on this turn.
    Store(StoreError),
    /// Something of ours does not answer; words for a person.
    Later(String),
    /// It can never be done; words for a person.
    Hopeless(String),
}

impl From<ErpError> for Failure {
    fn from(error: ErpError) -> Self {
        Self::Erpnext(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What to do with an effect that failed.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Try again later.
    PutOff(ErpError),
    /// Its author has to see these words.
    Refuse(String),
    /// Nobody waits for it: a dead letter.
    GiveUp(String),
}

/// Answered tries of an effect that somebody may still help, before it stops holding up what is behind it.
pub(crate) const PATIENCE: u32 = 8;

pub(crate) fn verdict(owed: &Owed, error: ErpError) -> Verdict {
    if matches!(error.retry(), Retry::Later { .. })
        || concerns_the_connection(&error)
        || (lacks_its_project(&error, owed) && !owed.workspace_gone)
        || (may_pass(&error, owed) && owed.attempts < PATIENCE)
    {
        return Verdict::PutOff(error);
    }
    hopeless(owed, words(&error))
}

pub(crate) fn hopeless(owed: &Owed, words: String) -> Verdict {
    if is_a_members(&owed.effect) { Verdict::Refuse(words) } else { Verdict::GiveUp(words) }
}

/// Whether a person waits to hear what became of it.
pub(crate) const fn is_a_members(effect: &Effect) -> bool {
    match effect {
        Effect::Insert(_) | Effect::Update(_) | Effect::Assign(_) | Effect::Unassign(_) => true,
        Effect::Communication(_)
        | Effect::CommunicationUpdate(_)
        | Effect::CommunicationDelete(_)
        | Effect::File(_) => false,
    }
}

/// Faults of the connection: giving any effect up for them would lose it for nothing.
pub(crate) const fn concerns_the_connection(error: &ErpError) -> bool {
    matches!(error, ErpError::Configuration { .. } | ErpError::BadCredentials { .. })
}

/// The Project may have been renamed, which the mirror finds out; only once it says that the Project is gone, so is hope.
pub(crate) fn lacks_its_project(error: &ErpError, owed: &Owed) -> bool {
    match (error, &owed.effect) {
        // Other broken links of a line are those to what it is about.
        (ErpError::BrokenLink { message }, Effect::Communication(line)) => {
            line.links.is_empty() || message.contains(&owed.project)
        }
        (ErpError::NotFound { .. }, Effect::Communication(_)) => true,
        (ErpError::NotFound { message } | ErpError::BrokenLink { message }, _) => {
            message.contains(&owed.project)
        }
        _ => false,
    }
}

/// What the next turn may find otherwise: a document that was saved again and again while we merged, and faults of the
/// whole site that an administrator may be mending, unless it is about one member's rights.
fn may_pass(error: &ErpError, owed: &Owed) -> bool {
    match error {
        ErpError::ChangedMeanwhile { .. } => true,
        // What a line is about may have been renamed.
        ErpError::BrokenLink { .. } => {
            matches!(owed.effect, Effect::Communication(_) | Effect::CommunicationUpdate(_))
        }
        ErpError::Unexpected { .. } => true,
        ErpError::NotPermitted { .. } => !is_a_members(&owed.effect),
        _ => false,
    }
}

/// ERPNext's own words, where it had some.
fn words(error: &ErpError) -> String {
    error.message().map_or_else(|| error.to_string(), str::to_owned)
}

/// Makes the mirror look at a document.
pub(crate) fn hint(doctype: &str, name: &str) -> Hint {
    Hint {
        doctype: doctype.to_owned(),
        name: name.to_owned(),
        event: "on_update".into(),
        user: String::new(),
        received_at: Moment::now().as_millis(),
    }
}
