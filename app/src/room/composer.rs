//! Where one writes: to the room or in a thread of it.

mod area;
mod continuing;
mod counting;
mod enter;
mod keeping;
mod later;
mod liking;
mod marks;
mod pasted;
mod pen;
mod sent;
mod typing;
mod who_sees;
mod wishes;

pub use area::{replace, selection};
pub use continuing::on_enter;
pub use enter::{Enter, Held};
pub use keeping::{draft_here, draft_is};
pub use marks::{Marks, readable};

use super::{
    conversation::Conversation,
    facts::Board,
    files::{AttachBox, AttachButton, Attachments, DropVeil},
    pickers::{Picker, PickerList, Pressed, Sources},
    sync::SyncChip,
};
use crate::{
    ui::{composes, has_mouse, icon::SendIcon},
    workspaces::Unread,
};
use counting::Counter;
use later::Later;
use leptos::{ev, html, prelude::*};
use liking::Liking;
use pen::Pen;
use sent::SentLine;
use typing::Typists;
use vocabulary::{BODY_LIMIT_CHARS, MessageId, Preference, SyncState};
use who_sees::WhoSees;

/// Where what is written goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// To the room.
    Room,
    /// To the thread that this message began.
    Thread(MessageId),
}

impl Writing {
    /// The thread, if it goes to one.
    #[must_use]
    pub const fn thread(self) -> Option<MessageId> {
        match self {
            Self::Room => None,
            Self::Thread(root) => Some(root),
        }
    }
}

/// The box, who will see it, and the button.
#[component]
pub fn Composer(
    /// The open room.
    talk: Conversation,
    /// Where it goes.
    place: Writing,
    /// Tasks and Issues that can be tagged.
    board: Board,
    /// How the connection to ERPNext stood when the page opened; shown where it is given.
    #[prop(optional_no_strip)]
    sync: Option<SyncState>,
    /// Of a thread: whether the room shows it too.
    #[prop(optional_no_strip)]
    also_in_room: Option<RwSignal<bool>>,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let own = expect_context::<Unread>();
    let sources = Sources::of(talk.room, talk.me().id, board);
    let send_name = if place == Writing::Room { "Send" } else { "Send reply" };
    let name = place.thread().map_or_else(|| "room".to_owned(), |root| root.to_string());
    let picker = Picker::of(sources, name.clone());
    // Files belong to the box of the room; a thread has none of its own.
    let attach = (place == Writing::Room).then(|| AttachBox::of(talk.room, talk.me().id));
    let pen = Pen::new(talk, (place, also_in_room), area, picker, sources, board, attach);
    let text = pen.text;
    let chars = Memo::new(move |_| pen.written_chars());
    let blank = Memo::new(move |_| text.with(|text| text.trim().is_empty()));
    let has_files = move || attach.is_some_and(AttachBox::has_files);
    let busy = Memo::new(move |_| pen.busy.with(Option::is_some));
    let no_text = move || busy.get() || chars.get() > BODY_LIMIT_CHARS;
    let cannot_send = move || no_text() || blank.get() && !has_files();
    let cannot_wait = move || no_text() || blank.get() || has_files();
    let plain_paste = StoredValue::new(false);

    let key = move |event: ev::KeyboardEvent| {
        if composes(&event) {
            return;
        }
        match picker.press(&event) {
            Pressed::Not => {}
            Pressed::Done => {
                event.prevent_default();
                event.stop_propagation();
                return;
            }
            Pressed::Chose(query, choice) => {
                event.prevent_default();
                pen.choose(&query, choice);
                return;
            }
        }
        let with_mod = (event.ctrl_key() || event.meta_key()) && !event.alt_key();
        let name = event.key();
        if with_mod && !event.shift_key() {
            let mark = match name.to_lowercase().as_str() {
                "b" => Some("**"),
                "i" => Some("_"),
                "e" => Some("`"),
                _ => None,
            };
            if let Some(mark) = mark {
                event.prevent_default();
                pen.mark_selection(mark);
                return;
            }
        }
        if with_mod && event.shift_key() && name.eq_ignore_ascii_case("v") {
            plain_paste.set_value(true);
        }
        match name.as_str() {
            "Enter" => {
                let wish = untrack(|| own.is_on(Preference::EnterSends));
                let enter = Enter::with(Held::of(&event), wish, has_mouse());
                let goes_on = matches!(enter, Enter::GoesOn | Enter::GoesOnOrSends);
                if goes_on && pen.continue_block() {
                    event.prevent_default();
                } else if matches!(enter, Enter::Sends | Enter::GoesOnOrSends) {
                    event.prevent_default();
                    pen.send();
                }
            }
            "ArrowUp"
                if blank.get_untracked()
                    && !with_mod
                    && !event.alt_key()
                    && pen.look_up(event.shift_key()) =>
            {
                event.prevent_default();
            }
            _ => {}
        }
    };
    let paste = move |event: ev::ClipboardEvent| {
        let plain = plain_paste.try_update_value(std::mem::take).unwrap_or_default();
        if !plain && pen.paste(&event) {
            event.prevent_default();
        }
    };
    let label = match place {
        Writing::Room => "Message",
        Writing::Thread(_) => "Reply",
    };
    let described_by = format!("composer-audience-{name}");
    let audience_id = described_by.clone();
    let spot_id = format!("composer-spot-{name}");
    let spot = pen.spot(spot_id.clone());
    let enter_hint = move || {
        if own.is_on(Preference::EnterSends) {
            view! { <kbd>"Enter"</kbd>" sends, "<kbd>"Shift"</kbd>" "<kbd>"Enter"</kbd>" makes a new line" }.into_any()
        } else {
            view! { <kbd>"Ctrl"</kbd>" "<kbd>"Enter"</kbd>" sends, "<kbd>"Enter"</kbd>" makes a new line" }.into_any()
        }
    };

    view! {
        <form
            class="composer" aria-busy=move || busy.get().to_string()
            on:submit=move |event| {
                event.prevent_default();
                pen.send();
            }
        >
            <div class="composer-above">
                <Typists talk place/>
                <SentLine pen/>
            </div>
            <div class="composer-top">
                <p class="composer-audience" id=audience_id><WhoSees audience=talk.audience/></p>
                {sync.map(|sync| view! { <SyncChip sync/> })}
            </div>
            {attach.map(|attach| view! { <Attachments attach/><DropVeil attach/> })}
            <div class="composer-box">
                {attach.map(|attach| view! { <AttachButton attach/> })}
                <div class="composer-grow">
                    // The box is as high as this copy of its text, which also colours marks (see style/composer.css).
                    <div class="composer-copy" aria-hidden="true">{move || pen.copy(&spot_id)}</div>
                    <textarea
                        node_ref=area rows="1" dir="auto" aria-label=label aria-describedby=described_by
                        placeholder=match place { Writing::Room => "Write to the team", Writing::Thread(_) => "Reply" }
                        enterkeyhint="enter" autocomplete="off"
                        aria-autocomplete="list" aria-haspopup="listbox"
                        aria-controls=move || picker.is_open().then(|| picker.list_id())
                        aria-activedescendant=move || picker.lit_id()
                        on:input=move |_| pen.typed()
                        on:keydown=key
                        on:keyup=move |_| pen.look()
                        on:click=move |_| pen.look()
                        on:focus=move |_| sources.ask_people()
                        on:blur=move |_| picker.close()
                        on:paste=paste
                    ></textarea>
                </div>
                <PickerList picker spot chose=Callback::new(move |(query, choice)| pen.choose(&query, choice))/>
                <Liking/>
                <Later pen cannot_send=Signal::derive(cannot_wait)/>
                <button
                    type="submit" class="send" aria-label=send_name title=send_name
                    disabled=cannot_send
                    on:mousedown=|event| event.prevent_default()
                >
                    <SendIcon/>
                </button>
            </div>
            {move || pen.trouble.get().map(|words| view! { <p class="composer-trouble" role="alert">{words}</p> })}
            {move || pen.nameable.with(Option::is_some).then(|| view! {
                <p class="composer-instead">
                    <button type="button" class="button button-small" on:click=move |_| pen.name_only()>
                        "Mention without notice"
                    </button>
                </p>
            })}
            <p class="composer-hint">
                <span class="composer-keys">{enter_hint}</span>
                <Counter chars pen/>
            </p>
        </form>
    }
    .into_any()
}
