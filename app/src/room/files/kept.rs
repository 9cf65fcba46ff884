//! Files that the server does not have yet, kept in the browser's database (IndexedDB): they outlive the tab.

use idb::{Database, DatabaseEvent, Factory, KeyPath, ObjectStoreParams, Query, TransactionMode};
use js_sys::{Object, Reflect};
use leptos::wasm_bindgen::{JsCast, JsValue};
use vocabulary::{FileId, PersonId, RoomId};
use web_sys::Blob;

const DATABASE: &str = "parlance.files";
const STORE: &str = "files";

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
    let kept = async {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        transaction.object_store(STORE)?.put(&record, None)?.await?;
        transaction.commit()?.await?;
        Ok::<_, idb::Error>(())
    };
    if let Err(error) = kept.await {
        leptos::logging::warn!("a file is not kept in this browser: {error}");
    }
}

/// All that this person's tabs have kept, in the order they were added.
pub(super) async fn all(person: PersonId) -> Vec<KeptUpload> {
    let found = async {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
        let records = transaction.object_store(STORE)?.get_all(None, None)?.await?;
        Ok::<_, idb::Error>(records)
    };
    let records: Vec<JsValue> = found.await.unwrap_or_default();
    let mut kept: Vec<KeptUpload> =
        records.iter().filter_map(read).filter(|upload| upload.person == person).collect();
    kept.sort_by_key(|upload| upload.id);
    kept
}

/// One, as it is kept now.
pub(super) async fn one(id: FileId) -> Option<KeptUpload> {
    let found = async {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadOnly)?;
        let key = Query::Key(JsValue::from_str(&id.to_string()));
        transaction.object_store(STORE)?.get(key)?.await
    };
    read(&found.await.ok().flatten()?)
}

/// It is not needed any more.
pub(super) async fn forget(id: FileId) {
    let forgotten = async {
        let database = open().await?;
        let transaction = database.transaction(&[STORE], TransactionMode::ReadWrite)?;
        let key = Query::Key(JsValue::from_str(&id.to_string()));
        transaction.object_store(STORE)?.delete(key)?.await?;
        transaction.commit()?.await?;
        Ok::<_, idb::Error>(())
    };
    if let Err(error) = forgotten.await {
        leptos::logging::warn!("a file stays in this browser: {error}");
    }
}

async fn open() -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(DATABASE, Some(1))?;
    request.on_upgrade_needed(|event| {
        let mut params = ObjectStoreParams::new();
        params.key_path(Some(KeyPath::new_single("id")));
        if let Ok(database) = event.database() {
            // Fails if it is there, which is as good.
            let _ = database.create_object_store(STORE, params);
        }
    });
    request.await
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
