//! From what is said to notices of it. One replica at a time does it; if two do it all the same, nothing is made twice.

use crate::Services;
use std::{collections::HashMap, error::Error, time::Duration};
use store::{StoreError, notices::News};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::{Moment, Seq, WorkspaceId};

/// How often news are looked for where nobody rings.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long one replica alone does it, unless it says so again.
const LEASE_MILLIS: i64 = 20_000;

/// Whoever finds it done elsewhere looks again after this.
const STAND_BACK_MILLIS: i64 = 2_000;

/// How far it was looked is written down this often where nothing had to be made: so much is looked at again at most.
const KEEP_EVERY_MILLIS: i64 = 30_000;

/// Who makes notices on this replica.
struct Clerk {
    holder: Uuid,
    /// Until then nobody else does it.
    held_until: Moment,
    /// Until then somebody else does it.
    back_at: Moment,
    /// How far it was looked, where that is not written down.
    looked: HashMap<WorkspaceId, Seq>,
    kept_at: Moment,
}

impl Services {
    /// Makes notices of what is said until `stop`, and tells the devices of those who have new ones.
    pub async fn keep_notices(&self, stop: CancellationToken) {
        let mut clerk = Clerk {
            holder: Uuid::now_v7(),
            held_until: Moment::from_millis(0),
            back_at: Moment::from_millis(0),
            looked: HashMap::new(),
            kept_at: Moment::now(),
        };
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.live.news().notified() => {}
                _ = look.tick() => {}
            }
            if let Err(error) = self.note_news(&mut clerk).await {
                tracing::warn!(
                    error = &error as &dyn Error,
                    "notices could not be made; the next look tries again"
                );
            }
        }
    }

    async fn note_news(&self, clerk: &mut Clerk) -> Result<(), StoreError> {
        if Moment::now() < clerk.back_at {
            return Ok(());
        }
        let worker = self.live.worker();
        let news = worker.news().await?;
        let left: Vec<News> = news.into_iter().filter_map(|news| clerk.left_of(news)).collect();
        for mut news in left {
            loop {
                if !self.holds(clerk).await? {
                    return Ok(());
                }
                let noted = worker.note(news).await?;
                if noted.is_kept {
                    clerk.looked.remove(&news.workspace);
                } else {
                    clerk.looked.insert(news.workspace, noted.upto);
                }
                if noted.upto >= news.upto {
                    break;
                }
                news.after = noted.upto;
            }
        }
        let told = worker.people_to_tell().await?;
        if !told.is_empty() {
            self.push_owed.notify_one();
        }
        for (person, changes) in told {
            self.live.mine_changed(person, changes);
        }
        self.keep_looked(clerk).await
    }

    async fn holds(&self, clerk: &mut Clerk) -> Result<bool, StoreError> {
        let now = Moment::now();
        if now.plus_millis(LEASE_MILLIS / 2) < clerk.held_until {
            return Ok(true);
        }
        let until = now.plus_millis(LEASE_MILLIS);
        let holds = self.live.worker().hold_lease("notices", clerk.holder, until).await?;
        if holds {
            clerk.held_until = until;
        } else {
            clerk.back_at = now.plus_millis(STAND_BACK_MILLIS);
            clerk.looked.clear();
        }
        Ok(holds)
    }

    async fn keep_looked(&self, clerk: &mut Clerk) -> Result<(), StoreError> {
        let now = Moment::now();
        if clerk.looked.is_empty() || now < clerk.kept_at.plus_millis(KEEP_EVERY_MILLIS) {
            return Ok(());
        }
        let looked: Vec<_> = clerk.looked.drain().collect();
        clerk.kept_at = now;
        self.live.worker().keep_looked(&looked).await
    }
}

impl Clerk {
    /// What of the news was not looked at.
    fn left_of(&self, news: News) -> Option<News> {
        let looked = self.looked.get(&news.workspace).copied().unwrap_or(news.after);
        let after = news.after.max(looked);
        (after < news.upto).then_some(News { after, ..news })
    }
}
