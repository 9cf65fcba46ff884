//! People, and what they may read.

use chrono::DateTime;
use chrono_tz::Tz;
use reqwest::header::DATE;
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
struct Report {
    #[serde(default)]
    result: Vec<Value>,
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

    /// The Projects that ERPNext lets `user` read, by its own report; User Permissions and shares are applied.
    ///
    /// The report says nothing about `enabled`: a disabled user is told their projects too.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] when the service account may not run the report (it needs System Manager).
    pub async fn permitted_projects(&self, user: &str) -> Result<Vec<String>, ErpError> {
        let arguments = [
            ("report_name", "Permitted Documents For User".to_owned()),
            ("filters", json!({"user": user, "doctype": "Project"}).to_string()),
        ];
        let report: Report =
            self.read_method("frappe.desk.query_report.run", &arguments).await?.take("message")?;
        report.result.iter().map(row_name).collect()
    }

    /// The site's own clock now (Unix time, milliseconds; whole seconds), by the `Date` of an answer (RFC 9110 section
    /// 6.6.1); `None` where a proxy leaves that out.
    ///
    /// # Errors
    /// Whatever keeps the site from answering.
    pub async fn clock(&self) -> Result<Option<i64>, ErpError> {
        let answer = self.read_method("ping", &[]).await?;
        let date = answer.headers.get(DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        Ok(date.map(|date| date.timestamp_millis()))
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

/// Rows are objects; a report with other columns may give arrays, with the name first.
fn row_name(row: &Value) -> Result<String, ErpError> {
    let name = row.get("name").or_else(|| row.get(0));
    name.and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| ErpError::Unexpected { problem: "a row of the report has no name".into() })
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
