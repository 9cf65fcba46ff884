//! Files above the box, before they are sent.

use super::{
    attach_box::AttachBox,
    form::letters,
    uploads::{Going, Upload},
};
use crate::ui::icon::{AlertIcon, CloseIcon, PaperclipIcon};
use leptos::{html, prelude::*};
use vocabulary::file_size;

/// What was added, each with its progress.
#[component]
pub fn Attachments(
    /// The room's box.
    attach: AttachBox,
) -> impl IntoView {
    let (said, full) = (attach.uploads.said, attach.uploads.full);
    view! {
        <Show when=move || !attach.list().is_empty()>
            <ul class="attachments" aria-label="Files to send">
                <For each=move || attach.list() key=|upload| upload.id let:upload>
                    <Attachment attach upload/>
                </For>
            </ul>
        </Show>
        <p class="attachments-said" class:attachments-full=move || full.get() role="status">{move || said.get()}</p>
    }
    .into_any()
}

#[component]
fn Attachment(
    /// The room's box.
    attach: AttachBox,
    /// The file.
    upload: Upload,
) -> impl IntoView {
    let Upload { id, name, size, preview, going, .. } = upload;
    let uploads = attach.uploads;
    let (shown, removed, again) =
        (name.clone(), format!("Remove {name}"), format!("Try {name} again"));
    let failed = {
        let going = going.clone();
        move || going.with(|going| going.trouble().is_some())
    };
    let is_kept = {
        let going = going.clone();
        move || matches!(going.get(), Going::Kept(_))
    };
    view! {
        <li class="attachment" class:attachment-failed=failed.clone()>
            {match preview {
                Some(address) => view! { <img class="attachment-picture" src=address alt=""/> }.into_any(),
                None => view! { <span class="attachment-letters" aria-hidden="true">{letters(&name)}</span> }.into_any(),
            }}
            <span class="attachment-words">
                <bdi class="attachment-name" title=name.clone()>{shown}</bdi>
                <Way name=name.clone() size going/>
            </span>
            <Show when=failed.clone()>
                <button type="button" class="button button-small" aria-label=again.clone() on:click=move |_| uploads.retry(id)>
                    "Retry"
                </button>
            </Show>
            <Show when=is_kept.clone()>
                <button type="button" class="button button-small" aria-label=format!("Save a copy of {name}") on:click=move |_| uploads.save_copy(id)>
                    "Save a copy"
                </button>
            </Show>
            <button
                type="button" class="attachment-remove" aria-label=removed.clone() title=removed.clone()
                on:click=move |_| uploads.cancel(id)
            >
                <CloseIcon/>
            </button>
        </li>
    }
    .into_any()
}

/// How far a file is: a bar as long as it goes, words otherwise.
#[component]
pub(super) fn Way(
    /// The file's name.
    name: String,
    /// Bytes.
    size: u64,
    /// How it stands.
    going: ArcRwSignal<Going>,
) -> impl IntoView {
    move || {
        match going.get() {
        Going::Waiting => view! {
            <span class="attachment-way">{format!("{} · waits to be sent", file_size(size))}</span>
        }
        .into_any(),
        Going::Sending(part) => {
            let percent = (part * 100.0).floor();
            view! {
                <progress class="attachment-bar" max="100" value=percent aria-label=format!("Sending {name}")></progress>
                <span class="attachment-way">{format!("{percent} % of {}", file_size(size))}</span>
            }
            .into_any()
        }
        Going::Done(_) => view! { <span class="attachment-way">{file_size(size)}</span> }.into_any(),
        Going::Failed(why) | Going::Kept(why) => {
            view! { <span class="attachment-way attachment-why" role="alert"><AlertIcon/>{why}</span> }
                .into_any()
        }
    }
    }
}

/// Opens the computer's own choice of files; `Mod+U` does the same.
#[component]
pub fn AttachButton(
    /// The room's box.
    attach: AttachBox,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let choose = move || {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <input
            node_ref=input type="file" multiple hidden tabindex="-1" aria-label="Files to attach"
            on:change=move |_| {
                if let Some(input) = input.get_untracked() {
                    if let Some(files) = input.files() {
                        attach.add_list(&files);
                    }
                    // The same file can be chosen again.
                    input.set_value("");
                }
            }
        />
        <button
            type="button" class="attach" aria-label="Attach files" title="Attach files (Ctrl+U)"
            aria-keyshortcuts="Control+U Meta+U" on:click=move |_| choose()
        >
            <PaperclipIcon/>
        </button>
    }
    .into_any()
}
