//! Members who talk: how long a line takes to each of them, and what it costs.

use super::measure::{Round, Window};
use crate::{
    fault::Outcome,
    generator::{Crowd, Ledger},
    options::RunOptions,
    servers::{Running, Shape},
    services::Services,
};
use std::{sync::Arc, time::Duration};
use vocabulary::MessageBody;

/// Bytes of a line's text.
const BODY_BYTES: usize = 200;

const WARM_UP_SECONDS: f64 = 2.0;

/// How long the last lines may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lines at a steady pace.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    /// Lines a second, over all rooms.
    pub per_second: f64,
    seconds: f64,
}

impl Talk {
    /// So many lines a second.
    pub fn new(per_second: f64, options: &RunOptions) -> Self {
        let seconds = options.seconds.unwrap_or(match (options.quick, per_second < 10.0) {
            (true, _) => 3,
            (false, true) => 20,
            (false, false) => 10,
        });
        Self { per_second, seconds: seconds as f64 }
    }

    /// One round.
    pub async fn round(
        &self,
        running: &Running,
        shape: Shape,
        services: &Services,
    ) -> Outcome<Round> {
        let warm_up = (self.per_second * WARM_UP_SECONDS) as usize;
        let lines = warm_up + (self.per_second * self.seconds) as usize;
        let body = MessageBody::new(&"x".repeat(BODY_BYTES))?;
        let ledger = Arc::new(Ledger::new(lines));
        let before = running.memory()?;
        let seats = running.seats.iter().map(|seat| (seat.clone(), None)).collect();
        let crowd = Crowd::join(seats, &ledger, 64).await?;
        let after = running.memory()?;
        let mut round = Round::default();
        round.memory(before, after, crowd.len());

        crowd.talk(0..warm_up, self.per_second, &body).await?;
        crowd.wait_for(warm_up * shape.members_per_room, PATIENCE).await;
        let window = Window::open(running, services, &ledger)?;
        crowd.talk(warm_up..lines, self.per_second, &body).await?;
        crowd.wait_for(lines * shape.members_per_room, PATIENCE).await;
        window.close(running, services, &ledger, &mut round)?;

        // Whatever comes twice comes now.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let members = crowd.leave().await?;
        round.count(&members, &ledger, lines, shape.rooms);
        round.percentiles(&members, warm_up);
        Ok(round)
    }
}
