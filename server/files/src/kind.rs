//! What a file is, seen by its bytes. Neither its name nor what a browser says about it counts.

/// Bytes at the beginning that are enough to see it.
pub(crate) const HEAD_BYTES: usize = 8 * 1024;

/// What nobody knows: no program opens it by itself.
pub const OTHER: &str = "application/octet-stream";

/// What a browser may show in its window: it cannot run anything of these. No SVG, no HTML, no XML, no PDF.
const SHOWN: [&str; 13] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/avif",
    "video/mp4",
    "video/webm",
    "audio/mpeg",
    "audio/m4a",
    "audio/ogg",
    "audio/x-wav",
    "audio/x-flac",
    "audio/aac",
];

/// Whether a browser may show this media type in its window; everything else is only downloaded.
#[must_use]
pub fn may_be_shown(content_type: &str) -> bool {
    SHOWN.contains(&content_type)
}

/// The media type of what begins with `head`.
pub(crate) fn of(head: &[u8]) -> &'static str {
    let head = &head[..head.len().min(HEAD_BYTES)];
    match infer::get(head).map(|found| found.mime_type()) {
        Some(found) if !found.starts_with("text/") => found,
        found => match as_text(head) {
            Some(text) => markup(&text).or(found).unwrap_or("text/plain"),
            None => OTHER,
        },
    }
}

/// `head` as text, if it is one; it may end in the middle of a character.
fn as_text(head: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_text = !text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}'));
    is_text.then(|| text.to_ascii_lowercase())
}

/// Text that a program would run or draw, wherever in the head that begins: it is told as what it may become.
fn markup(text: &str) -> Option<&'static str> {
    if text.contains("<svg") {
        return Some("image/svg+xml");
    }
    ["<!doctype html", "<html", "<script", "<iframe"]
        .iter()
        .any(|tag| text.contains(tag))
        .then_some("text/html")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

    #[test]
    fn bytes_say_what_it_is() {
        for (bytes, kind) in [
            (PNG, "image/png"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"PK\x03\x04\x14\0\0\0", "application/zip"),
            (b"MZ\x90\0\x03\0\0\0", "application/vnd.microsoft.portable-executable"),
            ("Grüße aus Lissabon\n".as_bytes(), "text/plain"),
            (b"a,b\n1,2\n", "text/plain"),
            (b"\0\x01\x02\x03nothing anybody knows", OTHER),
            (b"<!DOCTYPE html><p>hi", "text/html"),
            (b"\n\n  <html><script>alert(1)</script>", "text/html"),
            (b"<?xml version=\"1.0\"?><a/>", "text/xml"),
            (b"<?xml version=\"1.0\"?>\n<svg xmlns='x' onload='alert(1)'/>", "image/svg+xml"),
            (b"<SVG/onload=alert(1)>", "image/svg+xml"),
        ] {
            assert_eq!(of(bytes), kind, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_text_that_ends_in_the_middle_of_a_character_is_a_text() {
        let mut long = "ü".repeat(HEAD_BYTES).into_bytes();
        long.insert(0, b'x');
        assert_eq!(of(&long), "text/plain");
    }

    #[test]
    fn nothing_that_can_run_is_shown() {
        for kind in [
            "image/svg+xml",
            "text/html",
            "text/xml",
            "text/plain",
            "application/pdf",
            "application/xhtml+xml",
            OTHER,
            "",
        ] {
            assert!(!may_be_shown(kind), "{kind}");
        }
        assert!(may_be_shown("image/png") && may_be_shown("video/mp4"));
    }

    #[test]
    fn a_picture_with_a_script_in_it_is_a_picture_and_nothing_else() {
        let mut gif = b"GIF89a/*\x01\0".to_vec();
        gif.extend_from_slice(b"*/=1;alert(1);<script>alert(1)</script>");
        assert_eq!(of(&gif), "image/gif");
    }
}
