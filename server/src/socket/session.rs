//! What a client may ask on its line, and looking again whether it still may.

use crate::socket::{
    line::{End, Line, SESSION_ENDED},
    refuse,
};
use contract::{AppError, Asker};
use futures::{FutureExt, StreamExt};
use store::sessions::CheckedSession;
use vocabulary::{
    Message, MessageDraft, MessageKey, Moment, RoomId, Seq,
    protocol::{ClientFrame, ServerFrame},
};
use workspace::live::Heard;

/// Rooms one line may listen to at once.
const ROOMS: usize = 200;

/// Whose line it is.
pub(super) struct Session {
    pub(super) asker: Asker,
    pub(super) now: CheckedSession,
}

impl Session {
    pub(super) fn is_over(&self) -> bool {
        self.now.expires_at < Moment::now()
    }
}

impl Line {
    /// Does what a frame asks.
    pub(super) async fn obey(&mut self, text: &str) -> Result<(), End> {
        if !self.budget.take() {
            let key = key_of(text);
            return self.refuse(&AppError::TooMuch { retry_after_seconds: 1 }, None, key).await;
        }
        match serde_json::from_str(text) {
            Ok(ClientFrame::Join { room, after }) => self.join(room, after).await,
            Ok(ClientFrame::Leave { room }) => {
                self.rooms.remove(&room);
                Ok(())
            }
            Ok(ClientFrame::Post { room, draft }) => self.post(room, draft).await,
            Ok(ClientFrame::Typing { room, thread }) => {
                // Who has not joined has nobody to tell.
                if let Some(listening) = self.listening(room) {
                    listening.room().typing(thread);
                }
                Ok(())
            }
            Ok(ClientFrame::Ping) => self.say(&ServerFrame::Pong).await,
            Err(error) => {
                let reason =
                    format!("This frame was not understood and nothing was done: {error}.");
                let error = AppError::Invalid { field: "frame".into(), reason };
                self.refuse(&error, None, key_of(text)).await
            }
        }
    }

    async fn join(&mut self, room: RoomId, after: Option<Seq>) -> Result<(), End> {
        if self.rooms.len() >= ROOMS {
            return self
                .refuse(&AppError::TooMuch { retry_after_seconds: 60 }, Some(room), None)
                .await;
        }
        // What this line was given is not repeated.
        let had = self.listening(room).map(|listening| listening.cursor());
        let who = self.session.now.principal.clone();
        let joined = match self.services.open_room_as(who, room).await {
            Ok(open) => open.listen(after.max(had)).await,
            Err(error) => Err(error),
        };
        match joined {
            Ok(listening) => {
                self.rooms.insert(room, listening);
                self.catch_up(room).await?;
                let mut frames = Vec::new();
                let Some(listening) = self.listening(room) else { return Ok(()) };
                while let Some(Some(Heard::Frame(frame))) = listening.next().now_or_never() {
                    frames.push(super::line::text(frame)?);
                }
                let (seq, changes) = (listening.cursor(), listening.facts_changes());
                let here = listening.here();
                self.write(frames).await?;
                self.say(&ServerFrame::Joined { room, seq }).await?;
                self.say(&ServerFrame::Presence { room, here }).await?;
                match changes {
                    Some(changes) => self.say(&ServerFrame::Facts { room, changes }).await,
                    None => Ok(()),
                }
            }
            Err(error) => self.refuse(&error, Some(room), None).await,
        }
    }

    async fn post(&mut self, room: RoomId, draft: MessageDraft) -> Result<(), End> {
        let key = draft.key;
        let open = self.listening(room).map(|listening| listening.room().clone());
        let posted = match open {
            Some(open) => open.post(draft).await,
            // Whoever has not joined is asked for their leave here.
            None => {
                let who = self.session.now.principal.clone();
                match self.services.open_room_as(who, room).await {
                    Ok(open) => open.post(draft).await,
                    Err(error) => Err(error),
                }
            }
        };
        match posted {
            Ok(Message { id, seq, sent_at, .. }) => {
                self.say(&ServerFrame::Posted { key, id, seq, sent_at }).await
            }
            Err(error) => self.refuse(&error, Some(room), Some(key)).await,
        }
    }

    /// A session ended or somebody's rights changed: looks at this line's own.
    pub(super) async fn look_again(&mut self) -> Result<(), End> {
        match self.services.session(&self.session.asker).await {
            Ok(session) => self.session.now = session,
            Err(AppError::SignIn) => return Err(SESSION_ENDED),
            // The database is away for a moment: the regular look comes again.
            Err(_) => return Ok(()),
        }
        let joined: Vec<RoomId> = self.rooms.keys().copied().collect();
        for room in joined {
            let who = self.session.now.principal.clone();
            if let Err(AppError::NotFound) = self.services.open_room_as(who, room).await {
                self.rooms.remove(&room);
                self.say(&ServerFrame::Left { room }).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn refuse(
        &mut self,
        error: &AppError,
        room: Option<RoomId>,
        key: Option<MessageKey>,
    ) -> Result<(), End> {
        self.say(&refuse::frame(error, room, key)).await
    }
}

/// The key of a post that could not be read as a whole, so that its sender knows which one it was.
fn key_of(text: &str) -> Option<MessageKey> {
    let frame: serde_json::Value = serde_json::from_str(text).ok()?;
    frame.get("key")?.as_str()?.parse().ok()
}
