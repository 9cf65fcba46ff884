//! What every use case needs.

use crate::{
    administration::{DeskDoor, Examination},
    live::Live,
    notices::PushDoor,
    oauth::Verdict,
    passwords::PasswordPool,
    seen::Seen,
    standings::{Asked, WriteRights},
};
use bus::Bus;
use erpnext::{OauthClient, Site};
use std::{ops::Deref, sync::Arc};
use store::{Db, sessions::SessionHash, worker::Worker};
use tokio::sync::Notify;
use vault::Vault;
use vocabulary::{PersonId, SyncState, WorkspaceId};

/// What an operator has decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether this server is a demo.
    pub demo: bool,
    /// Where people reach us, without a slash at the end.
    pub public_url: String,
    /// Our registration for signing in by OAuth, if there is one.
    pub oauth: Option<OauthClient>,
    /// What the connection is looked over by; `None` in a demo.
    pub setup: Option<connect::Setup>,
    /// Where push services may be.
    pub push_reach: push::Reach,
}

/// The use cases of one server. Cheap to clone.
#[derive(Clone)]
pub struct Services(Arc<Inner>);

/// The parts; reached through [`Services`].
pub struct Inner {
    pub(crate) db: Db,
    pub(crate) site: Site,
    pub(crate) bus: Bus,
    pub(crate) settings: Settings,
    /// Opens and seals what members act with.
    pub(crate) vault: Vault,
    pub(crate) live: Live,
    pub(crate) passwords: PasswordPool,
    pub(crate) asked: Asked,
    pub(crate) seen: Seen,
    pub(crate) oauth: Verdict,
    pub(crate) examination: Examination,
    pub(crate) desk_door: DeskDoor,
    pub(crate) write_rights: WriteRights,
    /// Wakes the outbox: something is owed.
    pub(crate) owed: Arc<Notify>,
    pub(crate) push: PushDoor,
    /// Wakes who pushes: something is due.
    pub(crate) push_owed: Notify,
}

impl Deref for Services {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Services {
    /// The use cases over these parts. `owed` is the outbox's nudge.
    #[must_use]
    pub fn new(
        worker: Worker,
        site: Site,
        bus: Bus,
        settings: Settings,
        vault: Vault,
        owed: Arc<Notify>,
    ) -> Self {
        Self(Arc::new(Inner {
            db: worker.db().clone(),
            site,
            live: Live::new(worker, bus.clone()),
            bus,
            push: PushDoor::towards(settings.push_reach),
            push_owed: Notify::new(),
            settings,
            vault,
            passwords: PasswordPool::new(),
            asked: Asked::default(),
            seen: Seen::default(),
            oauth: Verdict::default(),
            examination: Examination::default(),
            desk_door: DeskDoor::default(),
            write_rights: WriteRights::default(),
            owed,
        }))
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The live hub.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.live
    }

    /// Background work has changed something in a workspace: its lines hear of it now rather than with the next look.
    pub async fn changed_behind(&self, workspace: WorkspaceId) {
        self.live.look_at(workspace).await;
        self.live.facts_changed(workspace).await;
    }

    /// How the connection to ERPNext stood when last looked.
    #[must_use]
    pub fn sync_state(&self) -> SyncState {
        self.live.sync_state()
    }

    /// Whether replicas can hear each other.
    #[must_use]
    pub fn bus_is_joined(&self) -> bool {
        self.bus.is_joined()
    }

    /// The person's rights changed: what was seen is forgotten, their lines look again, here and elsewhere.
    pub(crate) fn person_changed(&self, person: PersonId) {
        self.forget_person(person);
        self.bus.ring(bus::Bell::StandingChanged { person });
    }

    pub(crate) fn forget_person(&self, person: PersonId) {
        self.seen.forget_person(person);
        self.write_rights.forget_person(person);
        self.live.lines().recheck_person(person);
    }

    pub(crate) fn forget_session(&self, session: &SessionHash) {
        self.seen.forget_session(session);
        self.live.lines().recheck_session(session);
    }
}
