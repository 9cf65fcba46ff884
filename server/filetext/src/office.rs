//! Packages of Office: a ZIP archive with XML in it. How far an entry unfolds is counted while it does, whatever it says of
//! itself.

use quick_xml::{Reader, events::Event};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Bytes that one entry may unfold to.
const ENTRY_LIMIT_BYTES: u64 = 40_000_000;

/// Bytes of text after which there is enough.
const ENOUGH_BYTES: usize = crate::TEXT_LIMIT_CHARS * 4;

/// Sheets that are read.
const SHEETS_LIMIT: usize = 50;

/// The text of a document: its body, and what stands above, below and beside it.
pub(crate) fn docx(bytes: &[u8]) -> String {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return String::new() };
    let beside = |name: &str| {
        ["word/header", "word/footer", "word/footnotes", "word/comments"]
            .iter()
            .any(|part| name.starts_with(part))
            && name.ends_with(".xml")
    };
    let others: Vec<String> =
        archive.file_names().filter(|name| beside(name)).map(str::to_owned).collect();
    let mut text = String::new();
    for name in ["word/document.xml".to_owned()].into_iter().chain(others).take(SHEETS_LIMIT) {
        read_entry(&mut archive, &name, b"t", &mut text);
    }
    text
}

/// The texts of the cells. Shared ones stand in one place of their own.
pub(crate) fn xlsx(bytes: &[u8]) -> String {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return String::new() };
    let mut sheets: Vec<String> = archive
        .file_names()
        .filter(|name| name.starts_with("xl/worksheets/sheet") && name.ends_with(".xml"))
        .map(str::to_owned)
        .collect();
    sheets.sort();
    let mut text = String::new();
    for name in ["xl/sharedStrings.xml".to_owned()].into_iter().chain(sheets).take(SHEETS_LIMIT) {
        read_entry(&mut archive, &name, b"t", &mut text);
    }
    text
}

/// Adds what stands in the elements `wanted` of an entry. What is broken ends it.
fn read_entry(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    wanted: &[u8],
    text: &mut String,
) {
    let Ok(entry) = archive.by_name(name) else { return };
    let mut xml = Vec::new();
    // Cut off where it unfolds too far: what came until then is read.
    if entry.take(ENTRY_LIMIT_BYTES).read_to_end(&mut xml).is_err() && xml.is_empty() {
        return;
    }
    let mut reader = Reader::from_reader(xml.as_slice());
    let mut is_wanted = false;
    while text.len() < ENOUGH_BYTES {
        match reader.read_event() {
            Ok(Event::Start(element)) => is_wanted = element.local_name().as_ref() == wanted,
            Ok(Event::Text(piece)) if is_wanted => {
                text.push_str(&piece.decode().unwrap_or_default());
            }
            Ok(Event::GeneralRef(entity)) if is_wanted => {
                let named: &[u8] = entity.as_ref();
                text.push(match named {
                    b"amp" => '&',
                    b"lt" => '<',
                    b"gt" => '>',
                    b"quot" => '"',
                    b"apos" => '\'',
                    _ => entity.resolve_char_ref().ok().flatten().unwrap_or(' '),
                });
            }
            Ok(Event::End(element)) => {
                is_wanted = false;
                // A paragraph, a shared text, a cell: words of two do not run together. Runs within one may.
                if matches!(element.local_name().as_ref(), b"p" | b"si" | b"c" | b"tab" | b"br") {
                    text.push('\n');
                }
            }
            Ok(Event::Empty(element))
                if matches!(element.local_name().as_ref(), b"tab" | b"br") =>
            {
                text.push(' ');
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

    fn package(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, content) in entries {
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn a_document_is_read_with_what_stands_beside_it() {
        let body = br#"<w:document xmlns:w="x"><w:body><w:p><w:r><w:t>Price</w:t></w:r><w:r><w:t>list &amp; caf&#233;</w:t></w:r></w:p>
            <w:p><w:r><w:t>second</w:t></w:r></w:p><w:instrText>not this</w:instrText></w:body></w:document>"#;
        let bytes = package(&[
            ("word/document.xml", body),
            ("word/header1.xml", b"<w:hdr><w:t>Letterhead</w:t></w:hdr>"),
        ]);
        let text = docx(&bytes);
        assert!(text.contains("Pricelist & caf\u{e9}\n"), "{text:?}");
        assert!(
            text.contains("second") && text.contains("Letterhead") && !text.contains("not this")
        );
    }

    #[test]
    fn the_cells_of_a_workbook_are_read() {
        let bytes = package(&[
            ("xl/sharedStrings.xml", b"<sst><si><t>Rooms</t></si><si><t>Garden</t></si></sst>"),
            ("xl/worksheets/sheet1.xml", b"<sheetData><c t=\"inlineStr\"><is><t>Inline</t></is></c><c><v>4200</v></c></sheetData>"),
        ]);
        let text = xlsx(&bytes);
        assert!(text.contains("Rooms\nGarden\n") && text.contains("Inline"), "{text:?}");
    }

    #[test]
    fn what_unfolds_beyond_measure_is_cut_off() {
        let huge = "<w:t>a</w:t>".repeat(10_000_000);
        let bytes = package(&[("word/document.xml", huge.as_bytes())]);
        assert!(bytes.len() < 1_000_000);
        let text = docx(&bytes);
        assert!(!text.is_empty() && text.len() <= ENOUGH_BYTES + 1);
    }

    #[test]
    fn what_is_broken_says_nothing() {
        for bytes in [b"PK\x03\x04 nothing".as_slice(), b"", b"<w:t>no package</w:t>"] {
            assert_eq!((docx(bytes), xlsx(bytes)), (String::new(), String::new()));
        }
        let broken = package(&[("word/document.xml", b"<w:t>one</w:t><w:t>two</w:p></x")]);
        assert!(docx(&broken).starts_with("one"));
    }
}
