//! The files of a message.

use super::{
    form::{called, drawn, letters},
    tray::Way,
    uploads::{Going, Uploads},
    viewer::{Seen, Viewer},
};
use crate::ui::icon::{DownloadIcon, FileLostIcon};
use leptos::{either::Either, prelude::*};
use vocabulary::{Attached, AttachedState, file_size};

/// Pictures first, side by side; everything else as cards.
#[component]
pub fn MessageFiles(
    /// The files, in their order.
    files: Vec<Attached>,
    /// Whether this person sent them.
    mine: bool,
) -> impl IntoView {
    if files.is_empty() {
        return ().into_any();
    }
    let (pictures, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_picture);
    let seen: Vec<Seen> = pictures.iter().map(Seen::of).collect();
    view! {
        <div class="files">
            {(!pictures.is_empty())
                .then(|| {
                    let pictures = pictures.into_iter().enumerate();
                    view! {
                        <div class="files-pictures">
                            {pictures
                                .map(|(place, file)| view! { <PictureButton file seen=seen.clone() place/> })
                                .collect_view()}
                        </div>
                    }
                })}
            {others.into_iter().map(|file| view! { <Card file mine/> }).collect_view()}
        </div>
    }
    .into_any()
}

/// Whether it is drawn: the server could measure it, so a browser can draw it.
fn is_picture(file: &Attached) -> bool {
    file.state == AttachedState::Ready
        && file.content_type.starts_with("image/")
        && file.width.is_some()
        && file.height.is_some()
}

#[component]
fn PictureButton(
    /// Which.
    file: Attached,
    /// All pictures of the message.
    seen: Vec<Seen>,
    /// Its place among them.
    place: usize,
) -> impl IntoView {
    let viewer = expect_context::<Viewer>();
    let (width, height) = drawn(file.width.unwrap_or(1), file.height.unwrap_or(1));
    let note = file.note.clone();
    view! {
        <figure class="file-figure">
            <button
                type="button" class="file-picture" aria-label=format!("Open picture {}", file.name)
                style=format!("--file-width: {width}px; aspect-ratio: {width} / {height}")
                on:click=move |_| viewer.open(seen.clone(), place)
            >
                <img
                    src=format!("/files/{}/thumbnail", file.id) alt=file.name.clone() width=width height=height
                    loading="lazy" decoding="async"
                />
            </button>
            {note.map(|note| view! { <figcaption class="file-note">{note}</figcaption> })}
        </figure>
    }
    .into_any()
}

#[component]
fn Card(
    /// Which.
    file: Attached,
    /// Whether this person sent it.
    mine: bool,
) -> impl IntoView {
    let Attached { id, name, content_type, size, state, note, .. } = file;
    let way = match state {
        AttachedState::Ready => {
            let what = format!("{} · {}", called(&content_type), file_size(size));
            view! { <span class="file-what">{what}</span> }.into_any()
        }
        AttachedState::Coming => view! { <Coming id name=name.clone() size mine/> }.into_any(),
        AttachedState::Failed => view! { <Lost id name=name.clone() mine/> }.into_any(),
    };
    let words = view! {
        <span class="file-letters" aria-hidden="true">
            {if state == AttachedState::Failed {
                Either::Left(view! { <FileLostIcon/> })
            } else {
                Either::Right(letters(&name))
            }}
        </span>
        <span class="file-words">
            <bdi class="file-name">{name.clone()}</bdi>
            {way}
            {note.map(|note| view! { <span class="file-note">{note}</span> })}
        </span>
    };
    if state == AttachedState::Ready {
        view! {
            <a
                class="file-card" href=format!("/files/{id}") download=name.clone() rel="external"
                aria-label=format!("Download {name}, {}", file_size(size))
            >
                {words}
                <DownloadIcon/>
            </a>
        }
        .into_any()
    } else {
        view! { <div class="file-card file-card-still" role="group" aria-label=name>{words}</div> }
            .into_any()
    }
}

/// On its way: with its progress where it comes from this very tab.
#[component]
fn Coming(
    /// Which.
    id: vocabulary::FileId,
    /// Its name.
    name: String,
    /// Bytes.
    size: u64,
    /// Whether this person sent it.
    mine: bool,
) -> impl IntoView {
    let uploads = expect_context::<Uploads>();
    move || {
        let upload = mine.then(|| uploads.find(id)).flatten();
        match upload {
            Some(upload) => {
                let (name, going) = (name.clone(), upload.going.clone());
                let (stop, again, kept) = (going.clone(), going.clone(), going.clone());
                view! {
                    <Way name=name.clone() size going/>
                    <span class="file-acts">
                        <Show when=move || again.with(|going| going.trouble().is_some())>
                            <button type="button" class="button button-small" on:click=move |_| uploads.retry(id)>"Retry"</button>
                        </Show>
                        <Show when=move || matches!(kept.get(), Going::Kept(_))>
                            <button type="button" class="button button-small" on:click=move |_| uploads.save_copy(id)>"Save a copy"</button>
                        </Show>
                        <Show when=move || !matches!(stop.get(), Going::Done(_))>
                            <button
                                type="button" class="button button-small" aria-label=format!("Cancel {name}")
                                on:click=move |_| uploads.cancel(id)
                            >
                                "Cancel"
                            </button>
                        </Show>
                    </span>
                }
                .into_any()
            }
            None => view! { <span class="file-what">{format!("{} · on its way", file_size(size))}</span> }.into_any(),
        }
    }
}

#[component]
fn Lost(
    /// Which.
    id: vocabulary::FileId,
    /// Its name.
    name: String,
    /// Whether this person sent it.
    mine: bool,
) -> impl IntoView {
    let uploads = expect_context::<Uploads>();
    move || {
        let why = mine.then(|| uploads.find(id)).flatten();
        let reason =
            why.as_ref().and_then(|upload| upload.going.get().trouble().map(str::to_owned));
        view! {
            <span class="file-what file-lost">{reason.unwrap_or_else(|| "It did not arrive.".to_owned())}</span>
            {why.map(|_| view! {
                <span class="file-acts">
                    <button
                        type="button" class="button button-small" aria-label=format!("Try {name} again")
                        on:click=move |_| uploads.retry(id)
                    >
                        "Retry"
                    </button>
                </span>
            })}
        }
        .into_any()
    }
}
