//! What can be done from anywhere.

use crate::{
    room::{Beside, toggle_facts},
    ui::Theme,
    workspaces::Unread,
};
use leptos::prelude::*;
use vocabulary::{WorkDoctype, WorkspaceId};
use wasm_bindgen::JsCast;

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Begins a new Task or Issue in the open workspace.
    New(WorkDoctype, WorkspaceId),
    /// Mutes the open room, or no longer.
    Mute(WorkspaceId, bool),
    /// Opens or closes the panel beside the talk.
    Panel,
    /// Takes everything as read.
    AllRead,
    /// Shows the list of keys.
    Keys,
    /// Turns to the other theme.
    Theme,
    /// Ends the session.
    SignOut,
}

impl Command {
    /// Those that can be done now, in their order. Whoever reads it follows it.
    #[must_use]
    pub fn all(open: Option<WorkspaceId>, own: Unread) -> Vec<Self> {
        let mut all = Vec::new();
        if let Some(workspace) = open {
            all.push(Self::New(WorkDoctype::Task, workspace));
            all.push(Self::New(WorkDoctype::Issue, workspace));
            if let Some(room) = own.room_of(workspace) {
                all.push(Self::Mute(workspace, !own.is_muted(room)));
            }
            all.push(Self::Panel);
        }
        all.extend([Self::AllRead, Self::Keys, Self::Theme, Self::SignOut]);
        all
    }

    /// What it is called, and what else it may be looked for by.
    #[must_use]
    pub fn words(self, theme: Theme) -> (String, &'static str) {
        let (name, more) = match self {
            Self::New(WorkDoctype::Task, _) => ("New Task", "Create a Task in this workspace"),
            Self::New(WorkDoctype::Issue, _) => ("New Issue", "Create an Issue in this workspace"),
            Self::Mute(_, true) => {
                ("Mute this room", "Show neither what is unread nor what calls you")
            }
            Self::Mute(_, false) => {
                ("Unmute this room", "Show again what is unread and what calls you")
            }
            Self::Panel => ("Project panel", "Open or close Tasks, Issues and people"),
            Self::AllRead => ("Mark everything as read", "Every room and thread"),
            Self::Keys => ("Keyboard shortcuts", "Which key does what"),
            Self::Theme => (theme.other(), "Change how it looks"),
            Self::SignOut => ("Sign out", "Log out on this device"),
        };
        (name.to_owned(), more)
    }

    /// Where it leads, if it is done by going there.
    #[must_use]
    pub fn href(self) -> Option<String> {
        match self {
            Self::New(doctype, workspace) => Some(Beside::New(doctype).path(workspace)),
            _ => None,
        }
    }
}

/// Who does them.
#[derive(Clone, Copy)]
pub struct Doer {
    /// What is this person's own.
    pub own: Unread,
    /// Dark or light.
    pub theme: Theme,
    /// Shows the list of keys.
    pub list_keys: Callback<()>,
    /// Takes everything as read, perhaps after asking.
    pub all_read: Callback<()>,
}

impl Doer {
    /// Does it. What is done by going somewhere is not done here.
    pub fn run(self, command: Command) {
        match command {
            Command::New(..) => {}
            Command::Mute(workspace, muted) => {
                if let Some(room) = untrack(|| self.own.room_of(workspace)) {
                    self.own.mute(room, muted);
                }
            }
            Command::Panel => toggle_facts(),
            Command::AllRead => self.all_read.run(()),
            Command::Keys => self.list_keys.run(()),
            Command::Theme => self.theme.toggle(),
            Command::SignOut => sign_out(),
        }
    }
}

/// Presses the way out: the form works without scripts, and it is the only one.
fn sign_out() {
    let button = document().query_selector(".sign-out button").ok().flatten();
    if let Some(button) = button.and_then(|one| one.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}
