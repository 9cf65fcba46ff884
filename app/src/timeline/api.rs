//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{
    EntryId, EntryText, Moment, TimelineFilter, TimelinePage, TimelinePlace, WorkspaceId,
};

/// A piece of a timeline. `filter` is a [`TimelineFilter`] as JSON, `zone` the reader's by its IANA name, `after` a
/// [`TimelinePlace`] as text; each may be empty.
#[server(name = LoadTimeline, prefix = "/api", endpoint = "timeline")]
pub async fn load_timeline(
    id: WorkspaceId,
    #[server(default)] filter: String,
    #[server(default)] zone: String,
    #[server(default)] after: String,
) -> Result<TimelinePage, AppError> {
    let asker = crate::session::asker().await?;
    let wish = crate::session::answer(wish(&filter, zone, after))?;
    let operations = crate::session::operations()?;
    crate::session::answer(contract::Timelines::timeline(&*operations, &asker, id, wish).await)
}

#[cfg(feature = "ssr")]
fn wish(filter: &str, zone: String, after: String) -> Result<contract::TimelineWish, AppError> {
    /// No filter that people make is longer, in bytes.
    const FILTER_LIMIT_BYTES: usize = 4_000;
    let unreadable = |field: &str| AppError::Invalid {
        field: field.to_owned(),
        reason: "What is to be shown cannot be read. Nothing was changed; choose it again."
            .to_owned(),
    };
    let filter = match filter {
        "" => TimelineFilter::default(),
        long if long.len() > FILTER_LIMIT_BYTES => return Err(unreadable("filter")),
        filter => serde_json::from_str(filter).map_err(|_| unreadable("filter"))?,
    };
    let after = match after.as_str() {
        "" => None,
        _ => Some(TimelinePlace::try_from(after).map_err(|_| unreadable("after"))?),
    };
    let zone = Some(zone).filter(|zone| !zone.is_empty());
    Ok(contract::TimelineWish { filter, zone, after })
}

/// The same for pages.
pub(super) async fn timeline(
    id: WorkspaceId,
    filter: TimelineFilter,
    zone: String,
    after: Option<TimelinePlace>,
) -> Result<TimelinePage, AppError> {
    let filter = if filter.is_open() {
        String::new()
    } else {
        serde_json::to_string(&filter).unwrap_or_default()
    };
    load_timeline(id, filter, zone, after.map(String::from).unwrap_or_default()).await
}

/// All of a mail, a comment or a file.
#[server(name = LoadTimelineText, prefix = "/api", endpoint = "timeline_text")]
pub async fn timeline_text(id: WorkspaceId, entry: EntryId) -> Result<EntryText, AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(
        contract::Timelines::timeline_text(&*operations, &asker, id, entry).await,
    )
}

/// The asker looks now, and with `all` says that they have seen all there is; when they were last here before.
#[server(prefix = "/api", endpoint = "look_at_timeline")]
pub async fn look_at_timeline(id: WorkspaceId, all: bool) -> Result<Option<Moment>, AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(
        contract::Timelines::look_at_timeline(&*operations, &asker, id, all).await,
    )
}
