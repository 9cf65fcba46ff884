//! Reading an answer to its end and deciding what it is.

use std::time::Duration;

use reqwest::{
    Response,
    header::{HeaderMap, LOCATION, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{
    ErpError,
    refusal::{Refusal, excerpt},
};

/// A success: the headers, and the JSON object of the body.
pub(crate) struct Answer {
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// Reads the whole body, so that a cut one is noticed.
    pub(crate) async fn read(response: Response) -> Result<Self, ErpError> {
        let status = response.status();
        if !status.is_success() {
            return Err(refused(response).await);
        }
        let headers = response.headers().clone();
        let body =
            response.bytes().await.map_err(|source| ErpError::from_transport(source, true))?;
        match serde_json::from_slice(&body) {
            Ok(body @ Value::Object(_)) => Ok(Self { headers, body }),
            _ => Err(ErpError::NotErpnext { status: status.as_u16(), excerpt: excerpt(&body) }),
        }
    }

    /// The `data` of a document or list, or the `message` of a method.
    pub(crate) fn take<T: DeserializeOwned>(mut self, field: &str) -> Result<T, ErpError> {
        let value = self.body.get_mut(field).map(Value::take);
        let value = value.ok_or_else(|| ErpError::Unexpected { problem: format!("no {field}") })?;
        serde_json::from_value(value)
            .map_err(|source| ErpError::Unexpected { problem: format!("{field}: {source}") })
    }
}

/// What an answer that is no success means.
pub(crate) async fn refused(response: Response) -> ErpError {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    match response.bytes().await {
        Ok(body) => Refusal {
            status,
            retry_after: retry_after(&headers),
            location: headers.get(LOCATION).and_then(|value| value.to_str().ok()),
            body: &body,
        }
        .into_error(),
        Err(source) => ErpError::from_transport(source, true),
    }
}

/// Seconds only: ERPNext sends no date, and a proxy's date would need its clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds: f64 = text.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds.ceil()).ok()
}
