//! What somebody is told of: the list, the rules, and the devices that notices are pushed to.

mod clerk;
mod door;
mod payload;
mod pushing;
mod quiet;

pub(crate) use door::PushDoor;
pub(crate) use quiet::is_known_zone;

use crate::{
    OpenRoom, Services, Visit,
    errors::{from_hidden, from_store},
};
use async_trait::async_trait;
use contract::{AppError, Asker, Notices};
use policy::{DocumentScope, MemberReach};
use push::{Device, NoDevice};
use store::{
    mine::Counted,
    notices::{self, DeviceKey, KeptDevice},
};
use uuid::Uuid;
use vocabulary::{
    DocumentRule, MessageId, Moment, NewDevice, Notice, NoticeFilter, NoticeId, NoticeKind,
    NoticeOf, RoomId, RoomRule, WorkDoctype, WorkspaceId,
};

/// What somebody says to look at counts for so long; their page says it again before.
const LOOKS_FOR_MILLIS: i64 = 45_000;

#[async_trait]
impl Notices for Services {
    async fn notices(&self, asker: &Asker, filter: NoticeFilter) -> Result<Vec<Notice>, AppError> {
        let reach = self.reach(asker).await?;
        let mut found = notices::list(&self.db, &reach, &filter).await.map_err(from_store)?;
        found.iter_mut().for_each(read_entities);
        Ok(found)
    }

    async fn see_notice(&self, asker: &Asker, notice: NoticeId) -> Result<i64, AppError> {
        let reach = self.reach(asker).await?;
        self.noticed(&reach, notices::see(&self.db, &reach, notice).await.map_err(from_store)?)
    }

    async fn finish_notice(
        &self,
        asker: &Asker,
        notice: NoticeId,
        done: bool,
    ) -> Result<i64, AppError> {
        let reach = self.reach(asker).await?;
        let finished = notices::finish(&self.db, &reach, notice, done).await;
        self.noticed(&reach, finished.map_err(from_store)?)
    }

    async fn finish_notices(
        &self,
        asker: &Asker,
        kind: Option<NoticeKind>,
    ) -> Result<i64, AppError> {
        let reach = self.reach(asker).await?;
        let finished = notices::finish_all(&self.db, &reach, kind).await.map_err(from_store)?;
        self.noticed(&reach, Some(finished))
    }

    async fn set_room_rule(
        &self,
        asker: &Asker,
        room: RoomId,
        rule: RoomRule,
    ) -> Result<i64, AppError> {
        let open = self.open_room_of(asker, room).await?;
        let OpenRoom { scope, room, .. } = &open;
        let chosen = notices::set_room_rule(&self.db, scope, room, rule).await;
        self.own_changed(scope.who().person(), chosen)
    }

    async fn document_rule(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: String,
    ) -> Result<DocumentRule, AppError> {
        let document = self.enter(asker, id).await?.work(doctype, &name).await?;
        notices::document_rule(&self.db, &document).await.map_err(from_store)
    }

    async fn set_document_rule(
        &self,
        asker: &Asker,
        id: WorkspaceId,
        doctype: WorkDoctype,
        name: String,
        rule: DocumentRule,
    ) -> Result<(), AppError> {
        let document = self.enter(asker, id).await?.work(doctype, &name).await?;
        notices::set_document_rule(&self.db, &document, rule).await.map_err(from_store)
    }

    async fn push_key(&self, asker: &Asker) -> Result<String, AppError> {
        self.reach(asker).await?;
        Ok(self.push_sender().await?.public_key().to_owned())
    }

    async fn add_device(&self, asker: &Asker, device: NewDevice) -> Result<i64, AppError> {
        let session = self.session(asker).await?;
        let reach = self.reach(asker).await?;
        let NewDevice { endpoint, p256dh, auth, before } = &device;
        let allowed = self.push_sender().await?.reach();
        Device::read(endpoint, p256dh, auth, allowed).map_err(no_device)?;
        let kept = KeptDevice {
            key: DeviceKey::of(endpoint),
            before: before.as_deref().map(DeviceKey::of),
            sealed: door::seal(&self.vault, &device)?,
        };
        let kept = notices::keep_device(&self.db, &reach, &session.hash, &kept).await;
        self.own_changed(reach.person(), kept)
    }

    async fn remove_device(&self, asker: &Asker, endpoint: String) -> Result<i64, AppError> {
        let reach = self.reach(asker).await?;
        let gone = notices::forget_device(&self.db, &reach, &DeviceKey::of(&endpoint)).await;
        self.own_changed(reach.person(), gone)
    }

    async fn attend(
        &self,
        asker: &Asker,
        room: RoomId,
        thread: Option<MessageId>,
        window: Uuid,
        here: bool,
    ) -> Result<(), AppError> {
        let open = self.open_room_of(asker, room).await?;
        if here {
            let until = Moment::now().plus_millis(LOOKS_FOR_MILLIS);
            notices::attend(&self.db, &open.scope, (room, thread), window, until).await
        } else {
            let away = notices::look_away(&self.db, &open.scope, window).await;
            self.push_owed.notify_one();
            away
        }
        .map_err(from_store)
    }
}

impl Services {
    /// Tells the devices of a change of somebody's notices. What is shown of it there is closed by what is pushed.
    fn noticed(&self, reach: &MemberReach, changed: Option<Counted>) -> Result<i64, AppError> {
        let counted = changed.ok_or_else(|| from_hidden(policy::Hidden))?;
        self.push_owed.notify_one();
        self.own_changed(reach.person(), Ok(counted))
    }
}

impl Visit {
    async fn work(&self, doctype: WorkDoctype, name: &str) -> Result<DocumentScope, AppError> {
        self.document(doctype.as_str(), name).await
    }
}

/// Subjects come from ERPNext with its entities.
fn read_entities(notice: &mut Notice) {
    if let NoticeOf::Work { subject: Some(subject), .. } = &mut notice.of {
        *subject = erpnext::decode_entities(subject);
    }
}

fn no_device(problem: NoDevice) -> AppError {
    let (field, what) = match problem {
        NoDevice::Endpoint => ("endpoint", "an address that nothing can be sent to"),
        NoDevice::Keys => ("p256dh", "keys that nothing can be sealed with"),
    };
    AppError::Invalid {
        field: field.into(),
        reason: format!(
            "This browser gave {what}. Notices are not turned on here; they are kept under Activity."
        ),
    }
}
