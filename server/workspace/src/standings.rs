//! Asking ERPNext who may read which Project, Task and Issue (rule 3), and not more often than needed.

mod asking;
mod changes;
mod documents;
mod rules;

pub(crate) use documents::WriteRights;

use crate::{
    Services,
    errors::{app_error, from_store},
};
use asking::{AskError, Profile};
use contract::AppError;
use futures::{StreamExt, stream};
use policy::{Principal, Standing};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use store::standings;
use vocabulary::{Moment, Person, PersonId, PersonKind, WorkspaceId};

/// An answer of ERPNext is asked for anew by the next request after this long.
const FRESH_MILLIS: i64 = 30_000;

/// And for people with open lines after this long, whether or not they do anything.
const LINES_FRESH_MILLIS: i64 = 45_000;

/// People with open lines asked about at a time: thousands of them must not become thousands of requests a minute.
const MOST_PER_RENEWAL: usize = 100;

/// People asked about at the same moment.
const AT_ONCE: usize = 4;

/// After a failure nobody asks about the same person again for this long.
const AFTER_FAILURE_MILLIS: i64 = 5_000;

/// Somebody counts as active for this long after a request.
const ACTIVE_MILLIS: i64 = 10 * 60_000;

/// How long a request waits for an answer that is known to be outdated, before it goes on with the old one (rule 7).
const PATIENCE: Duration = Duration::from_secs(3);

/// When ERPNext was last asked about whom, as far as this process knows.
#[derive(Default)]
pub(crate) struct Asked(Mutex<Asking>);

#[derive(Default)]
struct Asking {
    at: HashMap<PersonId, Moment>,
    failed_at: HashMap<PersonId, Moment>,
    active_at: HashMap<PersonId, Moment>,
    now: HashSet<PersonId>,
    /// Whether those whose answers were dropped are being asked about.
    catching_up: bool,
}

impl Asked {
    /// Whether the answer about `person` is due again; if so the caller is the one to ask. `known` is when the
    /// database says it was asked for; `None` if that answer was dropped.
    fn is_due(&self, person: PersonId, known: Option<Moment>) -> bool {
        let now = Moment::now();
        let mut asking = self.asking();
        asking.active_at.insert(person, now);
        let last = known.map(|known| asking.at.get(&person).copied().unwrap_or(known).max(known));
        if last.is_some_and(|last| last.plus_millis(FRESH_MILLIS) > now)
            || !asking.may_ask(person, now)
        {
            return false;
        }
        asking.at.insert(person, now);
        true
    }

    /// Up to `most` of `people` whose answer is due again, the oldest first; the caller is the one to ask.
    fn longest_ago(&self, people: HashSet<PersonId>, most: usize) -> Vec<PersonId> {
        let now = Moment::now();
        let mut asking = self.asking();
        let mut due: Vec<(Option<Moment>, PersonId)> = people
            .into_iter()
            .map(|person| (asking.at.get(&person).copied(), person))
            .filter(|(last, _)| last.is_none_or(|last| last.plus_millis(LINES_FRESH_MILLIS) <= now))
            .collect();
        due.sort_unstable();
        due.truncate(most);
        due.into_iter()
            .map(|(_, person)| {
                asking.at.insert(person, now);
                person
            })
            .collect()
    }

    /// Those of `dropped` who have done something here lately or have an open line, unless they are asked about now.
    fn worth_asking(&self, dropped: Vec<PersonId>, lines: &HashSet<PersonId>) -> Vec<PersonId> {
        let now = Moment::now();
        let mut asking = self.asking();
        asking.active_at.retain(|_, at| at.plus_millis(ACTIVE_MILLIS) > now);
        dropped
            .into_iter()
            .filter(|person| lines.contains(person) || asking.active_at.contains_key(person))
            .filter(|person| asking.may_ask(*person, now))
            .collect()
    }

    fn begin(&self, person: PersonId) -> bool {
        self.asking().now.insert(person)
    }

    fn ended(&self, person: PersonId, well: bool) {
        let mut asking = self.asking();
        asking.now.remove(&person);
        if well {
            asking.failed_at.remove(&person);
        } else {
            asking.failed_at.insert(person, Moment::now());
        }
    }

    fn asking(&self) -> MutexGuard<'_, Asking> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking {
    fn may_ask(&self, person: PersonId, now: Moment) -> bool {
        let failed = self.failed_at.get(&person);
        !self.now.contains(&person)
            && failed.is_none_or(|at| at.plus_millis(AFTER_FAILURE_MILLIS) <= now)
    }
}

impl Services {
    /// How `who` stands to `workspace`. An answer that is getting old is renewed in the background: nobody waits
    /// for ERPNext to read what is here (rule 7). Only one that was dropped is waited for, and not for long.
    pub(crate) async fn standing(
        &self,
        who: &Principal,
        workspace: WorkspaceId,
    ) -> Result<Standing, AppError> {
        if self.seen.reads(who.person(), workspace) {
            return Ok(Standing::ReadsProject);
        }
        let epoch = self.seen.epoch();
        self.renew_if_due(who).await?;
        let standing = standings::of(&self.db, who, workspace).await.map_err(from_store)?;
        // Only leave is remembered: a Project that was just shared opens at once.
        if standing == Standing::ReadsProject {
            self.seen.keep_reader(epoch, who.person(), workspace);
        }
        Ok(standing)
    }

    pub(crate) async fn renew_if_due(&self, who: &Principal) -> Result<(), AppError> {
        if who.kind() != PersonKind::Member {
            return Ok(());
        }
        let asked_at = standings::asked_at(&self.db, who.person()).await.map_err(from_store)?;
        if self.asked.is_due(who.person(), asked_at) {
            let (services, person) = (self.clone(), who.person());
            let renewal = tokio::spawn(async move { services.renew_and_tell(person).await });
            if asked_at.is_none() && tokio::time::timeout(PATIENCE, renewal).await.is_err() {
                tracing::debug!(%person, "going on with ERPNext's answer of before");
            }
        }
        Ok(())
    }

    /// Asks ERPNext about a member and waits for its answer, unless it has answered moments ago: for what is done in the name
    /// of somebody who may not be here.
    ///
    /// # Errors
    /// `Waiting` as long as ERPNext does not answer.
    pub(crate) async fn fresh_standing(&self, person: PersonId) -> Result<(), AppError> {
        if self.answered_lately(person).await? {
            return Ok(());
        }
        if self.asked.asking().may_ask(person, Moment::now()) {
            let services = self.clone();
            // Not cut off in the middle: somebody who is asked about would stay so.
            let renewal = tokio::spawn(async move { services.renew_and_tell(person).await });
            if tokio::time::timeout(PATIENCE, renewal).await.is_err() {
                tracing::debug!(%person, "ERPNext has not answered about a standing yet");
            }
        }
        if self.answered_lately(person).await? {
            Ok(())
        } else {
            Err(AppError::Waiting { on: "ERPNext".into() })
        }
    }

    async fn answered_lately(&self, person: PersonId) -> Result<bool, AppError> {
        let asked_at = standings::asked_at(&self.db, person).await.map_err(from_store)?;
        Ok(asked_at.is_some_and(|at| at.plus_millis(FRESH_MILLIS) > Moment::now()))
    }

    /// Asks about somebody who signs in right now, and waits for it.
    pub(crate) async fn ask_standing(&self, person: &Person) -> Result<(), AppError> {
        match self.ask(person.id, &person.user, Profile::Whole).await {
            Ok(()) => Ok(()),
            Err(AskError::Store(error)) => Err(app_error(&error)),
            Err(AskError::Erpnext(error)) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "ERPNext was not asked about a standing"
                );
                Err(AppError::Waiting { on: "ERPNext".into() })
            }
        }
    }

    /// Renews the answers about everybody with an open line, a few at a time; stops at the first sign that ERPNext
    /// is away.
    pub async fn renew_open_lines(&self) {
        let due = self.asked.longest_ago(self.live.lines().people(), MOST_PER_RENEWAL);
        self.renew_each(due).await;
    }

    /// Asks at once about those whose answers were dropped and who are here. What was seen of them is forgotten first,
    /// so that nobody gets more from memory than the database says.
    pub(crate) async fn look_for_dropped_answers(&self) -> Result<(), store::StoreError> {
        let dropped = self.live.worker().people_to_ask_about().await?;
        let here = self.asked.worth_asking(dropped, &self.live.lines().people());
        if here.is_empty() || std::mem::replace(&mut self.asked.asking().catching_up, true) {
            return Ok(());
        }
        let services = self.clone();
        tokio::spawn(async move {
            for person in &here {
                services.seen.forget_person(*person);
            }
            services.renew_each(here).await;
            services.asked.asking().catching_up = false;
        });
        Ok(())
    }

    async fn renew_each(&self, people: Vec<PersonId>) {
        let away = AtomicBool::new(false);
        let away = &away;
        stream::iter(people)
            .for_each_concurrent(AT_ONCE, |person| async move {
                if !away.load(Ordering::Relaxed)
                    && let Err(AskError::Erpnext(error)) = self.renew_and_tell(person).await
                    && error.is_site_down()
                {
                    away.store(true, Ordering::Relaxed);
                }
            })
            .await;
    }

    async fn renew_and_tell(&self, person: PersonId) -> Result<(), AskError> {
        if !self.asked.begin(person) {
            return Ok(());
        }
        let renewed = self.renew(person).await;
        self.asked.ended(person, renewed.is_ok());
        if let Err(error) = &renewed {
            tracing::warn!(%person, error = error as &dyn std::error::Error, "ERPNext was not asked about a standing");
        }
        renewed
    }
}
