//! Another program that takes part in a room: `GET /ws` as docs/PROTOCOL.md tells it.

use crate::http::Session;
use futures::{SinkExt, StreamExt};
use std::{collections::VecDeque, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{self, Message as Frame, client::IntoClientRequest, http::HeaderValue},
};
use vocabulary::{
    Audience, Message, MessageBody, MessageDraft, MessageId, MessageKey, Moment, Person, RoomId,
    Seq,
    protocol::{ClientFrame, RefusalCode, ServerFrame},
};

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What the server said first.
#[derive(Clone, Debug)]
pub struct Hello {
    /// The protocol's version.
    pub protocol: u32,
    /// Who the session belongs to.
    pub you: Person,
    /// The program's version.
    pub version: String,
}

/// The receipt of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The sender's key.
    pub key: MessageKey,
    /// Its identifier.
    pub id: MessageId,
    /// Its place.
    pub seq: Seq,
    /// When the server took it.
    pub sent_at: Moment,
}

/// What the server would not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// For programs.
    pub code: RefusalCode,
    /// For people.
    pub reason: String,
}

/// A line to the live socket.
#[derive(Debug)]
pub struct Line {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    hello: Hello,
    // Frames that came while something else was waited for.
    waiting: VecDeque<ServerFrame>,
    session: Session,
}

/// A draft for the team with a fresh key.
///
/// # Panics
/// If `text` is no message.
#[must_use]
pub fn draft(text: &str) -> MessageDraft {
    MessageDraft::said(
        MessageKey::fresh(),
        MessageBody::new(text).expect("a message"),
        Audience::Team,
    )
}

impl Line {
    /// Opens a line with the session's cookie and waits for the greeting.
    ///
    /// # Panics
    /// If the server does not accept it.
    pub async fn connect(session: &Session) -> Self {
        match Self::try_connect(session).await {
            Ok(line) => line,
            Err(error) => panic!("no line to {}: {error}", session.base()),
        }
    }

    /// Opens a line if the server accepts it.
    ///
    /// # Errors
    /// What the server answered instead; a refused handshake is [`tungstenite::Error::Http`].
    pub async fn try_connect(session: &Session) -> Result<Self, tungstenite::Error> {
        let mut address = session.base().join("/ws").expect("a path of this server");
        let scheme = if address.scheme() == "https" { "wss" } else { "ws" };
        address.set_scheme(scheme).expect("http and ws are both special schemes");
        let mut request = address.as_str().into_client_request()?;
        let headers = request.headers_mut();
        headers.insert(
            "origin",
            HeaderValue::from_str(&session.origin()).expect("an origin is ASCII"),
        );
        if !session.cookie().is_empty() {
            headers.insert(
                "cookie",
                HeaderValue::from_str(&session.cookie()).expect("cookies are ASCII"),
            );
        }
        let (mut socket, _) = timeout(PATIENCE, connect_async(request))
            .await
            .unwrap_or_else(|_| panic!("{address} does not answer within {PATIENCE:?}"))?;
        let first = loop {
            match timeout(PATIENCE, socket.next()).await.expect("a greeting") {
                Some(frame) => {
                    if let Some(frame) = readable(&frame?) {
                        break frame;
                    }
                }
                None => return Err(tungstenite::Error::ConnectionClosed),
            }
        };
        let ServerFrame::Hello { protocol, you, version } = first else {
            panic!("the first frame is no greeting but {first:?}")
        };
        Ok(Self {
            socket,
            hello: Hello { protocol, you, version },
            waiting: VecDeque::new(),
            session: session.clone(),
        })
    }

    /// The greeting.
    #[must_use]
    pub const fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Sends a frame.
    ///
    /// # Panics
    /// If the line is cut.
    pub async fn send(&mut self, frame: &ClientFrame) {
        self.send_text(serde_json::to_string(frame).expect("frames are JSON")).await;
    }

    /// Sends any text, right or wrong.
    ///
    /// # Panics
    /// If the line is cut.
    pub async fn send_text(&mut self, text: String) {
        self.socket.send(Frame::text(text)).await.expect("an open line");
    }

    /// Joins a room and waits until everything after `after` is here; the messages come from [`Line::next_message`].
    /// Gives the room's last place.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn join(&mut self, room: RoomId, after: Option<Seq>) -> Seq {
        match self.try_join(room, after).await {
            Ok(seq) => seq,
            Err(refused) => panic!("{} may not join {room}: {refused:?}", self.hello.you.full_name),
        }
    }

    /// Joins a room if the server lets us.
    ///
    /// # Errors
    /// What the server refused.
    pub async fn try_join(&mut self, room: RoomId, after: Option<Seq>) -> Result<Seq, Refused> {
        self.send(&ClientFrame::Join { room, after }).await;
        self.pick(&format!("an answer to joining {room}"), |frame| match frame {
            ServerFrame::Joined { room: joined, seq } if *joined == room => Some(Ok(*seq)),
            ServerFrame::Refused { key: None, room: about, code, reason }
                if *about == Some(room) =>
            {
                Some(Err(Refused { code: *code, reason: reason.clone() }))
            }
            _ => None,
        })
        .await
    }

    /// Leaves a room.
    pub async fn leave(&mut self, room: RoomId) {
        self.send(&ClientFrame::Leave { room }).await;
    }

    /// Says something and waits for the receipt.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn post(&mut self, room: RoomId, draft: MessageDraft) -> Posted {
        match self.try_post(room, draft).await {
            Ok(posted) => posted,
            Err(refused) => {
                panic!("{} may not post in {room}: {refused:?}", self.hello.you.full_name)
            }
        }
    }

    /// Says `text` to the team and waits for the receipt.
    pub async fn say(&mut self, room: RoomId, text: &str) -> Posted {
        self.post(room, draft(text)).await
    }

    /// Says something if the server lets us.
    ///
    /// # Errors
    /// What the server refused.
    pub async fn try_post(&mut self, room: RoomId, draft: MessageDraft) -> Result<Posted, Refused> {
        let wanted = draft.key;
        self.send(&ClientFrame::Post { room, draft }).await;
        self.pick("a receipt", |frame| match frame {
            ServerFrame::Posted { key, id, seq, sent_at } if *key == wanted => {
                Some(Ok(Posted { key: *key, id: *id, seq: *seq, sent_at: *sent_at }))
            }
            ServerFrame::Refused { key: Some(key), code, reason, .. } if *key == wanted => {
                Some(Err(Refused { code: *code, reason: reason.clone() }))
            }
            _ => None,
        })
        .await
    }

    /// Sends a post without waiting for anything, as somebody whose line is about to break.
    pub async fn post_and_forget(&mut self, room: RoomId, draft: MessageDraft) {
        self.send(&ClientFrame::Post { room, draft }).await;
    }

    /// Waits for the answer to a ping.
    pub async fn ping(&mut self) {
        self.send(&ClientFrame::Ping).await;
        self.pick("a pong", |frame| matches!(frame, ServerFrame::Pong).then_some(())).await;
    }

    /// The next message, in the order they came.
    ///
    /// # Panics
    /// If none comes within [`PATIENCE`].
    pub async fn next_message(&mut self) -> Message {
        self.message_within(PATIENCE)
            .await
            .unwrap_or_else(|| panic!("no message within {PATIENCE:?}"))
    }

    /// The next message, or nothing if none comes within `limit`.
    pub async fn message_within(&mut self, limit: Duration) -> Option<Message> {
        self.pick_within(limit, |frame| match frame {
            ServerFrame::Message(message) => Some(message.clone()),
            _ => None,
        })
        .await
    }

    /// The next `count` messages.
    pub async fn next_messages(&mut self, count: usize) -> Vec<Message> {
        let mut messages = Vec::with_capacity(count);
        for _ in 0..count {
            messages.push(self.next_message().await);
        }
        messages
    }

    /// Every message that comes until none has come for `quiet`.
    pub async fn messages_until_quiet(&mut self, quiet: Duration) -> Vec<Message> {
        let mut messages = Vec::new();
        while let Some(message) = self.message_within(quiet).await {
            messages.push(message);
        }
        messages
    }

    /// The next frame of any kind, or nothing if none comes within `limit`.
    pub async fn frame_within(&mut self, limit: Duration) -> Option<ServerFrame> {
        self.pick_within(limit, |frame| Some(frame.clone())).await
    }

    /// Waits for the frame that `choose` wants; all others stay for later.
    ///
    /// # Panics
    /// If it does not come within [`PATIENCE`].
    pub async fn pick<T>(
        &mut self,
        what: &str,
        choose: impl FnMut(&ServerFrame) -> Option<T>,
    ) -> T {
        match self.pick_within(PATIENCE, choose).await {
            Some(chosen) => chosen,
            None => panic!(
                "{} waited {PATIENCE:?} for {what}; other frames that came: {:?}",
                self.hello.you.full_name, self.waiting
            ),
        }
    }

    /// The frame that `choose` wants, or nothing if it does not come within `limit` or the line ends.
    pub async fn pick_within<T>(
        &mut self,
        limit: Duration,
        mut choose: impl FnMut(&ServerFrame) -> Option<T>,
    ) -> Option<T> {
        for at in 0..self.waiting.len() {
            if let Some(chosen) = choose(&self.waiting[at]) {
                self.waiting.remove(at);
                return Some(chosen);
            }
        }
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            let frame = tokio::time::timeout_at(deadline, self.socket.next()).await.ok()??.ok()?;
            if let Some(frame) = readable(&frame) {
                if let Some(chosen) = choose(&frame) {
                    return Some(chosen);
                }
                self.waiting.push_back(frame);
            }
        }
    }

    /// Waits until the server ends the line, and gives the close code if it told one.
    ///
    /// # Panics
    /// If the line is still open after `limit`.
    pub async fn closed_within(&mut self, limit: Duration) -> Option<u16> {
        let deadline = tokio::time::Instant::now() + limit;
        loop {
            match tokio::time::timeout_at(deadline, self.socket.next()).await {
                Err(_) => panic!("the line is still open after {limit:?}"),
                Ok(Some(Ok(Frame::Close(close)))) => return close.map(|close| close.code.into()),
                Ok(None | Some(Err(_))) => return None,
                Ok(Some(Ok(frame))) => self.waiting.extend(readable(&frame)),
            }
        }
    }

    /// Cuts the line without a word and opens a new one with the same cookie. Rooms must be joined again.
    pub async fn reconnect(self) -> Self {
        let session = self.cut();
        Self::connect(&session).await
    }

    /// Cuts the line without a word, as a lost network does.
    #[must_use]
    pub fn cut(self) -> Session {
        self.session
    }

    /// Says goodbye properly.
    pub async fn close(mut self) {
        let _ = self.socket.close(None).await;
    }
}

/// Pings and pongs are tungstenite's own affair.
fn readable(frame: &Frame) -> Option<ServerFrame> {
    let Frame::Text(text) = frame else { return None };
    match serde_json::from_str(text.as_str()) {
        Ok(frame) => Some(frame),
        Err(error) => panic!("not a frame of the protocol ({error}): {text}"),
    }
}
