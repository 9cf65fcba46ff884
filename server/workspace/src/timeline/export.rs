//! A timeline as CSV (RFC 4180) and as Markdown.

use crate::errors::app_error;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use contract::AppError;
use vocabulary::{Happened, TimelineEntry, readable};

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For tables.
    Csv,
    /// For people.
    Markdown,
}

impl Format {
    /// The ending of its file.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Markdown => "md",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }
}

impl std::str::FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Csv, Self::Markdown].into_iter().find(|format| format.ending() == text).ok_or(())
    }
}

const COLUMNS: [&str; 8] = ["When", "Kind", "Who", "Address", "Audience", "About", "What", "Link"];

/// Without it spreadsheets take the text for one of an older encoding.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Writes a timeline piece by piece.
pub(super) struct Writer {
    format: Format,
    zone: Tz,
    home: String,
    title: String,
    begun: bool,
    day: Option<NaiveDate>,
}

impl Writer {
    /// `home` is the address of the workspace.
    pub(super) const fn new(format: Format, zone: Tz, home: String, title: String) -> Self {
        Self { format, zone, home, title, begun: false, day: None }
    }

    /// The next rows; before the first ones, what begins the file.
    pub(super) fn write(&mut self, entries: &[TimelineEntry]) -> Result<Vec<u8>, AppError> {
        let is_first = !std::mem::replace(&mut self.begun, true);
        match self.format {
            Format::Csv => self.csv(entries, is_first).map_err(|error| app_error(&error)),
            Format::Markdown => Ok(self.markdown(entries, is_first).into_bytes()),
        }
    }

    fn local(&self, entry: &TimelineEntry) -> DateTime<Tz> {
        let at = DateTime::<Utc>::from_timestamp_millis(entry.at.as_millis()).unwrap_or_default();
        at.with_timezone(&self.zone)
    }

    fn csv(&self, entries: &[TimelineEntry], is_first: bool) -> Result<Vec<u8>, csv::Error> {
        let begin = if is_first { BYTE_ORDER_MARK.as_bytes().to_vec() } else { Vec::new() };
        let mut rows =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(begin);
        if is_first {
            rows.write_record(COLUMNS)?;
        }
        for entry in entries {
            let who = entry.who.as_ref();
            let row = [
                self.local(entry).format("%Y-%m-%dT%H:%M:%S%:z").to_string(),
                entry.kind().as_str().to_owned(),
                who.map(|who| who.full_name.clone()).unwrap_or_default(),
                who.map(|who| who.user.clone()).unwrap_or_default(),
                entry.audience.as_str().to_owned(),
                about(entry),
                what(entry),
                self.link(entry),
            ];
            rows.write_record(row.iter().map(|cell| harmless(cell)))?;
        }
        rows.into_inner().map_err(|error| error.into_error().into())
    }

    fn markdown(&mut self, entries: &[TimelineEntry], is_first: bool) -> String {
        let mut text = String::new();
        if is_first {
            text.push_str(&format!("# Timeline of {}\n\n", escaped(&self.title)));
            text.push_str(&format!("Times in {}.\n", self.zone.name()));
        }
        for entry in entries {
            let local = self.local(entry);
            if self.day != Some(local.date_naive()) {
                self.day = Some(local.date_naive());
                text.push_str(&format!("\n## {}\n\n", local.format("%A %-d %B %Y")));
            }
            let who = entry.who.as_ref().map_or("ERPNext", |who| &who.full_name);
            let about = about(entry);
            let about = if about.is_empty() { about } else { format!(" ({})", escaped(&about)) };
            text.push_str(&format!(
                "- {} **{}**, {}{about}: {} [↗]({})\n",
                local.format("%H:%M"),
                escaped(who),
                entry.kind().as_str(),
                escaped(&what(entry)),
                self.link(entry)
            ));
        }
        text
    }

    fn link(&self, entry: &TimelineEntry) -> String {
        match &entry.what {
            Happened::Said(message) => match message.thread {
                Some(root) => format!("{}?thread={root}&m={}", self.home, message.id),
                None => format!("{}?m={}", self.home, message.id),
            },
            _ => format!("{}/timeline?row={}", self.home, entry.id),
        }
    }
}

fn about(entry: &TimelineEntry) -> String {
    match (&entry.about, &entry.what) {
        (Some(about), _) => format!("{} {}: {}", about.doctype, about.name, about.title),
        (None, Happened::Said(message)) => {
            let tags = message.tags.iter().filter(|tag| !tag.making);
            tags.map(|tag| format!("{} {}", tag.doctype.as_str(), tag.name))
                .collect::<Vec<_>>()
                .join(", ")
        }
        (None, _) => String::new(),
    }
}

/// What happened, in words.
fn what(entry: &TimelineEntry) -> String {
    match &entry.what {
        Happened::Said(message) if message.removed.is_some() => "message removed".to_owned(),
        Happened::Said(message) => {
            let files = message.files.iter().map(|file| format!("[{}]", file.name.as_str()));
            let words = readable(message.words());
            let parts = (!words.is_empty()).then_some(words).into_iter().chain(files);
            parts.collect::<Vec<_>>().join(" ")
        }
        Happened::Mail { subject, medium, received, gist } => {
            let direction = if *received { "received" } else { "sent" };
            let medium = if medium.is_empty() { "Communication" } else { medium };
            format!("{medium} {direction}: {subject}: {gist}")
        }
        Happened::Comment { gist } => gist.clone(),
        Happened::File { file_name, .. } => file_name.clone(),
        Happened::Made => "made".to_owned(),
        Happened::Changed(steps) => {
            let nothing = || "nothing".to_owned();
            let step = |step: &vocabulary::FieldStep| {
                let (from, to) = (step.from.clone(), step.to.clone());
                format!(
                    "{}: {} → {}",
                    step.field.label(),
                    from.unwrap_or_else(nothing),
                    to.unwrap_or_else(nothing)
                )
            };
            steps.iter().map(step).collect::<Vec<_>>().join("; ")
        }
    }
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Text in one line of Markdown that shows exactly it.
fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => line.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' => {
                line.push('\\');
                line.push(character);
            }
            other => line.push(other),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Berlin;
    use uuid::Uuid;
    use vocabulary::{Audience, EntryId, FieldStep, Moment, TimelineAbout, TimelineWho, WorkField};

    fn entry(what: Happened) -> TimelineEntry {
        TimelineEntry {
            id: EntryId::from_uuid(Uuid::nil()),
            at: Moment::from_millis(1_795_187_100_000),
            who: Some(TimelineWho {
                user: "ines@x.example".into(),
                full_name: "=Ines, \"I\"".into(),
            }),
            audience: Audience::Client,
            about: Some(TimelineAbout {
                doctype: "Task".into(),
                name: "TASK-1".into(),
                title: "*Bold* [x](javascript:alert)".into(),
            }),
            what,
        }
    }

    fn written(format: Format, entries: &[TimelineEntry]) -> String {
        let mut writer = Writer::new(format, Berlin, "http://h/w/1".into(), "Wine <shop>".into());
        String::from_utf8(writer.write(entries).unwrap()).unwrap()
    }

    #[test]
    fn csv_ends_its_lines_quotes_what_needs_it_and_holds_no_formula() {
        let comment = entry(Happened::Comment { gist: "+1\nline \"two\"".into() });
        let text = written(Format::Csv, &[comment]);
        let expected = "\u{feff}When,Kind,Who,Address,Audience,About,What,Link\r\n\
            2026-11-20T16:05:00+01:00,comment,\"'=Ines, \"\"I\"\"\",ines@x.example,client,\
            Task TASK-1: *Bold* [x](javascript:alert),\"'+1\nline \"\"two\"\"\",\
            http://h/w/1/timeline?row=00000000-0000-0000-0000-000000000000\r\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_file_is_begun_once_and_a_day_too() {
        let mut writer = Writer::new(Format::Markdown, Berlin, "http://h/w/1".into(), "W".into());
        let rows = [entry(Happened::Made)];
        let first = String::from_utf8(writer.write(&rows).unwrap()).unwrap();
        let second = String::from_utf8(writer.write(&rows).unwrap()).unwrap();
        assert!(first.contains("## Friday 20 November 2026") && !second.contains('#'), "{second}");
    }

    #[test]
    fn markdown_shows_what_was_written_and_makes_nothing_of_it() {
        let step = FieldStep { field: WorkField::Status, from: None, to: Some("Working".into()) };
        let text = written(Format::Markdown, &[entry(Happened::Changed(vec![step]))]);
        assert!(text.starts_with("# Timeline of Wine \\<shop\\>\n"), "{text}");
        assert!(text.contains("\\*Bold\\* \\[x\\](javascript:alert)"), "{text}");
        assert!(text.contains("Status: nothing → Working"), "{text}");
    }
}
