//! What was typed into the forms, kept in the browser until the server has it.

use crate::ui::{forget, recall, store};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use vocabulary::{NewWork, PersonId, SaveId, WorkDoctype, WorkField, WorkspaceId};

/// A field that was changed here, as long as the server does not have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Typed {
    /// What stood there before.
    pub(super) base: Option<String>,
    /// What was typed.
    pub(super) value: String,
    /// The key of the save, once there is one: sending it again saves it once.
    pub(super) save: SaveId,
    /// How far it is.
    pub(super) stage: Stage,
}

/// How far it is with what was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Stage {
    /// Nobody has said that it shall be saved.
    Typing,
    /// It is being sent.
    Sending,
    /// It was not taken; why.
    Failed(String),
}

/// By field.
pub(super) type AllTyped = BTreeMap<WorkField, Typed>;

/// What was typed into a Task or an Issue.
pub(super) fn typed(
    me: PersonId,
    workspace: WorkspaceId,
    doctype: WorkDoctype,
    name: &str,
) -> AllTyped {
    let kept = recall(&place(me, workspace, doctype, name));
    kept.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()).unwrap_or_default()
}

/// Keeps it.
pub(super) fn keep_typed(
    me: PersonId,
    workspace: WorkspaceId,
    doctype: WorkDoctype,
    name: &str,
    typed: &AllTyped,
) {
    let place = place(me, workspace, doctype, name);
    if typed.is_empty() {
        forget(&place);
    } else if let Ok(text) = serde_json::to_string(typed) {
        store(&place, &text);
    }
}

/// What was typed into the form for a new one.
pub(super) fn new(me: PersonId, workspace: WorkspaceId, doctype: WorkDoctype) -> NewWork {
    let kept = recall(&new_place(me, workspace, doctype));
    kept.and_then(|text| serde_json::from_slice(text.as_bytes()).ok()).unwrap_or_else(|| NewWork {
        save: SaveId::fresh(),
        doctype,
        fields: BTreeMap::new(),
        about: None,
    })
}

/// Keeps it.
pub(super) fn keep_new(me: PersonId, workspace: WorkspaceId, new: &NewWork) {
    if let Ok(text) = serde_json::to_string(new) {
        store(&new_place(me, workspace, new.doctype), &text);
    }
}

/// The server has it.
pub(super) fn forget_new(me: PersonId, workspace: WorkspaceId, doctype: WorkDoctype) {
    forget(&new_place(me, workspace, doctype));
}

fn place(me: PersonId, workspace: WorkspaceId, doctype: WorkDoctype, name: &str) -> String {
    format!("parlance.typed.{me}.{workspace}.{doctype}.{name}")
}

fn new_place(me: PersonId, workspace: WorkspaceId, doctype: WorkDoctype) -> String {
    format!("parlance.new.{me}.{workspace}.{doctype}")
}
