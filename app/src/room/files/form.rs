//! How files look: what a media type is called, how large a picture is drawn.

/// What people call a media type.
pub(super) fn called(content_type: &str) -> &'static str {
    match content_type {
        "application/pdf" => "PDF",
        "text/plain" => "Text",
        "text/html" => "Web page",
        "text/xml" => "XML",
        "image/svg+xml" => "Drawing",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        | "application/msword"
        | "application/vnd.oasis.opendocument.text" => "Document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        | "application/vnd.ms-excel"
        | "application/vnd.oasis.opendocument.spreadsheet" => "Spreadsheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        | "application/vnd.ms-powerpoint"
        | "application/vnd.oasis.opendocument.presentation" => "Slides",
        "application/zip"
        | "application/gzip"
        | "application/x-7z-compressed"
        | "application/vnd.rar"
        | "application/x-tar"
        | "application/x-bzip2"
        | "application/x-xz" => "Archive",
        _ => match content_type.split('/').next() {
            Some("image") => "Picture",
            Some("video") => "Film",
            Some("audio") => "Sound",
            Some("font") => "Font",
            _ => "File",
        },
    }
}

/// The letters on a file's card: the ending of its name, or what it is.
pub(super) fn letters(name: &str) -> String {
    name.rsplit_once('.')
        .map(|(_, ending)| ending.to_uppercase())
        .filter(|ending| (1..=4).contains(&ending.chars().count()))
        .filter(|ending| ending.chars().all(char::is_alphanumeric))
        .unwrap_or_else(|| "FILE".to_owned())
}

/// The longest sides of a picture in the list, in CSS pixels.
const LIST_WIDTH: f64 = 360.0;
const LIST_HEIGHT: f64 = 300.0;

/// The shortest side: narrower, nobody could tap it.
const LEAST: f64 = 44.0;

/// How large a picture of these pixels is drawn in the list.
#[must_use]
pub(super) fn drawn(width: u32, height: u32) -> (u32, u32) {
    let (width, height) = (f64::from(width.max(1)), f64::from(height.max(1)));
    let scale = (LIST_WIDTH / width).min(LIST_HEIGHT / height).min(1.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few hundred pixels"
    )]
    let whole = |side: f64| (side * scale).max(LEAST).round() as u32;
    (whole(width), whole(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_keeps_its_shape_within_the_list() {
        assert_eq!(drawn(1600, 900), (360, 203));
        assert_eq!(drawn(900, 1600), (169, 300));
        assert_eq!(drawn(120, 80), (120, 80));
        assert_eq!(drawn(4000, 20), (360, 44));
        assert_eq!(drawn(1, 1), (44, 44));
    }

    #[test]
    fn a_card_shows_an_ending_that_is_one() {
        assert_eq!(letters("plan.docx"), "DOCX");
        assert_eq!(letters("archive.tar.gz"), "GZ");
        assert_eq!(letters("README"), "FILE");
        assert_eq!(letters("what. ever"), "FILE");
    }
}
