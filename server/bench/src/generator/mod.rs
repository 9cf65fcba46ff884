//! The generator: many WebSocket members on few threads, as little work per frame as possible.

mod crowd;
mod ledger;
mod member;
mod reading;
mod scan;
mod tally;
mod wire;

pub use crowd::{Crowd, Seat};
pub use ledger::Ledger;
pub use member::Member;
pub use tally::Tally;
