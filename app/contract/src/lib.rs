//! The verbs of Parlance: what a page may ask of the server. `app` knows only these traits; the server side
//! implements them, so nothing of the server can reach the browser.

mod accounts;
mod administration;
mod asker;
mod connecting;
mod drafts;
mod error;
mod mine;
mod panels;
mod pickers;
mod scheduling;
mod tagging;
mod talk;
mod timelines;
mod work;
mod workspaces;

pub use accounts::{Accounts, Credentials, SignedIn};
pub use administration::{
    Administration, ConnectionReport, DeadLetter, DoctypeReport, Finding, MirrorReport,
    OutboxReport, RateLimitReport, SiteReport, Verdict, WayIn, WebhookReport,
};
pub use asker::{Asker, SessionToken};
pub use connecting::{
    Connecting, ConnectingEnd, ConnectingForm, ConnectingPlan, ConnectingProgress, ConnectingWish,
};
pub use drafts::Drafts;
pub use error::{AppError, THE_SERVER};
pub use mine::Mine;
pub use panels::{PanelNonce, Panels};
pub use pickers::Pickers;
pub use scheduling::Scheduling;
pub use tagging::Tagging;
pub use talk::Talk;
pub use timelines::{TimelineWish, Timelines};
pub use work::Work;
pub use workspaces::Workspaces;

/// Everything a page may ask for.
pub trait Operations:
    Accounts
    + Panels
    + Workspaces
    + Talk
    + Mine
    + Drafts
    + Scheduling
    + Pickers
    + Tagging
    + Timelines
    + Work
    + Administration
    + Send
    + Sync
{
}

impl<T> Operations for T where
    T: Accounts
        + Panels
        + Workspaces
        + Talk
        + Mine
        + Drafts
        + Scheduling
        + Pickers
        + Tagging
        + Timelines
        + Work
        + Administration
        + Send
        + Sync
{
}
