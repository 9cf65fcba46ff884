//! Files people send: how they are called, and what of them is taken.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest name kept, in characters.
pub const FILE_NAME_LIMIT_CHARS: usize = 180;

/// And in bytes, which is what file systems count.
const FILE_NAME_LIMIT_BYTES: usize = 240;

/// The longest ending that survives shortening, with its dot.
const ENDING_LIMIT_CHARS: usize = 16;

/// What Windows keeps for devices, whatever stands after a dot.
const DEVICES: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8",
    "COM9", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// Name of a file as people see it: one line without a path, without characters that hide or turn round what stands
/// there, within [`FILE_NAME_LIMIT_CHARS`]. Says nothing about what the file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// Takes the name that a sender's machine gave.
    #[must_use]
    pub fn new(given: &str) -> Self {
        let last = given.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or("");
        let shown: String = last
            .chars()
            .map(|c| if c == '\t' || c == '\u{a0}' { ' ' } else { c })
            .filter(|c| !c.is_control() && !misleads(*c))
            .collect();
        let name = shown.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).trim_start();
        if name.is_empty() {
            return Self("file".to_owned());
        }
        let stem = name.split('.').next().unwrap_or(name).trim_end();
        let name = if DEVICES.iter().any(|device| stem.eq_ignore_ascii_case(device)) {
            format!("_{name}")
        } else {
            name.to_owned()
        };
        Self(shortened(&name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for FileName {
    fn from(given: String) -> Self {
        Self::new(&given)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

/// Characters that turn round, hide or break what stands beside them: marks of direction (Unicode Standard Annex 9),
/// invisible ones, separators of lines, and what is not for exchange.
const fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{ffff}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Cut in the middle, so that the ending stays.
fn shortened(name: &str) -> String {
    let fits = |text: &str| {
        text.len() <= FILE_NAME_LIMIT_BYTES && text.chars().count() <= FILE_NAME_LIMIT_CHARS
    };
    if fits(name) {
        return name.to_owned();
    }
    let ending = name
        .rfind('.')
        .filter(|dot| *dot > 0)
        .map(|dot| &name[dot..])
        .filter(|ending| ending.chars().count() <= ENDING_LIMIT_CHARS)
        .unwrap_or("");
    let mut kept = String::new();
    for c in name[..name.len() - ending.len()].chars() {
        let mut longer = kept.clone();
        longer.push(c);
        if !fits(&format!("{longer}…{ending}")) {
            break;
        }
        kept = longer;
    }
    format!("{}…{ending}", kept.trim_end())
}

/// What of files is taken here, for whoever wants to send one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRules {
    /// The largest file, in bytes.
    pub largest: u64,
}

/// A number of bytes as people read it, such as `3.4 MB`; a thousand bytes are a kilobyte.
#[must_use]
pub fn file_size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return if bytes == 1 { "1 byte".to_owned() } else { format!("{bytes} bytes") };
    }
    let (mut tenths, mut unit) = (bytes / 100, 0);
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    let (whole, rest) = (tenths / 10, tenths % 10);
    if rest == 0 || whole >= 100 {
        format!("{whole} {}", UNITS[unit])
    } else {
        format!("{whole}.{rest} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(given: &str) -> String {
        FileName::new(given).into()
    }

    #[test]
    fn a_name_has_no_path_and_nothing_that_cannot_be_seen() {
        for (given, kept) in [
            ("brief.pdf", "brief.pdf"),
            ("../../etc/passwd", "passwd"),
            (r"C:\Users\maya\plan.docx", "plan.docx"),
            ("/", "file"),
            ("..", "file"),
            ("", "file"),
            (" \u{200b}\u{feff} ", "file"),
            ("folder/", "folder"),
            ("a\u{0}b\nc\r.txt", "abc.txt"),
            (".htaccess", "htaccess"),
            ("what now?. . ", "what now?"),
            ("Größe – 見積 👩‍💻.xlsx", "Größe – 見積 👩‍💻.xlsx"),
        ] {
            assert_eq!(name(given), kept, "{given:?}");
        }
    }

    #[test]
    fn a_name_does_not_read_backwards() {
        // Shown as "invoiceexe.pdf" by whoever follows the mark.
        assert_eq!(name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        for mark in
            ['\u{202a}', '\u{202b}', '\u{202d}', '\u{2066}', '\u{2067}', '\u{200f}', '\u{61c}']
        {
            assert_eq!(name(&format!("a{mark}b.txt")), "ab.txt");
        }
    }

    #[test]
    fn names_of_devices_are_no_names_of_files() {
        assert_eq!(name("con"), "_con");
        assert_eq!(name("LPT1.txt"), "_LPT1.txt");
        assert_eq!(name("console.txt"), "console.txt");
    }

    #[test]
    fn a_long_name_keeps_its_ending_and_fits_a_file_system() {
        for letter in ["x", "ü", "見", "👩‍💻"] {
            let kept = name(&format!("{}.tar.gz", letter.repeat(5_000)));
            assert!(kept.ends_with("….gz"), "{kept}");
            assert!(kept.len() <= FILE_NAME_LIMIT_BYTES, "{}", kept.len());
            assert!(kept.chars().count() <= FILE_NAME_LIMIT_CHARS);
        }
        assert!(name(&"y".repeat(5_000)).ends_with("y…"));
        assert_eq!(
            name(&name(&"見".repeat(400))),
            name(&"見".repeat(400)),
            "cleaning again changes nothing"
        );
    }

    #[test]
    fn what_comes_over_the_wire_is_cleaned_too() {
        let read: FileName = serde_json::from_str(r#""..\/x\u202e.png""#).unwrap();
        assert_eq!(read.as_str(), "x.png");
    }

    #[test]
    fn sizes_read_like_sizes() {
        for (bytes, text) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 kB"),
            (3_449, "3.4 kB"),
            (123_456, "123 kB"),
            (999_999, "999 kB"),
            (50_000_000, "50 MB"),
            (1_200_000_000, "1.2 GB"),
        ] {
            assert_eq!(file_size(bytes), text);
        }
    }
}
