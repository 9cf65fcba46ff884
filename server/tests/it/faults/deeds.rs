//! What writers do beside saying things, each until it is acknowledged, and what must be true of a message after it.

use crate::{
    call::request,
    faults::{Socket, say},
    town::Place,
};
use reqwest::{Method, RequestBuilder, StatusCode};
use std::time::{Duration, Instant};
use testkit::http::Session;
use vocabulary::{FileId, MessageDraft, MessageId, MessageKey, NewFile};

/// Of so many messages in a row one of each kind has something done to it.
pub const ROUND: usize = 50;

/// Longer than any fault lasts.
const PATIENCE: Duration = Duration::from_secs(90);

/// A place to write, and a Task that can be tagged there.
#[derive(Clone, Debug)]
pub struct Spot {
    pub place: Place,
    pub task: String,
}

/// What was acknowledged of one message.
#[derive(Clone, Debug)]
pub struct Said {
    pub place: Place,
    pub key: MessageKey,
    pub id: MessageId,
    /// `None` once it is removed.
    pub text: Option<String>,
    pub edited: bool,
    pub thumbed: bool,
    pub tags: Vec<String>,
    pub files: Vec<(FileId, String)>,
}

/// One writer.
pub struct Writer {
    pub session: Session,
    pub number: usize,
    pub socket: Option<Socket>,
}

impl Writer {
    /// Says one thing, and does to it what its number asks for.
    pub async fn write(&mut self, number: usize, spot: &Spot) -> Said {
        let text = format!("writer {}, line {number}", self.number);
        let kind = number % ROUND;
        let mut draft = testkit::socket::draft(&text);
        let file = (FileId::fresh(), format!("writer {} file {number}.txt", self.number));
        let carries = matches!(kind, 4..=7);
        if carries {
            let (id, name) = file.clone();
            draft.files = vec![NewFile { id, name, size: contents(&file.1).len() as u64 }];
        }
        if kind == 4 || kind == 7 {
            self.sends(spot.place, &file).await;
        }
        let mut said = self.says(spot.place, &draft, text).await;
        if kind == 5 || kind == 6 {
            // The words go first.
            self.sends(spot.place, &file).await;
        }
        if carries {
            said.files.push(file);
        }
        match kind {
            1 => self.edits(&mut said, "edited").await,
            2 => self.thumbs(&mut said, true).await,
            3 => self.tags(&mut said, &spot.task, true).await,
            // With its file; and one that nothing else was done to.
            6 | 8 => self.removes(&mut said).await,
            9 => {
                self.edits(&mut said, "edited").await;
                self.tags(&mut said, &spot.task, true).await;
                self.thumbs(&mut said, true).await;
                self.edits(&mut said, "edited again").await;
                self.thumbs(&mut said, false).await;
                self.tags(&mut said, &spot.task, false).await;
            }
            10 => {
                self.tags(&mut said, &spot.task, true).await;
                self.edits(&mut said, "edited").await;
                self.removes(&mut said).await;
            }
            _ => {}
        }
        said
    }

    async fn says(&mut self, place: Place, draft: &MessageDraft, text: String) -> Said {
        let id = say(&self.session, &mut self.socket, place.room, draft).await.unwrap();
        Said {
            place,
            key: draft.key,
            id,
            text: Some(text),
            edited: false,
            thumbed: false,
            tags: Vec::new(),
            files: Vec::new(),
        }
    }

    async fn edits(&self, said: &mut Said, how: &str) {
        let text = format!("{} {how}", said.text.take().unwrap_or_default());
        self.acts(said, &[("act[edit]", &text)]).await;
        (said.text, said.edited) = (Some(text), true);
    }

    async fn thumbs(&self, said: &mut Said, up: bool) {
        let act = if up { "act[react]" } else { "act[unreact]" };
        self.acts(said, &[(act, "👍")]).await;
        said.thumbed = up;
    }

    async fn tags(&self, said: &mut Said, task: &str, on: bool) {
        let act = if on { "tag" } else { "untag" };
        let field = |part: &str| format!("act[{act}][{part}]");
        let fields = [field("doctype"), field("name"), field("making")];
        let act = [(&*fields[0], "Task"), (&*fields[1], task), (&*fields[2], "false")];
        self.acts(said, &act).await;
        said.tags = if on { vec![task.to_owned()] } else { Vec::new() };
    }

    async fn removes(&self, said: &mut Said) {
        self.acts(said, &[("act", "remove")]).await;
        (said.text, said.edited, said.thumbed) = (None, false, false);
        said.tags.clear();
    }

    async fn acts(&self, said: &Said, act: &[(&str, &str)]) {
        let (room, message) = (said.place.room.to_string(), said.id.to_string());
        let mut fields = vec![("room", room.as_str()), ("message", message.as_str())];
        fields.extend_from_slice(act);
        let ask = || request(&self.session, &Method::POST, "/api/change_message").form(&fields);
        until_done(&format!("{act:?}"), ask).await;
    }

    /// Sends a file until it is taken.
    async fn sends(&self, place: Place, (id, name): &(FileId, String)) {
        let name_in_url: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let path = format!("/files/{id}?room={}&name={name_in_url}", place.room);
        let ask = || request(&self.session, &Method::PUT, &path).body(contents(name));
        until_done(name, ask).await;
    }
}

/// What a file of this name holds; no other holds the same.
pub fn contents(name: &str) -> String {
    format!("What {name} holds.\n")
}

/// Asks again and again: the server may be dead, and who asks does not know whether it was done.
async fn until_done(what: &str, ask: impl Fn() -> RequestBuilder) {
    let patience = Instant::now() + PATIENCE;
    loop {
        let heard = match ask().send().await {
            Ok(answer) if matches!(answer.status(), StatusCode::OK | StatusCode::CREATED) => return,
            Ok(answer) => {
                format!("{}: {}", answer.status(), answer.text().await.unwrap_or_default())
            }
            Err(error) => error.to_string(),
        };
        assert!(Instant::now() < patience, "{what} was never done: {heard}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
