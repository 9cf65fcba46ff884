//! Whom one can call and what one can tag.

use crate::{AppError, Asker};
use async_trait::async_trait;
use vocabulary::{Mentionable, RoomId, Taggable};

/// Lists for the pickers of a room.
#[async_trait]
pub trait Pickers {
    /// People to call: those who can read the room first, then users of the site who cannot, then the client's people.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for everybody who is not of the team.
    async fn mentionable(&self, asker: &Asker, room: RoomId) -> Result<Vec<Mentionable>, AppError>;

    /// Up to 20 Tasks, Issues, the Customer and its Contacts whose name or title has `query` in it, or that were made with
    /// that key. Accents and case do not matter. Only Tasks and Issues that ERPNext lets the asker read.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for everybody who is not of the team.
    async fn taggable(
        &self,
        asker: &Asker,
        room: RoomId,
        query: String,
    ) -> Result<Vec<Taggable>, AppError>;
}
