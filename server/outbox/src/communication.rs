//! A chat line as a Communication (rule 4: it references the Project and changes nothing else).

use crate::site_state::Manners;
use erpnext::{ErpError, NewCommunication, Site};
use store::worker::Owed;

/// Makes sure the Communication exists, once; answers with its name.
///
/// # Errors
/// As the site answered. A repeat is always safe: the key is unique in ERPNext.
pub(crate) async fn ensure(site: &Site, owed: &Owed, manners: Manners) -> Result<String, ErpError> {
    let new = NewCommunication::chat(
        &owed.project,
        &owed.author_user,
        &owed.author_name,
        &owed.body,
        erpnext::site_time(owed.sent_at, manners.zone),
        &owed.idempotency_key,
    );
    match site.insert_communication(&new).await {
        // An earlier try got through and its answer was lost.
        Err(error) if error.is_key_taken() => {
            match site.communication_by_key(&owed.idempotency_key).await? {
                Some(name) => Ok(name),
                None => Err(error),
            }
        }
        other => other,
    }
}
