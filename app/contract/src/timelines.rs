//! What happened in a workspace, and what wants looking at in all of them.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{
    EntryId, EntryText, Moment, RadarRow, TimelineFilter, TimelinePage, TimelinePlace, WorkspaceId,
};

/// What a page of a timeline is asked by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimelineWish {
    /// What is shown.
    pub filter: TimelineFilter,
    /// The reader's time zone, by its IANA name, which the filter's days are meant in; else UTC.
    pub zone: Option<String>,
    /// Only what is older than what stands here.
    pub after: Option<TimelinePlace>,
}

/// Reading timelines.
#[async_trait]
pub trait Timelines {
    /// A piece of a timeline, the newest first: what the asker may see of it and wants to.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for everybody who is not of the team; `Invalid` for a day or a zone that is none.
    async fn timeline(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        wish: TimelineWish,
    ) -> Result<TimelinePage, AppError>;

    /// All of a mail, a comment or a file.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for a row that is none, belongs elsewhere or is about what the asker may not read.
    async fn timeline_text(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        entry: EntryId,
    ) -> Result<EntryText, AppError>;

    /// The asker looks at the timeline, and with `all` says that they have seen all there is. When they were last here before
    /// this visit; a visit goes on for half an hour after each look, on any device.
    ///
    /// # Errors
    /// `SignIn`, `NotFound`.
    async fn look_at_timeline(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        all: bool,
    ) -> Result<Option<Moment>, AppError>;

    /// The asker's open workspaces with what is late and who waits for an answer, the worst first.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn radar(&self, asker: &Asker) -> Result<Vec<RadarRow>, AppError>;
}
