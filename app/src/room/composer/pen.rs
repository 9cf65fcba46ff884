//! What is in the box, and what happens to it.

use super::{
    Writing, area,
    continuing::{Change, around, on_enter},
    keeping::Keeping,
    marks::Marks,
    sent::JustSent,
    typing::TypingSign,
};
use crate::{
    clock::{self, use_clock},
    drafts::{Drafts, schedule_message},
    live::Live,
    room::{
        conversation::Conversation,
        facts::{Board, make_work},
        files::AttachBox,
        pickers::{Choice, Command, Picker, Query, Sources, What},
        row::{Desk, RowAct},
    },
    workspaces::Unread,
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::{ops::Range, time::Duration};
use vocabulary::{
    BodyProblem, MessageBody, MessageDraft, MessageKey, Moment, NewWork, Preference, Reply, SaveId,
    WorkDoctype, WorkField, written_tag,
};

/// How long a notice stays.
const NOTICE: Duration = Duration::from_secs(6);

/// How often ERPNext is asked for what was made, once a change was heard of.
const LOOKS_FOR_MADE: usize = 20;

/// The box of one composer.
#[derive(Clone, Copy)]
pub struct Pen {
    talk: Conversation,
    place: Writing,
    also_in_room: Option<RwSignal<bool>>,
    area: NodeRef<html::Textarea>,
    picker: Picker,
    /// Where choices come from.
    pub sources: Sources,
    board: Board,
    attach: Option<AttachBox>,
    desk: Option<Desk>,
    own: Unread,
    clock: clock::Clock,
    keeping: Keeping,
    sign: TypingSign,
    /// What stands in the box.
    pub text: RwSignal<String>,
    marks: RwSignal<Marks>,
    /// What went wrong, as long as it is so.
    pub trouble: RwSignal<Option<String>>,
    /// What was done, for a moment.
    pub notice: RwSignal<Option<String>>,
    /// What can be taken back.
    pub just_sent: RwSignal<Option<JustSent>>,
    /// Counts the wishes to choose a time.
    pub wants_later: RwSignal<u32>,
    go: StoredValue<Option<Callback<&'static str>>>,
}

impl Pen {
    /// An empty box; what was begun comes into it once the page is alive.
    #[must_use]
    pub fn new(
        talk: Conversation,
        (place, also_in_room): (Writing, Option<RwSignal<bool>>),
        area: NodeRef<html::Textarea>,
        picker: Picker,
        sources: Sources,
        board: Board,
        attach: Option<AttachBox>,
    ) -> Self {
        let drafts = expect_context::<Drafts>();
        let navigate = use_navigate();
        let go = Callback::new(move |path| navigate(path, Default::default()));
        let pen = Self {
            talk,
            place,
            also_in_room,
            area,
            picker,
            sources,
            board,
            attach,
            desk: use_context::<Desk>().filter(|_| place == Writing::Room),
            own: expect_context(),
            clock: use_clock(),
            keeping: Keeping::of(talk.me().id, talk.room, place.thread()),
            sign: TypingSign::of(talk.room, place),
            text: RwSignal::new(String::new()),
            marks: RwSignal::new(Marks::default()),
            trouble: RwSignal::new(None),
            notice: RwSignal::new(None),
            just_sent: RwSignal::new(None),
            wants_later: RwSignal::new(0),
            go: StoredValue::new(Some(go)),
        };
        // A quote, or a text that is to be said otherwise, goes before what stands there.
        if let Some(desk) = pen.desk {
            desk.write_with(Callback::new(move |more: String| pen.put_before(&more)));
        }
        // What was typed before the page was alive wins over the draft kept from before.
        Effect::new(move |_| {
            let Some(area) = area.get() else { return };
            match area.value() {
                early if early.is_empty() => pen.fill(&pen.keeping.local()),
                early => {
                    pen.text.set(early.clone());
                    pen.keeping.keep(&early);
                }
            }
            if pen.keeping.is_ahead() {
                pen.keeping.keep(&pen.written());
            }
            if super::has_mouse() && place == Writing::Room {
                let _ = area.focus();
            }
        });
        // What another device has written.
        Effect::new(move |_| {
            let known = drafts.all();
            if known.is_none() || pen.area.get().is_none() {
                return;
            }
            if let Some(theirs) = pen.keeping.news(drafts) {
                untrack(|| pen.fill(&theirs));
            }
        });
        // Documents may be others by now.
        let live = expect_context::<Live>();
        Effect::new(move |before: Option<Option<i64>>| {
            let now = live.facts_changes(talk.room);
            if before.is_some_and(|before| before != now) {
                sources.forget_documents();
            }
            now
        });
        pen
    }

    /// The text as it is sent.
    #[must_use]
    pub fn written(self) -> String {
        self.text.with_untracked(|text| self.marks.with_untracked(|marks| marks.write_out(text)))
    }

    /// Its length as it is sent; whoever reads it follows it.
    #[must_use]
    pub fn written_chars(self) -> usize {
        self.text.with(|text| self.marks.with(|marks| marks.write_out(text).trim().chars().count()))
    }

    /// Puts a text into the box, as it would be sent.
    pub fn fill(self, written: &str) {
        let (text, marks) = Marks::read(written);
        if let Some(area) = self.area.get_untracked() {
            area.set_value(&text);
        }
        self.marks.set(marks);
        self.text.set(text);
        self.picker.close();
    }

    /// Puts a text before what stands in the box, and the caret behind it.
    pub fn put_before(self, written: &str) {
        let now = self.written();
        let all =
            if now.trim().is_empty() { written.to_owned() } else { format!("{written}\n{now}") };
        self.fill(&all);
        self.keeping.keep(&all);
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
            let end = area::units_to(&area.value(), usize::MAX);
            let _ = area.set_selection_range(end, end);
        }
    }

    /// Somebody typed.
    pub fn typed(self) {
        let Some(area) = self.area.get_untracked() else { return };
        self.text.set(area.value());
        self.trouble.set(None);
        self.keeping.keep(&self.written());
        self.look();
        let blank = self.text.with_untracked(|text| text.trim().is_empty());
        if !blank && untrack(|| self.own.is_on(Preference::ShowTyping)) {
            self.sign.typed();
        }
    }

    /// The caret may be somewhere else.
    pub fn look(self) {
        let Some(area) = self.area.get_untracked() else { return };
        self.text.with_untracked(|text| {
            let selected = area::selection(&area, text);
            let in_mark = self.marks.with_untracked(|marks| {
                marks
                    .places(text)
                    .iter()
                    .any(|(place, _)| place.start < selected.end && selected.end <= place.end)
            });
            if selected.is_empty() {
                self.picker.look(text, selected.end, in_mark);
            } else {
                self.picker.close();
            }
        });
    }

    /// The copy behind the box: the same text, marks coloured, and a place for the picker.
    #[must_use]
    pub fn copy(self, spot_id: &str) -> AnyView {
        let anchor = self.picker.anchor();
        let pieces = self.text.with(|text| {
            self.marks.with(|marks| {
                let mut pieces = Vec::new();
                let mut from = 0;
                let plain = |range: Range<usize>, pieces: &mut Vec<AnyView>| {
                    let words = &text[range.clone()];
                    match anchor.filter(|at| range.contains(at)) {
                        Some(at) => {
                            let (before, after) = words.split_at(at - range.start);
                            let (before, after) = (before.to_owned(), after.to_owned());
                            let id = spot_id.to_owned();
                            pieces.push(
                                view! { {before}<span class="composer-spot" id=id></span>{after} }
                                    .into_any(),
                            );
                        }
                        None => pieces.push(words.to_owned().into_any()),
                    }
                };
                for (place, mark) in marks.places(text) {
                    plain(from..place.start, &mut pieces);
                    let label = mark.label.clone();
                    pieces.push(view! { <span class="composer-mark">{label}</span> }.into_any());
                    from = place.end;
                }
                plain(from..text.len(), &mut pieces);
                pieces
            })
        });
        // A last empty line has no height of its own.
        view! { {pieces}" " }.into_any()
    }

    /// Where the picker stands: left, top and bottom of the sign that opened it.
    #[must_use]
    pub fn spot(self, id: String) -> Signal<Option<(f64, f64, f64)>> {
        let spot = RwSignal::new(None);
        Effect::new(move |_| {
            let _ = self.picker.anchor();
            let id = id.clone();
            request_animation_frame(move || {
                let at = document().get_element_by_id(&id).map(|mark| {
                    let frame = mark.get_bounding_client_rect();
                    (frame.left(), frame.top(), frame.bottom())
                });
                if at.is_some() {
                    spot.try_set(at);
                }
            });
        });
        spot.into()
    }

    fn apply(self, change: Change) {
        let Some(area) = self.area.get_untracked() else { return };
        area::replace(&area, change.range, &change.with, change.select);
        self.typed();
    }

    /// Puts bold, italic or code around what is selected.
    pub fn mark_selection(self, mark: &str) {
        let Some(area) = self.area.get_untracked() else { return };
        let text = area.value();
        if let Some(change) = around(&text, area::selection(&area, &text), mark) {
            self.apply(change);
        }
    }

    /// Goes on with a list or a code block, or leaves it; whether Enter was for that.
    #[must_use]
    pub fn continue_block(self) -> bool {
        let Some(area) = self.area.get_untracked() else { return false };
        let text = area.value();
        let selected = area::selection(&area, &text);
        if !selected.is_empty() {
            return false;
        }
        match on_enter(&text, selected.end) {
            Some(change) => {
                self.apply(change);
                true
            }
            None => false,
        }
    }

    /// Pastes rich text as Markdown; whether there was some.
    #[must_use]
    pub fn paste(self, event: &ev::ClipboardEvent) -> bool {
        let Some(data) = event.clipboard_data() else { return false };
        let html = data.get_data("text/html").unwrap_or_default();
        let plain = data.get_data("text/plain").unwrap_or_default();
        if html.is_empty() {
            return false;
        }
        let Some(markdown) = super::pasted::markdown(&html, &plain) else { return false };
        let Some(area) = self.area.get_untracked() else { return false };
        let text = area.value();
        let range = area::selection(&area, &text);
        let end = range.start + markdown.len();
        self.apply(Change { range, with: markdown, select: end..end });
        true
    }

    /// Something was chosen from a picker.
    pub fn choose(self, query: &Query, choice: Choice) {
        if let Some(reason) = choice.refused {
            self.picker.close();
            self.trouble.set(Some(format!("Not mentioned. {reason}")));
            return;
        }
        let range = query.start..query.end;
        match choice.what {
            What::Mark { label, written } => {
                let label = self.put_mark(&label, &written);
                self.insert(range, &format!("{label} "));
            }
            What::Text(text) => self.insert(range, &text),
            What::Make(subject) => self.make_and_mark(range, subject),
            What::Command(command) => self.begin(range, command),
        }
        self.picker.close();
    }

    fn put_mark(self, label: &str, written: &str) -> String {
        let mut unique = String::new();
        self.marks.update(|marks| unique = marks.put(label, written));
        unique
    }

    fn insert(self, range: Range<usize>, with: &str) {
        let end = range.start + with.len();
        self.apply(Change { range, with: with.to_owned(), select: end..end });
    }

    fn begin(self, range: Range<usize>, command: Command) {
        match command {
            Command::Task => self.insert(range, "/task "),
            Command::Issue => self.insert(range, "/issue "),
            Command::Code => {
                let end = range.start + 4;
                let with = "```\n\n```".to_owned();
                self.apply(Change { range, with, select: end..end });
            }
            Command::Later => {
                self.insert(range, "");
                self.wants_later.update(|wishes| *wishes += 1);
            }
            Command::Drafts => {
                self.insert(range, "");
                if let Some(go) = self.go.get_value() {
                    go.run("/drafts");
                }
            }
        }
    }

    /// Makes a Task and puts its subject into the text; once ERPNext has named it, it is a tag.
    fn make_and_mark(self, range: Range<usize>, subject: String) {
        let save = SaveId::fresh();
        let label = self.put_mark(&format!("#{subject}"), &subject);
        self.insert(range, &format!("{label} "));
        spawn_local(async move {
            match make_work(self.board.workspace(), new_work(save, WorkDoctype::Task, &subject))
                .await
            {
                Ok(()) => self.name_made(save, label).await,
                Err(problem) => {
                    self.trouble.try_set(Some(format!("The Task was not made. {problem}")));
                }
            }
        });
    }

    async fn name_made(self, save: SaveId, label: String) {
        for _ in 0..LOOKS_FOR_MADE {
            let stands = self.text.try_with_untracked(|text| text.contains(&label));
            if stands != Some(true) {
                return;
            }
            if let Some(made) = self.sources.made(save.to_string()).await {
                if let Some(written) = written_tag(&made.tag) {
                    self.marks.try_update(|marks| marks.rewrite(&label, &written));
                    if self.text.try_with_untracked(|_| ()).is_some() {
                        self.keeping.keep(&self.written());
                    }
                }
                return;
            }
            wait(Duration::from_millis(500)).await;
        }
    }

    /// Sends what stands in the box, or does the command that it is.
    pub fn send(self) {
        let Some(area) = self.area.get_untracked() else { return };
        self.text.set(area.value());
        let written = self.written();
        if let Some((command, words)) = Command::sent(&written) {
            self.do_command(command, words.to_owned());
            return;
        }
        match self
            .talk
            .say(&written, self.reply(), || self.attach.map(AttachBox::take).unwrap_or_default())
        {
            Ok(key) => {
                self.clear();
                self.offer_undo(key, written);
                if self.place == Writing::Room {
                    self.talk.to_end();
                }
            }
            Err(BodyProblem::Empty | BodyProblem::TooLong { .. }) => {}
        }
        let _ = area.focus();
    }

    fn reply(self) -> Option<Reply> {
        let also_in_room = self.also_in_room.is_some_and(|also| also.get_untracked());
        self.place.thread().map(|thread| Reply { thread, also_in_room })
    }

    fn clear(self) {
        if let Some(area) = self.area.get_untracked() {
            area.set_value("");
        }
        self.text.set(String::new());
        self.marks.set(Marks::default());
        self.picker.close();
        self.keeping.forget();
        self.sign.over();
        self.trouble.set(None);
    }

    fn do_command(self, command: Command, words: String) {
        let doctype = match command {
            Command::Issue => WorkDoctype::Issue,
            _ => WorkDoctype::Task,
        };
        spawn_local(async move {
            let new = new_work(SaveId::fresh(), doctype, &words);
            match make_work(self.board.workspace(), new).await {
                Ok(()) => {
                    if self.text.try_with_untracked(|_| ()).is_some() {
                        self.clear();
                        self.say_done(format!("The {doctype} ‘{words}’ is on its way to ERPNext."));
                    }
                }
                Err(problem) => {
                    self.trouble.try_set(Some(format!("The {doctype} was not made. {problem}")));
                }
            }
        });
    }

    /// Keeps what stands in the box to be sent at `at`.
    pub fn send_later(self, at: Moment) {
        let written = self.written();
        let Ok(body) = MessageBody::new(&written) else { return };
        let draft = MessageDraft {
            reply: self.reply(),
            ..MessageDraft::said(MessageKey::fresh(), body, self.talk.audience)
        };
        let room = self.talk.room;
        let when = untrack(|| self.clock.zone().full(at));
        spawn_local(async move {
            match schedule_message(room, draft, at).await {
                Ok(()) => {
                    if self.text.try_with_untracked(|_| ()).is_some() {
                        if self.written() == written {
                            self.clear();
                        }
                        self.say_done(format!("Will be sent {when}. It waits under Drafts."));
                    }
                }
                Err(problem) => {
                    self.trouble.try_set(Some(format!("Not kept for later. {problem}")));
                }
            }
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

    fn offer_undo(self, key: MessageKey, written: String) {
        let seconds = untrack(|| self.own.undo_seconds());
        if seconds == 0 {
            return;
        }
        self.notice.set(None);
        self.just_sent.set(Some(JustSent { key, written, seconds }));
        set_timeout(
            move || {
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

    /// Takes back what was just sent; its text is in the box again.
    pub fn undo(self) {
        let Some(sent) = self.just_sent.get_untracked() else { return };
        self.just_sent.set(None);
        self.put_before(&sent.written);
        spawn_local(async move {
            if let Err(problem) = self.talk.undo(sent.key).await {
                self.trouble.try_set(Some(format!(
                    "It could not be taken back, and its text is here too. {problem}"
                )));
            }
        });
    }

    /// The arrow up in an empty box: edits the last own message, or with Shift answers the newest. Whether there was one.
    #[must_use]
    pub fn look_up(self, shift: bool) -> bool {
        let Some(desk) = self.desk else { return false };
        if !shift {
            return desk.edit_last();
        }
        let newest = document().query_selector_all("[role=log] article[data-key]").ok();
        let newest = newest.and_then(|rows| rows.get(rows.length().checked_sub(1)?));
        let row =
            newest.and_then(|row| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(row).ok());
        row.is_some_and(|row| desk.run_on(RowAct::Reply, &row))
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
        {
            attach.add(vec![file]);
            self.clear();
        }
    }
}

fn new_work(save: SaveId, doctype: WorkDoctype, subject: &str) -> NewWork {
    let fields =
        [(WorkField::Subject, subject.to_owned()), (WorkField::Priority, "Medium".to_owned())];
    NewWork { save, doctype, fields: fields.into(), about: None }
}

async fn wait(time: Duration) {
    let (sender, receiver) = futures::channel::oneshot::channel();
    set_timeout(
        move || {
            let _ = sender.send(());
        },
        time,
    );
    let _ = receiver.await;
}
