//! The text of people's files: PDF, DOCX, XLSX and plain. Files come from anybody, and what reads them may hang, grow or
//! fall over: it does so in a process of its own, with limits of memory and time ([`Reader`], [`read_in_own_process`]).

#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod apart;
mod kind;
mod office;
mod pdf;
mod plain;

pub use apart::{ReadError, Reader, read_in_own_process};
pub use kind::Kind;

/// The largest file that is read.
pub const SOURCE_LIMIT_BYTES: u64 = 30_000_000;

/// Characters of a file that can be found.
pub const TEXT_LIMIT_CHARS: usize = 200_000;

/// The text of a file, as far as there is one; at most [`TEXT_LIMIT_CHARS`].
fn text_of(kind: Kind, bytes: &[u8]) -> String {
    let text = match kind {
        Kind::Plain => plain::text(bytes),
        Kind::Pdf => pdf::text(bytes),
        Kind::Docx => office::docx(bytes),
        Kind::Xlsx => office::xlsx(bytes),
    };
    text.chars().filter(|c| *c != '\0').take(TEXT_LIMIT_CHARS).collect()
}
