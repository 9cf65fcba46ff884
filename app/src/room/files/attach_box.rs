//! What the composer needs to know of files.

use super::uploads::{Upload, Uploads};
use leptos::{ev, prelude::*};
use vocabulary::{FileId, NewFile, PersonId, RoomId};
use web_sys::{File, FileList};

/// The files added to the box of one room. The composer shows them, counts them and takes them for its message.
#[derive(Clone, Copy)]
pub struct AttachBox {
    pub(super) uploads: Uploads,
    pub(super) room: RoomId,
    list: Memo<Vec<Upload>>,
}

impl AttachBox {
    /// The box of `room`, with what `person` has added to it before.
    #[must_use]
    pub fn of(room: RoomId, person: PersonId) -> Self {
        let uploads = expect_context::<Uploads>();
        Effect::new(move |_| {
            uploads.restore(person);
            let back = window_event_listener(ev::online, move |_| uploads.hurry());
            on_cleanup(move || back.remove());
        });
        Self { uploads, room, list: Memo::new(move |_| uploads.in_box(room)) }
    }

    /// What is in it.
    #[must_use]
    pub fn list(self) -> Vec<Upload> {
        self.list.get()
    }

    /// Whether a message could be made of it: nothing else need be written.
    #[must_use]
    pub fn has_files(self) -> bool {
        self.list.with(|list| list.iter().any(|upload| upload.going.get().trouble().is_none()))
    }

    /// Adds files; how many the box took.
    pub fn add(self, files: Vec<File>) -> usize {
        self.uploads.add(self.room, files)
    }

    /// Adds what somebody chose, dropped or pasted.
    pub fn add_list(self, files: &FileList) {
        self.add((0..files.length()).filter_map(|place| files.get(place)).collect());
    }

    /// What a message would take.
    #[must_use]
    pub fn ready(self) -> Vec<NewFile> {
        self.uploads.ready(self.room)
    }

    /// Takes them for a message.
    #[must_use]
    pub fn take(self) -> Vec<FileId> {
        self.uploads.take(self.room)
    }

    /// The message that took these cannot be taken back any more.
    pub fn done_with(self, files: &[FileId]) {
        self.uploads.done_with(files);
    }

    /// The message that took these was taken back.
    pub fn give_back(self, files: &[FileId]) {
        self.uploads.give_back(files);
    }
}
