//! Files on their way from this browser. They go on while somebody writes, reads another room or has no line; what is
//! not there yet is kept in the browser and goes out once, in the order it was added.

use super::{
    claim,
    held::{self, Taken, held},
    kept::{self, KeptUpload},
    request::{self, Ending},
};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, collections::HashMap, time::Duration};
use vocabulary::{
    Attached, AttachedState, FILES_LIMIT, FileId, FileName, NewFile, PersonId, RoomId, file_size,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, Url, XmlHttpRequest};

/// Files sent at the same time.
const AT_ONCE: usize = 3;

/// How long a file waits after a failed try: longer each time, up to the last.
const WAITS_SECONDS: [u64; 5] = [1, 2, 5, 10, 20];

/// What a browser can show before it is sent. Nothing that could run.
const SHOWN_BEFORE: [&str; 5] =
    ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

thread_local! {
    static RUNNING: RefCell<HashMap<FileId, XmlHttpRequest>> = RefCell::default();
}

/// How it stands with a file on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum Going {
    /// It waits for its turn, or for a line.
    Waiting,
    /// So much of it has gone, between 0 and 1.
    Sending(f64),
    /// The server has it.
    Done(Attached),
    /// It will not be taken, and why.
    Failed(String),
    /// The server will not take it now, and why; it is kept in this browser.
    Kept(String),
}

impl Going {
    /// Why it does not go on, if it does not.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Self::Failed(why) | Self::Kept(why) => Some(why),
            Self::Waiting | Self::Sending(_) | Self::Done(_) => None,
        }
    }
}

/// A file on its way.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its identifier.
    pub id: FileId,
    /// Where it goes.
    pub room: RoomId,
    /// How it is called.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Where the browser has it, if it is a picture.
    pub preview: Option<String>,
    /// How it stands.
    pub going: ArcRwSignal<Going>,
    /// Whether a message was written that it comes with.
    pub sent: bool,
}

impl PartialEq for Upload {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.sent == other.sent
    }
}

/// All files on their way from this tab.
#[derive(Clone, Copy)]
pub struct Uploads {
    all: RwSignal<Vec<Upload>>,
    /// For a screen reader and under the box: what became of what was added.
    pub said: RwSignal<String>,
    /// Whether more was added than a message takes.
    pub full: RwSignal<bool>,
    person: StoredValue<Option<PersonId>>,
    largest: StoredValue<Option<u64>>,
    failures: StoredValue<usize>,
    resting: StoredValue<bool>,
}

impl Upload {
    /// Whether a message may take it.
    fn is_ready(&self) -> bool {
        self.going.with_untracked(|going| going.trouble().is_none())
    }
}

impl Uploads {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            said: RwSignal::new(String::new()),
            full: RwSignal::new(false),
            person: StoredValue::new(None),
            largest: StoredValue::new(None),
            failures: StoredValue::new(0),
            resting: StoredValue::new(false),
        }
    }

    /// Goes on with what this person's tabs have kept. Once for each page.
    pub fn restore(self, person: PersonId) {
        if self.person.get_value() == Some(person) {
            return;
        }
        self.person.set_value(Some(person));
        spawn_local(async move {
            if let Some(rules) = request::rules().await {
                self.largest.set_value(Some(rules.largest));
            }
        });
        spawn_local(async move {
            for kept in kept::all(person).await {
                if !self.has(kept.id) {
                    spawn_local(async move { self.take_over(kept.id).await });
                }
            }
        });
    }

    /// Goes on with a file that was kept, as soon as no other tab cares for it and unless it is done with by then.
    async fn take_over(self, id: FileId) {
        claim::claim(id).await;
        match kept::one(id).await {
            Some(kept) if !self.has(id) => {
                self.put(kept);
                self.go_on();
            }
            Some(_) => {}
            None => claim::let_go(id),
        }
    }

    fn has(self, id: FileId) -> bool {
        self.all.with_untracked(|all| all.iter().any(|upload| upload.id == id))
    }

    /// The line is back: what waits goes now.
    pub fn hurry(self) {
        self.failures.set_value(0);
        self.resting.set_value(false);
        self.go_on();
    }

    /// The file with this id, if it is on its way from here.
    #[must_use]
    pub fn find(self, id: FileId) -> Option<Upload> {
        self.all.with(|all| all.iter().find(|upload| upload.id == id).cloned())
    }

    /// What is added to the box of `room` and not sent yet.
    #[must_use]
    pub fn in_box(self, room: RoomId) -> Vec<Upload> {
        self.all.with(|all| {
            all.iter().filter(|upload| upload.room == room && !upload.sent).cloned().collect()
        })
    }

    /// Adds files to the box of `room`; they begin to go at once. How many it took.
    pub fn add(self, room: RoomId, files: Vec<File>) -> usize {
        let files = files.into_iter().map(|file| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "no file is that large"
            )]
            let size = file.size() as u64;
            Taken { room, name: FileName::new(&file.name()).into(), size, blob: file.into() }
        });
        let free = FILES_LIMIT.saturating_sub(untrack(|| self.in_box(room)).len());
        self.add_all(room, files.collect(), free)
    }

    fn add_all(self, room: RoomId, files: Vec<Taken>, free: usize) -> usize {
        let Some(person) = self.person.get_value() else { return 0 };
        let number = files.len();
        let mut added = Vec::new();
        for Taken { name, size, blob, .. } in files.into_iter().take(free) {
            let id = FileId::fresh();
            let (sent, done) = (false, false);
            added.push(self.put(KeptUpload { id, person, room, name, size, sent, done, blob }));
        }
        self.full.set(number > free);
        self.said.set(match (added.as_slice(), number > free) {
            (_, true) => {
                format!("A message takes {FILES_LIMIT} files; send these, then add the rest.")
            }
            ([one], false) => format!("{} added", one.name),
            (several, false) => format!("{} files added", several.len()),
        });
        let took = added.len();
        spawn_local(async move {
            for upload in &added {
                if let Some(problem) = self.problem(upload).await {
                    upload.going.set(Going::Failed(problem));
                } else {
                    claim::claim(upload.id).await;
                    self.keep(upload).await;
                }
            }
            self.go_on();
        });
        took
    }

    /// What a message would take from the box of `room`: not what failed, and not more than one message takes.
    #[must_use]
    pub fn ready(self, room: RoomId) -> Vec<NewFile> {
        let ready = untrack(|| self.in_box(room)).into_iter().filter(Upload::is_ready);
        ready
            .take(FILES_LIMIT)
            .map(|Upload { id, name, size, .. }| NewFile { id, name, size })
            .collect()
    }

    /// Takes what is ready in the box of `room` for a message. It can be given back until it is said that nobody will
    /// (see [`Self::done_with`]).
    pub fn take(self, room: RoomId) -> Vec<FileId> {
        let mut taken = Vec::new();
        self.all.update(|all| {
            let ready = all.iter_mut().filter(|upload| upload.room == room && !upload.sent);
            for upload in ready.filter(|upload| upload.is_ready()).take(FILES_LIMIT) {
                upload.sent = true;
                revoke(upload.preview.take());
                taken.push(upload.clone());
            }
        });
        self.full.set(false);
        self.said.set(String::new());
        for Upload { id, name, size, .. } in &taken {
            if let Some(blob) = held(*id) {
                held::hold_taken(*id, Taken { room, name: name.clone(), size: *size, blob });
            }
        }
        let files = taken.iter().map(|upload| upload.id).collect();
        spawn_local(async move {
            for upload in &taken {
                if matches!(upload.going.get_untracked(), Going::Done(_)) {
                    self.let_go(upload.id).await;
                } else {
                    self.keep(upload).await;
                }
            }
        });
        files
    }

    /// The message that took these cannot be taken back any more.
    pub fn done_with(self, files: &[FileId]) {
        for id in files {
            held::give_back(*id);
        }
    }

    /// The message that took these was taken back: they are in the box again, as files that nobody has yet.
    pub fn give_back(self, files: &[FileId]) {
        for id in files {
            let Some(taken) = held::give_back(*id) else { continue };
            self.stop(*id);
            let id = *id;
            spawn_local(async move { self.let_go(id).await });
            // However much was added meanwhile: what was there is never lost.
            self.add_all(taken.room, vec![taken], 1);
        }
    }

    /// The server has it, or nobody wants it any more: nothing of it stays here.
    async fn let_go(self, id: FileId) {
        self.all.try_update(|all| all.retain(|upload| upload.id != id));
        held::let_go(id);
        kept::forget(id).await;
        claim::let_go(id);
    }

    fn stop(self, id: FileId) {
        if let Some(request) = RUNNING.with_borrow_mut(|running| running.remove(&id)) {
            let _ = request.abort();
        }
    }

    /// Stops a file and takes it away, wherever it is shown.
    pub fn cancel(self, id: FileId) {
        self.stop(id);
        let mut gone = None;
        self.all.update(|all| {
            if let Some(place) = all.iter().position(|upload| upload.id == id) {
                gone = Some(all.remove(place));
            }
        });
        revoke(gone.as_mut().and_then(|gone| gone.preview.take()));
        // What has not begun is nothing to the server.
        let is_known = gone.as_ref().is_none_or(|upload| {
            upload.sent
                || matches!(upload.going.get_untracked(), Going::Sending(_) | Going::Done(_))
        });
        if let Some(gone) = gone {
            self.said.set(format!("{} removed", gone.name));
        }
        spawn_local(async move {
            self.let_go(id).await;
            if is_known {
                request::withdraw(id).await;
            }
            self.go_on();
        });
    }

    /// Puts the copy that is kept here among the downloads.
    pub fn save_copy(self, id: FileId) {
        let (Some(upload), Some(blob)) = (untrack(|| self.find(id)), held(id)) else { return };
        let Ok(address) = Url::create_object_url_with_blob(&blob) else { return };
        if let Some(link) = document()
            .create_element("a")
            .ok()
            .and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok())
        {
            let _ = link.set_attribute("href", &address);
            let _ = link.set_attribute("download", &upload.name);
            let _ = link.set_attribute("rel", "external");
            link.click();
        }
        set_timeout(move || revoke(Some(address)), Duration::from_secs(60));
    }

    /// Tries a file again that failed.
    pub fn retry(self, id: FileId) {
        let Some(upload) = untrack(|| self.find(id)) else { return };
        upload.going.set(Going::Waiting);
        spawn_local(async move {
            match self.problem(&upload).await {
                Some(problem) => upload.going.set(Going::Failed(problem)),
                None => self.go_on(),
            }
        });
    }

    fn put(self, kept: KeptUpload) -> Upload {
        let is_picture = SHOWN_BEFORE.contains(&kept.blob.type_().as_str());
        let preview =
            is_picture.then(|| Url::create_object_url_with_blob(&kept.blob).ok()).flatten();
        let going = if kept.done {
            Going::Done(Attached {
                id: kept.id,
                name: kept.name.clone(),
                content_type: String::new(),
                size: kept.size,
                width: None,
                height: None,
                state: AttachedState::Ready,
                note: None,
            })
        } else {
            Going::Waiting
        };
        let upload = Upload {
            id: kept.id,
            room: kept.room,
            name: kept.name,
            size: kept.size,
            preview,
            going: ArcRwSignal::new(going),
            sent: kept.sent,
        };
        held::hold(upload.id, kept.blob);
        self.all.update(|all| {
            // In the order they were added, whichever tab they were added in.
            let place = all.partition_point(|other| other.id < upload.id);
            all.insert(place, upload.clone());
        });
        upload
    }

    /// Why it cannot be sent at all.
    async fn problem(self, upload: &Upload) -> Option<String> {
        if upload.size == 0 {
            return Some("The file is empty.".to_owned());
        }
        let largest = self.largest.get_value();
        if let Some(largest) = largest.filter(|largest| upload.size > *largest) {
            let (size, largest) = (file_size(upload.size), file_size(largest));
            return Some(format!("It has {size}; {largest} is the most that is taken here."));
        }
        // A folder looks like a file until it is read.
        let blob = held(upload.id)?;
        let begins = blob.slice_with_i32_and_i32(0, 1).ok()?.array_buffer();
        JsFuture::from(begins)
            .await
            .err()
            .map(|_| "It cannot be read. Folders cannot be sent.".to_owned())
    }

    async fn keep(self, upload: &Upload) {
        let (Some(person), Some(blob)) = (self.person.get_value(), held(upload.id)) else {
            return;
        };
        let (id, room, name, size) = (upload.id, upload.room, upload.name.clone(), upload.size);
        let done = matches!(upload.going.get_untracked(), Going::Done(_));
        let sent =
            self.all.with_untracked(|all| all.iter().find(|one| one.id == id).map(|one| one.sent));
        // Cancelled meanwhile.
        let Some(sent) = sent else { return };
        kept::keep(&KeptUpload { id, person, room, name, size, sent, done, blob }).await;
        if !self.has(id) {
            // Let go while it was written down.
            kept::forget(id).await;
        }
    }

    /// Begins with what waits, as far as there is room.
    fn go_on(self) {
        while !self.resting.get_value() && RUNNING.with_borrow(HashMap::len) < AT_ONCE {
            let next = self.all.with_untracked(|all| {
                all.iter()
                    .find(|upload| {
                        matches!(upload.going.get_untracked(), Going::Waiting)
                            && RUNNING.with_borrow(|running| !running.contains_key(&upload.id))
                    })
                    .cloned()
            });
            let (Some(upload), Ok(request)) = (next, XmlHttpRequest::new()) else { return };
            RUNNING.with_borrow_mut(|running| running.insert(upload.id, request.clone()));
            spawn_local(async move { self.send(upload, request).await });
        }
    }

    async fn send(self, upload: Upload, request: XmlHttpRequest) {
        let Some(blob) = held(upload.id) else {
            RUNNING.with_borrow_mut(|running| running.remove(&upload.id));
            return;
        };
        upload.going.set(Going::Sending(0.0));
        #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
        let (going, size) = (upload.going.clone(), upload.size.max(1) as f64);
        let progress = move |gone: f64| {
            if matches!(going.get_untracked(), Going::Sending(_)) {
                going.set(Going::Sending((gone / size).min(1.0)));
            }
        };
        let what = (upload.id, upload.room, upload.name.as_str());
        let ending = request::send(&request, what, &blob, progress).await;
        let was_running = RUNNING.with_borrow_mut(|running| running.remove(&upload.id)).is_some();
        if !was_running {
            // Cancelled.
            return;
        }
        match ending {
            Ending::Done(attached) => {
                self.failures.set_value(0);
                upload.going.set(Going::Done(attached));
                let sent = untrack(|| self.find(upload.id)).is_some_and(|upload| upload.sent);
                if sent {
                    self.let_go(upload.id).await;
                } else {
                    self.keep(&upload).await;
                }
            }
            Ending::Refused(why) => {
                upload.going.set(Going::Failed(why));
                kept::forget(upload.id).await;
            }
            // Another answer may come later, and what is here may be the only copy.
            Ending::Closed(why) => {
                let kept = "It was not sent; a copy of it is kept in this browser.";
                upload.going.set(Going::Kept(format!("{why} {kept}")));
            }
            Ending::Later => {
                upload.going.set(Going::Waiting);
                self.rest();
            }
        }
        self.go_on();
    }

    fn rest(self) {
        if self.resting.get_value() {
            return;
        }
        let failures = self.failures.get_value();
        let seconds = WAITS_SECONDS[failures.min(WAITS_SECONDS.len() - 1)];
        self.failures.set_value(failures + 1);
        self.resting.set_value(true);
        set_timeout(
            move || {
                self.resting.set_value(false);
                self.go_on();
            },
            Duration::from_secs(seconds),
        );
    }
}

fn revoke(preview: Option<String>) {
    if let Some(preview) = preview {
        let _ = Url::revoke_object_url(&preview);
    }
}
