//! Sending a request: reads twice if need be, writes once.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value};
use url::Url;

use crate::{ErpError, Site, answer::Answer, gate::Kind};

/// The application server refuses request lines over 4094 bytes; method and version take some of them.
pub(crate) const LONGEST_URL_BYTES: usize = 4000;

impl Site {
    /// `GET`; tried a second time when the first try met the network, not ERPNext.
    pub(crate) async fn get(&self, url: Url) -> Result<Answer, ErpError> {
        match self.once(Kind::Read, self.request(Method::GET, url.clone())).await {
            Err(error) if is_worth_a_second_try(&error) => {
                tracing::debug!(%error, path = url.path(), "reading again");
                tokio::time::sleep(jitter()).await;
                match self.once(Kind::Read, self.request(Method::GET, url)).await {
                    // The first try is what gave the site its rest, and says more.
                    Err(ErpError::Resting { .. }) => Err(error),
                    second => second,
                }
            }
            first => first,
        }
    }

    /// A whitelisted method that only reads: `GET`, or `POST` with a JSON body where the URL would be too long.
    pub(crate) async fn read_method(
        &self,
        method: &str,
        arguments: &[(&str, String)],
    ) -> Result<Answer, ErpError> {
        let bare = self.url(["api", "method", method]);
        let mut url = bare.clone();
        if !arguments.is_empty() {
            url.query_pairs_mut().extend_pairs(arguments);
        }
        if url.as_str().len() <= LONGEST_URL_BYTES {
            return self.get(url).await;
        }
        let body: Map<String, Value> = arguments
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
            .collect();
        self.once(Kind::Read, self.request(Method::POST, bare).json(&body)).await
    }

    /// A write, sent once.
    pub(crate) async fn post(&self, url: Url, body: &Value) -> Result<Answer, ErpError> {
        self.once(Kind::Write, self.request(Method::POST, url).json(body)).await
    }

    /// A partial update, sent once.
    pub(crate) async fn put(&self, url: Url, body: &Value) -> Result<Answer, ErpError> {
        self.once(Kind::Write, self.request(Method::PUT, url).json(body)).await
    }

    /// A deletion, sent once.
    pub(crate) async fn delete(&self, url: Url) -> Result<Answer, ErpError> {
        self.once(Kind::Write, self.request(Method::DELETE, url)).await
    }

    /// One try of a prepared request.
    pub(crate) async fn once(
        &self,
        kind: Kind,
        request: RequestBuilder,
    ) -> Result<Answer, ErpError> {
        let mut pass = self.gate().enter(self.lane(), kind).await?;
        let answer = match request.send().await {
            Ok(response) => {
                pass.saw(response.headers());
                Answer::read(response).await
            }
            Err(source) => Err(ErpError::from_transport(source, false)),
        };
        pass.settle(answer.as_ref().err());
        answer.map_err(|error| self.of_a_member(error))
    }

    /// What is wrong is a member's token, not the service account's key.
    pub(crate) fn of_a_member(&self, error: ErpError) -> ErpError {
        match error {
            ErpError::BadCredentials { .. } if self.is_member() => ErpError::SessionExpired,
            error => error,
        }
    }

    pub(crate) fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let (name, value) = self.speaker();
        self.http().request(method, url).header(name, value)
    }
}

fn is_worth_a_second_try(error: &ErpError) -> bool {
    matches!(
        error,
        ErpError::Unreachable { .. }
            | ErpError::Interrupted { .. }
            | ErpError::Unavailable { .. }
            | ErpError::Busy { .. }
    )
}

/// 100 to 300 ms, so that replicas that failed together do not return together.
fn jitter() -> Duration {
    Duration::from_millis(rand::random_range(100..300))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_try_waits_a_moment_but_not_long() {
        let wait = jitter();
        assert!(wait >= Duration::from_millis(100) && wait < Duration::from_millis(300));
    }
}
