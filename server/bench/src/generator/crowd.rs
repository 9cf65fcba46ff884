//! Many members at once.

use super::{Ledger, Member, Tally};
use crate::fault::{Doing, Outcome};
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    net::SocketAddr,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::time::{Instant, MissedTickBehavior, interval};
use vocabulary::{MessageBody, RoomId};

/// Where a member sits.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Server process.
    pub address: SocketAddr,
    /// `name=value`, where the server asks who one is.
    pub cookie: Option<String>,
    /// The room to join.
    pub room: RoomId,
}

/// Members on the line, and the round's ledger.
#[derive(Debug)]
pub struct Crowd {
    members: Vec<Member>,
    ledger: Arc<Ledger>,
}

impl Crowd {
    /// Everybody joins, `at_once` of them at a time. With cursors, each resumes after its own.
    pub async fn join(
        seats: Vec<(Seat, Option<u64>)>,
        ledger: &Arc<Ledger>,
        at_once: usize,
    ) -> Outcome<Self> {
        let joining = seats.into_iter().map(|(seat, cursor)| {
            let ledger = Arc::clone(ledger);
            // A task each: the threads of the generator share the work.
            let task = tokio::spawn(async move { Member::join(seat, cursor, &ledger).await });
            async move { task.await.doing("joining")? }
        });
        let members = stream::iter(joining).buffered(at_once).try_collect().await?;
        Ok(Self { members, ledger: Arc::clone(ledger) })
    }

    /// Members on the line.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Says the lines `numbers`, so many a second, by one member after the other.
    pub async fn talk(
        &self,
        numbers: std::ops::Range<usize>,
        per_second: f64,
        body: &MessageBody,
    ) -> Outcome<()> {
        let mut pace = interval(Duration::from_secs_f64(1.0 / per_second));
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        for number in numbers {
            pace.tick().await;
            if let Some(author) = self.members.get(number % self.members.len().max(1)) {
                author.post(&self.ledger, number, body).await?;
            }
        }
        Ok(())
    }

    /// Waits until so many deliveries were counted in all, at most so long.
    pub async fn wait_for(&self, deliveries: usize, at_most: Duration) {
        let deadline = Instant::now() + at_most;
        while self.ledger.delivered.load(Relaxed) < deliveries && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Everybody's line is cut from this side; what each received.
    pub async fn leave(self) -> Outcome<Vec<(Seat, Tally)>> {
        stream::iter(self.members).map(Member::leave).buffered(64).try_collect().await
    }
}
