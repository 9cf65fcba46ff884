//! Which tab of a browser cares for a file that is kept there. All of them see it; one sends it.

use crate::turn::{Manner, Turn, turn};
use std::{cell::RefCell, collections::HashMap};
use vocabulary::FileId;

thread_local! {
    /// None where the browser knows no turns (a page without encryption).
    static CLAIMS: RefCell<HashMap<FileId, Option<Turn>>> = RefCell::default();
}

/// Waits until no other tab cares for the file, and takes it until it is let go or the tab is closed.
pub(super) async fn claim(id: FileId) {
    let turn = turn(&format!("parlance.file.{id}"), Manner::Waits, || ()).await;
    CLAIMS.with_borrow_mut(|claims| claims.insert(id, turn));
}

/// Another tab may have it.
pub(super) fn let_go(id: FileId) {
    let claim = CLAIMS.with_borrow_mut(|claims| claims.remove(&id));
    drop(claim);
}
