//! The rows that are loaded: the newest ones again and again, older ones as somebody asks for them.

use super::api::{look_at_timeline, timeline};
use crate::live::Live;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use vocabulary::{
    Moment, RoomId, TimelineEntry, TimelineFilter, TimelinePage, TimelinePlace, WorkspaceId,
};

/// Several changes at once are asked for once.
const ASK_AFTER: Duration = Duration::from_millis(120);

/// What is shown of a timeline.
#[derive(Clone, Copy)]
pub(super) struct Loaded {
    pub(super) workspace: WorkspaceId,
    filter: StoredValue<TimelineFilter>,
    zone: StoredValue<String>,
    pub(super) entries: RwSignal<Vec<TimelineEntry>>,
    pub(super) older: RwSignal<Option<TimelinePlace>>,
    pub(super) last_here: RwSignal<Option<Moment>>,
    /// Whether older ones are on their way.
    pub(super) asking: RwSignal<bool>,
    /// Why something did not come, for people.
    pub(super) trouble: RwSignal<Option<String>>,
    waiting: StoredValue<bool>,
}

impl Loaded {
    /// As the page opened with them.
    pub(super) fn of(
        workspace: WorkspaceId,
        filter: TimelineFilter,
        zone: String,
        page: TimelinePage,
    ) -> Self {
        Self {
            workspace,
            filter: StoredValue::new(filter),
            zone: StoredValue::new(zone),
            entries: RwSignal::new(page.entries),
            older: RwSignal::new(page.older),
            last_here: RwSignal::new(page.last_here),
            asking: RwSignal::new(false),
            trouble: RwSignal::new(None),
            waiting: StoredValue::new(false),
        }
    }

    /// Asks again whenever something was said or changed, here or on another device of this person's.
    pub(super) fn follow(self, room: RoomId) {
        let live = expect_context::<Live>();
        Effect::new(move |before: Option<_>| {
            let now = (live.last_change(room), live.facts_changes(room), live.mine.get());
            if before.is_some_and(|before| before != now) {
                self.ask_soon();
            }
            now
        });
        Effect::new(move |_| self.look(false));
    }

    /// The person looks, or says that they have seen it all.
    pub(super) fn look(self, all: bool) {
        spawn_local(async move {
            match look_at_timeline(self.workspace, all).await {
                Ok(last_here) => {
                    self.last_here.try_set(last_here);
                    if all {
                        self.ask_again().await;
                    }
                }
                Err(problem) if all => {
                    self.trouble.try_set(Some(problem.to_string()));
                }
                // Nobody pressed anything: the next look says it again.
                Err(_) => {}
            }
        });
    }

    fn ask_soon(self) {
        if self.waiting.get_value() {
            return;
        }
        self.waiting.set_value(true);
        set_timeout(
            move || {
                self.waiting.try_set_value(false);
                spawn_local(self.ask_again());
            },
            ASK_AFTER,
        );
    }

    /// Reads the newest rows.
    async fn ask_again(self) {
        let asked = self.filter.try_get_value().zip(self.zone.try_get_value());
        let Some((filter, zone)) = asked else { return };
        // Should it fail, the next change tries again.
        let Ok(page) = timeline(self.workspace, filter, zone, None).await else { return };
        self.last_here.try_set(page.last_here);
        let Some(known) = self.entries.try_get_untracked() else { return };
        match joined(&known, &page) {
            Some(entries) => {
                if entries != known {
                    self.entries.try_set(entries);
                }
            }
            None => {
                self.entries.try_set(page.entries);
                self.older.try_set(page.older);
            }
        }
    }

    /// Reads what is older than all that is shown.
    pub(super) fn more(self) {
        let Some(after) = self.older.get_untracked() else { return };
        if self.asking.get_untracked() {
            return;
        }
        self.asking.set(true);
        self.trouble.set(None);
        let (filter, zone) = (self.filter.get_value(), self.zone.get_value());
        spawn_local(async move {
            match timeline(self.workspace, filter, zone, Some(after)).await {
                Ok(page) => {
                    self.older.try_set(page.older);
                    self.entries.try_update(|entries| entries.extend(page.entries));
                }
                Err(problem) => {
                    self.trouble.try_set(Some(problem.to_string()));
                }
            }
            self.asking.try_set(false);
        });
    }
}

/// The newest rows with the older ones that are known; `None` where they do not touch, or where the newest are all there is.
fn joined(known: &[TimelineEntry], newest: &TimelinePage) -> Option<Vec<TimelineEntry>> {
    newest.older?;
    let last = newest.entries.last()?.place();
    if known.first().is_some_and(|first| first.place() < last) {
        return None;
    }
    let mut entries = newest.entries.clone();
    entries.extend(known.iter().filter(|entry| entry.place() < last).cloned());
    Some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{Audience, EntryId, Happened};

    fn entry(at: i64) -> TimelineEntry {
        let id = format!("018f0000-0000-7000-8000-{at:012}");
        TimelineEntry {
            id: EntryId::from_uuid(id.parse().unwrap()),
            at: Moment::from_millis(at),
            who: None,
            audience: Audience::Team,
            about: None,
            what: Happened::Made,
        }
    }

    fn entries(at: &[i64]) -> Vec<TimelineEntry> {
        at.iter().copied().map(entry).collect()
    }

    fn page(at: &[i64], is_last: bool) -> TimelinePage {
        let entries = entries(at);
        let older = entries.last().map(TimelineEntry::place).filter(|_| !is_last);
        TimelinePage { entries, older, last_here: None }
    }

    #[test]
    fn new_rows_come_before_the_older_ones_that_are_known_and_each_is_there_once() {
        let known = entries(&[50, 40, 30, 20, 10]);
        let joined = joined(&known, &page(&[60, 50, 45, 40], false));
        assert_eq!(joined, Some(entries(&[60, 50, 45, 40, 30, 20, 10])));
    }

    #[test]
    fn a_row_that_is_no_more_goes() {
        assert_eq!(
            joined(&entries(&[50, 40, 30]), &page(&[50, 30], false)),
            Some(entries(&[50, 30]))
        );
    }

    #[test]
    fn where_more_came_than_one_page_holds_the_rows_begin_anew() {
        assert_eq!(joined(&entries(&[50, 40]), &page(&[90, 80], false)), None);
        assert_eq!(joined(&entries(&[50, 40]), &page(&[90, 50, 40], true)), None);
    }
}
