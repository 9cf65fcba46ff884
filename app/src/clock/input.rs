//! Moments in the form fields of a browser, in its own zone.

use vocabulary::Moment;
use wasm_bindgen::JsValue;

/// `moment` for `<input type="datetime-local">`. Only in the browser.
#[must_use]
pub fn local_input(moment: Moment) -> String {
    if cfg!(not(target_arch = "wasm32")) {
        return String::new();
    }
    let shifted = moment.plus_millis(super::browser_offset_minutes(moment) * 60_000);
    super::iso(shifted).chars().take(16).collect()
}

/// What somebody has chosen there. Only in the browser.
#[must_use]
pub fn moment_of_input(value: &str) -> Option<Moment> {
    // Without a zone, ECMAScript reads a date with a time as local.
    let millis = js_sys::Date::new(&JsValue::from_str(value)).get_time();
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit")]
    millis.is_finite().then(|| Moment::from_millis(millis as i64))
}
