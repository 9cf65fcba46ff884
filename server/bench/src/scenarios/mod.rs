//! What is measured: the rows of the table of goals.

mod idle;
mod measure;
mod storm;
mod talk;

use crate::{
    fault::Outcome,
    options::RunOptions,
    report::Goals,
    servers::{Running, Shape, Side},
    services::Services,
};
use clap::ValueEnum;
use idle::Idle;
pub use measure::Round;
use serde::Serialize;
use storm::Storm;
use talk::Talk;

/// A scenario's name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Name {
    /// 20 members, 2 lines a second.
    Quiet,
    /// 200 members of one room, 50 lines a second.
    Busy,
    /// 1,000 connections in 100 rooms, a line a second in each room.
    Company,
    /// The same, but a line a second from each connection.
    CompanyEach,
    /// `busy` over two processes and Redis, half the members on each.
    Redis,
    /// 5,000 connections and no line.
    Idle,
    /// 1,000 clients lose their line, miss 50 lines and come back at once.
    Storm,
}

/// How a scenario is played.
#[derive(Clone, Copy, Debug)]
enum Play {
    Talk(Talk),
    Idle(Idle),
    Storm(Storm),
}

/// A scenario as the options ask for it.
#[derive(Clone, Copy, Debug)]
pub struct Scenario {
    /// Its name.
    pub name: Name,
    /// Rooms, members, processes.
    pub shape: Shape,
    play: Play,
}

impl Scenario {
    /// The scenario of this name.
    pub fn new(name: Name, options: &RunOptions) -> Self {
        let talk = |rooms, members_per_room, processes, per_second| {
            (
                Shape { rooms, members_per_room, processes },
                Play::Talk(Talk::new(per_second, options)),
            )
        };
        let (shape, play) = match name {
            Name::Quiet => talk(1, 20, 1, 2.0),
            Name::Busy => talk(1, 200, 1, 50.0),
            Name::Company => talk(100, 10, 1, 100.0),
            Name::CompanyEach => talk(100, 10, 1, 1_000.0),
            Name::Redis => talk(1, 200, 2, 50.0),
            Name::Idle => {
                let members_per_room = options.idle_connections.div_ceil(idle::ROOMS);
                (
                    Shape { rooms: idle::ROOMS, members_per_room, processes: 1 },
                    Play::Idle(Idle::new(options)),
                )
            }
            Name::Storm => {
                let rooms = options.storm_rooms.max(1);
                let members_per_room =
                    options.storm_clients.div_ceil(rooms) + storm::POSTERS_PER_ROOM;
                (Shape { rooms, members_per_room, processes: 1 }, Play::Storm(Storm { rooms }))
            }
        };
        Self { name, shape, play }
    }

    /// One round on one server.
    pub async fn round(
        &self,
        side: Side,
        services: &Services,
        options: &RunOptions,
    ) -> Outcome<Round> {
        let running = Running::start(side, self.shape, services, options).await?;
        let mut round = match self.play {
            Play::Talk(talk) => talk.round(&running, self.shape, services).await,
            Play::Idle(idle) => idle.round(&running, services).await,
            Play::Storm(storm) => storm.round(&running, services).await,
        }?;
        round.owed = running.owed().await?;
        Ok(round)
    }

    /// What it is, in words.
    pub fn title(&self) -> String {
        let Shape { rooms, .. } = self.shape;
        let members = self.shape.members();
        match self.play {
            Play::Talk(talk) => {
                let over = if self.shape.processes > 1 { ", two processes over Redis" } else { "" };
                let rooms = if rooms == 1 { "1 room".to_owned() } else { format!("{rooms} rooms") };
                format!("{members} connections, {rooms}, {} lines/s{over}", talk.per_second)
            }
            Play::Idle(_) => format!("{members} connections, no line, heartbeats"),
            Play::Storm(_) => format!(
                "{} clients return at once, {} lines missed each",
                members - rooms * storm::POSTERS_PER_ROOM,
                storm::MISSED
            ),
        }
    }

    /// What we aim at.
    pub const fn goals(&self) -> Goals {
        Goals::of(self.name)
    }
}
