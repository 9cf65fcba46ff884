//! Sending later: kept with the message's own key, posted like any other when it is due. Whatever is cut off in between
//! is tried again, and the key makes it one message.

use crate::{OpenRoom, Services, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, Asker, Scheduling};
use policy::Principal;
use std::time::Duration;
use store::{
    StoreError,
    mine::scheduled::{self, DueMessage, Kept, SendEnd},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::{
    MessageBody, MessageDraft, MessageKey, Moment, PersonId, RoomId, SCHEDULED_LIMIT,
};

/// How often what is due is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long one replica alone sends, unless it says so again.
const LEASE_MILLIS: i64 = 30_000;

/// Messages sent between two looks.
const AT_ONCE: u64 = 50;

/// The furthest time: a year.
const FURTHEST_MILLIS: i64 = 366 * 24 * 60 * 60 * 1_000;

/// A browser's clock may be this much behind ours.
const CLOCK_MILLIS: i64 = 60_000;

/// What could not be sent for this long after it was due is given back to its author.
const PATIENCE_MILLIS: i64 = 6 * 60 * 60 * 1_000;

#[async_trait]
impl Scheduling for Services {
    async fn schedule(
        &self,
        asker: &Asker,
        room: RoomId,
        draft: MessageDraft,
        send_at: Moment,
    ) -> Result<(), AppError> {
        let open = self.open_room_of(asker, room).await?;
        if let Err(problem) = open.check_later(&draft, send_at).await {
            // What was kept or even sent before is not refused when it is repeated.
            return if open.was_kept(draft.key).await? { Ok(()) } else { Err(problem) };
        }
        let kept = scheduled::put(&self.db, &open.scope, &open.room, &draft, send_at).await;
        match kept.map_err(from_store)? {
            Kept::New(changes) => {
                self.live.mine_changed(open.scope.who().person(), changes);
                Ok(())
            }
            Kept::Before => Ok(()),
            Kept::KeyUsedElsewhere => Err(AppError::Conflict {
                reason: "This message was already used somewhere else. Nothing was kept; the text is still here.".into(),
            }),
            Kept::TooMany => Err(AppError::Refused {
                reason: format!(
                    "You have {SCHEDULED_LIMIT} messages waiting, which is the limit. Nothing was kept; the text is still here."
                ),
            }),
        }
    }

    async fn change_scheduled(
        &self,
        asker: &Asker,
        key: MessageKey,
        body: Option<MessageBody>,
        send_at: Moment,
    ) -> Result<(), AppError> {
        let reach = self.reach(asker).await?;
        let found = scheduled::one(&self.db, &reach, key).await.map_err(from_store)?;
        let (room, draft) = found.ok_or(AppError::NotFound)?;
        let open = self.open_room_of(asker, room).await?;
        check_time(send_at)?;
        open.check_draft(&MessageDraft { body: body.clone(), ..draft.clone() }).await?;
        let changed = scheduled::change(&self.db, &reach, &draft, body, send_at).await;
        let changes = changed.map_err(from_store)?.ok_or(AppError::NotFound)?;
        self.live.mine_changed(reach.person(), changes);
        Ok(())
    }

    async fn cancel_scheduled(&self, asker: &Asker, key: MessageKey) -> Result<(), AppError> {
        let reach = self.reach(asker).await?;
        let gone = scheduled::cancel(&self.db, &reach, key).await.map_err(from_store)?;
        let changes = gone.ok_or(AppError::NotFound)?;
        self.live.mine_changed(reach.person(), changes);
        Ok(())
    }
}

/// The longer something has been due, the longer it waits for the next try: it must not hold up what others wait for.
fn pause_millis(send_at: Moment, now: Moment) -> i64 {
    ((now.as_millis() - send_at.as_millis()) / 4).clamp(2_000, 5 * 60 * 1_000)
}

fn check_time(send_at: Moment) -> Result<(), AppError> {
    let now = Moment::now();
    let reason = if send_at < now.plus_millis(-CLOCK_MILLIS) {
        "This time is over. Nothing was kept; the text is still here."
    } else if send_at > now.plus_millis(FURTHEST_MILLIS) {
        "This time is more than a year away. Nothing was kept; the text is still here."
    } else {
        return Ok(());
    };
    Err(AppError::Invalid { field: "send_at".into(), reason: reason.into() })
}

impl OpenRoom {
    /// Refuses what cannot be kept to be said at `send_at`.
    async fn check_later(&self, draft: &MessageDraft, send_at: Moment) -> Result<(), AppError> {
        check_time(send_at)?;
        self.check_draft(draft).await?;
        if let Some(reply) = draft.reply {
            self.message(reply.thread).await?;
        }
        Ok(())
    }

    /// Whether the visitor has kept or said something under `key`.
    async fn was_kept(&self, key: MessageKey) -> Result<bool, AppError> {
        if scheduled::is_kept(&self.services.db, &self.scope, key).await.map_err(from_store)? {
            return Ok(true);
        }
        Ok(self.said_before(key).await?.is_some())
    }
}

impl Services {
    /// Sends what is due until `stop`. One replica at a time; if two do it all the same, each message is still one.
    pub async fn send_scheduled(&self, stop: CancellationToken) {
        let holder = Uuid::now_v7();
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {}
            }
            if let Err(error) = self.send_due(holder).await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "messages that are due could not be sent; the next look tries again"
                );
            }
        }
    }

    async fn send_due(&self, holder: Uuid) -> Result<(), StoreError> {
        let worker = self.live.worker();
        let due = worker.due_messages(Moment::now(), AT_ONCE).await?;
        if due.is_empty() {
            return Ok(());
        }
        for key in due {
            let now = Moment::now();
            if !worker.hold_lease("scheduled", holder, now.plus_millis(LEASE_MILLIS)).await? {
                return Ok(());
            }
            let Some(message) = worker.take_due_message(key, now).await? else { continue };
            let person = message.person;
            let end = self.send_one(message).await;
            if let Some(changes) = worker.end_due_message(person, key, &end).await? {
                self.live.mine_changed(person, changes);
            }
        }
        Ok(())
    }

    /// Posts as its author, if they may still do so.
    async fn send_one(&self, message: DueMessage) -> SendEnd {
        let DueMessage { person, room, draft, send_at } = message;
        let Some(draft) = draft else { return SendEnd::Failed(scheduled::UNREADABLE.into()) };
        let sent = match self.author_now(person).await {
            Ok(Some(who)) => match self.open_room_as(who, room).await {
                Ok(open) => open.post(draft).await,
                Err(problem) => Err(problem),
            },
            Ok(None) => {
                return SendEnd::Failed("Your account was disabled when it was due.".into());
            }
            Err(problem) => Err(problem),
        };
        match sent {
            Ok(_) => SendEnd::Sent,
            Err(AppError::NotFound) => SendEnd::Failed(
                "When it was due, you could not read the room or the thread any more.".into(),
            ),
            Err(
                problem @ (AppError::Waiting { .. }
                | AppError::TooMuch { .. }
                | AppError::Unexpected { .. }),
            ) => {
                let now = Moment::now();
                if send_at.plus_millis(PATIENCE_MILLIS) < now {
                    SendEnd::Failed(problem.to_string())
                } else {
                    SendEnd::Again(now.plus_millis(pause_millis(send_at, now)))
                }
            }
            Err(problem) => SendEnd::Failed(problem.to_string()),
        }
    }

    /// The author of something that is due, by ERPNext's answer of now: they may be away for days, and then nobody has asked.
    async fn author_now(&self, person: PersonId) -> Result<Option<Principal>, AppError> {
        let fresh = self.fresh_standing(person).await;
        match self.live.worker().member_of_old(person).await.map_err(from_store)? {
            Some(who) => fresh.map(|()| Some(who)),
            // ERPNext has just said that it has disabled them.
            None => Ok(None),
        }
    }
}
