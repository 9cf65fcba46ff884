//! Lanes: a workspace's effects in order, several workspaces side by side.

use crate::{
    Achieved, Outbox, backoff,
    ending::{
        Ended, Failure, PATIENCE, Verdict, concerns_the_connection, hint, hopeless,
        lacks_its_project, verdict,
    },
    site_state::Manners,
};
use erpnext::{ErpError, Retry};
use std::{collections::BTreeMap, time::Duration};
use store::{
    StoreError,
    worker::{Due, Effect, Lanes, Owed},
};
use tokio::sync::mpsc;
use vocabulary::{Moment, WorkspaceId};

const LEASE_MILLIS: i64 = 20_000;
const RENEW_EVERY: Duration = Duration::from_secs(5);
const PER_TURN: u64 = 200;

/// Effects settled in one write. What was sent and not settled when the power is cut is sent again and refused by
/// its key: once more asked, never twice written.
const SETTLED_AT_ONCE: usize = 50;

/// What became of an effect that was sent.
enum Outcome {
    /// To be settled with others.
    Done {
        id: i64,
        result: String,
    },
    /// Settled already.
    Settled,
    PutOff {
        owed: Box<Owed>,
        error: ErpError,
    },
    /// Put off already.
    Waits,
    GivenUp {
        id: i64,
        why: String,
    },
    /// Our own database failed: the turn is over.
    Broken(StoreError),
}

impl Outbox {
    pub(crate) async fn serve_lanes(
        &self,
        due: &[Due],
        manners: Manners,
    ) -> Result<Achieved, StoreError> {
        let lanes = self.worker.hold_lanes(due, self.me, lease_end()).await?;
        if lanes.is_empty() {
            return Ok(Achieved::default());
        }
        let served = self.serve(&lanes, manners).await;
        self.worker.free_lanes(&lanes).await?;
        served
    }

    async fn serve(&self, lanes: &Lanes, manners: Manners) -> Result<Achieved, StoreError> {
        let mut by_lane: BTreeMap<WorkspaceId, Vec<Owed>> = BTreeMap::new();
        for owed in self.worker.owed(lanes, PER_TURN).await? {
            by_lane.entry(owed.workspace).or_default().push(owed);
        }
        let (outcomes, received) = mpsc::channel(SETTLED_AT_ONCE);
        let mut senders = tokio::task::JoinSet::new();
        for lane in by_lane.into_values() {
            let (outbox, outcomes) = (self.clone(), outcomes.clone());
            senders.spawn(async move { outbox.send_in_order(lane, manners, outcomes).await });
        }
        drop(outcomes);
        // Should the database fail here, dropping the senders stops what has not been sent.
        self.record(lanes, received).await
    }

    /// Sends a lane's effects until one has to wait: what comes after it waits for it.
    async fn send_in_order(
        self,
        lane: Vec<Owed>,
        manners: Manners,
        outcomes: mpsc::Sender<Outcome>,
    ) {
        for owed in lane {
            if owed.next_at > Moment::now() {
                return;
            }
            // Waited for first: who waits here holds up nobody who only talks.
            let _file = match owed.effect {
                Effect::File(_) => self.files_at_once.acquire().await.ok(),
                _ => None,
            };
            let Ok(_place) = self.at_once.acquire().await else { return };
            let outcome = self.try_once(owed, manners).await;
            let waits =
                matches!(outcome, Outcome::PutOff { .. } | Outcome::Waits | Outcome::Broken(_));
            if outcomes.send(outcome).await.is_err() || waits {
                return;
            }
        }
    }

    async fn try_once(&self, owed: Owed, manners: Manners) -> Outcome {
        let owed = match self.as_it_is_now(owed).await {
            Ok(Some(owed)) => owed,
            Ok(None) => return Outcome::Settled,
            Err(error) => return Outcome::Broken(error),
        };
        let verdict = match self.perform(&owed, manners).await {
            Ok(Ended::Done(result)) => return Outcome::Done { id: owed.id, result },
            // Settled before the next one begins: that one may build on it, and after a crash this one must not look
            // at a document which the next has changed.
            Ok(Ended::Saved(saved)) => {
                let written = self.worker.settle_save(&owed, &saved).await;
                self.tell(owed.workspace);
                return settled(written);
            }
            Err(Failure::Store(error)) => return Outcome::Broken(error),
            Err(Failure::Later(why)) if owed.attempts < PATIENCE => {
                return self.wait_for_ours(&owed, &why).await;
            }
            Err(Failure::Later(words) | Failure::Hopeless(words)) => hopeless(&owed, words),
            Err(Failure::Erpnext(error)) => verdict(&owed, error),
        };
        match verdict {
            Verdict::PutOff(error) => Outcome::PutOff { owed: Box::new(owed), error },
            Verdict::GiveUp(why) => Outcome::GivenUp { id: owed.id, why },
            Verdict::Refuse(words) => {
                tracing::info!(outbox.id = owed.id, "ERPNext refused what a member saved");
                let written = self.worker.refuse(&owed, &words).await;
                self.tell(owed.workspace);
                settled(written)
            }
        }
    }

    async fn wait_for_ours(&self, owed: &Owed, why: &str) -> Outcome {
        let wait = backoff::after(owed.attempts, None);
        let wait_millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
        let next_at = Moment::now().plus_millis(wait_millis);
        match self.worker.put_off(owed.id, next_at, why, true).await {
            Ok(()) => Outcome::Waits,
            Err(error) => Outcome::Broken(error),
        }
    }

    /// What a line is about may have got another name since the turn began, and its Project too. None, if it has ended
    /// elsewhere: what is known of it here is older than what ERPNext has.
    async fn as_it_is_now(&self, owed: Owed) -> Result<Option<Owed>, StoreError> {
        match &owed.effect {
            Effect::Communication(line) | Effect::CommunicationUpdate(line)
                if !line.links.is_empty() =>
            {
                self.worker.owed_again(owed.id).await
            }
            _ => Ok(Some(owed)),
        }
    }

    async fn perform(&self, owed: &Owed, manners: Manners) -> Result<Ended, Failure> {
        match &owed.effect {
            Effect::Communication(line) => self.say(owed, line, manners).await,
            Effect::CommunicationUpdate(line) => self.correct(owed, line).await,
            Effect::CommunicationDelete(message) => self.take_back(*message).await,
            Effect::Insert(insertion) => self.insert(owed, insertion).await,
            Effect::Update(update) => self.update(owed, update).await,
            Effect::File(file) => self.upload(owed, file).await,
            Effect::Assign(assignment) => self.assign(owed, assignment, true).await,
            Effect::Unassign(assignment) => self.assign(owed, assignment, false).await,
        }
    }

    async fn record(
        &self,
        lanes: &Lanes,
        mut outcomes: mpsc::Receiver<Outcome>,
    ) -> Result<Achieved, StoreError> {
        let mut achieved = Achieved::default();
        let mut done = Vec::new();
        let mut renewal = tokio::time::interval(RENEW_EVERY);
        renewal.reset();
        loop {
            let outcome = tokio::select! {
                outcome = outcomes.recv() => outcome,
                _ = renewal.tick() => {
                    if !self.worker.keep_lanes(lanes, lease_end()).await? {
                        break;
                    }
                    continue;
                }
            };
            match outcome {
                None => break,
                Some(Outcome::Done { id, result }) => {
                    self.state.answered();
                    done.push((id, result));
                    achieved.settled += 1;
                }
                Some(Outcome::Settled) => {
                    self.state.answered();
                    achieved.settled += 1;
                }
                Some(Outcome::PutOff { owed, error }) => {
                    self.put_off(&owed, &error).await?;
                    achieved.put_off += 1;
                }
                Some(Outcome::Waits) => achieved.put_off += 1,
                Some(Outcome::GivenUp { id, why }) => {
                    tracing::error!(outbox.id = id, %why, "an effect was given up");
                    self.worker.give_up(id, &why).await?;
                    achieved.given_up += 1;
                }
                Some(Outcome::Broken(error)) => return Err(error),
            }
            if done.len() >= SETTLED_AT_ONCE {
                self.worker.settle(&std::mem::take(&mut done)).await?;
            }
        }
        self.worker.settle(&done).await?;
        Ok(achieved)
    }

    async fn put_off(&self, owed: &Owed, error: &ErpError) -> Result<(), StoreError> {
        let asked = match error.retry() {
            Retry::Later { after } => after,
            Retry::Never if matches!(error, ErpError::ChangedMeanwhile { .. }) => None,
            // The mirror looks at what a line is about.
            Retry::Never
                if matches!(error, ErpError::BrokenLink { .. })
                    && !lacks_its_project(error, owed) =>
            {
                None
            }
            Retry::Never if lacks_its_project(error, owed) => {
                self.worker.keep_hint(&hint("Project", &owed.project)).await?;
                None
            }
            // Refused keys and rights are mended by a person, not by hurry.
            Retry::Never => Some(Duration::from_secs(15)),
        };
        if error.is_site_down() || concerns_the_connection(error) {
            self.state.is_down(error);
        }
        let wait = backoff::after(owed.attempts, asked);
        let wait_millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
        tracing::info!(outbox.id = owed.id, wait_ms = wait_millis, %error, "an effect was put off");
        let next_at = Moment::now().plus_millis(wait_millis);
        // A site that is away has not answered this effect: its patience is for answers.
        self.worker.put_off(owed.id, next_at, &error.to_string(), !error.is_site_down()).await
    }
}

fn lease_end() -> Moment {
    Moment::now().plus_millis(LEASE_MILLIS)
}

fn settled(written: Result<(), StoreError>) -> Outcome {
    match written {
        Ok(()) => Outcome::Settled,
        Err(error) => Outcome::Broken(error),
    }
}
