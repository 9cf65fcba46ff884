//! What somebody is told of, and where.

use crate::{AppError, Asker};
use async_trait::async_trait;
use uuid::Uuid;
use vocabulary::{
    DocumentRule, MessageId, NewDevice, Notice, NoticeFilter, NoticeId, NoticeKind, RoomId,
    RoomRule, WorkDoctype, WorkspaceId,
};

/// Notices, the rules by which they come, and the devices they are pushed to. What changes something of one's own answers with
/// how often something has changed by now, and is told to all devices as in [`crate::Mine`].
#[async_trait]
pub trait Notices {
    /// A page of notices, the last first: [`vocabulary::NOTICES_PAGE`] of them where there are so many.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn notices(&self, asker: &Asker, filter: NoticeFilter) -> Result<Vec<Notice>, AppError>;

    /// The asker has looked at a notice.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for somebody else's.
    async fn see_notice(&self, asker: &Asker, notice: NoticeId) -> Result<i64, AppError>;

    /// The asker is done with a notice, or is not after all.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for somebody else's.
    async fn finish_notice(
        &self,
        asker: &Asker,
        notice: NoticeId,
        done: bool,
    ) -> Result<i64, AppError>;

    /// The asker is done with all notices, or all of a kind.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn finish_notices(
        &self,
        asker: &Asker,
        kind: Option<NoticeKind>,
    ) -> Result<i64, AppError>;

    /// Chooses of which messages of a room the asker is told.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn set_room_rule(
        &self,
        asker: &Asker,
        room: RoomId,
        rule: RoomRule,
    ) -> Result<i64, AppError>;

    /// What the asker hears of a Task or an Issue.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`, also for what ERPNext does not let them read.
    async fn document_rule(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: String,
    ) -> Result<DocumentRule, AppError>;

    /// Chooses what the asker hears of a Task or an Issue.
    ///
    /// # Errors
    /// As [`Notices::document_rule`].
    async fn set_document_rule(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: String,
        rule: DocumentRule,
    ) -> Result<(), AppError>;

    /// What a browser subscribes with: our public key (P-256, uncompressed, base64url).
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn push_key(&self, asker: &Asker) -> Result<String, AppError>;

    /// Pushes notices to a browser from now on, as long as the asker's session lasts. The same browser again is one.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member; `Invalid` for what nothing can be pushed to.
    async fn add_device(&self, asker: &Asker, device: NewDevice) -> Result<i64, AppError>;

    /// Pushes no more to the browser that has this address.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody who is no member.
    async fn remove_device(&self, asker: &Asker, endpoint: String) -> Result<i64, AppError>;

    /// The asker looks at a room, and perhaps at a thread of it, in a window that has the focus; or no longer. It counts for
    /// less than a minute, and until then nothing of that conversation is pushed.
    ///
    /// # Errors
    /// `SignIn`; `NotFound`.
    async fn attend(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: Option<MessageId>,
        window: Uuid,
        here: bool,
    ) -> Result<(), AppError>;
}
