//! One open line, from hello to close.

use crate::socket::{Door, budget::Budget, heartbeat::Heartbeat, session::Session};
use app::PageBuild;
use axum::extract::ws::{CloseFrame, Message as Frame, Utf8Bytes, WebSocket};
use bytes::Bytes;
use contract::Asker;
use futures::{FutureExt, SinkExt, StreamExt};
use std::time::Duration;
use store::sessions::CheckedSession;
use tokio::{sync::watch, time::timeout};
use tokio_stream::StreamMap;
use vocabulary::{
    PersonKind, RoomId, SyncState,
    protocol::{CLOSE_RESTART, CLOSE_SESSION_ENDED, PROTOCOL_VERSION, ServerFrame},
};
use workspace::{
    Services,
    live::{Heard, Line as Listed, Listening},
};

/// A line that takes nothing for this long is cut; it comes back and catches up from its cursor.
const TAKES_TOO_LONG: Duration = Duration::from_secs(20);

/// Frames written before the line is looked at again.
const PER_TURN: usize = 64;

/// Why a line ends.
#[derive(Debug)]
pub(super) enum End {
    /// The other side closed it, or it broke, or it took nothing.
    Gone,
    /// We say why.
    Close(u16, &'static str),
}

pub(super) const SESSION_ENDED: End = End::Close(CLOSE_SESSION_ENDED, "The session ended");

/// One open line.
pub(super) struct Line {
    socket: WebSocket,
    pub(super) services: Services,
    pub(super) session: Session,
    pub(super) rooms: StreamMap<RoomId, Listening>,
    pub(super) budget: Budget,
    heartbeat: Heartbeat,
    sync: watch::Receiver<SyncState>,
    mine: watch::Receiver<i64>,
    listed: Listed,
    build: PageBuild,
}

/// Speaks with one client until either side ends it.
pub(super) async fn serve(socket: WebSocket, door: Door, asker: Asker, session: CheckedSession) {
    let services = door.services;
    let listed = services.live().lines().open(session.hash.clone(), session.person.id);
    let mut line = Line {
        socket,
        build: door.build,
        mine: listed.mine_changes(),
        listed,
        sync: services.live().sync_changes(),
        session: Session { asker, now: session },
        rooms: StreamMap::new(),
        budget: Budget::full(),
        heartbeat: Heartbeat::start(),
        services,
    };
    let end = tokio::select! {
        end = line.speak() => end,
        () = door.stopping.cancelled() => End::Close(CLOSE_RESTART, "The server restarts"),
    };
    if let End::Close(code, reason) = end {
        let frame = Frame::Close(Some(CloseFrame { code, reason: Utf8Bytes::from_static(reason) }));
        if let Ok(Err(error)) = timeout(Duration::from_secs(2), line.socket.send(frame)).await {
            tracing::debug!(%error, "a line was gone before it was closed");
        }
    }
}

impl Line {
    async fn speak(&mut self) -> End {
        match self.speak_until_end().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn speak_until_end(&mut self) -> Result<std::convert::Infallible, End> {
        let you = self.session.now.person.clone();
        let version = self.build.0.to_string();
        let person = you.id;
        self.say(&ServerFrame::Hello { protocol: PROTOCOL_VERSION, you, version }).await?;
        // What has changed while this line was away is told by nobody else.
        match self.services.own_changes(person).await {
            Ok(changes) => self.services.live().lines().mine_changed(person, changes),
            // The line would not know that it has missed something: the client comes back and asks again.
            Err(error) => {
                tracing::warn!(%error, %person, "a line was not told what had changed; it is closed");
                return Err(End::Gone);
            }
        }
        loop {
            tokio::select! {
                frame = self.socket.recv() => self.hear(frame).await?,
                Some((room, heard)) = self.rooms.next(), if !self.rooms.is_empty() => {
                    self.pass_on(room, heard).await?;
                }
                () = self.listed.look_again() => self.look_again().await?,
                changed = self.mine.changed() => {
                    changed.map_err(|_| End::Gone)?;
                    let changes = *self.mine.borrow_and_update();
                    self.say(&ServerFrame::Mine { changes }).await?;
                }
                changed = self.sync.changed() => {
                    changed.map_err(|_| End::Gone)?;
                    self.tell_sync().await?;
                }
                () = self.heartbeat.next() => {
                    if self.heartbeat.is_dead() {
                        return Err(End::Gone);
                    }
                    if self.session.is_over() {
                        return Err(SESSION_ENDED);
                    }
                    self.write([Frame::Ping(Bytes::new())]).await?;
                }
            }
        }
    }

    async fn hear(&mut self, frame: Option<Result<Frame, axum::Error>>) -> Result<(), End> {
        self.heartbeat.heard();
        match frame {
            Some(Ok(Frame::Text(text))) => self.obey(text.as_str()).await,
            Some(Ok(Frame::Binary(_))) => {
                self.refuse(
                    &contract::AppError::Invalid {
                        field: "frame".into(),
                        reason: "Frames are text. This one was not read.".into(),
                    },
                    None,
                    None,
                )
                .await
            }
            Some(Ok(Frame::Ping(_) | Frame::Pong(_))) => Ok(()),
            Some(Ok(Frame::Close(_)) | Err(_)) | None => Err(End::Gone),
        }
    }

    /// Passes on what is there already in one go: one flush for many frames.
    async fn pass_on(&mut self, room: RoomId, heard: Heard) -> Result<(), End> {
        let mut next = Some((room, heard));
        let mut frames = Vec::new();
        while let Some((room, heard)) = next {
            match heard {
                Heard::Frame(frame) => frames.push(text(frame)?),
                Heard::Behind => {
                    self.write(std::mem::take(&mut frames)).await?;
                    self.catch_up(room).await?;
                }
            }
            if frames.len() >= PER_TURN {
                break;
            }
            next = self.rooms.next().now_or_never().flatten();
        }
        self.write(frames).await
    }

    /// Reads from the database what the line missed, page by page.
    pub(super) async fn catch_up(&mut self, room: RoomId) -> Result<(), End> {
        loop {
            let Some(listening) = self.listening(room) else { return Ok(()) };
            if !listening.is_behind() {
                return Ok(());
            }
            let frames = listening.catch_up().await.map_err(|error| {
                tracing::warn!(%error, %room, "a line could not catch up; it is closed");
                End::Gone
            })?;
            let frames: Result<Vec<_>, End> = frames.into_iter().map(text).collect();
            self.write(frames?).await?;
        }
    }

    pub(super) fn listening(&mut self, room: RoomId) -> Option<&mut Listening> {
        self.rooms.iter_mut().find(|(id, _)| *id == room).map(|(_, listening)| listening)
    }

    async fn tell_sync(&mut self) -> Result<(), End> {
        let state = *self.sync.borrow_and_update();
        // How the team's tools are connected is no business of a client's.
        if self.session.now.person.kind == PersonKind::Client {
            return Ok(());
        }
        self.say(&ServerFrame::Sync(state)).await
    }

    pub(super) async fn say(&mut self, frame: &ServerFrame) -> Result<(), End> {
        let written = serde_json::to_string(frame).map_err(|error| {
            tracing::error!(%error, "a frame could not be written");
            End::Gone
        })?;
        self.write([Frame::Text(written.into())]).await
    }

    pub(super) async fn write(
        &mut self,
        frames: impl IntoIterator<Item = Frame>,
    ) -> Result<(), End> {
        let writing = async {
            for frame in frames {
                self.socket.feed(frame).await?;
            }
            self.socket.flush().await
        };
        match timeout(TAKES_TOO_LONG, writing).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }
}

pub(super) fn text(frame: Bytes) -> Result<Frame, End> {
    Utf8Bytes::try_from(frame).map(Frame::Text).map_err(|error| {
        tracing::error!(%error, "a frame is no text");
        End::Gone
    })
}
