//! The hub's own work: hearing other replicas, looking for lost bells, revocations and the state of the connection.

use crate::{
    Services,
    live::{Channel, Live},
};
use bus::{Bell, Bus, Heard};
use std::{collections::HashMap, collections::HashSet, sync::Arc, time::Duration};
use store::{StoreError, revocations::Revocation, sessions::SessionHash, worker::MirrorRound};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use vocabulary::{Moment, PersonId, SyncState};

const LOOK_EVERY: Duration = Duration::from_secs(2);
const LOOKS_PER_RENEWAL: u32 = 10;

/// Commits can become visible after later ones: look back this far.
const REVOCATION_OVERLAP_MILLIS: i64 = 30_000;

/// What waits longer than this with an error is a pause worth showing.
const PAUSE_AFTER_MILLIS: i64 = 10_000;

impl Services {
    /// Hears and looks until `stop`.
    pub async fn watch(&self, stop: CancellationToken) {
        let mut bells = self.bus.listen();
        let mut handled = HashSet::new();
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut looks = 0_u32;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                heard = bells.recv() => match heard {
                    Ok(Heard::Bell(bell)) => self.heard_bell(bell).await,
                    Ok(Heard::Gap) | Err(RecvError::Lagged(_)) => self.look(&mut handled).await,
                    Err(RecvError::Closed) => return,
                },
                _ = look.tick() => {
                    self.look(&mut handled).await;
                    looks = looks.wrapping_add(1);
                    if looks.is_multiple_of(LOOKS_PER_RENEWAL) {
                        self.live.tell_seats();
                        let services = self.clone();
                        tokio::spawn(async move { services.renew_open_lines().await });
                    }
                }
            }
        }
    }

    async fn heard_bell(&self, bell: Bell) {
        match bell {
            Bell::Said { workspace, message } => self.live.heard(workspace, &message).await,
            Bell::Typing { workspace, room, thread, who } => {
                self.live.heard_typing(workspace, room, thread, who);
            }
            Bell::Here { workspace, room, replica, people } => {
                if let Some(channel) = self.live.known(workspace) {
                    let people = people.into_iter().collect();
                    if let Some(here) = channel.sit_elsewhere(room, replica, people) {
                        self.live.ring_here(workspace, room, here);
                    }
                }
            }
            Bell::Mine { person, changes } => self.live.lines.mine_changed(person, changes),
            Bell::SessionEnded { session } => {
                self.forget_session(&SessionHash::from_text(session));
            }
            Bell::StandingChanged { person } => self.forget_person(person),
        }
    }

    async fn look(&self, handled: &mut HashSet<i64>) {
        self.live.tidy();
        for (what, went) in [
            ("lost bells", self.live.look_for_lost_bells().await),
            ("revocations", self.look_for_revocations(handled).await),
            ("dropped answers", self.look_for_dropped_answers().await),
            ("what is people's own", self.live.look_for_mine().await),
            ("the state of the connection", self.live.look_at_sync().await),
        ] {
            if let Err(error) = went {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "looking for {what} failed"
                );
            }
        }
    }

    async fn look_for_revocations(&self, handled: &mut HashSet<i64>) -> Result<(), StoreError> {
        let since = Moment::now().plus_millis(-REVOCATION_OVERLAP_MILLIS);
        let revoked = self.live.worker.revoked_since(since).await?;
        let current: HashSet<i64> = revoked.iter().map(|revocation| revocation.id).collect();
        for Revocation { id, session, person } in revoked {
            if handled.contains(&id) {
                continue;
            }
            if let Some(session) = session {
                self.forget_session(&session);
            }
            if let Some(person) = person {
                self.forget_person(person);
            }
        }
        *handled = current;
        Ok(())
    }
}

impl Live {
    async fn look_for_lost_bells(&self) -> Result<(), StoreError> {
        let channels: HashMap<_, Arc<Channel>> = self
            .all()
            .into_iter()
            .filter(|channel| channel.has_lines())
            .map(|channel| (channel.workspace(), channel))
            .collect();
        if channels.is_empty() {
            return Ok(());
        }
        let workspaces: Vec<_> = channels.keys().copied().collect();
        for place in self.worker.places(&workspaces).await? {
            if let Some(channel) = channels.get(&place.workspace) {
                channel.facts_changed(place.facts_changes);
                if place.seq > channel.place() {
                    self.fill(channel).await;
                }
            }
        }
        Ok(())
    }

    /// Other replicas count too, and bells get lost; a server that is alone hears of everything itself.
    async fn look_for_mine(&self) -> Result<(), StoreError> {
        let people = self.lines.people();
        if matches!(self.bus, Bus::Local(_)) {
            return Ok(());
        }
        self.tell_own(people).await
    }

    /// What is their own may have changed for some of `people`: those who have a line here are told.
    pub(crate) async fn look_for_own_of(&self, people: Vec<PersonId>) -> Result<(), StoreError> {
        let here = self.lines.people();
        self.tell_own(people.into_iter().filter(|person| here.contains(person)).collect()).await
    }

    async fn tell_own(&self, people: HashSet<PersonId>) -> Result<(), StoreError> {
        if people.is_empty() {
            return Ok(());
        }
        for (person, changes) in self.worker.mine_changes(people).await? {
            self.lines.mine_changed(person, changes);
        }
        Ok(())
    }

    /// Says again who is here: a bell may have been lost, or a replica has just come.
    fn tell_seats(&self) {
        for channel in self.all() {
            for (room, people) in channel.seats() {
                self.ring_here(channel.workspace(), room, people);
            }
        }
    }

    async fn look_at_sync(&self) -> Result<(), StoreError> {
        let rounds = self.worker.mirror_rounds().await?;
        let depth = self.worker.outbox_state().await?;
        // A doctype that we may not read stops nothing else.
        let whole = |round: &&MirrorRound| matches!(round.doctype.as_str(), "round" | "outbox");
        let fails = rounds.iter().filter(whole).any(|round| round.error.is_some());
        let waits_long = depth
            .oldest
            .is_some_and(|oldest| oldest.plus_millis(PAUSE_AFTER_MILLIS) < Moment::now());
        let now = if fails && (waits_long || depth.waiting == 0) {
            SyncState::Paused { waiting: depth.waiting }
        } else {
            SyncState::Flowing
        };
        self.sync.send_if_modified(|state| std::mem::replace(state, now) != now);
        Ok(())
    }
}
