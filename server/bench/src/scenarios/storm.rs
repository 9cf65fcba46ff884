//! Clients that lose their line, miss lines and all come back at once, while the talk goes on.

use super::measure::{Round, Window};
use crate::{
    fault::Outcome,
    generator::{Crowd, Ledger, Seat, Tally},
    servers::Running,
    services::Services,
};
use std::{sync::Arc, time::Duration};
use vocabulary::MessageBody;

/// Lines missed by each client.
pub const MISSED: usize = 50;

/// Members of each room who stay and talk.
pub const POSTERS_PER_ROOM: usize = 10;

/// Lines said in each room while the clients come back: where what was missed and what is new meet, a line is most
/// easily lost or doubled.
const MEANWHILE: usize = 5;

/// Lines a second while the clients are away and while they return.
const PER_SECOND: f64 = 50.0;

const PATIENCE: Duration = Duration::from_secs(30);

/// The storm.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    /// Rooms the clients are spread over.
    pub rooms: usize,
}

impl Storm {
    /// One round.
    pub async fn round(&self, running: &Running, services: &Services) -> Outcome<Round> {
        let rooms = self.rooms;
        let (missed, lines) = (MISSED * rooms, (MISSED + MEANWHILE) * rooms);
        let body = MessageBody::new(&"x".repeat(200))?;
        let ledger = Arc::new(Ledger::new(lines));
        let (posters, clients) = running.seats.split_at(POSTERS_PER_ROOM * rooms);
        let fresh = |seats: &[Seat]| seats.iter().map(|seat| (seat.clone(), None)).collect();
        let posters = Crowd::join(fresh(posters), &ledger, 64).await?;
        let clients = Crowd::join(fresh(clients), &ledger, 64).await?;
        let count = clients.len();
        let gone = clients.leave().await?;

        posters.talk(0..missed, PER_SECOND * rooms as f64, &body).await?;
        posters.wait_for(missed * POSTERS_PER_ROOM, PATIENCE).await;
        tokio::time::sleep(Duration::from_secs(1)).await;

        let window = Window::open(running, services, &ledger)?;
        let began = ledger.now();
        let back = gone.into_iter().map(|(seat, tally)| (seat, Some(tally.cursor))).collect();
        let talking = posters.talk(missed..lines, PER_SECOND * rooms as f64, &body);
        let (clients, talked) = tokio::join!(Crowd::join(back, &ledger, count), talking);
        let clients = clients?;
        talked?;
        let expected = lines * POSTERS_PER_ROOM + (MISSED + MEANWHILE) * count;
        clients.wait_for(expected, PATIENCE).await;
        let mut round = Round::default();
        window.close(running, services, &ledger, &mut round)?;

        tokio::time::sleep(Duration::from_millis(500)).await;
        let clients = clients.leave().await?;
        round.whole_after_s = whole_after(&clients, &ledger, missed)
            .map(|at| (at.saturating_sub(began)) as f64 / 1e9);
        round.count(&clients, &ledger, lines, rooms);
        round.count(&posters.leave().await?, &Ledger::new(0), lines, rooms);
        Ok(round)
    }
}

/// When the last client had the last line it missed.
fn whole_after(clients: &[(Seat, Tally)], ledger: &Ledger, missed: usize) -> Option<u64> {
    let ages = clients.iter().flat_map(|(_, tally)| &tally.ages);
    let of_missed = ages.filter(|(number, _)| (*number as usize) < missed);
    of_missed.map(|(number, age)| ledger.came_at(*number as usize, *age)).max()
}
