//! PDF.

use crate::TEXT_LIMIT_CHARS;
use lopdf::Document;

/// Pages that are read.
const PAGES_LIMIT: usize = 1_000;

/// What stands on the pages, as far as it can be read. A page that cannot is passed by; so is a document behind a password.
pub(crate) fn text(bytes: &[u8]) -> String {
    let Ok(document) = Document::load_mem(bytes) else { return String::new() };
    let mut text = String::new();
    for page in document.get_pages().into_keys().take(PAGES_LIMIT) {
        if let Ok(page) = document.extract_text(&[page]) {
            text.push_str(&page);
            text.push('\n');
        }
        if text.len() > TEXT_LIMIT_CHARS * 4 {
            break;
        }
    }
    text
}
