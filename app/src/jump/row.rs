//! One row of the box.

use super::{commands::Command, spot::Spot};
use crate::{
    room::{Beside, folded},
    ui::{
        Avatar,
        icon::{
            AtIcon, BoltIcon, GearIcon, IssueIcon, PencilIcon, PersonIcon, PlugIcon, RoomsIcon,
            SavedIcon, TaskIcon, ThreadIcon,
        },
    },
};
use leptos::prelude::*;
use vocabulary::{JumpFound, JumpTarget, TagDoctype, WorkspaceId, WorkspaceSummary, jump_rank};

/// What choosing a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Goes somewhere.
    Go(Spot),
    /// Does something.
    Do(Command),
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What choosing it does; tells rows apart.
    pub choice: Choice,
    /// What it is called.
    pub title: String,
    /// What helps to tell it from others.
    pub more: String,
    /// What else it is found by.
    pub words: String,
    /// What it is.
    pub kind: &'static str,
    /// Where it leads, if it leads somewhere.
    pub href: Option<String>,
    /// What stands above it where it is the first of its group.
    pub head: Option<&'static str>,
}

impl Row {
    /// How well it answers a folded query, the best first; `None` if it does not.
    #[must_use]
    pub fn rank(&self, query: &str) -> Option<u8> {
        jump_rank(&folded(&self.title), &folded(&format!("{} {}", self.words, self.kind)), query)
    }

    /// Whether both are the same place or command.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.choice, &other.choice) {
            (Choice::Go(one), Choice::Go(other)) => one.is_same(other),
            (one, other) => one == other,
        }
    }
}

/// A workspace.
#[must_use]
pub fn of_workspace(summary: &WorkspaceSummary) -> Row {
    let customer = summary.customer.as_ref().map(ToString::to_string).unwrap_or_default();
    let project = summary.project.to_string();
    let parts = [customer.as_str(), project.as_str()];
    let more: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Row {
        choice: Choice::Go(Spot::Workspace(summary.id)),
        title: summary.project_name.clone(),
        more: more.join(" · "),
        words: format!("{project} {customer} room project"),
        kind: "Workspace",
        href: Some(format!("/w/{}", summary.id)),
        head: None,
    }
}

/// A document or somebody, gone to in one of their workspaces; `named` is what that one is called.
#[must_use]
pub fn of_found(found: &JumpFound, workspace: WorkspaceId, named: &str) -> Row {
    let (kind, id) = match &found.target {
        JumpTarget::Document(doctype, name) => (doctype.as_str(), name.as_str()),
        JumpTarget::Person(user) => ("Person", user.as_str()),
    };
    let client = if found.is_client { "client" } else { "" };
    let status = found.status.as_deref().unwrap_or_default();
    // A Customer is often named by its title.
    let id = if id == found.title { "" } else { id };
    let parts = [id, status, client, named];
    let more: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let path = Beside::of(found.target.clone())
        .map_or_else(|| format!("/w/{workspace}"), |beside| beside.path(workspace));
    Row {
        choice: Choice::Go(Spot::Target(found.target.clone(), workspace)),
        title: found.title.clone(),
        more: more.join(" · "),
        words: id.to_owned(),
        kind,
        href: Some(path),
        head: None,
    }
}

/// What stands before the words.
#[component]
pub fn Picture(
    /// Of which row.
    row: Row,
) -> impl IntoView {
    let icon = match &row.choice {
        Choice::Go(Spot::Target(JumpTarget::Person(_), _)) => {
            return view! { <Avatar name=row.title/> }.into_any();
        }
        Choice::Go(Spot::Workspace(_)) => view! { <RoomsIcon/> }.into_any(),
        Choice::Go(Spot::Thread(_)) => view! { <ThreadIcon/> }.into_any(),
        Choice::Go(Spot::Target(JumpTarget::Document(doctype, _), _)) => match doctype {
            TagDoctype::Task => view! { <TaskIcon/> }.into_any(),
            TagDoctype::Issue => view! { <IssueIcon/> }.into_any(),
            TagDoctype::Customer | TagDoctype::Contact => view! { <PersonIcon/> }.into_any(),
        },
        Choice::Go(Spot::Page(path)) => match path.as_str() {
            "/threads" => view! { <ThreadIcon/> }.into_any(),
            "/mentions" => view! { <AtIcon/> }.into_any(),
            "/saved" => view! { <SavedIcon/> }.into_any(),
            "/drafts" => view! { <PencilIcon/> }.into_any(),
            "/settings" => view! { <GearIcon/> }.into_any(),
            "/admin" => view! { <PlugIcon/> }.into_any(),
            _ => view! { <RoomsIcon/> }.into_any(),
        },
        Choice::Do(_) => view! { <BoltIcon/> }.into_any(),
    };
    view! { <span class="picker-sign jump-sign" aria-hidden="true">{icon}</span> }.into_any()
}
