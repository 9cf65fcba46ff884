//! What files hold, in this tab, as long as they may be sent or given back. What only the browser has stays on its one
//! thread: signals would carry it to the server's many, or lose it with the room.

use std::{cell::RefCell, collections::HashMap};
use vocabulary::{FileId, RoomId};
use web_sys::Blob;

thread_local! {
    static HELD: RefCell<HashMap<FileId, Blob>> = RefCell::default();
    static TAKEN: RefCell<HashMap<FileId, Taken>> = RefCell::default();
}

/// A file that went with a message that can still be taken back.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// Where it went.
    pub(super) room: RoomId,
    /// How it is called.
    pub(super) name: String,
    /// Bytes.
    pub(super) size: u64,
    /// What it holds.
    pub(super) blob: Blob,
}

/// Holds what is on its way.
pub(super) fn hold(id: FileId, blob: Blob) {
    HELD.with_borrow_mut(|held| held.insert(id, blob));
}

/// What a file on its way holds.
pub(super) fn held(id: FileId) -> Option<Blob> {
    HELD.with_borrow(|held| held.get(&id).cloned())
}

/// It is not on its way any more.
pub(super) fn let_go(id: FileId) {
    HELD.with_borrow_mut(|held| held.remove(&id));
}

/// Holds what goes with a message until that cannot be taken back any more.
pub(super) fn hold_taken(id: FileId, taken: Taken) {
    TAKEN.with_borrow_mut(|all| all.insert(id, taken));
}

/// Gives it back, once.
pub(super) fn give_back(id: FileId) -> Option<Taken> {
    TAKEN.with_borrow_mut(|all| all.remove(&id))
}
