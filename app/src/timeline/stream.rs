//! The rows, grouped by day in the reader's zone.

use super::{filter_bar::query_of, loaded::Loaded, row::EntryRow};
use crate::clock::{Clock, Day, iso, use_clock};
use leptos::prelude::*;
use vocabulary::{Happened, TimelineEntry, TimelineFilter, WorkDoctype};

/// All that is loaded.
#[component]
pub(super) fn Stream(
    /// The rows.
    loaded: Loaded,
    /// What is shown.
    filter: TimelineFilter,
    /// The reader's zone.
    zone: Signal<String>,
    /// ERPNext's origin.
    erpnext: StoredValue<String>,
    /// Opens a Task or an Issue.
    open_work: Callback<(WorkDoctype, String)>,
) -> impl IntoView {
    let clock = use_clock();
    let Loaded { workspace, entries, older, last_here, asking, trouble, .. } = loaded;
    let days = Memo::new(move |_| {
        let zone = clock.zone();
        let mut days: Vec<Day> = Vec::new();
        entries.with(|entries| {
            for entry in entries {
                let day = zone.day(entry.at);
                if days.last() != Some(&day) {
                    days.push(day);
                }
            }
        });
        days
    });
    let is_filtered = !filter.is_open();
    let unseen = filter.unseen;
    let export = move |format: &'static str| {
        let filter = filter.clone();
        move || {
            let zone = zone.get();
            let query = query_of(&filter, &[("format", format), ("zone", &zone)]);
            format!("/w/{workspace}/timeline/export{query}")
        }
    };
    let (csv, markdown) = (export.clone()("csv"), export("md"));
    view! {
        <div class="stream-acts">
            <p class="stream-since" role="status">
                {move || match last_here.get() {
                    Some(at) => {
                        let zone = clock.zone();
                        view! { "You were last here on " <time datetime=iso(at)>{zone.full(at)}</time> }.into_any()
                    }
                    None => "You are here for the first time.".into_any(),
                }}
            </p>
            <button type="button" class="button button-small" on:click=move |_| loaded.look(true)>
                "I have seen all of this"
            </button>
            <a class="button button-small" href=csv download="timeline.csv" rel="external">"Export CSV"</a>
            <a class="button button-small" href=markdown download="timeline.md" rel="external">"Export Markdown"</a>
        </div>
        <div class="stream" role="feed" aria-label="Timeline" aria-busy=move || asking.get().to_string()>
            <For each=move || days.get() key=|day| *day let:day>
                <section class="stream-day">
                    <h2><time datetime=day.written()>{move || day.label(clock.zone().today)}</time></h2>
                    <For each=move || of_day(clock, entries, day) key=key let:entry>
                        <EntryRow workspace entry erpnext last_here open_work/>
                    </For>
                </section>
            </For>
        </div>
        {move || entries.with(Vec::is_empty).then(|| view! { <Nothing is_filtered unseen/> })}
        <div class="stream-end">
            {move || trouble.get().map(|words| view! { <p role="alert">{words}</p> })}
            {move || older.get().map(|_| view! {
                <button
                    type="button" class="button" aria-busy=move || asking.get().to_string()
                    on:click=move |_| loaded.more()
                >
                    "Show older"
                </button>
            })}
        </div>
    }
    .into_any()
}

fn of_day(clock: Clock, entries: RwSignal<Vec<TimelineEntry>>, day: Day) -> Vec<TimelineEntry> {
    let zone = clock.zone();
    entries
        .with(|entries| entries.iter().filter(|entry| zone.day(entry.at) == day).cloned().collect())
}

/// A row is drawn anew where what it says has changed.
fn key(entry: &TimelineEntry) -> (vocabulary::EntryId, i64) {
    let version = match &entry.what {
        Happened::Said(message) => message.changed.get(),
        _ => 0,
    };
    (entry.id, version)
}

#[component]
fn Nothing(is_filtered: bool, unseen: bool) -> impl IntoView {
    let (title, more) = match (is_filtered, unseen) {
        (_, true) => (
            "Nothing new since you were last here",
            "What is said, mailed, changed or attached from now on turns up here by itself. Take the filter away to see what was before.",
        ),
        (true, false) => (
            "Nothing is like that",
            "No message, mail, change, comment or file here fits all that is chosen. Take one choice away.",
        ),
        (false, false) => (
            "Nothing has happened yet",
            "Messages, mails, changes of Tasks and Issues, comments and files of this Project are listed here. Say something in the talk to begin.",
        ),
    };
    view! {
        <div class="room-empty">
            <h2>{title}</h2>
            <p>{more}</p>
        </div>
    }
}
