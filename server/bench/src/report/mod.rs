//! What comes out: medians over the rounds, ratios to the bare room, a table for people and JSON for programs.

mod goals;
mod median;
mod table;

pub use goals::Goals;
pub use table::markdown;

use crate::{
    scenarios::{Name, Round},
    servers::Side,
};
use serde::Serialize;

/// One server in one scenario.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Which server.
    pub side: Side,
    /// Medians; what must not happen at all (lost, doubled, …) is added up.
    pub result: Round,
    /// Every round in the order played.
    pub rounds: Vec<Round>,
}

/// One scenario.
#[derive(Debug, Serialize)]
pub struct Section {
    /// Its name.
    pub scenario: Name,
    /// What it is.
    pub title: String,
    /// Connections in all.
    pub connections: usize,
    /// What we aim at.
    pub goals: Goals,
    /// The servers, the bare room first.
    pub rows: Vec<Row>,
}

impl Row {
    /// Sums the rounds up.
    pub fn new(side: Side, rounds: Vec<Round>) -> Self {
        Self { side, result: median::over(&rounds), rounds }
    }
}

impl Section {
    /// The bare room's row, if it was measured.
    pub fn bare(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.side == Side::Bare)
    }
}
