//! The clocks of others. The browser knows the zones.

use js_sys::{Array, Function, Object, Reflect};
use vocabulary::Moment;
use wasm_bindgen::{JsCast, JsValue};

/// The viewer's zone by its IANA name. Only in the browser.
#[must_use]
pub fn zone_name() -> Option<String> {
    let options =
        js_sys::Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into()).ok()?.as_string()
}

/// `moment` as the clock shows it in `zone`, an IANA name, such as `Tue 09:30`; `None` for a zone the browser does not
/// know. Only in the browser.
#[must_use]
pub fn time_in(zone: &str, moment: Moment) -> Option<String> {
    let options = Object::new();
    for (name, value) in [
        ("timeZone", zone),
        ("weekday", "short"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("hourCycle", "h23"),
    ] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let maker: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    // Made this way, a zone that is none is an answer and not an exception.
    let format = Reflect::construct(&maker, &Array::of2(&"en-GB".into(), &options)).ok()?;
    let write: Function = Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
    let date = JsValue::from_f64(moment.as_millis() as f64);
    write.call1(&format, &date).ok()?.as_string().map(|text| text.replace(',', ""))
}
