//! What happened in a workspace, for pages and for export.

mod days;
mod export;
mod told;
mod words;

pub use days::zone_of;
pub use export::Format;
use told::told;

use crate::{
    Services, Visit,
    errors::{from_hidden, from_store},
};
use async_trait::async_trait;
use chrono_tz::Tz;
use contract::{AppError, Asker, TimelineWish, Timelines};
use policy::{Hidden, Principal};
use std::collections::HashMap;
use store::{
    facts,
    timeline::{self, Looked},
};
use vocabulary::{
    EntryId, EntryText, Moment, RadarRow, TimelineEntry, TimelineFilter, TimelinePage,
    TimelinePlace, WorkspaceId,
};

/// Rows of one page.
const PAGE: u64 = 50;

/// Rows of an export that are read at once.
const EXPORT_PAGE: u64 = 500;

#[async_trait]
impl Timelines for Services {
    async fn timeline(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        wish: TimelineWish,
    ) -> Result<TimelinePage, AppError> {
        let visit = self.enter(asker, id).await?;
        let team = visit.team()?;
        let zone = zone_of(wish.zone.as_deref())?;
        let last_here =
            timeline::last_here(&self.db, &team, Moment::now()).await.map_err(from_store)?;
        let looked = looked(&wish.filter, zone, last_here, wish.after)?;
        let (entries, older) = visit.timeline_rows(&looked, PAGE).await?;
        Ok(TimelinePage { entries, older, last_here })
    }

    async fn timeline_text(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        entry: EntryId,
    ) -> Result<EntryText, AppError> {
        let team = self.enter(asker, id).await?.team()?;
        let text = timeline::text(&self.db, &team, entry).await.map_err(from_store)?;
        Ok(words::whole(text.ok_or_else(|| from_hidden(Hidden))?))
    }

    async fn look_at_timeline(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        all: bool,
    ) -> Result<Option<Moment>, AppError> {
        let visit = self.enter(asker, id).await?;
        let looked = timeline::look(&self.db, &visit.team()?, all, Moment::now()).await;
        let (last_here, counted) = looked.map_err(from_store)?;
        self.own_changed(visit.scope.who().person(), Ok(counted))?;
        Ok(last_here)
    }

    async fn radar(&self, asker: &Asker) -> Result<Vec<RadarRow>, AppError> {
        let reach = self.reach(asker).await?;
        self.radar_within(&reach, None).await
    }
}

/// What the store is asked, with days and visits as moments.
fn looked(
    filter: &TimelineFilter,
    zone: Tz,
    last_here: Option<Moment>,
    after: Option<TimelinePlace>,
) -> Result<Looked, AppError> {
    let from = filter.from.as_deref().map(|day| days::begin_of(day, zone, "from")).transpose()?;
    let until = filter.to.as_deref().map(|day| days::end_of(day, zone, "to")).transpose()?;
    let noticed_after = last_here.filter(|_| filter.unseen);
    Ok(Looked { filter: filter.clone(), from, until, noticed_after, after })
}

impl Visit {
    /// Up to `limit` rows, and where older ones begin.
    async fn timeline_rows(
        &self,
        looked: &Looked,
        limit: u64,
    ) -> Result<(Vec<TimelineEntry>, Option<TimelinePlace>), AppError> {
        let db = &self.services.db;
        let team = self.team()?;
        // One more tells whether there are more.
        let mut rows = timeline::page(db, &team, looked, limit + 1).await.map_err(from_store)?;
        let is_last = rows.len() as u64 <= limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let older = rows.last().map(timeline::Row::place).filter(|_| !is_last);
        let people = facts::colleagues(db, &team).await.map_err(from_store)?;
        let names: HashMap<String, String> =
            people.into_iter().map(|one| (one.user.to_lowercase(), one.full_name)).collect();
        Ok((rows.into_iter().map(|row| told(row, &names)).collect(), older))
    }
}

/// An export under way: each piece is read when it is asked for, with the policy asked again.
pub struct Export {
    services: Services,
    who: Principal,
    workspace: WorkspaceId,
    looked: Looked,
    writer: export::Writer,
    ended: bool,
}

impl Services {
    /// Begins to write what `wish` shows of a timeline.
    ///
    /// # Errors
    /// As [`Timelines::timeline`].
    pub async fn export_timeline(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        wish: TimelineWish,
        format: Format,
    ) -> Result<Export, AppError> {
        let visit = self.enter(asker, id).await?;
        let team = visit.team()?;
        let zone = zone_of(wish.zone.as_deref())?;
        let last_here =
            timeline::last_here(&self.db, &team, Moment::now()).await.map_err(from_store)?;
        let summary =
            store::workspaces::summary(&self.db, &visit.scope).await.map_err(from_store)?;
        let summary = summary.ok_or(AppError::NotFound)?;
        let home = format!("{}/w/{id}", self.settings.public_url);
        Ok(Export {
            services: self.clone(),
            who: visit.scope.who().clone(),
            workspace: id,
            looked: looked(&wish.filter, zone, last_here, wish.after)?,
            writer: export::Writer::new(format, zone, home, summary.project_name),
            ended: false,
        })
    }
}

impl Export {
    /// The next piece; `None` after the last.
    ///
    /// # Errors
    /// `NotFound` if the workspace was closed to the asker meanwhile; `Unexpected`.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, AppError> {
        if self.ended {
            return Ok(None);
        }
        let visit = self.services.enter_as(self.who.clone(), self.workspace).await?;
        let (entries, older) = visit.timeline_rows(&self.looked, EXPORT_PAGE).await?;
        self.ended = older.is_none();
        self.looked.after = older;
        self.writer.write(&entries).map(Some)
    }
}
