//! What can be read.

use std::str::FromStr;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// As it is.
    Plain,
    /// PDF (ISO 32000).
    Pdf,
    /// WordprocessingML (ECMA-376).
    Docx,
    /// SpreadsheetML (ECMA-376).
    Xlsx,
}

impl Kind {
    /// How a file of this media type and name is read; `None` for what has no text.
    #[must_use]
    pub fn of(content_type: &str, name: &str) -> Option<Self> {
        const OFFICE: &str = "application/vnd.openxmlformats-officedocument.";
        let name = name.to_ascii_lowercase();
        // A package whose first entries do not say what it is.
        let is_package = content_type == "application/zip";
        match content_type.strip_prefix(OFFICE) {
            Some("wordprocessingml.document") => return Some(Self::Docx),
            Some("spreadsheetml.sheet") => return Some(Self::Xlsx),
            _ => {}
        }
        match content_type {
            "application/pdf" => Some(Self::Pdf),
            "text/plain" => Some(Self::Plain),
            _ if is_package && name.ends_with(".docx") => Some(Self::Docx),
            _ if is_package && name.ends_with(".xlsx") => Some(Self::Xlsx),
            _ => None,
        }
    }

    /// The word on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Plain, Self::Pdf, Self::Docx, Self::Xlsx]
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("{text:?} is not read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_decides_and_a_name_only_tells_packages_apart() {
        assert_eq!(Kind::of("application/pdf", "a.txt"), Some(Kind::Pdf));
        assert_eq!(Kind::of("text/plain", "a.pdf"), Some(Kind::Plain));
        assert_eq!(Kind::of("application/zip", "Plan.DOCX"), Some(Kind::Docx));
        for (kind, name) in
            [("application/zip", "a.zip"), ("image/png", "a.docx"), ("text/html", "a.txt")]
        {
            assert_eq!(Kind::of(kind, name), None, "{kind}");
        }
    }
}
