//! Plain text.

use crate::TEXT_LIMIT_CHARS;

/// The text as it is; what is no UTF-8 is left out.
pub(crate) fn text(bytes: &[u8]) -> String {
    let enough = bytes.len().min(TEXT_LIMIT_CHARS * 4);
    String::from_utf8_lossy(&bytes[..enough]).replace('\u{fffd}', " ")
}
