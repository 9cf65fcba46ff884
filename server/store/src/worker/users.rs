//! What ERPNext says about its users, of those who have been here.

use crate::{Db, StoreError, people, tags, worker::Worker};
use sea_orm::{ConnectionTrait, DatabaseTransaction};

impl Worker {
    /// Keeps how ERPNext calls a user, where they have been here, and where it has their picture.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn note_user(
        &self,
        user: &str,
        full_name: &str,
        user_image: Option<&str>,
    ) -> Result<(), StoreError> {
        let who = r#""user" = $1 AND kind = 'member'"#;
        let user = user.to_lowercase().into();
        people::note_looks(&self.db, self.db.writer(), (who, user), full_name, user_image).await?;
        Ok(())
    }
}

/// Follows the rename of a user: who they are, and what calls them.
pub(super) async fn rename(
    db: &Db,
    tx: &DatabaseTransaction,
    user: &str,
    new_name: &str,
) -> Result<(), StoreError> {
    let (user, new_name) = (user.to_lowercase(), new_name.to_lowercase());
    tags::user_renamed(db, tx, &user, &new_name).await?;
    tx.execute_raw(db.statement(
        r#"UPDATE people SET "user" = $2 WHERE "user" = $1 AND kind = 'member'
           AND NOT EXISTS (SELECT 1 FROM people p WHERE p."user" = $2)"#,
        [user.into(), new_name.into()],
    ))
    .await?;
    Ok(())
}
