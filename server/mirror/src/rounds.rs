//! Rounds: what `modified` shows, by a keyset over (`modified`, name) from the cursor on, a little earlier for what was
//! committed late; and what it does not show of documents that are still open.
//!
//! | what | without webhooks | while webhooks come |
//! | --- | --- | --- |
//! | Project, Task, Issue, Communication, Comment, ToDo | every 5 s | every 15 s |
//! | the other doctypes | every 30 s | every 60 s |
//! | deletions | every 30 s | every 60 s |
//! | status, progress and assignments of open documents | every 60 s | every 60 s |
//!
//! One list each while nothing changes: about 90 calls a minute without webhooks, 35 with.

use crate::{
    Mirror, MirrorError,
    doctypes::{self, Mirrored, Pace},
    keep::{Names, add, extend},
    reading::PAGE,
};
use erpnext::{Document, ErpError};
use serde_json::Value;
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};
use store::worker::{DoctypeProgress, DocumentCopy};
use vocabulary::Moment;

/// Webhooks that came within this time make rounds slower.
const WEBHOOKS_LIVE_MILLIS: i64 = 5 * 60_000;

/// A doctype that we may not read is tried again after this time, or when rights have changed.
const REFUSED_AGAIN: Duration = Duration::from_secs(300);

/// How old a note of a quiet round may be.
const NOTE_EVERY_MILLIS: i64 = 30_000;

/// The pseudo-doctype under which the cursor over deletions is kept.
const DELETED: &str = "deleted";

/// What is due when, in this process.
#[derive(Default)]
pub(crate) struct Timetable(HashMap<&'static str, Instant>);

impl Timetable {
    /// Whether `what` is due now; if so it is due again after `every`.
    fn take(&mut self, what: &'static str, every: Duration) -> bool {
        let now = Instant::now();
        let due = self.0.get(what).is_none_or(|at| *at <= now);
        if due {
            self.0.insert(what, now + every);
        }
        due
    }

    fn not_before(&mut self, what: &'static str, after: Duration) {
        self.0.insert(what, Instant::now() + after);
    }
}

impl Pace {
    const fn every(self, webhooks_come: bool) -> Duration {
        Duration::from_secs(match (self, webhooks_come) {
            (Self::Quick, false) => 5,
            (Self::Quick, true) => 15,
            (Self::Slow, false) => 30,
            (Self::Slow, true) => 60,
        })
    }
}

impl Mirror {
    /// One round over what is due.
    pub(crate) async fn round(&self, timetable: &mut Timetable) -> Result<(), MirrorError> {
        let state = self.worker.webhook_state().await?;
        let newest = Moment::now().plus_millis(-WEBHOOKS_LIVE_MILLIS).as_millis();
        let webhooks_come = state.received_at.is_some_and(|at| at > newest);
        if self.wanted.take_refused() {
            *timetable = Timetable::default();
        }
        let progress = self.progress().await?;
        for mirrored in doctypes::ALL {
            if !timetable.take(mirrored.doctype, mirrored.pace.every(webhooks_come)) {
                continue;
            }
            if !self.poll(mirrored, progress.get(mirrored.doctype)).await? {
                timetable.not_before(mirrored.doctype, REFUSED_AGAIN);
            }
        }
        if timetable.take(DELETED, Pace::Slow.every(webhooks_come)) {
            self.look_at_deletions().await?;
        }
        if timetable.take("open", Duration::from_secs(60)) {
            self.look_at_open().await?;
        }
        Ok(())
    }

    pub(crate) async fn progress(&self) -> Result<HashMap<String, DoctypeProgress>, MirrorError> {
        let progress = self.worker.mirror_progress().await?;
        Ok(progress.into_iter().map(|one| (one.doctype.clone(), one)).collect())
    }

    /// What was modified since the cursor. False where we may not read the doctype, which only changes with our rights.
    pub(crate) async fn poll(
        &self,
        mirrored: &'static Mirrored,
        progress: Option<&DoctypeProgress>,
    ) -> Result<bool, MirrorError> {
        // Before everything was read once, the sweep has it all to do.
        let Some(progress) = progress.filter(|one| one.complete_at.is_some()) else {
            return Ok(true);
        };
        match self.changes(mirrored, progress.cursor.as_deref()).await {
            Ok(seen) => {
                let cursor = match seen {
                    Some(seen) => Some(self.not_in_the_future(seen).await?),
                    None => None,
                };
                let quiet_since = Moment::now().as_millis() - progress.finished_at;
                if (cursor.is_some() && cursor != progress.cursor)
                    || progress.error.is_some()
                    || quiet_since > NOTE_EVERY_MILLIS
                {
                    self.worker.note_round(mirrored.doctype, Ok(cursor.as_deref())).await?;
                }
                Ok(true)
            }
            Err(error) => {
                let is_readable =
                    !matches!(error, MirrorError::Erpnext(ErpError::NotPermitted { .. }));
                self.refused(mirrored, error).await.map(|()| is_readable)
            }
        }
    }

    /// Notes why a doctype cannot be read, so that the others go on; gives back what concerns all of them.
    pub(crate) async fn refused(
        &self,
        mirrored: &Mirrored,
        error: MirrorError,
    ) -> Result<(), MirrorError> {
        match &error {
            MirrorError::Erpnext(why) if !is_about_the_site(why) => {
                tracing::warn!(doctype = mirrored.doctype, %error, "ERPNext does not give a doctype");
                self.worker.note_round(mirrored.doctype, Err(&error.to_string())).await?;
                Ok(())
            }
            _ => Err(error),
        }
    }

    /// Reads what changed since `cursor`; gives the largest `modified`.
    async fn changes(
        &self,
        mirrored: &'static Mirrored,
        cursor: Option<&str>,
    ) -> Result<Option<String>, MirrorError> {
        let zone = self.time_zone().await?;
        let since =
            cursor.map(|cursor| erpnext::overlap_before(cursor, Moment::now().as_millis(), zone));
        let mut seen: Option<String> = None;
        let mut last: Option<Document> = None;
        loop {
            let rows = self.changes_since(mirrored, since.as_deref(), last.as_ref()).await?;
            let moved = self.other_than_known(mirrored, &rows, Document::name, |known, row| {
                known.creation != row.creation() || known.modified != row.modified()
            });
            self.read_again(moved.await?).await?;
            let is_last = rows.len() < PAGE as usize;
            last = rows.into_iter().next_back().or(last);
            seen = seen.max(last.as_ref().map(|row| row.modified().to_owned()));
            if is_last {
                return Ok(seen);
            }
        }
    }

    /// Documents made before the site's set-up wizard ran carry stamps in the future: the cursor never waits there.
    pub(crate) async fn not_in_the_future(&self, stamp: String) -> Result<String, MirrorError> {
        let now = erpnext::site_time(Moment::now().as_millis(), self.time_zone().await?);
        Ok(stamp.min(now))
    }

    /// Reads again what changed silently of documents that are still open, and what is no longer among them.
    pub(crate) async fn look_at_open(&self) -> Result<(), MirrorError> {
        for mirrored in doctypes::ALL.iter().filter(|mirrored| !mirrored.over.is_empty()) {
            match self.silently_changed(mirrored).await {
                Ok(names) => self.read_again(names).await?,
                Err(error) => self.refused(mirrored, error).await?,
            }
        }
        Ok(())
    }

    async fn silently_changed(&self, mirrored: &'static Mirrored) -> Result<Names, MirrorError> {
        let mut names = Names::new();
        let began = Moment::now();
        let mut listed = HashSet::new();
        let mut after: Option<String> = None;
        loop {
            let rows = self.open_page(mirrored, after.as_deref()).await?;
            let changed = self.other_than_known(mirrored, &rows, Document::name, |known, row| {
                differs_silently(mirrored, known, row)
            });
            extend(&mut names, changed.await?);
            listed.extend(rows.iter().map(|row| row.name().to_owned()));
            after = rows.last().map(|row| row.name().to_owned());
            if rows.len() < PAGE as usize {
                break;
            }
        }
        let known: HashSet<_> =
            self.worker.known_before(mirrored.doctype, began).await?.into_iter().collect();
        for open in self.worker.still_open(mirrored.doctype, mirrored.over).await? {
            if known.contains(&open) && !listed.contains(&open.name) {
                add(&mut names, mirrored.doctype, &open.name);
            }
        }
        Ok(names)
    }

    /// Reads again what was deleted, as far as we may know.
    async fn look_at_deletions(&self) -> Result<(), MirrorError> {
        let rounds = self.worker.mirror_rounds().await?;
        let cursor = rounds.into_iter().find(|round| round.doctype == DELETED);
        let cursor = cursor.and_then(|round| round.modified);
        let zone = self.time_zone().await?;
        let now = Moment::now().as_millis();
        let since = match &cursor {
            Some(cursor) => erpnext::overlap_before(cursor, now, zone),
            None => erpnext::site_time(now, zone),
        };
        let deleted = self.deleted_since(&since).await?;
        let seen = deleted.iter().map(|one| one.at.clone()).max();
        let mut names = Names::new();
        for one in &deleted {
            let copy = self.worker.document(&one.doctype, &one.name).await?;
            // The name may have been given out again, and each deletion is listed until the overlap is over.
            if copy
                .is_some_and(|copy| one.creation.as_ref().is_none_or(|made| *made == copy.creation))
            {
                add(&mut names, &one.doctype, &one.name);
            }
        }
        self.read_again(names).await?;
        let cursor_now = match seen {
            Some(seen) => Some(self.not_in_the_future(seen).await?),
            None => cursor.is_none().then_some(since),
        };
        if cursor_now.is_some() && cursor_now != cursor {
            self.worker.note_round(DELETED, Ok(cursor_now.as_deref())).await?;
        }
        Ok(())
    }

    /// Mirrored documents that were deleted since the stamp; nothing where we may not know.
    pub(crate) async fn deleted_since(
        &self,
        since: &str,
    ) -> Result<Vec<erpnext::Deleted>, MirrorError> {
        let doctypes: Vec<&str> = doctypes::ALL.iter().map(|mirrored| mirrored.doctype).collect();
        match self.site.deleted_since(since, &doctypes).await {
            Ok(deleted) => Ok(deleted),
            Err(error) if !is_about_the_site(&error) => {
                // Sweeps find them too, only later; `parlance doctor` says so.
                tracing::debug!(%error, "ERPNext does not say what was deleted");
                Ok(Vec::new())
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether every other question would fail as well.
pub(crate) fn is_about_the_site(error: &ErpError) -> bool {
    error.is_site_down()
        || matches!(
            error,
            ErpError::Busy { .. }
                | ErpError::TooManyRequests { .. }
                | ErpError::BadCredentials { .. }
        )
}

fn differs_silently(mirrored: &Mirrored, copy: &DocumentCopy, row: &Document) -> bool {
    let now = mirrored.copy(row.fields().clone());
    let field =
        |copy: &DocumentCopy, field: &str| -> Option<Value> { copy.fields.get(field).cloned() };
    copy.creation != now.creation
        || copy.status != now.status
        || ["_assign", "percent_complete"].iter().any(|one| field(copy, one) != field(&now, one))
}
