//! Files that are dropped anywhere in the room, or pasted.

use super::attach_box::AttachBox;
use crate::ui::icon::PaperclipIcon;
use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, Element, Event};

/// Where something is written: text is pasted there as text.
const WRITING: &str = "input, textarea, [contenteditable]";

/// Where files may be dropped.
const ROOM: &str = "main.room";

/// Takes what is dropped and pasted, and says so while something is held over the room.
#[component]
pub fn DropVeil(
    /// The room's box.
    attach: AttachBox,
) -> impl IntoView {
    let over = RwSignal::new(false);
    Effect::new(move |_| {
        let listeners = [
            window_event_listener(ev::dragover, move |event: ev::DragEvent| {
                let Some(data) = event.data_transfer().filter(has_files) else { return };
                // Without this the browser would open the file in place of the page.
                event.prevent_default();
                let here = is_within(&event, ROOM);
                data.set_drop_effect(if here { "copy" } else { "none" });
                if over.get_untracked() != here {
                    over.set(here);
                }
            }),
            window_event_listener(ev::dragleave, move |event: ev::DragEvent| {
                // Out of the window; between two elements the next `dragover` decides.
                if event.related_target().is_none() {
                    over.set(false);
                }
            }),
            window_event_listener(ev::drop, move |event: ev::DragEvent| {
                over.set(false);
                let Some(data) = event.data_transfer().filter(has_files) else { return };
                event.prevent_default();
                if let Some(files) = data.files().filter(|_| is_within(&event, ROOM)) {
                    attach.add_list(&files);
                }
            }),
            window_event_listener(ev::paste, move |event: ev::ClipboardEvent| {
                let Some(data) = event.clipboard_data().filter(has_files) else { return };
                let elsewhere = is_within(&event, WRITING) && !is_within(&event, ROOM);
                // Office programs put a picture of the text beside it.
                let has_text =
                    data.types().iter().any(|kind| kind == "text/plain" || kind == "text/html");
                if elsewhere || has_text {
                    return;
                }
                if let Some(files) = data.files().filter(|files| files.length() > 0) {
                    event.prevent_default();
                    attach.add_list(&files);
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
    });
    view! {
        <Show when=move || over.get()>
            <div class="drop-veil" aria-hidden="true">
                <p><PaperclipIcon/>"Drop to add the files to your message"</p>
            </div>
        </Show>
    }
    .into_any()
}

fn has_files(data: &DataTransfer) -> bool {
    data.types().iter().any(|kind| kind == "Files")
}

fn is_within(event: &Event, selector: &str) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}
