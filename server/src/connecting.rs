//! Connecting from the administrators' page: the same plan and the same steps as `parlance connect`.

use crate::{
    causes::in_full,
    config::{self, Config, ConfigError},
};
use async_trait::async_trait;
use connect::{
    ConnectError, Finding, Manifest, Moment, Plan, Step, StepState, Verdict, Wishes, connection,
};
use contract::{
    AppError, Asker, Connecting, ConnectingEnd, ConnectingForm, ConnectingPlan, ConnectingProgress,
    ConnectingWish,
};
use erpnext::Site;
use policy::AdminScope;
use std::{
    error::Error,
    ops::ControlFlow,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use url::Url;
use uuid::Uuid;
use vault::Vault;
use vocabulary::{PersonId, PersonKind};
use workspace::Services;

/// How long a plan is good for; the administrator's secret is kept so long, in memory.
const PLAN_HOLDS: Duration = Duration::from_secs(600);

/// What the page asks. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Connector(Arc<Inner>);

struct Inner {
    services: Services,
    vault: Vault,
    data_dir: PathBuf,
    public_url: Url,
    /// The site that is connected; `None` in a demo.
    site: Option<Url>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    planned: Option<Planned>,
    progress: Option<ConnectingProgress>,
}

struct Planned {
    id: String,
    by: PersonId,
    at: Instant,
    site: Site,
    plan: Plan,
}

impl State {
    /// Refuses while somebody connects.
    fn when_idle(&mut self) -> Result<&mut Self, AppError> {
        match &self.progress {
            Some(progress) if progress.ended.is_none() => {
                Err(conflict("Somebody is connecting already. Wait until that has ended."))
            }
            _ => Ok(self),
        }
    }
}

impl Connector {
    pub(crate) fn of(config: &Config, services: Services) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Inner {
            services,
            vault: config.vault()?,
            data_dir: config.data_dir.clone(),
            public_url: config.public_url.clone(),
            site: config.erpnext.as_ref().map(|erpnext| erpnext.url.clone()),
            state: Mutex::default(),
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Who may connect. The people of a demo have passwords that everybody knows.
    async fn leave(&self, asker: &Asker) -> Result<AdminScope, AppError> {
        let session = self.0.services.session(asker).await?;
        let leave = policy::administer(&session.principal).map_err(|_| AppError::NotFound)?;
        if self.0.site.is_none() && session.principal.kind() != PersonKind::Administrator {
            return Err(AppError::NotFound);
        }
        Ok(leave)
    }

    /// Whatever became of it, an administrator's secret is not kept for longer.
    async fn drop_plan_in_time(self) {
        tokio::time::sleep(PLAN_HOLDS).await;
        self.state().planned.take_if(|one| one.at.elapsed() >= PLAN_HOLDS);
    }

    async fn work(self, planned: Planned) {
        let Planned { site, plan, .. } = planned;
        let mut watch = |step: &Step, moment: Moment| {
            if let Some(progress) = &mut self.state().progress {
                match moment {
                    Moment::Begins => progress.doing = Some(step.what.clone()),
                    Moment::Done => progress.done += 1,
                }
            }
            ControlFlow::Continue(())
        };
        let done = async {
            // As it is now: a connection may have been made or taken back since the plan.
            let mut manifest = Manifest::read(&self.0.data_dir)?;
            connect::apply(&site, &plan, &mut manifest, &self.0.vault, &mut watch).await?;
            Ok::<_, ConnectError>(manifest)
        };
        let end = match done.await {
            Ok(manifest) => ConnectingEnd::Connected { problems: self.problems(&manifest).await },
            Err(error) => {
                tracing::warn!(error = &error as &dyn Error, "connecting stopped in the middle");
                ConnectingEnd::Stopped { reason: sentence(&error) }
            }
        };
        if let Some(progress) = &mut self.state().progress {
            progress.doing = None;
            progress.ended = Some(end);
        }
    }

    async fn problems(&self, manifest: &Manifest) -> Vec<String> {
        let Some(ready) = connection::ready(manifest, &self.0.vault) else { return Vec::new() };
        let Ok(site) = Site::new(ready.site) else { return Vec::new() };
        let found = connect::doctor(&site, &ready.setup, None).await;
        // Until its next start Parlance has other settings, so that its own doors look wrong.
        let is_wanting = |one: &Finding| one.verdict != Verdict::Ok && !one.is_about_the_running();
        found
            .into_iter()
            .filter(is_wanting)
            .map(|one| format!("{} {}", one.said, one.fix.unwrap_or_default()))
            .collect()
    }
}

#[async_trait]
impl Connecting for Connector {
    async fn connecting_form(&self, asker: &Asker) -> Result<ConnectingForm, AppError> {
        self.leave(asker).await?;
        let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
        Ok(ConnectingForm {
            site: self.0.site.as_ref().map(bare),
            public_url: bare(&self.0.public_url),
        })
    }

    async fn plan_connection(
        &self,
        asker: &Asker,
        wish: ConnectingWish,
    ) -> Result<ConnectingPlan, AppError> {
        let leave = self.leave(asker).await?;
        self.state().when_idle()?;
        let base_url = match &self.0.site {
            Some(site) => site.clone(),
            None => Url::parse(wish.site.trim()).map_err(|_| {
                invalid("site", "Write the address of the site, such as https://erp.example.com.")
            })?,
        };
        let public_url = config::public_url(wish.public_url.trim())
            .map_err(|error| invalid("public_url", &format!("{error}.")))?;
        if wish.api_key.trim().is_empty() || wish.api_secret.trim().is_empty() {
            return Err(invalid("api_key", "API key and secret of a System Manager are needed."));
        }
        let site = Site::new(connection::administrator(base_url, &wish.api_key, &wish.api_secret))
            .map_err(|error| invalid("site", &sentence(&error)))?;
        let manifest = Manifest::read(&self.0.data_dir).map_err(|error| refused(&error))?;
        let wishes = Wishes { public_url, auditor: wish.auditor, new_keys: wish.new_keys };
        let plan = connect::plan(&site, &wishes, &manifest, &self.0.vault)
            .await
            .map_err(|error| refused(&error))?;
        let id = Uuid::now_v7().to_string();
        let told = ConnectingPlan {
            id: id.clone(),
            site: format!("{} ({})", plan.site, plan.release),
            administrator: plan.administrator.clone(),
            told: plan.told(),
            notes: plan.notes.clone(),
        };
        let planned = Planned { id, by: leave.person(), at: Instant::now(), site, plan };
        self.state().when_idle()?.planned = Some(planned);
        tokio::spawn(self.clone().drop_plan_in_time());
        Ok(told)
    }

    async fn apply_connection(&self, asker: &Asker, plan: &str) -> Result<(), AppError> {
        let leave = self.leave(asker).await?;
        let planned = {
            let mut guard = self.state();
            let state = guard.when_idle()?;
            let is_it = |one: &Planned| {
                one.id == plan && one.by == leave.person() && one.at.elapsed() < PLAN_HOLDS
            };
            let Some(planned) = state.planned.take_if(|one| is_it(one)) else {
                return Err(conflict(
                    "This plan is not there any more. Nothing was changed; look at the site again.",
                ));
            };
            let total = planned.plan.steps.len();
            state.progress = Some(ConnectingProgress {
                done: 0,
                total: u32::try_from(total).unwrap_or(u32::MAX),
                doing: None,
                ended: None,
            });
            planned
        };
        let owed = planned.plan.steps.iter().filter(|one| one.state != StepState::There).count();
        tracing::info!(person.id = %leave.person(), site = planned.plan.site, owed, "connecting");
        tokio::spawn(self.clone().work(planned));
        Ok(())
    }

    async fn connecting_progress(
        &self,
        asker: &Asker,
    ) -> Result<Option<ConnectingProgress>, AppError> {
        self.leave(asker).await?;
        Ok(self.state().progress.clone())
    }
}

fn invalid(field: &str, reason: &str) -> AppError {
    AppError::Invalid { field: field.to_owned(), reason: reason.to_owned() }
}

fn refused(error: &dyn Error) -> AppError {
    AppError::Refused { reason: sentence(error) }
}

fn conflict(reason: &str) -> AppError {
    AppError::Conflict { reason: reason.to_owned() }
}

fn sentence(error: &dyn Error) -> String {
    let mut text = in_full(error);
    if !text.ends_with('.') {
        text.push('.');
    }
    text
}
