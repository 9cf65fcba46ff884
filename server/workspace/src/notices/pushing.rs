//! Pushing notices: kept in the database until their push service has taken them, one for each notice and device. Whether and
//! what is pushed is decided when it is sent, with the eyes of whoever it is for.

use super::{door, payload::Payload, quiet::quiet_until, read_entities};
use crate::Services;
use futures::{StreamExt, stream};
use push::{Delivery, Device, Outcome, Urgency};
use std::{collections::BTreeMap, error::Error, time::Duration};
use store::{
    StoreError, mine,
    notices::{self, DuePush, PushEnd},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::{Mine, Moment, Notice, NoticeKind, NoticeOf, PersonId};

/// How often what is due is looked for where nobody calls.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long one replica alone sends, unless it says so again.
const LEASE_MILLIS: i64 = 60_000;

/// Whoever finds it done elsewhere looks again after this.
const STAND_BACK_MILLIS: i64 = 2_000;

/// Pushes taken up at once.
const AT_ONCE: u64 = 100;

/// Devices spoken to at the same time.
const DEVICES: usize = 16;

/// How long a push service keeps it for a device that is away, and how long it is tried. Quiet hours end within a day.
const KEPT_FOR: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// The first pause after a push service failed; each next one is twice as long.
const FIRST_PAUSE_MILLIS: i64 = 2_000;

/// The longest pause between two tries.
const LONGEST_PAUSE_MILLIS: i64 = 60 * 60 * 1_000;

/// What waited longer than this is shown without a sound: it is no longer news, and there may be many.
const NEWS_MILLIS: i64 = 5 * 60 * 1_000;

/// How often what is over is forgotten.
const TIDY_EVERY_MILLIS: i64 = 10 * 60 * 1_000;

/// What one device is to be sent: each notice by itself, and at once all that are to be closed.
enum Errand {
    Show(DuePush),
    Close(Vec<DuePush>),
}

impl Services {
    /// Pushes what is due until `stop`. One replica at a time.
    pub async fn send_pushes(&self, stop: CancellationToken) {
        let holder = Uuid::now_v7();
        let (mut back_at, mut tidied_at) = (Moment::from_millis(0), Moment::from_millis(0));
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.push_owed.notified() => {}
                _ = look.tick() => {}
            }
            let now = Moment::now();
            if now < back_at {
                continue;
            }
            match self.push_due(holder, &mut tidied_at).await {
                Ok(true) => {}
                Ok(false) => back_at = now.plus_millis(STAND_BACK_MILLIS),
                Err(error) => tracing::warn!(
                    error = &error as &dyn Error,
                    "notices could not be pushed; the next look tries again"
                ),
            }
        }
    }

    /// Whether nobody else does it.
    async fn push_due(&self, holder: Uuid, tidied_at: &mut Moment) -> Result<bool, StoreError> {
        let worker = self.live.worker();
        let now = Moment::now();
        let due = worker.due_pushes(now, AT_ONCE).await?;
        let tidies = now > tidied_at.plus_millis(TIDY_EVERY_MILLIS);
        if due.is_empty() && !tidies {
            return Ok(true);
        }
        if !worker.hold_lease("pushes", holder, now.plus_millis(LEASE_MILLIS)).await? {
            return Ok(false);
        }
        if tidies {
            worker.tidy_pushes(now).await?;
            *tidied_at = now;
        }
        let ended: Vec<Result<(), StoreError>> = stream::iter(errands(due))
            .map(|errand| self.run(errand))
            .buffer_unordered(DEVICES)
            .collect()
            .await;
        ended.into_iter().collect::<Result<(), _>>().map(|()| true)
    }

    async fn run(&self, errand: Errand) -> Result<(), StoreError> {
        let worker = self.live.worker();
        match errand {
            Errand::Show(push) => {
                let end = self.show(&push).await?;
                worker.end_push(&push, end).await
            }
            Errand::Close(pushes) => {
                let end = self.close(&pushes).await?;
                for push in &pushes {
                    worker.end_push(push, end).await?;
                }
                Ok(())
            }
        }
    }

    async fn show(&self, push: &DuePush) -> Result<PushEnd, StoreError> {
        let now = Moment::now();
        let worker = self.live.worker();
        let Some((notice, own)) = self.told_of(push).await? else { return Ok(PushEnd::Dropped) };
        let age = now.as_millis() - push.made_at.as_millis();
        if !notice.unread || notice.done || age > millis(KEPT_FOR) {
            return Ok(PushEnd::Dropped);
        }
        if let Some(at) = own.quiet_hours().and_then(|hours| quiet_until(&hours, now)) {
            return Ok(PushEnd::Again { at, counts: false });
        }
        if let NoticeOf::Said { message } = &notice.of {
            let thread = message.thread.filter(|_| !message.in_room);
            let looks = worker.looks_until(push.person, message.room, thread, now).await?;
            if let Some(at) = looks {
                return Ok(PushEnd::Again { at, counts: false });
            }
        }
        if !worker.begin_push(push, now).await? {
            return Ok(PushEnd::Again { at: now, counts: false });
        }
        let payload = Payload::showing(&notice, own.calls(), age > NEWS_MILLIS);
        let urgency = match notice.kind {
            NoticeKind::Mention | NoticeKind::Assignment => Urgency::High,
            _ => Urgency::Normal,
        };
        let topic = notice.id.as_uuid().simple().to_string();
        Ok(self.hand_over(push, &payload, Delivery { keep_for: KEPT_FOR, urgency, topic }).await)
    }

    async fn close(&self, pushes: &[DuePush]) -> Result<PushEnd, StoreError> {
        let Some(first) = pushes.first() else { return Ok(PushEnd::Dropped) };
        let device = door::open(&self.vault, &first.sealed);
        // What cannot be closed silently is closed by the app itself when it is opened there.
        let must_show = match self.push_sender().await {
            Ok(sender) => device
                .as_ref()
                .and_then(|d| Device::read(&d.endpoint, &d.p256dh, &d.auth, sender.reach()).ok())
                .is_none_or(|device| device.must_show_something()),
            Err(_) => false,
        };
        if must_show {
            return Ok(PushEnd::Dropped);
        }
        let badge = self.own_of(first.person).await?.map_or(0, |own| own.calls());
        let tags = pushes.iter().map(|push| push.notice.to_string()).collect();
        let topic = first.device.simple().to_string();
        let delivery = Delivery { keep_for: KEPT_FOR, urgency: Urgency::Normal, topic };
        Ok(self.hand_over(first, &Payload::closing(tags, badge), delivery).await)
    }

    async fn hand_over(&self, push: &DuePush, payload: &Payload, delivery: Delivery) -> PushEnd {
        let sender = match self.push_sender().await {
            Ok(sender) => sender,
            Err(problem) => return later(push, None, &problem.to_string()),
        };
        // It was sealed with another secret, or what may be reached has changed.
        let device = door::open(&self.vault, &push.sealed)
            .and_then(|d| Device::read(&d.endpoint, &d.p256dh, &d.auth, sender.reach()).ok());
        let Some(device) = device else { return PushEnd::DeviceGone };
        let Some(payload) = payload.written() else { return PushEnd::Dropped };
        match sender.send(&device, &payload, &delivery).await {
            Ok(Outcome::Taken) => PushEnd::Taken,
            Ok(Outcome::Gone) => PushEnd::DeviceGone,
            Ok(Outcome::Later { why, after }) => later(push, after, &why),
            Ok(Outcome::Refused { why }) => {
                tracing::warn!(?device, why, "a push was refused and is not sent");
                PushEnd::Dropped
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn Error, "a push could not be made");
                PushEnd::Dropped
            }
        }
    }

    /// The notice and what is their own, as whoever it is for may see it now.
    async fn told_of(&self, push: &DuePush) -> Result<Option<(Notice, Mine)>, StoreError> {
        let Some(reach) = self.reach_of_old(push.person).await? else { return Ok(None) };
        let Some(mut notice) = notices::one(&self.db, &reach, push.notice).await? else {
            return Ok(None);
        };
        read_entities(&mut notice);
        Ok(Some((notice, mine::of(&self.db, &reach).await?)))
    }

    async fn own_of(&self, person: PersonId) -> Result<Option<Mine>, StoreError> {
        match self.reach_of_old(person).await? {
            Some(reach) => mine::of(&self.db, &reach).await.map(Some),
            None => Ok(None),
        }
    }

    async fn reach_of_old(
        &self,
        person: PersonId,
    ) -> Result<Option<policy::MemberReach>, StoreError> {
        let who = self.live.worker().member_of_old(person).await?;
        Ok(who.and_then(|who| policy::reach(&who).ok()))
    }
}

fn errands(due: Vec<DuePush>) -> Vec<Errand> {
    let (closing, showing): (Vec<_>, Vec<_>) = due.into_iter().partition(|push| push.closes);
    let mut of_device: BTreeMap<Uuid, Vec<DuePush>> = BTreeMap::new();
    for push in closing {
        of_device.entry(push.device).or_default().push(push);
    }
    let show = showing.into_iter().map(Errand::Show);
    show.chain(of_device.into_values().map(Errand::Close)).collect()
}

/// Tried again, later each time, as long as it is news.
fn later(push: &DuePush, after: Option<Duration>, why: &str) -> PushEnd {
    let now = Moment::now();
    if now.as_millis() - push.made_at.as_millis() > millis(KEPT_FOR) {
        tracing::warn!(why, "a push was given up");
        return PushEnd::Dropped;
    }
    let doubled = FIRST_PAUSE_MILLIS << push.attempts.clamp(0, 16);
    let pause = after.map_or(doubled, |after| millis(after).max(doubled));
    tracing::debug!(why, attempts = push.attempts, "a push is tried again later");
    PushEnd::Again { at: now.plus_millis(pause.min(LONGEST_PAUSE_MILLIS)), counts: true }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
