//! What `parlance doctor` finds, for the page.

use crate::{Services, errors::from_store};
use connect::WebhookState;
use contract::{AppError, Finding, Verdict};
use policy::AdminScope;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Who asks again within this gets the same findings: a look costs ERPNext a few dozen requests.
const FRESH: Duration = Duration::from_secs(10);

/// The findings of the last look. Whoever comes while one is under way waits for it.
#[derive(Default)]
pub(crate) struct Examination(Mutex<Option<(Instant, Vec<Finding>)>>);

impl Services {
    pub(super) async fn examine(&self, _leave: &AdminScope) -> Result<Vec<Finding>, AppError> {
        let Some(setup) = &self.settings.setup else { return Ok(vec![demo()]) };
        let mut last = self.examination.0.lock().await;
        if let Some((at, findings)) = &*last
            && at.elapsed() < FRESH
        {
            return Ok(findings.clone());
        }
        let webhooks = self.live.worker().webhook_state().await.map_err(from_store)?;
        let webhooks = WebhookState { last_received: webhooks.received_at };
        let found = connect::doctor(&self.site, setup, Some(webhooks)).await;
        let findings: Vec<Finding> = found.into_iter().map(finding).collect();
        *last = Some((Instant::now(), findings.clone()));
        Ok(findings)
    }
}

fn demo() -> Finding {
    Finding {
        check: "settings".into(),
        verdict: Verdict::Warning,
        said: "No ERPNext is connected: Parlance runs as a demo with made-up people.".into(),
        fix: Some(
            "Run `parlance connect` on the server with the API key of a System Manager.".into(),
        ),
    }
}

fn finding(found: connect::Finding) -> Finding {
    Finding {
        check: found.check.to_owned(),
        verdict: match found.verdict {
            connect::Verdict::Ok => Verdict::Ok,
            connect::Verdict::Warning => Verdict::Warning,
            connect::Verdict::Fault => Verdict::Fault,
        },
        said: found.said,
        fix: found.fix,
    }
}
