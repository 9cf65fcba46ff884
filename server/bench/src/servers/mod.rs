//! The servers under test, each in a process of its own.

mod bare;
mod process;
mod product;
mod seed;
pub mod standin;

use crate::{
    fault::Outcome, generator::Seat, options::RunOptions, proc::Memory, services::Services,
};
use clap::ValueEnum;
use process::Process;
use product::Product;
use serde::Serialize;
use std::time::Duration;
use vocabulary::RoomId;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The bare room.
    Bare,
    /// The product while ERPNext cannot be reached: what it is owed waits in the outbox.
    Away,
    /// The product with the ERPNext stand-in: every line becomes a Communication.
    StandIn,
    /// The bare room once more, for `--self-check`.
    BareAgain,
}

impl Side {
    /// How the table calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Bare => "bare room",
            Self::Away => "Parlance, ERPNext away",
            Self::StandIn => "Parlance, ERPNext stand-in",
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

/// Started servers, which end with this value, and a seat for every member: the seat with number n is in room n modulo rooms.
pub struct Running {
    processes: Vec<Process>,
    standin: Option<Process>,
    /// The product's database; none for the bare room.
    database: Option<String>,
    /// Seats.
    pub seats: Vec<Seat>,
}

impl Running {
    /// Starts the servers on a fresh database and gives every member a seat.
    pub async fn start(
        side: Side,
        shape: Shape,
        services: &Services,
        options: &RunOptions,
    ) -> Outcome<Self> {
        Ok(match side {
            Side::Bare | Side::BareAgain => {
                let rooms: Vec<RoomId> = (0..shape.rooms).map(|_| RoomId::fresh()).collect();
                let processes = bare::start(shape, services).await?;
                Self {
                    seats: seats(shape, &processes, &rooms, &[]),
                    processes,
                    standin: None,
                    database: None,
                }
            }
            Side::Away | Side::StandIn => {
                let Product { processes, standin, database, seeded } =
                    product::start(side, shape, services, options).await?;
                let seats = seats(shape, &processes, &seeded.rooms, &seeded.tokens);
                Self { seats, processes, standin, database: Some(database) }
            }
        })
    }

    /// CPU time of all processes.
    pub fn cpu(&self) -> Outcome<Duration> {
        self.processes.iter().map(Process::cpu).sum()
    }

    /// CPU time of the stand-in, which is no server of ours.
    pub fn standin_cpu(&self) -> Outcome<Duration> {
        self.standin.as_ref().map_or(Ok(Duration::ZERO), Process::cpu)
    }

    /// Communications that ERPNext is owed right now; none for the bare room.
    pub async fn owed(&self) -> Outcome<Option<u64>> {
        match &self.database {
            Some(database) => Ok(Some(seed::owed(database).await?)),
            None => Ok(None),
        }
    }

    /// Memory of all processes.
    pub fn memory(&self) -> Outcome<Memory> {
        self.processes.iter().map(Process::memory).try_fold(Memory::default(), |all, one| {
            let one = one?;
            Ok(Memory { rss: all.rss + one.rss, private: all.private + one.private })
        })
    }
}

fn seats(shape: Shape, processes: &[Process], rooms: &[RoomId], tokens: &[String]) -> Vec<Seat> {
    let seat = |number: usize| {
        Some(Seat {
            // Half the members of each room on each of two processes.
            address: processes.get(number / shape.rooms % processes.len())?.address,
            cookie: tokens.get(number).map(|token| format!("parlance_session={token}")),
            room: *rooms.get(number % shape.rooms)?,
        })
    };
    (0..shape.members()).filter_map(seat).collect()
}
