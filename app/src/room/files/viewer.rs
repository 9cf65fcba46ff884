//! Pictures, one at a time and as large as the window.

use super::form::called;
use crate::ui::icon::{BackIcon, CloseIcon, DownloadIcon, ForwardIcon};
use leptos::{ev, html, prelude::*};
use vocabulary::{Attached, FileId, file_size};

/// A picture that can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    id: FileId,
    name: String,
    what: String,
    width: u32,
    height: u32,
}

impl Seen {
    pub(super) fn of(file: &Attached) -> Self {
        let (width, height) = (file.width.unwrap_or(1), file.height.unwrap_or(1));
        let what = format!(
            "{} · {width} × {height} · {}",
            called(&file.content_type),
            file_size(file.size)
        );
        Self { id: file.id, name: file.name.clone(), what, width, height }
    }
}

/// What is looked at: pictures of one message, and which of them.
#[derive(Clone, Copy)]
pub struct Viewer {
    open: RwSignal<Option<(Vec<Seen>, usize)>>,
}

impl Viewer {
    /// Nothing is looked at.
    #[must_use]
    pub fn new() -> Self {
        Self { open: RwSignal::new(None) }
    }

    /// Looks at the one at `place`.
    pub(super) fn open(self, pictures: Vec<Seen>, place: usize) {
        self.open.set(Some((pictures, place)));
    }

    /// To the one so many places on, if there is one.
    fn step(self, by: isize) {
        self.open.update(|open| {
            if let Some((pictures, place)) = open
                && let Some(next) =
                    place.checked_add_signed(by).filter(|next| *next < pictures.len())
            {
                *place = next;
            }
        });
    }
}

/// The window for it. The browser keeps the focus inside, closes it by Esc and gives the focus back.
#[component]
pub fn ViewerDialog() -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let dialog = NodeRef::<html::Dialog>::new();
    let is_open = Memo::new(move |_| viewer.open.with(Option::is_some));
    Effect::new(move |_| {
        let (open, Some(dialog)) = (is_open.get(), dialog.get()) else { return };
        if open && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !open && dialog.open() {
            dialog.close();
        }
    });
    let close = move || viewer.open.set(None);
    let key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "ArrowLeft" => viewer.step(-1),
            "ArrowRight" => viewer.step(1),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <dialog
            class="viewer" node_ref=dialog aria-label="Picture" on:close=move |_| close() on:keydown=key
            on:click=move |event| {
                // Beside the picture.
                if event.target() == event.current_target() {
                    close();
                }
            }
        >
            {move || viewer.open.get().and_then(|(pictures, place)| {
                let count = pictures.len();
                pictures.into_iter().nth(place).map(|seen| view! { <Picture viewer seen place count/> })
            })}
        </dialog>
    }
    .into_any()
}

#[component]
fn Picture(
    /// What is looked at.
    viewer: Viewer,
    /// Which.
    seen: Seen,
    /// Its place.
    place: usize,
    /// Of so many.
    count: usize,
) -> impl IntoView {
    let Seen { id, name, what, width, height } = seen;
    let several = count > 1;
    view! {
        <header class="viewer-top">
            <p class="viewer-words">
                <bdi class="viewer-name">{name.clone()}</bdi>
                <span class="viewer-what">{what}</span>
            </p>
            {several.then(|| view! { <span class="viewer-place" aria-live="polite">{format!("{} of {count}", place + 1)}</span> })}
            <a
                class="viewer-button" href=format!("/files/{id}") download=name.clone() rel="external"
                aria-label=format!("Download {name}") title="Download"
            >
                <DownloadIcon/>
            </a>
            <button type="button" class="viewer-button" aria-label="Close" title="Close (Esc)" on:click=move |_| viewer.open.set(None)>
                <CloseIcon/>
            </button>
        </header>
        <img class="viewer-picture" src=format!("/files/{id}") alt=name width=width height=height/>
        {several.then(|| view! {
            <button
                type="button" class="viewer-button viewer-before" aria-label="Previous picture" title="Previous (←)"
                disabled=place == 0 on:click=move |_| viewer.step(-1)
            >
                <BackIcon/>
            </button>
            <button
                type="button" class="viewer-button viewer-after" aria-label="Next picture" title="Next (→)"
                disabled=place + 1 == count on:click=move |_| viewer.step(1)
            >
                <ForwardIcon/>
            </button>
        })}
    }
    .into_any()
}
