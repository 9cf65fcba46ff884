//! What belongs to one person alone.

mod drafts;
mod scheduled;
