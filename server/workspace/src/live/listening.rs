//! A line in a room: first what it missed, then what is said, in order and once.

use crate::{
    OpenRoom,
    live::channel::{Channel, Entry, Said, Told},
};
use bytes::Bytes;
use contract::AppError;
use futures::Stream;
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};
use vocabulary::{Audience, Author, MessageId, PersonId, Seq, protocol::ServerFrame};

/// Messages read at once for a line that comes back from far behind.
const PAGE: u64 = 200;

/// What a line hears.
#[derive(Debug)]
pub enum Heard {
    /// A frame to pass on.
    Frame(Bytes),
    /// The line was too slow and has to catch up: call [`Listening::catch_up`].
    Behind,
}

/// A line in a room.
pub struct Listening {
    room: OpenRoom,
    cursor: Seq,
    waiting: VecDeque<Said>,
    coming: BroadcastStream<Told>,
    channel: Arc<Channel>,
    behind: bool,
}

impl OpenRoom {
    /// Starts listening: to everything after `after`, or to what is new.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    pub async fn listen(&self, after: Option<Seq>) -> Result<Listening, AppError> {
        let channel = self
            .services
            .live()
            .channel(self.room.workspace)
            .await
            .map_err(crate::errors::from_store)?;
        let Entry { recent, coming, place } = channel.join(self.room.id, after);
        self.services.live().sit(&channel, self.room.id, self.scope.who().person(), true);
        Ok(Listening {
            room: self.clone(),
            // A cursor from another world (a database that was restored) must not silence the line for ever.
            cursor: after.unwrap_or(place).min(place),
            behind: recent.is_none(),
            waiting: recent.unwrap_or_default().into(),
            coming: BroadcastStream::new(coming),
            channel,
        })
    }
}

impl OpenRoom {
    /// Says to the others here that this person is writing.
    pub fn typing(&self, thread: Option<MessageId>) {
        let who = self.scope.who();
        let who = Author { id: who.person(), full_name: who.full_name().to_owned() };
        self.services.live().typing(self.room.workspace, self.room.id, thread, who);
    }
}

impl Listening {
    /// The room it listens to.
    #[must_use]
    pub const fn room(&self) -> &OpenRoom {
        &self.room
    }

    /// The last place this line was given.
    #[must_use]
    pub const fn cursor(&self) -> Seq {
        self.cursor
    }

    /// Who is here.
    #[must_use]
    pub fn here(&self) -> Vec<PersonId> {
        self.channel.here(self.room.room.id)
    }

    /// How often the facts that its page shows beside the talk have changed, for whoever is shown them.
    #[must_use]
    pub fn facts_changes(&self) -> Option<i64> {
        self.sees_facts().then(|| self.channel.facts_changes())
    }

    /// Tasks and Issues are the team's; a client does not learn even that they change.
    fn sees_facts(&self) -> bool {
        self.room.scope.sees(Audience::Team)
    }

    /// Whether there is more to be read from the database before what comes live.
    #[must_use]
    pub const fn is_behind(&self) -> bool {
        self.behind
    }

    /// The next frames for a line that is behind, oldest first; an empty page means it has caught up.
    ///
    /// # Errors
    /// `Unexpected` if the store fails.
    pub async fn catch_up(&mut self) -> Result<Vec<Bytes>, AppError> {
        let missed = self.room.missed(self.cursor, PAGE).await?;
        if (missed.len() as u64) < PAGE {
            self.behind = false;
        }
        let mut frames = Vec::with_capacity(missed.len());
        for message in missed {
            self.cursor = message.changed;
            match serde_json::to_vec(&ServerFrame::Message(message)) {
                Ok(frame) => frames.push(frame.into()),
                Err(error) => return Err(crate::app_error(&error)),
            }
        }
        Ok(frames)
    }

    fn take(&mut self, said: Said) -> Option<Heard> {
        (said.place > self.cursor).then(|| {
            self.cursor = said.place;
            Heard::Frame(said.frame)
        })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let OpenRoom { services, scope, room } = &self.room;
        services.live().sit(&self.channel, room.id, scope.who().person(), false);
    }
}

impl Stream for Listening {
    type Item = Heard;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Heard>> {
        if self.behind {
            return Poll::Ready(Some(Heard::Behind));
        }
        while let Some(said) = self.waiting.pop_front() {
            if let Some(heard) = self.take(said) {
                return Poll::Ready(Some(heard));
            }
        }
        loop {
            match Pin::new(&mut self.coming).poll_next(context) {
                Poll::Ready(Some(Ok(Told::Facts(frame)))) => {
                    if self.sees_facts() {
                        return Poll::Ready(Some(Heard::Frame(frame)));
                    }
                }
                Poll::Ready(Some(Ok(Told::Passing(frame)))) => {
                    return Poll::Ready(Some(Heard::Frame(frame)));
                }
                Poll::Ready(Some(Ok(Told::Said(said)))) => {
                    if let Some(heard) = self.take(said) {
                        return Poll::Ready(Some(heard));
                    }
                }
                Poll::Ready(Some(Err(BroadcastStreamRecvError::Lagged(_)))) => {
                    self.behind = true;
                    return Poll::Ready(Some(Heard::Behind));
                }
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}
