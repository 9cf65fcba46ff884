//! A moment in the viewer's zone.

use crate::clock::{iso, use_clock};
use leptos::prelude::*;
use vocabulary::Moment;

/// The time today, else the date; in full on hover.
#[component]
pub fn When(
    /// The moment.
    moment: Moment,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        <time datetime=iso(moment) title=move || clock.zone().full(moment)>
            {move || {
                let zone = clock.zone();
                let day = zone.day(moment);
                if zone.today == Some(day) {
                    zone.time(moment)
                } else {
                    format!("{}, {}", day.short(None), zone.time(moment))
                }
            }}
        </time>
    }
}
