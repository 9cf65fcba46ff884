//! What stands before every request: closed by default, no forged requests, no sniffed types, no foreign frames.

mod doors;
mod forgery;
mod headers;
mod status;

pub use doors::{OPEN_DOORS, is_open};
pub(crate) use doors::{demand_session, refusal};
pub(crate) use forgery::{OwnOrigin, is_own, refuse_forged};
pub(crate) use headers::{client_addr, guard};
pub(crate) use status::tell_by_status;
