//! What can go wrong with webhooks on their way.

use std::time::Duration;

use serde_json::{Value, json};

use super::Faults;

/// ERPNext's own pauses before the second and the third attempt.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// The part of the plan that is about webhooks.
#[derive(Default)]
pub(super) struct Plan {
    drop_percent: f64,
    repeat_percent: f64,
    repeat_times: u32,
    hold_percent: f64,
    delay: Duration,
    pauses: Option<[Duration; 2]>,
}

/// What happens to one webhook.
pub(crate) struct DeliveryFate {
    pub delay: Duration,
    /// 0: it is lost.
    pub times: u32,
}

impl Faults {
    /// This percentage of webhooks is never sent, as when every attempt of ERPNext's failed.
    pub fn drop_deliveries_percent(&self, percent: f64) {
        self.plan().deliveries.drop_percent = percent;
    }

    /// This percentage of webhooks is sent `times` times over.
    pub fn repeat_deliveries(&self, percent: f64, times: u32) {
        let mut plan = self.plan();
        plan.deliveries.repeat_percent = percent;
        plan.deliveries.repeat_times = times;
    }

    /// This percentage of webhooks is held back until later ones were sent, or until there are none.
    pub fn reorder_deliveries_percent(&self, percent: f64) {
        self.plan().deliveries.hold_percent = percent;
    }

    /// Every webhook waits for so long, and those behind it with it.
    pub fn delay_deliveries(&self, delay: Duration) {
        self.plan().deliveries.delay = delay;
    }

    /// The pauses before the second and the third attempt, where ERPNext's 1 and 3 seconds are too long.
    pub fn pause_deliveries(&self, second: Duration, third: Duration) {
        self.plan().deliveries.pauses = Some([second, third]);
    }

    pub(crate) fn delivery_fate(&self) -> DeliveryFate {
        let plan = &self.plan().deliveries;
        let meets = |percent: f64| rand::random_range(0.0..100.0) < percent;
        let times = match () {
            () if meets(plan.drop_percent) => 0,
            () if meets(plan.repeat_percent) => plan.repeat_times,
            () => 1,
        };
        DeliveryFate { delay: plan.delay, times }
    }

    pub(crate) fn holds_delivery(&self) -> bool {
        rand::random_range(0.0..100.0) < self.plan().deliveries.hold_percent
    }

    pub(crate) fn delivery_pauses(&self) -> [Duration; 2] {
        self.plan().deliveries.pauses.unwrap_or(PAUSES)
    }

    /// Takes `drop_deliveries_percent`, `repeat_deliveries` (`percent`, `times`), `reorder_deliveries_percent`,
    /// `delay_deliveries_ms` and `pause_deliveries_ms` (two numbers).
    pub(super) fn set_deliveries(&self, wanted: &Value) {
        let number = |name: &str| wanted.get(name).and_then(Value::as_f64);
        if let Some(percent) = number("drop_deliveries_percent") {
            self.drop_deliveries_percent(percent);
        }
        if let Some(percent) = number("reorder_deliveries_percent") {
            self.reorder_deliveries_percent(percent);
        }
        if let Some(repeat) = wanted.get("repeat_deliveries") {
            let percent = repeat.get("percent").and_then(Value::as_f64).unwrap_or(100.0);
            let times = repeat.get("times").and_then(Value::as_u64).unwrap_or(2);
            self.repeat_deliveries(percent, u32::try_from(times).unwrap_or(u32::MAX));
        }
        let millis = |value: &Value| value.as_u64().map(Duration::from_millis);
        if let Some(delay) = wanted.get("delay_deliveries_ms").and_then(millis) {
            self.delay_deliveries(delay);
        }
        if let Some([second, third]) =
            wanted.get("pause_deliveries_ms").and_then(Value::as_array).map(Vec::as_slice)
            && let (Some(second), Some(third)) = (millis(second), millis(third))
        {
            self.pause_deliveries(second, third);
        }
    }
}

impl Plan {
    pub(super) fn describe(&self) -> Value {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        json!({
            "drop_deliveries_percent": self.drop_percent,
            "repeat_deliveries": {"percent": self.repeat_percent, "times": self.repeat_times},
            "reorder_deliveries_percent": self.hold_percent,
            "delay_deliveries_ms": millis(self.delay),
            "pause_deliveries_ms": self.pauses.unwrap_or(PAUSES).map(millis),
        })
    }
}
