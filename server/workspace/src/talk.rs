//! What is done to what was said, and finding one's way in it.

use crate::{
    OpenRoom, Services,
    errors::{from_hidden, from_store},
};
use async_trait::async_trait;
use contract::{AppError, Asker, Talk};
use store::messages::{self, Acted};
use vocabulary::{Aim, Message, MessageAct, MessageId, Moment, RoomId, Thread, Version, Window};

#[async_trait]
impl Talk for Services {
    async fn change_message(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        act: MessageAct,
    ) -> Result<Message, AppError> {
        self.open_room_of(asker, room).await?.act(message, act).await
    }

    async fn thread(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
        aim: Option<Aim>,
    ) -> Result<Thread, AppError> {
        let open = self.open_room_of(asker, room).await?;
        open.thread(message, aim.unwrap_or(Aim::Unread)).await
    }

    async fn history(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: Option<MessageId>,
        aim: Aim,
    ) -> Result<Window, AppError> {
        self.open_room_of(asker, room).await?.history(thread, aim).await
    }

    async fn pinned(&self, asker: &Asker, room: RoomId) -> Result<Vec<Message>, AppError> {
        let open = self.open_room_of(asker, room).await?;
        messages::pinned(&self.db, &open.scope, room).await.map_err(from_store)
    }

    async fn versions(
        &self,
        asker: &Asker,
        room: RoomId,
        message: MessageId,
    ) -> Result<Vec<Version>, AppError> {
        let open = self.open_room_of(asker, room).await?;
        open.message(message).await?;
        messages::versions(&self.db, &open.scope, message)
            .await
            .map_err(from_store)?
            .ok_or(AppError::NotFound)
    }
}

impl Services {
    /// Opens a room for whoever asks.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    pub(crate) async fn open_room_of(
        &self,
        asker: &Asker,
        room: RoomId,
    ) -> Result<OpenRoom, AppError> {
        let session = self.session(asker).await?;
        self.open_room_as(session.principal, room).await
    }
}

impl OpenRoom {
    /// A message of this room.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn message(&self, id: MessageId) -> Result<Message, AppError> {
        messages::by_id(&self.services.db, &self.scope, id)
            .await
            .map_err(from_store)?
            .filter(|message| message.room == self.room.id)
            .ok_or(AppError::NotFound)
    }

    /// Does something to a message of this room and shows it to every line.
    ///
    /// # Errors
    /// `NotFound`; `Refused` for what may not be done.
    pub async fn act(&self, id: MessageId, act: MessageAct) -> Result<Message, AppError> {
        let team = self.scope.clone().team().map_err(from_hidden)?;
        self.message(id).await?;
        if let MessageAct::Edit(body) = &act {
            self.check_mentions(body).await?;
        }
        let live = self.services.live();
        let channel = live.channel(self.room.workspace).await.map_err(from_store)?;
        let _turn = channel.turn().await;
        let acted = messages::act(&self.services.db, &team, id, &act, Moment::now()).await;
        let reason = match acted.map_err(from_store)? {
            Acted::Changed(changed) => {
                for message in &changed {
                    live.said(&channel, message).await;
                }
                self.services.owed.notify_one();
                return changed.into_iter().next().ok_or(AppError::NotFound);
            }
            Acted::Same(message) => return Ok(message),
            Acted::Missing => return Err(AppError::NotFound),
            Acted::NotTheirs => "Only who wrote a message changes or removes it.",
            Acted::Closed => "This message was removed; nothing more can be done to it.",
            Acted::TooLate => {
                "It is too late to take this message back without a trace. Remove it instead."
            }
            Acted::TooMany => {
                "This message carries as many reactions, tags or earlier texts as it can."
            }
            Acted::NoSuchDocument => {
                "ERPNext has no such document in this Project, or does not show it to you."
            }
        };
        Err(AppError::Refused { reason: format!("{reason} Nothing was changed.") })
    }

    /// The thread a message of this room began or is in.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn thread(&self, message: MessageId, aim: Aim) -> Result<Thread, AppError> {
        let mut root = self.message(message).await?;
        if let Some(thread) = root.thread {
            root = self.message(thread).await?;
        }
        let replies = match self.history(Some(root.id), aim).await {
            Err(AppError::NotFound) => self.history(Some(root.id), Aim::Unread).await?,
            replies => replies?,
        };
        Ok(Thread { root, replies })
    }
}
