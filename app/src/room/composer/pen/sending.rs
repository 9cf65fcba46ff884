//! What becomes of the text: it is sent, now or later, taken back, or made into a Task, an Issue or a file.

use super::Pen;
use crate::{
    drafts::schedule_message,
    room::{
        composer::sent::JustSent, conversation::NotSaid, facts::make_work, files::AttachBox,
        pickers::Command,
    },
};
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use vocabulary::{
    FileId, MessageBody, MessageDraft, MessageKey, Moment, NewWork, Reply, SaveId, WorkDoctype,
    WorkField,
};

/// How long a notice stays.
const NOTICE: Duration = Duration::from_secs(6);

/// What was tried, under which key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tried {
    /// Making work.
    Making(SaveId),
    /// Sending later.
    Scheduling(MessageKey),
}

impl Pen {
    /// Sends what stands in the box, or does the command that it is.
    pub fn send(self) {
        let Some(area) = self.area.get_untracked() else { return };
        if self.busy.with_untracked(Option::is_some) {
            return;
        }
        self.text.set(area.value());
        let written = self.written();
        if let Some((command, words)) = Command::sent(&written) {
            self.do_command(command, words.to_owned());
            return;
        }
        let files = self.attach.map(AttachBox::ready).unwrap_or_default();
        match self.talk.say(&written, self.reply(), files) {
            Ok(key) => {
                self.clear();
                // Only now have they left the box.
                let files = self.attach.map(AttachBox::take).unwrap_or_default();
                self.offer_undo(key, written, files);
                self.talk.to_end();
            }
            Err(NotSaid::NoMessage(_)) => {}
            Err(NotSaid::Full) => self.trouble.set(Some(
                "Not sent: this browser has no room left to keep it safe. Free some space on this device and send it again; your text stays here.".to_owned(),
            )),
        }
        let _ = area.focus();
    }

    fn reply(self) -> Option<Reply> {
        let also_in_room = self.also_in_room.is_some_and(|also| also.get_untracked());
        self.place.thread().map(|thread| Reply { thread, also_in_room })
    }

    /// The text that was sent is done with; what was typed since stays.
    fn clear_sent(self, written: &str) {
        if self.written() == written {
            self.clear();
        }
    }

    /// Says what is being done until it is over.
    fn begin_work(self, words: &'static str) {
        self.busy.set(Some(words));
        self.trouble.set(None);
        self.notice.set(None);
    }

    /// What was begun is over: says so, and clears the box of `written` if it is done. Nothing, if the box is gone.
    fn end_work(
        self,
        outcome: Result<(), AppError>,
        written: &str,
        done: String,
        not_done: String,
    ) {
        if self.busy.try_set(None).is_some() {
            // The box is gone; what stood there and is done must not come back with the next one.
            if outcome.is_ok() && self.keeping.local() == written {
                self.keeping.forget();
            }
            return;
        }
        match outcome {
            Ok(()) => {
                self.tried.set_value(None);
                self.clear_sent(written);
                self.say_done(done);
            }
            Err(problem) => self.trouble.set(Some(format!("{not_done} {problem}"))),
        }
    }

    fn do_command(self, command: Command, words: String) {
        let (doctype, doing) = match command {
            Command::Issue => (WorkDoctype::Issue, "Making the Issue…"),
            _ => (WorkDoctype::Task, "Making the Task…"),
        };
        let written = self.written();
        let save = match self.tried_before(&written) {
            Some(Tried::Making(save)) => save,
            _ => SaveId::fresh(),
        };
        self.tried.set_value(Some((written.clone(), Tried::Making(save))));
        self.begin_work(doing);
        spawn_local(async move {
            let outcome = make_work(self.board.workspace(), new_work(save, doctype, &words)).await;
            self.end_work(
                outcome,
                &written,
                format!("The {doctype} ‘{words}’ is on its way to ERPNext."),
                format!("The {doctype} was not made."),
            );
        });
    }

    fn tried_before(self, written: &str) -> Option<Tried> {
        self.tried.with_value(|tried| {
            tried.as_ref().filter(|(text, _)| text == written).map(|(_, tried)| *tried)
        })
    }

    /// Keeps what stands in the box to be sent at `at`.
    pub fn send_later(self, at: Moment) {
        if self.busy.with_untracked(Option::is_some) {
            return;
        }
        let written = self.written();
        let Ok(body) = MessageBody::new(&written) else { return };
        let key = match self.tried_before(&written) {
            Some(Tried::Scheduling(key)) => key,
            _ => MessageKey::fresh(),
        };
        self.tried.set_value(Some((written.clone(), Tried::Scheduling(key))));
        let draft = MessageDraft {
            reply: self.reply(),
            ..MessageDraft::said(key, body, self.talk.audience)
        };
        let room = self.talk.room;
        let when = untrack(|| self.clock.zone().full(at));
        self.begin_work("Keeping it for later…");
        spawn_local(async move {
            let outcome = schedule_message(room, draft, at).await;
            self.end_work(
                outcome,
                &written,
                format!("Will be sent {when}. It waits under Drafts."),
                "Not kept for later.".to_owned(),
            );
        });
    }

    fn say_done(self, words: String) {
        self.just_sent.set(None);
        self.notice.set(Some(words.clone()));
        set_timeout(
            move || {
                if self.notice.try_with_untracked(|now| now.as_ref() == Some(&words)) == Some(true)
                {
                    self.notice.set(None);
                }
            },
            NOTICE,
        );
    }

    fn offer_undo(self, key: MessageKey, written: String, files: Vec<FileId>) {
        let seconds = untrack(|| self.own.undo_seconds());
        if seconds == 0 {
            self.done_with(&files);
            return;
        }
        self.notice.set(None);
        self.just_sent.set(Some(JustSent { key, written, files: files.clone(), seconds }));
        set_timeout(
            move || {
                self.done_with(&files);
                let same = self
                    .just_sent
                    .try_with_untracked(|sent| sent.as_ref().is_some_and(|sent| sent.key == key));
                if same == Some(true) {
                    self.just_sent.set(None);
                }
            },
            Duration::from_secs(seconds.into()),
        );
    }

    fn done_with(self, files: &[FileId]) {
        if let Some(attach) = self.attach {
            attach.done_with(files);
        }
    }

    /// Takes back what was just sent; its text and its files are in the box again.
    pub fn undo(self) {
        let Some(sent) = self.just_sent.get_untracked() else { return };
        self.just_sent.set(None);
        if !sent.written.is_empty() {
            self.put_before(&sent.written);
        }
        if let Some(attach) = self.attach {
            attach.give_back(&sent.files);
        }
        spawn_local(async move {
            if let Err(problem) = self.talk.undo(sent.key).await {
                self.trouble.try_set(Some(format!(
                    "It could not be taken back, and what you sent is here too. {problem}"
                )));
            }
        });
    }

    /// Whether files can be sent from here.
    #[must_use]
    pub const fn takes_files(self) -> bool {
        self.attach.is_some()
    }

    /// Makes a file of a text that is too long for a message.
    pub fn make_file(self) {
        let Some(attach) = self.attach else { return };
        let written = self.written();
        let options = web_sys::FilePropertyBag::new();
        options.set_type("text/markdown");
        let parts = js_sys::Array::of1(&written.into());
        if let Ok(file) =
            web_sys::File::new_with_str_sequence_and_options(&parts, "message.md", &options)
            && attach.add(vec![file]) == 1
        {
            self.clear();
        }
    }
}

/// A new Task or Issue of these words.
pub(super) fn new_work(save: SaveId, doctype: WorkDoctype, subject: &str) -> NewWork {
    let fields =
        [(WorkField::Subject, subject.to_owned()), (WorkField::Priority, "Medium".to_owned())];
    NewWork { save, doctype, fields: fields.into(), about: None }
}
