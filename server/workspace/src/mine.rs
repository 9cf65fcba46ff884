//! What belongs to one person alone, for their pages; each change is told to all their devices.

mod drafts;
mod scheduled;

use crate::{
    OpenRoom, Services,
    errors::{from_hidden, from_store},
    notices::is_known_zone,
};
use async_trait::async_trait;
use contract::{AppError, Asker, Mine};
use policy::MemberReach;
use store::{StoreError, mine};
use vocabulary::{
    FollowedThread, FoundMessage, MessageId, Moment, PersonId, Preference, QuietHours, RoomId, Seq,
};

#[async_trait]
impl Mine for Services {
    async fn mine(&self, asker: &Asker) -> Result<vocabulary::Mine, AppError> {
        mine::of(&self.db, &self.reach(asker).await?).await.map_err(from_store)
    }

    async fn mark_read(
        &self,
        asker: &Asker,
        room: RoomId,
        seq: Seq,
        opened: bool,
    ) -> Result<i64, AppError> {
        let open = self.open_room_of(asker, room).await?;
        let marked = mine::mark_read(&self.db, &open.scope, &open.room, seq, opened).await;
        open.changed(marked)
    }

    async fn mark_unread(&self, asker: &Asker, room: RoomId, from: Seq) -> Result<i64, AppError> {
        let open = self.open_room_of(asker, room).await?;
        let marked = mine::mark_unread(&self.db, &open.scope, &open.room, from).await;
        open.changed(marked)
    }

    async fn mute(&self, asker: &Asker, room: RoomId, muted: bool) -> Result<i64, AppError> {
        let open = self.open_room_of(asker, room).await?;
        open.changed(mine::mute(&self.db, &open.scope, &open.room, muted).await)
    }

    async fn mark_all_read(&self, asker: &Asker) -> Result<i64, AppError> {
        let reach = self.reach(asker).await?;
        let marked = mine::mark_all_read(&self.db, &reach).await;
        self.own_changed(reach.person(), marked)
    }

    async fn mark_thread_read(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: MessageId,
        seq: Seq,
    ) -> Result<i64, AppError> {
        let open = self.open_room_of(asker, room).await?;
        let root = open.root(thread).await?;
        open.changed(mine::mark_thread_read(&self.db, &open.scope, root, seq).await)
    }

    async fn follow_thread(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: MessageId,
        following: bool,
    ) -> Result<i64, AppError> {
        let open = self.open_room_of(asker, room).await?;
        let root = open.root(thread).await?;
        open.changed(mine::follow(&self.db, &open.scope, root, following).await)
    }

    async fn threads(&self, asker: &Asker) -> Result<Vec<FollowedThread>, AppError> {
        mine::followed(&self.db, &self.reach(asker).await?).await.map_err(from_store)
    }

    async fn save_message(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        saved: bool,
    ) -> Result<i64, AppError> {
        let open = self.open_room_of(asker, room).await?;
        if saved && open.message(message).await?.removed.is_some() {
            let reason = "This message was removed; there is nothing to save.".into();
            return Err(AppError::Refused { reason });
        }
        open.changed(mine::save(&self.db, &open.scope, message, saved, Moment::now()).await)
    }

    async fn saved(&self, asker: &Asker) -> Result<Vec<FoundMessage>, AppError> {
        mine::saved(&self.db, &self.reach(asker).await?).await.map_err(from_store)
    }

    async fn mentions(&self, asker: &Asker) -> Result<Vec<FoundMessage>, AppError> {
        mine::mentions(&self.db, &self.reach(asker).await?).await.map_err(from_store)
    }

    async fn prefer(
        &self,
        asker: &Asker,
        preference: Preference,
        value: String,
    ) -> Result<i64, AppError> {
        let reach = self.reach(asker).await?;
        let is_value = value.len() <= Preference::VALUE_LIMIT_BYTES && preference.takes(&value);
        if !is_value || !is_place(preference, &value) {
            let reason = "This cannot be chosen. Nothing was changed.".into();
            return Err(AppError::Invalid { field: "value".into(), reason });
        }
        let chosen = mine::prefer(&self.db, &reach, preference, &value).await;
        self.push_owed.notify_one();
        self.own_changed(reach.person(), chosen)
    }
}

/// Only the server knows which zones there are.
fn is_place(preference: Preference, value: &str) -> bool {
    let hours = value.parse::<QuietHours>().ok().filter(|_| preference == Preference::QuietHours);
    hours.is_none_or(|hours| is_known_zone(hours.zone()))
}

impl Services {
    /// What the asker may list. The one way to it: their standing is renewed if that is due, as on entering a workspace.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody but members.
    pub(crate) async fn reach(&self, asker: &Asker) -> Result<MemberReach, AppError> {
        let session = self.session(asker).await?;
        let reach = policy::reach(&session.principal).map_err(from_hidden)?;
        self.renew_if_due(&session.principal).await?;
        Ok(reach)
    }

    /// Tells all devices of `person` of a change; how often something has changed by now.
    ///
    /// # Errors
    /// `Unexpected` if the store failed.
    pub(crate) fn own_changed(
        &self,
        person: PersonId,
        changed: Result<mine::Counted, StoreError>,
    ) -> Result<i64, AppError> {
        let counted = changed.map_err(from_store)?;
        if counted.is_new {
            self.live.mine_changed(person, counted.changes);
        }
        Ok(counted.changes)
    }

    /// How often something of `person`'s own has changed, for a line that has just opened.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    pub async fn own_changes(&self, person: PersonId) -> Result<i64, AppError> {
        mine::changes(&self.db, person).await.map_err(from_store)
    }
}

impl OpenRoom {
    fn changed(&self, changed: Result<mine::Counted, StoreError>) -> Result<i64, AppError> {
        self.services.own_changed(self.scope.who().person(), changed)
    }

    /// The beginning of the thread that a message of this room began or is in.
    async fn root(&self, message: MessageId) -> Result<MessageId, AppError> {
        let message = self.message(message).await?;
        Ok(message.thread.unwrap_or(message.id))
    }

    /// A reply was stored, and with it perhaps who follows its thread: their lines on this replica hear of it at once, those
    /// on others with the next look.
    pub(crate) async fn tell_followers(&self, thread: MessageId) {
        let followers = mine::followers(&self.services.db, &self.scope, thread).await;
        let told = match followers {
            Ok(followers) => self.services.live.look_for_own_of(followers).await,
            Err(error) => Err(error),
        };
        if let Err(error) = told {
            tracing::debug!(%error, "followers of a thread hear of it with the next change");
        }
    }
}
