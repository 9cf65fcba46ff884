//! One connection: frames in, lines out, a ping every half minute.

use super::{Shared, rooms::Room};
use axum::extract::ws::{Message as Frame, Utf8Bytes, WebSocket};
use futures::SinkExt;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::broadcast::{
        self,
        error::{RecvError, TryRecvError},
    },
    time::{Instant, MissedTickBehavior, interval_at},
};
use vocabulary::{
    Author, Message, MessageDraft, MessageId, Moment, Person, PersonId, PersonKind, RoomId,
    protocol::{ClientFrame, PROTOCOL_VERSION, ServerFrame},
};

const HEARTBEAT: Duration = Duration::from_secs(30);

/// Why a line ends.
struct Ended;

impl<E: std::error::Error> From<E> for Ended {
    fn from(_: E) -> Self {
        Self
    }
}

struct Line {
    socket: WebSocket,
    shared: Arc<Shared>,
    me: PersonId,
    joined: Option<(Arc<Room>, broadcast::Receiver<Utf8Bytes>)>,
}

/// Serves one connection until either side ends it.
pub async fn run(socket: WebSocket, shared: Arc<Shared>) {
    let mut line = Line { socket, shared, me: PersonId::fresh(), joined: None };
    // However it ended, the socket closes with `line`.
    let _: Result<(), Ended> = line.talk().await;
}

impl Line {
    async fn talk(&mut self) -> Result<(), Ended> {
        let you = Person {
            id: self.me,
            user: "member@bare.example".into(),
            full_name: "Bare Member".into(),
            kind: PersonKind::Member,
        };
        self.send(&ServerFrame::Hello { protocol: PROTOCOL_VERSION, you, version: "bare".into() })
            .await?;
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                heard = heard(&mut self.joined) => self.deliver(heard?).await?,
                frame = self.socket.recv() => match frame.ok_or(Ended)?? {
                    Frame::Text(text) => self.answer(serde_json::from_str(&text)?).await?,
                    Frame::Close(_) => return Ok(()),
                    _ => {}
                },
                _ = heartbeat.tick() => self.socket.send(Frame::Ping(Default::default())).await?,
            }
        }
    }

    /// Sends a line and whatever else waits, with one flush.
    async fn deliver(&mut self, first: Utf8Bytes) -> Result<(), Ended> {
        self.socket.feed(Frame::Text(first)).await?;
        if let Some((_, receiver)) = &mut self.joined {
            loop {
                match receiver.try_recv() {
                    Ok(frame) => self.socket.feed(Frame::Text(frame)).await?,
                    Err(TryRecvError::Empty) => break,
                    Err(_) => return Err(Ended),
                }
            }
        }
        Ok(self.socket.flush().await?)
    }

    async fn answer(&mut self, frame: ClientFrame) -> Result<(), Ended> {
        match frame {
            ClientFrame::Join { room: id, after } => {
                let room = self.shared.rooms.room(id);
                let joining = room.join(after);
                for frame in joining.missed {
                    self.socket.feed(Frame::Text(frame)).await?;
                }
                self.joined = Some((room, joining.receiver));
                self.send(&ServerFrame::Joined { room: id, seq: joining.last }).await
            }
            ClientFrame::Leave { room } => {
                self.joined = None;
                self.send(&ServerFrame::Left { room }).await
            }
            ClientFrame::Post { room, draft } => self.post(room, draft).await,
            // A bare room has nobody to tell.
            ClientFrame::Typing { .. } => Ok(()),
            ClientFrame::Ping => self.send(&ServerFrame::Pong).await,
        }
    }

    async fn post(&mut self, id: RoomId, draft: MessageDraft) -> Result<(), Ended> {
        let mut message = Message {
            id: MessageId::fresh(),
            key: draft.key,
            room: id,
            seq: vocabulary::Seq::START,
            changed: vocabulary::Seq::START,
            thread: None,
            in_room: true,
            kind: vocabulary::MessageKind::Said,
            author: Author { id: self.me, full_name: "Bare Member".into() },
            audience: draft.audience,
            body: draft.body,
            sent_at: Moment::now(),
            edited_at: None,
            removed: None,
            pinned: None,
            mentions: Vec::new(),
            tags: Vec::new(),
            files: Vec::new(),
            reactions: Vec::new(),
            replies: None,
        };
        let room = self.shared.rooms.room(id);
        let stored = room.storing.lock().await;
        message.seq = self.shared.durable.keep(&message).await?;
        message.changed = message.seq;
        let (key, id, seq, sent_at) = (message.key, message.id, message.seq, message.sent_at);
        let (room_id, frame) =
            (message.room, serde_json::to_string(&ServerFrame::Message(message))?);
        let frame = Utf8Bytes::from(frame);
        room.pass_on(seq, frame.clone());
        drop(stored);
        if let Some(relay) = &self.shared.relay {
            relay.publish(room_id, seq, &frame).await?;
        }
        self.send(&ServerFrame::Posted { key, id, seq, sent_at }).await
    }

    async fn send(&mut self, frame: &ServerFrame) -> Result<(), Ended> {
        Ok(self.socket.send(Frame::Text(serde_json::to_string(frame)?.into())).await?)
    }
}

/// The next line of the room that was joined; waits for ever while none is. A member too far behind is cut.
async fn heard(
    joined: &mut Option<(Arc<Room>, broadcast::Receiver<Utf8Bytes>)>,
) -> Result<Utf8Bytes, RecvError> {
    match joined {
        Some((_, receiver)) => receiver.recv().await,
        None => std::future::pending().await,
    }
}
