//! Files that the server does not have yet, kept in the browser's database (IndexedDB): they outlive the tab.

use crate::shelf::Shelf;
use js_sys::{Object, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};
use vocabulary::{FileId, PersonId, RoomId};
use web_sys::Blob;

const SHELF: Shelf = Shelf { database: "parlance.files", table: "files" };

/// A file that waits.
#[derive(Clone, Debug)]
pub(super) struct KeptUpload {
    /// Its identifier, which sorts by the time it was added.
    pub(super) id: FileId,
    /// Whose it is.
    pub(super) person: PersonId,
    /// Where it goes.
    pub(super) room: RoomId,
    /// How it is called.
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    /// Whether a message was written that it comes with.
    pub(super) sent: bool,
    /// Whether the server has it.
    pub(super) done: bool,
    /// What it holds.
    pub(super) blob: Blob,
}

/// Keeps it, or what has changed of it. A browser that keeps nothing (a private window, a full disk) still sends.
pub(super) async fn keep(upload: &KeptUpload) {
    let Some(record) = written(upload) else { return };
    if let Err(error) = SHELF.put(&record).await {
        leptos::logging::warn!("a file is not kept in this browser: {error}");
    }
}

/// All that this person's tabs have kept, in the order they were added.
pub(super) async fn all(person: PersonId) -> Vec<KeptUpload> {
    let records = SHELF.all().await.unwrap_or_default();
    let mut kept: Vec<KeptUpload> =
        records.iter().filter_map(read).filter(|upload| upload.person == person).collect();
    kept.sort_by_key(|upload| upload.id);
    kept
}

/// One, as it is kept now.
pub(super) async fn one(id: FileId) -> Option<KeptUpload> {
    read(&SHELF.one(&id.to_string()).await.ok().flatten()?)
}

/// It is not needed any more.
pub(super) async fn forget(id: FileId) {
    if let Err(error) = SHELF.remove(&id.to_string()).await {
        leptos::logging::warn!("a file stays in this browser: {error}");
    }
}

fn written(upload: &KeptUpload) -> Option<JsValue> {
    let record = Object::new();
    #[expect(clippy::cast_precision_loss, reason = "no file is that large")]
    let fields: [(&str, JsValue); 8] = [
        ("id", upload.id.to_string().into()),
        ("person", upload.person.to_string().into()),
        ("room", upload.room.to_string().into()),
        ("name", upload.name.as_str().into()),
        ("size", (upload.size as f64).into()),
        ("sent", upload.sent.into()),
        ("done", upload.done.into()),
        ("blob", upload.blob.clone().into()),
    ];
    for (name, value) in fields {
        Reflect::set(&record, &name.into(), &value).ok()?;
    }
    Some(record.into())
}

fn read(record: &JsValue) -> Option<KeptUpload> {
    let field = |name: &str| Reflect::get(record, &name.into()).ok();
    let text = |name: &str| field(name)?.as_string();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "no file is that large"
    )]
    let size = field("size")?.as_f64()? as u64;
    Some(KeptUpload {
        id: text("id")?.parse().ok()?,
        person: text("person")?.parse().ok()?,
        room: text("room")?.parse().ok()?,
        name: text("name")?,
        size,
        sent: field("sent")?.as_bool()?,
        done: field("done")?.as_bool()?,
        blob: field("blob")?.dyn_into().ok()?,
    })
}
