//! Where one can jump to.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{JumpFound, JumpWish};

/// What the jump box finds in all workspaces of a member.
#[async_trait]
pub trait Jumping {
    /// The documents and people that answer `wish`, the best first and at most 20: Tasks and Issues that ERPNext lets the asker
    /// read, the Customers and Contacts of their Projects, and the people of those. What is hidden and what does not exist
    /// are left out alike.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member; `Invalid` for more than [`vocabulary::JUMP_KNOWN_LIMIT`] known ones.
    async fn jump(&self, asker: &Asker, wish: JumpWish) -> Result<Vec<JumpFound>, AppError>;
}
