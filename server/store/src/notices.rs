//! Notices. What is said makes them a moment later, from what is stored ([`Worker::note`](crate::worker::Worker::note));
//! what is about somebody's own edits, messages for later and assignments makes them in the transaction that causes them.
//!
//! Whoever writes notices of somebody, or what decides whether they are read, holds that person's row first: then nobody
//! makes a notice of what is being read.

mod causes;
mod devices;
mod listing;
mod noting;
mod pushes;
mod reading;
mod rules;

pub(crate) use causes::{
    assigned, edit_stopped, edits_decided, later_settled, of_todo, unassigned, unsent,
};
pub use devices::{DeviceKey, KeptDevice, attend, forget_device, keep_device, look_away};
pub(crate) use devices::{count as devices, hurry};
pub(crate) use listing::unread;
pub use listing::{list, one};
pub use noting::{News, Noted};
pub use pushes::{DuePush, PushEnd};
pub use reading::{finish, finish_all, see};
pub(crate) use reading::{read_all, read_in_room, read_in_thread, unread_in_room};
pub use rules::{document_rule, set_document_rule, set_room_rule};

use crate::{Backend, Db, StoreError};
use sea_orm::{ConnectionTrait, DatabaseTransaction};
use vocabulary::PersonId;

/// Keeps everybody else from writing notices of `person` until the transaction ends.
pub(crate) async fn hold(
    db: &Db,
    tx: &DatabaseTransaction,
    person: PersonId,
) -> Result<(), StoreError> {
    // SQLite has one writer.
    if db.backend() == Backend::Postgres {
        let sql = "SELECT 1 FROM people WHERE id = $1 FOR UPDATE";
        tx.query_one_raw(db.statement(sql, [person.as_uuid().into()])).await?;
    }
    Ok(())
}
