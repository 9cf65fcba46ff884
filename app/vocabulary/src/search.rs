//! What somebody looks for, as they type it: words, "phrases" and operators, each of which a `-` in front turns round; and
//! what is found.

use crate::{MessageId, Moment, WorkDoctype, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The longest query, in characters.
pub const QUERY_LIMIT_CHARS: usize = 500;

/// What is read of one query; the rest is left out.
pub const CLAUSES_LIMIT: usize = 32;

/// The most that one answer holds.
pub const HITS_LIMIT: u32 = 100;

/// What can be found. Calls will be one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// Said in a room.
    Message,
    /// An ERPNext Communication that was not said here.
    Mail,
    /// ERPNext's Task.
    Task,
    /// ERPNext's Issue.
    Issue,
    /// A Comment made in ERPNext.
    Comment,
    /// Sent here, or attached in ERPNext.
    File,
}

impl FoundKind {
    /// All there are, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Message, Self::Mail, Self::Task, Self::Issue, Self::Comment, Self::File];

    /// The word after `kind:`, and the one it is stored as.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Mail => "mail",
            Self::Task => "task",
            Self::Issue => "issue",
            Self::Comment => "comment",
            Self::File => "file",
        }
    }

    /// Several of them, for people.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Message => "Messages",
            Self::Mail => "Mails",
            Self::Task => "Tasks",
            Self::Issue => "Issues",
            Self::Comment => "Comments",
            Self::File => "Files",
        }
    }

    /// One of them, for people.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Message => "Message",
            Self::Mail => "Mail",
            Self::Task => "Task",
            Self::Issue => "Issue",
            Self::Comment => "Comment",
            Self::File => "File",
        }
    }
}

impl FromStr for FoundKind {
    type Err = ();

    /// One or several, and what people call them otherwise.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.to_ascii_lowercase();
        let one = match text.as_str() {
            "email" | "emails" | "e-mail" | "mails" => "mail",
            "chat" => "message",
            other => other.strip_suffix('s').unwrap_or(other),
        };
        Self::ALL.into_iter().find(|kind| kind.as_str() == one).ok_or(())
    }
}

/// What `has:` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Has {
    /// A file.
    File,
    /// An address of the web.
    Link,
    /// A Task it is about.
    Task,
    /// An Issue it is about.
    Issue,
}

impl Has {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::File, Self::Link, Self::Task, Self::Issue];

    /// The word after `has:`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Link => "link",
            Self::Task => "task",
            Self::Issue => "issue",
        }
    }
}

impl FromStr for Has {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.to_ascii_lowercase();
        let one = match text.as_str() {
            "attachment" | "attachments" => "file",
            other => other.strip_suffix('s').unwrap_or(other),
        };
        Self::ALL.into_iter().find(|has| has.as_str() == one).ok_or(())
    }
}

/// A day of the calendar, in UTC: `2026-03-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SearchDay {
    year: i32,
    month: u8,
    day: u8,
}

impl SearchDay {
    /// When it begins.
    #[must_use]
    pub fn begins(self) -> Moment {
        // Days since 1970 of the proleptic calendar, counted in eras of 400 years that begin in March.
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        Moment::from_millis(days * 86_400_000)
    }
}

impl FromStr for SearchDay {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u16>().ok())?
        };
        let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else {
            return Err(());
        };
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let last = match month {
            2 => 28 + u16::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return Err(()),
        };
        if year < 1970 || day == 0 || day > last {
            return Err(());
        }
        let small = |number: u16| u8::try_from(number).map_err(|_| ());
        Ok(Self { year: i32::from(year), month: small(month)?, day: small(day)? })
    }
}

impl fmt::Display for SearchDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// A word, in any of its forms.
    Word(String),
    /// The beginning of a word: `book*`.
    Start(String),
    /// Words one after another: `"booking form"`.
    Phrase(String),
    /// Who said, wrote or made it: a name, an address, `me`.
    From(String),
    /// In which workspace: the Project's id, or part of its title.
    In(String),
    /// About which document: its name in ERPNext.
    Tag(String),
    /// What it carries.
    Has(Has),
    /// Before that day begins.
    Before(SearchDay),
    /// On that day or later.
    After(SearchDay),
    /// Only these.
    Kind(FoundKind),
}

impl Term {
    /// Whether it is typed with an operator; others are words.
    #[must_use]
    pub const fn is_filter(&self) -> bool {
        !matches!(self, Self::Word(_) | Self::Start(_) | Self::Phrase(_))
    }
}

/// One thing that is asked for, or must not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// What.
    pub term: Term,
    /// Whether it must not be.
    pub not: bool,
}

impl Clause {
    /// That it is so.
    #[must_use]
    pub const fn is(term: Term) -> Self {
        Self { term, not: false }
    }
}

/// A query that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchQuery {
    /// What is asked for, in the order it was typed.
    pub clauses: Vec<Clause>,
    /// Operators whose value makes no sense, as typed: they are left out, and their author is told so.
    pub misread: Vec<String>,
}

impl SearchQuery {
    /// Reads what somebody typed. Nothing is an error: what is no operator is a word.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() && query.clauses.len() < CLAUSES_LIMIT {
            let (not, after) = match rest.strip_prefix('-') {
                // A dash alone says nothing.
                Some(after) if !after.starts_with(|c: char| c.is_whitespace() || c == '-') => {
                    (true, after)
                }
                _ => (false, rest),
            };
            let (word, after) = next_word(after);
            rest = after.trim_start();
            match term(&word) {
                Ok(Some(term)) => query.clauses.push(Clause { term, not }),
                Ok(None) => {}
                Err(()) => query.misread.push(word.typed),
            }
        }
        query
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// The same without the clause at `place`.
    #[must_use]
    pub fn without(&self, place: usize) -> Self {
        let mut query = self.clone();
        if place < query.clauses.len() {
            query.clauses.remove(place);
        }
        query
    }

    /// The same with one clause more.
    #[must_use]
    pub fn with(&self, clause: Clause) -> Self {
        let mut query = self.clone();
        if !query.clauses.contains(&clause) {
            query.clauses.push(clause);
        }
        query
    }

    /// The same where each of these words stands corrected.
    #[must_use]
    pub fn corrected(&self, corrections: &[Correction]) -> Self {
        let mut query = self.clone();
        for clause in &mut query.clauses {
            if let Term::Word(word) = &mut clause.term
                && let Some(known) = corrections.iter().find(|one| one.typed == *word)
            {
                word.clone_from(&known.found);
            }
        }
        query
    }
}

impl fmt::Display for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, clause) in self.clauses.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{clause}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.not {
            f.write_str("-")?;
        }
        match &self.term {
            Term::Word(word) => f.write_str(word),
            Term::Start(start) => write!(f, "{start}*"),
            Term::Phrase(words) => write!(f, "\"{words}\""),
            Term::From(who) => write!(f, "from:{}", Quoted(who)),
            Term::In(place) => write!(f, "in:{}", Quoted(place)),
            Term::Tag(name) => write!(f, "tag:{}", Quoted(name)),
            Term::Has(has) => write!(f, "has:{}", has.as_str()),
            Term::Before(day) => write!(f, "before:{day}"),
            Term::After(day) => write!(f, "after:{day}"),
            Term::Kind(kind) => write!(f, "kind:{}", kind.as_str()),
        }
    }
}

/// A value, in quotes if it needs them.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(char::is_whitespace) {
            write!(f, "\"{}\"", self.0)
        } else {
            f.write_str(self.0)
        }
    }
}

/// What stands between two blanks, quotes taken off.
struct Word {
    /// As it was typed.
    typed: String,
    /// What stands before the colon, in lower case, if it is an operator of ours.
    operator: Option<&'static str>,
    /// The rest, or all.
    value: String,
    /// Whether the value stood in quotes.
    is_quoted: bool,
}

const OPERATORS: [&str; 7] = ["from", "in", "tag", "has", "before", "after", "kind"];

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

fn next_word(text: &str) -> (Word, &str) {
    let operator = text.find(':').and_then(|colon| {
        let name = text[..colon].to_ascii_lowercase();
        let known = OPERATORS.into_iter().find(|known| *known == name)?;
        Some((known, colon + 1))
    });
    let (name, start) = operator.map_or((None, 0), |(name, start)| (Some(name), start));
    let value = &text[start..];
    let (value, is_quoted, length) = match value.chars().next().filter(|c| is_quote(*c)) {
        Some(quote) => {
            let inside = &value[quote.len_utf8()..];
            match inside.find(is_quote) {
                Some(end) => {
                    let close = inside[end..].chars().next().map_or(0, char::len_utf8);
                    (&inside[..end], true, quote.len_utf8() + end + close)
                }
                None => (inside, true, value.len()),
            }
        }
        None => {
            let end = value.find(char::is_whitespace).unwrap_or(value.len());
            (&value[..end], false, end)
        }
    };
    let end = start + length;
    let word = Word {
        typed: text[..end].to_owned(),
        operator: name,
        value: value.trim().to_owned(),
        is_quoted,
    };
    (word, &text[end..])
}

/// `None` for what says nothing; an error for an operator whose value makes no sense.
fn term(word: &Word) -> Result<Option<Term>, ()> {
    let value = || word.value.clone();
    let Some(operator) = word.operator else {
        let says_something = word.value.contains(char::is_alphanumeric);
        return Ok(says_something.then(|| match word.value.strip_suffix('*') {
            _ if word.is_quoted => Term::Phrase(value()),
            Some(start) => Term::Start(start.to_owned()),
            None => Term::Word(value().trim_matches(is_quote).to_owned()),
        }));
    };
    if word.value.is_empty() {
        return Err(());
    }
    Ok(Some(match operator {
        "from" => Term::From(value()),
        "in" => Term::In(value()),
        "tag" => Term::Tag(word.value.trim_start_matches('#').to_owned()),
        "has" => Term::Has(word.value.parse()?),
        "before" => Term::Before(word.value.parse()?),
        "after" => Term::After(word.value.parse()?),
        _ => Term::Kind(word.value.parse()?),
    }))
}

/// In which order what was found is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundOrder {
    /// What answers best first.
    #[default]
    Best,
    /// What is newest first.
    Newest,
}

impl FoundOrder {
    /// The word in an address.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Newest => "newest",
        }
    }
}

impl FromStr for FoundOrder {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Best, Self::Newest].into_iter().find(|order| order.as_str() == text).ok_or(())
    }
}

/// A text with what was looked for in it. It is text and nothing else, whatever it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marked {
    /// The text.
    pub text: String,
    /// From which byte to before which; in order, apart from each other.
    pub marks: Vec<(u32, u32)>,
}

impl Marked {
    /// Its pieces in order, and whether each was looked for.
    #[must_use]
    pub fn pieces(&self) -> Vec<(&str, bool)> {
        let mut pieces = Vec::with_capacity(self.marks.len() * 2 + 1);
        let mut done = 0;
        let mut push = |from: usize, to: usize, marked: bool| {
            if let Some(piece) = self.text.get(from..to).filter(|piece| !piece.is_empty()) {
                pieces.push((piece, marked));
            }
        };
        for (from, to) in &self.marks {
            let (from, to) = (*from as usize, *to as usize);
            push(done, from, false);
            push(from, to, true);
            done = to;
        }
        push(done, self.text.len(), false);
        pieces
    }
}

/// Where something found stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundPlace {
    /// In a room, perhaps in a thread of it.
    Message {
        /// Which message.
        message: MessageId,
        /// The message that began the thread it is in.
        thread: Option<MessageId>,
    },
    /// A Task or an Issue, or something about one.
    Work {
        /// Which of the two.
        doctype: WorkDoctype,
        /// Its name in ERPNext.
        name: String,
    },
    /// On the Project itself.
    Project,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is.
    pub kind: FoundKind,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// ERPNext's `Project.project_name`.
    pub project_name: String,
    /// What it is called: a subject, the name of a file. Empty for what has none.
    pub title: Marked,
    /// Its name in ERPNext, if people know it by that.
    pub name: Option<String>,
    /// What it says around what was looked for.
    pub snippet: Marked,
    /// ERPNext's `status`, of Tasks and Issues.
    pub status: Option<String>,
    /// Who said, wrote or made it, as far as that is known.
    pub by: String,
    /// When it was said or sent; of a Task or an Issue when it last changed.
    pub at: Moment,
    /// Where it stands.
    pub place: FoundPlace,
}

/// A word that stands nowhere the asker may read, and what was looked for instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// As typed.
    pub typed: String,
    /// What stands there.
    pub found: String,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Searched {
    /// The first of it.
    pub hits: Vec<Hit>,
    /// How much there is of what was looked through.
    pub count: u32,
    /// Whether only the newest of very much was looked through.
    pub more: bool,
    /// How much of each kind.
    pub kinds: Vec<(FoundKind, u32)>,
    /// Words that stand nowhere, with what was looked for instead.
    pub corrections: Vec<Correction>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Clause> {
        SearchQuery::read(text).clauses
    }

    fn word(text: &str) -> Term {
        Term::Word(text.into())
    }

    #[test]
    fn words_phrases_beginnings_and_what_must_not_be_are_told_apart() {
        let read = read(r#"booking "arrival date" -draft -"old price" calen*"#);
        assert_eq!(
            read,
            [
                Clause::is(word("booking")),
                Clause::is(Term::Phrase("arrival date".into())),
                Clause { term: word("draft"), not: true },
                Clause { term: Term::Phrase("old price".into()), not: true },
                Clause::is(Term::Start("calen".into())),
            ]
        );
    }

    #[test]
    fn operators_take_a_word_or_a_quoted_value_in_any_case() {
        let read = read(
            r#"FROM:"Tom Okafor" in:PROJ-0001 tag:#TASK-2026-00001 has:links before:2026-03-31 after:2026-01-01 -kind:mails"#,
        );
        let day = |text: &str| text.parse::<SearchDay>().unwrap();
        assert_eq!(
            read,
            [
                Clause::is(Term::From("Tom Okafor".into())),
                Clause::is(Term::In("PROJ-0001".into())),
                Clause::is(Term::Tag("TASK-2026-00001".into())),
                Clause::is(Term::Has(Has::Link)),
                Clause::is(Term::Before(day("2026-03-31"))),
                Clause::is(Term::After(day("2026-01-01"))),
                Clause { term: Term::Kind(FoundKind::Mail), not: true },
            ]
        );
    }

    #[test]
    fn what_is_written_out_is_read_as_the_same() {
        for text in [
            r#"booking "arrival date" -draft from:"Tom Okafor" -kind:mail calen*"#,
            "in:PROJ-0001 tag:TASK-2026-00001 has:file before:2026-03-31",
            "",
        ] {
            let query = SearchQuery::read(text);
            assert_eq!(query.to_string(), text);
            assert_eq!(SearchQuery::read(&query.to_string()), query);
        }
    }

    #[test]
    fn a_value_that_makes_no_sense_is_told_and_left_out() {
        let query = SearchQuery::read("price before:soon kind:dream has: after:2026-02-30 in:");
        assert_eq!(query.clauses, [Clause::is(word("price"))]);
        assert_eq!(query.misread, ["before:soon", "kind:dream", "has:", "after:2026-02-30", "in:"]);
    }

    #[test]
    fn what_is_no_operator_is_a_word_and_nothing_said_is_nothing() {
        assert_eq!(
            read("https://x.example/a note:b"),
            [Clause::is(word("https://x.example/a")), Clause::is(word("note:b")),]
        );
        assert_eq!(read("  - -- \"\" * !!! \u{201c}  "), []);
        assert_eq!(
            read("\u{201e}offene Frage\u{201c} x"),
            [Clause::is(Term::Phrase("offene Frage".into())), Clause::is(word("x")),]
        );
        assert_eq!(read("\"never closed"), [Clause::is(Term::Phrase("never closed".into()))]);
        assert_eq!(read(&"a ".repeat(100)).len(), CLAUSES_LIMIT);
    }

    #[test]
    fn hostile_texts_are_read_without_an_end() {
        for text in ["-\u{201c}", "from:\u{201c}", "\u{201d}\u{201c}x", "-from:-x", ":::", "\u{0}*"]
        {
            let query = SearchQuery::read(text);
            assert!(query.clauses.len() <= 2, "{text:?}");
        }
    }

    #[test]
    fn a_day_begins_when_it_begins() {
        let begins = |text: &str| text.parse::<SearchDay>().unwrap().begins().as_millis();
        assert_eq!(begins("1970-01-01"), 0);
        assert_eq!(begins("2000-03-01"), 951_868_800_000);
        assert_eq!(begins("2024-02-29"), 1_709_164_800_000);
        assert_eq!(begins("2026-11-29"), 1_795_910_400_000);
        for wrong in
            ["2023-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "", "2026-01-01x"]
        {
            assert!(wrong.parse::<SearchDay>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_clause_is_taken_out_and_put_in_by_its_chip() {
        let query = SearchQuery::read("price kind:task");
        assert_eq!(query.without(1).to_string(), "price");
        assert_eq!(query.without(9), query);
        let mail = Clause::is(Term::Kind(FoundKind::Mail));
        assert_eq!(query.with(mail.clone()).with(mail).to_string(), "price kind:task kind:mail");
    }

    #[test]
    fn marked_text_comes_in_pieces_and_a_wrong_mark_breaks_nothing() {
        let marked = Marked { text: "the bööking form".into(), marks: vec![(4, 13), (14, 18)] };
        assert_eq!(
            marked.pieces(),
            [("the ", false), ("bööking", true), (" ", false), ("form", true)]
        );
        let wrong = Marked { text: "äb".into(), marks: vec![(1, 2), (3, 900)] };
        assert!(wrong.pieces().iter().all(|(piece, _)| wrong.text.contains(piece)));
    }
}
