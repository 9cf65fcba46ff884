//! A file's name on its way to a browser.

use vocabulary::FileName;

/// `Content-Disposition` (RFC 6266): shown in the window or only downloaded, and under which name. Any name gives a
/// valid header: whatever is not plain is written in percent (RFC 8187).
#[must_use]
pub fn disposition(name: &FileName, shown: bool) -> String {
    let how = if shown { "inline" } else { "attachment" };
    let plain: String = name
        .as_str()
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || " !#$&()+,-.;=@[]^_`{}~".contains(c) { c } else { '_' }
        })
        .collect();
    let mut exact = String::new();
    for byte in name.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            exact.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        for name in [
            "a\"; filename=evil.exe",
            "x\r\nSet-Cookie: a=b",
            "naïve 見積.pdf",
            "100%.txt",
            "a\\\"b",
        ] {
            let header = disposition(&FileName::new(name), false);
            assert!(header.is_ascii() && !header.contains(['\r', '\n']), "{header}");
            assert_eq!(header.matches('"').count(), 2, "{header}");
            assert!(header.starts_with("attachment; filename=\""), "{header}");
        }
        assert_eq!(
            disposition(&FileName::new("Größe 1.pdf"), true),
            "inline; filename=\"Gr__e 1.pdf\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.pdf"
        );
    }
}
