//! Whether the site can be written to at all, so that one that is down is asked now and then instead of by every
//! effect.

use crate::backoff;
use chrono_tz::Tz;
use erpnext::{ErpError, KEY_FIELD, Retry, Site};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// What has to be known of a site before anything may be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manners {
    /// The zone of its time stamps.
    pub(crate) zone: Tz,
}

#[derive(Default)]
struct State {
    manners: Option<Manners>,
    failures: u32,
    not_before: Option<Instant>,
    problem: Option<String>,
    keyed: BTreeSet<String>,
}

/// What this process knows of the site.
#[derive(Default)]
pub(crate) struct SiteState(Mutex<State>);

impl SiteState {
    pub(crate) fn may_try(&self) -> bool {
        self.with(|state| state.not_before.is_none_or(|at| at <= Instant::now()))
    }

    pub(crate) fn problem(&self) -> Option<String> {
        self.with(|state| state.problem.clone())
    }

    pub(crate) fn answered(&self) {
        self.with(|state| {
            state.failures = 0;
            state.not_before = None;
            state.problem = None;
        });
    }

    pub(crate) fn is_down(&self, error: &ErpError) {
        self.wait(error.to_string(), error);
    }

    /// Asks once per process for the time zone and for the unique key field. Without that field nothing may be
    /// sent: ERPNext ignores unknown fields without a word, and a repeat would be a second Communication.
    pub(crate) async fn learn_manners(&self, site: &Site) -> Option<Manners> {
        if let Some(known) = self.with(|state| state.manners) {
            return Some(known);
        }
        match ask(site).await {
            Ok(Some(manners)) => {
                self.with(|state| state.manners = Some(manners));
                self.answered();
                Some(manners)
            }
            Ok(None) => {
                self.wait_for_field();
                None
            }
            Err(error) => {
                self.is_down(&error);
                None
            }
        }
    }

    /// Whether documents of `doctype` can carry our key. Asked until the answer is yes.
    pub(crate) async fn has_key_field(&self, site: &Site, doctype: &str) -> Result<bool, ErpError> {
        if self.with(|state| state.keyed.contains(doctype)) {
            return Ok(true);
        }
        let has = site.has_custom_field(doctype, KEY_FIELD).await?;
        if has {
            self.with(|state| state.keyed.insert(doctype.to_owned()));
        }
        Ok(has)
    }

    fn wait_for_field(&self) {
        self.with(|state| {
            state.failures += 1;
            state.not_before = Some(Instant::now() + backoff::after(10, None));
            state.problem = Some(format!(
                "Communication has no field {KEY_FIELD}: add a Custom Field of type Data with Unique set, so that nothing is written twice"
            ));
        });
    }

    fn wait(&self, problem: String, error: &ErpError) {
        let asked = match error.retry() {
            Retry::Later { after } => after,
            Retry::Never => None,
        };
        self.with(|state| {
            state.not_before = Some(Instant::now() + backoff::after(state.failures.min(6), asked));
            state.failures += 1;
            state.problem = Some(problem);
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn ask(site: &Site) -> Result<Option<Manners>, ErpError> {
    if !site.has_custom_field("Communication", KEY_FIELD).await? {
        return Ok(None);
    }
    Ok(Some(Manners { zone: site.time_zone().await? }))
}
