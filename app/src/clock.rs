//! Dates and times of day in the viewer's zone. The server prints UTC; once the page is alive it turns to local time,
//! so that both first paints are equal.

mod day;
mod input;
mod zones;

pub use day::{Day, iso, time_of_day};
pub use input::{local_input, moment_of_input};
pub use zones::{time_in, zone_name};

use leptos::prelude::*;
use std::time::Duration;
use vocabulary::Moment;

/// The viewer's calendar.
#[derive(Clone, Copy)]
pub struct Clock {
    zone: RwSignal<Zone>,
}

/// What is known of the viewer's calendar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// Whether moments are shown in the viewer's zone; else in UTC.
    local: bool,
    /// The viewer's date, once known.
    pub today: Option<Day>,
}

impl Zone {
    /// Minutes to add to UTC at `moment`.
    #[must_use]
    pub fn offset_minutes(self, moment: Moment) -> i64 {
        if self.local { browser_offset_minutes(moment) } else { 0 }
    }

    /// The day `moment` falls on.
    #[must_use]
    pub fn day(self, moment: Moment) -> Day {
        Day::of(moment, self.offset_minutes(moment))
    }

    /// `moment` as `14:05`.
    #[must_use]
    pub fn time(self, moment: Moment) -> String {
        time_of_day(moment, self.offset_minutes(moment))
    }

    /// `moment` as `14:05:09`.
    #[must_use]
    pub fn time_with_seconds(self, moment: Moment) -> String {
        let seconds = moment.as_millis().div_euclid(1_000).rem_euclid(60);
        format!("{}:{seconds:02}", self.time(moment))
    }

    /// `moment` as short as it can be understood: the time today, else the date.
    #[must_use]
    pub fn brief(self, moment: Moment) -> String {
        let day = self.day(moment);
        if self.today == Some(day) { self.time(moment) } else { day.short(self.today) }
    }

    /// `moment` in full.
    #[must_use]
    pub fn full(self, moment: Moment) -> String {
        format!("{}, {}", self.day(moment).label(None), self.time(moment))
    }
}

impl Clock {
    /// A clock that shows UTC until the page is alive.
    #[must_use]
    pub fn new() -> Self {
        let clock = Self { zone: RwSignal::new(Zone::default()) };
        Effect::new(move |_| {
            clock.look();
            let _ = set_interval_with_handle(move || clock.look(), Duration::from_secs(30));
        });
        clock
    }

    /// The calendar; whoever reads it follows it.
    #[must_use]
    pub fn zone(self) -> Zone {
        self.zone.get()
    }

    fn look(self) {
        let mut zone = Zone { local: true, today: None };
        zone.today = Some(zone.day(now()));
        if self.zone.get_untracked() != zone {
            self.zone.set(zone);
        }
    }
}

/// The clock of the page.
#[must_use]
pub fn use_clock() -> Clock {
    expect_context()
}

/// The browser's present moment.
#[must_use]
pub fn now() -> Moment {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    Moment::from_millis(js_sys::Date::now() as i64)
}

fn browser_offset_minutes(moment: Moment) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(moment.as_millis() as f64));
    #[expect(clippy::cast_possible_truncation, reason = "an offset is at most a day")]
    let west = date.get_timezone_offset() as i64;
    -west
}
