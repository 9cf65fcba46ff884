//! The servers under test, each in a process of its own.

mod bare;
mod process;

use crate::{
    fault::Outcome, generator::Seat, options::RunOptions, proc::Memory, services::Services,
};
use clap::ValueEnum;
use process::Process;
use serde::Serialize;
use std::{net::SocketAddr, time::Duration};
use vocabulary::RoomId;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The bare room.
    Bare,
    /// The bare room once more, for `--self-check`.
    BareAgain,
}

impl Side {
    /// How the table calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bare => "bare room",
            Self::BareAgain => "bare room again",
        }
    }
}

/// What a scenario needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Shape {
    /// Rooms, each of a workspace of its own.
    pub rooms: usize,
    /// Members of each.
    pub members_per_room: usize,
    /// Server processes; more than one means over Redis.
    pub processes: usize,
}

impl Shape {
    /// Members in all.
    pub const fn members(&self) -> usize {
        self.rooms * self.members_per_room
    }
}

/// Started servers, and a seat for every member: the seat with number n is in room n modulo rooms.
pub struct Running {
    processes: Vec<Process>,
    /// Seats.
    pub seats: Vec<Seat>,
}

impl Running {
    /// Starts the servers on a fresh database and gives every member a seat.
    pub async fn start(
        side: Side,
        shape: Shape,
        services: &Services,
        _options: &RunOptions,
    ) -> Outcome<Self> {
        let processes = match side {
            Side::Bare | Side::BareAgain => bare::start(shape, services).await?,
        };
        let rooms: Vec<RoomId> = (0..shape.rooms).map(|_| RoomId::fresh()).collect();
        let addresses: Vec<SocketAddr> = processes.iter().map(|process| process.address).collect();
        let seat = |number: usize| {
            Some(Seat {
                address: *addresses.get(number / shape.rooms % addresses.len())?,
                cookie: None,
                room: *rooms.get(number % shape.rooms)?,
            })
        };
        let seats = (0..shape.members()).filter_map(seat).collect();
        Ok(Self { processes, seats })
    }

    /// CPU time of all processes.
    pub fn cpu(&self) -> Outcome<Duration> {
        self.processes.iter().map(Process::cpu).sum()
    }

    /// Memory of all processes.
    pub fn memory(&self) -> Outcome<Memory> {
        self.processes.iter().map(Process::memory).try_fold(Memory::default(), |all, one| {
            let one = one?;
            Ok(Memory { rss: all.rss + one.rss, private: all.private + one.private })
        })
    }

    /// Ends them.
    pub async fn stop(self) -> Outcome<()> {
        for process in self.processes {
            process.stop().await?;
        }
        Ok(())
    }
}
