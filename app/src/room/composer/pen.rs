//! What is in the box, and what happens to it.

mod choosing;
mod drawing;
mod sending;

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
    drafts::Drafts,
    live::Live,
    room::{
        conversation::Conversation,
        facts::Board,
        files::AttachBox,
        pickers::{Picker, Query, Sources},
        row::{Desk, RowAct, Spot},
    },
    ui::has_mouse,
    workspaces::Unread,
};
use leptos::{ev, html, prelude::*};
use leptos_router::hooks::use_navigate;
use sending::Tried;
use vocabulary::Preference;

/// Somebody who cannot be called here, but can be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nameable {
    /// Where they were looked for.
    query: Query,
    /// Their name.
    pub name: String,
}

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
    /// Where somebody was refused who could be named without notice: the place in the text, and the name.
    pub nameable: RwSignal<Option<Nameable>>,
    /// What is being done with the text: nothing else is, until it is done.
    pub busy: RwSignal<Option<&'static str>>,
    /// The key of what was tried last, so that trying it again does it once.
    tried: StoredValue<Option<(String, Tried)>>,
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
            nameable: RwSignal::new(None),
            busy: RwSignal::new(None),
            tried: StoredValue::new(None),
            notice: RwSignal::new(None),
            just_sent: RwSignal::new(None),
            wants_later: RwSignal::new(0),
            go: StoredValue::new(Some(go)),
        };
        // A quote, or a text that is to be said otherwise, goes before what stands there.
        if let Some(desk) = pen.desk {
            desk.write_with(Callback::new(move |more: String| pen.put_before(&more)));
        }
        // What was typed before the page was alive goes on behind the draft kept from before.
        Effect::new(move |_| {
            let Some(area) = area.get() else { return };
            let (early, local) = (area.value(), pen.keeping.local());
            if early.is_empty() || Marks::read(&local).0 == early {
                pen.fill(&local);
            } else {
                let all = if local.is_empty() { early } else { format!("{local}\n{early}") };
                pen.fill(&all);
                pen.keeping.keep(&all);
            }
            if pen.keeping.is_ahead() {
                pen.keeping.keep(&pen.written());
            }
            if has_mouse() && place == Writing::Room {
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

    /// Gives the box the focus.
    pub fn focus(self) {
        if let Some(area) = self.area.get_untracked() {
            let _ = area.focus();
        }
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
        self.nameable.set(None);
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
        self.nameable.set(None);
        // Each reply is shown in the room only if that was wished for it.
        if let Some(also) = self.also_in_room {
            also.set(false);
        }
    }

    /// The arrow up in an empty box: edits the last own message, or with Shift answers the newest. Whether there was one.
    #[must_use]
    pub fn look_up(self, shift: bool) -> bool {
        let Some(desk) = self.desk else { return false };
        if !shift {
            return desk.edit_last();
        }
        let newest =
            self.talk.newest_said().filter(|newest| untrack(|| desk.offers(RowAct::Reply, newest)));
        let Some(newest) = newest else { return false };
        desk.run(RowAct::Reply, newest, Spot::low());
        true
    }
}
