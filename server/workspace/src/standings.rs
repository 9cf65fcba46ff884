//! Asking ERPNext who may read which Project (rule 3), and not more often than needed.

use crate::{
    Services,
    errors::{app_error, from_store},
};
use contract::AppError;
use erpnext::ErpError;
use policy::{Principal, Standing};
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};
use store::{StoreError, people, standings};
use thiserror::Error;
use vocabulary::{Moment, Person, PersonId, PersonKind, WorkspaceId};

/// An answer of ERPNext is asked for anew after this long.
const FRESH_MILLIS: i64 = 60_000;

/// People with open lines asked about at a time: thousands of them must not become thousands of requests a minute.
const MOST_PER_RENEWAL: usize = 100;

/// When ERPNext was last asked about whom, as far as this process knows.
#[derive(Default)]
pub(crate) struct Asked(Mutex<HashMap<PersonId, Moment>>);

impl Asked {
    /// Whether the answer about `person` is due again; if so the caller is the one to ask.
    fn is_due(&self, person: PersonId, known: Option<Moment>) -> bool {
        let now = Moment::now();
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = asked.get(&person).copied().max(known);
        let due = last.is_none_or(|last| last.plus_millis(FRESH_MILLIS) <= now);
        if let Some(at) = if due { Some(now) } else { last } {
            asked.insert(person, at);
        }
        due
    }

    /// Up to `most` of `people` whose answer is due again, the oldest first; the caller is the one to ask.
    fn longest_ago(&self, people: HashSet<PersonId>, most: usize) -> Vec<PersonId> {
        let now = Moment::now();
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut due: Vec<(Option<Moment>, PersonId)> = people
            .into_iter()
            .map(|person| (asked.get(&person).copied(), person))
            .filter(|(last, _)| last.is_none_or(|last| last.plus_millis(FRESH_MILLIS) <= now))
            .collect();
        due.sort_unstable();
        due.truncate(most);
        due.into_iter()
            .map(|(_, person)| {
                asked.insert(person, now);
                person
            })
            .collect()
    }
}

#[derive(Debug, Error)]
enum AskError {
    #[error(transparent)]
    Erpnext(#[from] ErpError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Services {
    /// How `who` stands to `workspace`. An answer that is getting old is renewed in the background: nobody waits
    /// for ERPNext to read what is here (rule 7).
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
            tokio::spawn(async move {
                if let Err(error) = services.renew(person).await {
                    tracing::warn!(%person, error = &error as &dyn std::error::Error, "ERPNext was not asked about a standing");
                }
            });
        }
        Ok(())
    }

    /// Asks about somebody who signs in right now, and waits for it.
    pub(crate) async fn ask_standing(&self, person: &Person) -> Result<(), AppError> {
        match self.ask(person.id, &person.user).await {
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
        for person in self.asked.longest_ago(self.live.lines().people(), MOST_PER_RENEWAL) {
            if let Err(error) = self.renew(person).await {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "standings are not renewed now"
                );
                return;
            }
        }
    }

    async fn renew(&self, person: PersonId) -> Result<(), AskError> {
        let Some(user) = people::user_of_member(&self.db, person).await? else { return Ok(()) };
        // An API key answers for disabled users too, so it has to be asked.
        let enabled = match self.site.user(&user).await {
            Ok(user) => user.enabled,
            Err(ErpError::NotFound { .. }) => false,
            Err(error) => return Err(error.into()),
        };
        if !enabled {
            tracing::info!(%person, "ERPNext has disabled the user: sessions end");
            people::disable(&self.db, person).await?;
            self.person_changed(person);
            return Ok(());
        }
        self.ask(person, &user).await
    }

    async fn ask(&self, person: PersonId, user: &str) -> Result<(), AskError> {
        let permitted = self.site.permitted_projects(user).await?;
        if standings::record(&self.db, person, &permitted, Moment::now()).await? {
            self.person_changed(person);
        }
        Ok(())
    }
}
