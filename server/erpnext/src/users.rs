//! People, and the clock they go by.

use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use crate::{ErpError, Site, list::List};

/// What Parlance needs of a `User`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    /// The e-mail address that is the name.
    pub name: String,
    /// First and last name.
    #[serde(default)]
    pub full_name: String,
    /// An API key of a disabled user goes on working, so this must be asked.
    #[serde(deserialize_with = "check")]
    pub enabled: bool,
    /// `System User` or `Website User`; `None` where the service account may not see it (permission level 1).
    #[serde(default)]
    pub user_type: Option<String>,
    /// A path on the site or a URL.
    #[serde(default)]
    pub user_image: Option<String>,
}

#[derive(Deserialize)]
struct TimeZone {
    time_zone: Option<String>,
}

impl Site {
    /// One user.
    ///
    /// # Errors
    /// [`ErpError::NotFound`] when there is none of this name.
    pub async fn user(&self, name: &str) -> Result<User, ErpError> {
        let mut rows: Vec<User> = self
            .list(List {
                doctype: "User",
                fields: &["name", "full_name", "enabled", "user_type", "user_image"],
                filters: json!([["name", "=", name]]),
                order_by: "name asc",
                limit: 1,
            })
            .await?;
        rows.pop().ok_or_else(|| ErpError::NotFound { message: format!("User {name} not found") })
    }

    /// The zone of all the site's time stamps.
    ///
    /// # Errors
    /// [`ErpError::Unexpected`] when the site names a zone that does not exist.
    pub async fn time_zone(&self) -> Result<Tz, ErpError> {
        let answer = self
            .read_method("frappe.client.get_time_zone", &[])
            .await?
            .take::<TimeZone>("message")?;
        let name = answer.time_zone.unwrap_or_default();
        name.parse()
            .map_err(|_| ErpError::Unexpected { problem: format!("{name:?} is no time zone") })
    }
}

/// ERPNext's check fields are 0 or 1; an empty one is 0.
pub(crate) fn check<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(on) => on,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => text == "1",
        _ => false,
    })
}
