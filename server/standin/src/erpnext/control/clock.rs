//! Moving the site's clock from outside.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};

use crate::erpnext::{
    answer::Answer,
    clock::Clock,
    site::Site,
    store::{Doc, text},
};

pub(super) fn shown(site: &Site) -> Value {
    let now = site.store.now();
    json!({"utc": now.to_rfc3339(), "site": site.store.format(now)})
}

pub(super) fn moved(site: &mut Site, wanted: &Doc) -> Answer {
    let clock = match wanted.get("advance_seconds").and_then(Value::as_i64) {
        Some(seconds) => Some(site.store.clock.advanced(Duration::seconds(seconds))),
        None => DateTime::parse_from_rfc3339(text(wanted, "set"))
            .ok()
            .map(|moment| Clock::showing(moment.with_timezone(&Utc))),
    };
    let Some(clock) = clock else {
        let words = "advance_seconds, or set with a moment such as 2026-10-25T00:30:00Z";
        return Answer::json(417, &json!({"wanted": words}));
    };
    site.store.set_clock(clock);
    Answer::json(200, &shown(site))
}
