//! Plans and manifests in words for the one who decides.

use std::fmt::Write;

use crate::{
    Manifest, Plan, Step, StepState,
    manifest::{Deed, Record},
    plan::Work,
};

/// Where lines are broken.
const WIDTH: usize = 96;

impl Plan {
    /// What applying it would do: things of one kind and purpose together, each with what it is for.
    #[must_use]
    pub fn told(&self) -> String {
        let mut text = String::new();
        let owed: Vec<&Step> =
            self.steps.iter().filter(|step| step.state != StepState::There).collect();
        for alike in owed.chunk_by(|a, b| a.why == b.why && kind(a) == kind(b)) {
            let sign = match alike.first().map(|step| &step.state) {
                Some(StepState::Create) => '+',
                _ => '~',
            };
            line(&mut text, &format!("  {sign} "), &together(alike));
            if let Some(first) = alike.first() {
                line(&mut text, "      ", &first.why);
            }
        }
        text
    }
}

impl Manifest {
    /// What disconnecting would do, things of one kind together, the last made first.
    #[must_use]
    pub fn told(&self) -> String {
        let mut text = String::new();
        let records: Vec<&Record> = self.records.iter().rev().collect();
        let is_made = |record: &Record| record.deed == Deed::Made;
        for alike in records.chunk_by(|a, b| is_made(a) && is_made(b) && a.doctype == b.doctype) {
            let words = match alike {
                [record] => record.removal(),
                [first, ..] => {
                    let names: Vec<&str> = alike.iter().map(|one| one.name.as_str()).collect();
                    Some(format!("remove {}", many(&first.doctype, &names)))
                }
                [] => None,
            };
            if let Some(words) = words {
                line(&mut text, "  - ", &words);
            }
        }
        text
    }
}

fn kind(step: &Step) -> (&str, bool) {
    let doctype = match &step.work {
        Work::Document(wanted) => wanted.doctype,
        Work::Rule(_) => "Rule",
        Work::Key { .. } => "Key",
    };
    (doctype, step.state == StepState::Create)
}

fn together(alike: &[&Step]) -> String {
    match alike {
        [step] => match &step.state {
            StepState::Change(fields) => format!("{} (changes {})", step.what, fields.join(", ")),
            _ => step.what.clone(),
        },
        [first, ..] => {
            let names: Vec<&str> = alike
                .iter()
                .map(|step| match &step.work {
                    Work::Document(wanted) => wanted.name.as_str(),
                    _ => step.what.as_str(),
                })
                .collect();
            let mut words = many(kind(first).0, &names);
            if let StepState::Change(fields) = &first.state {
                // Steps of one purpose differ in the same way, or the first tells enough.
                let _infallible = write!(words, " (changes {})", fields.join(", "));
            }
            words
        }
        [] => String::new(),
    }
}

/// `4 Client Scripts: …`; the webhooks of a doctype under its name only.
fn many(doctype: &str, names: &[&str]) -> String {
    let mut short: Vec<&str> = names.to_vec();
    if doctype == "Webhook" {
        for name in &mut short {
            let bare = name.strip_prefix("Parlance ").unwrap_or(name);
            *name = bare.rsplit_once(' ').map_or(bare, |(doctype, _)| doctype);
        }
        short.dedup();
    }
    format!("{} {doctype}s: {}", names.len(), short.join(", "))
}

/// Adds `words` behind `lead`, broken into lines that begin as far in.
fn line(text: &mut String, lead: &str, words: &str) {
    let mut length = lead.chars().count();
    text.push_str(lead);
    let mut is_first = true;
    for word in words.split(' ') {
        let more = word.chars().count() + 1;
        if !is_first && length + more > WIDTH {
            text.push('\n');
            text.push_str(&" ".repeat(lead.chars().count()));
            length = lead.chars().count();
        } else if !is_first {
            text.push(' ');
        }
        text.push_str(word);
        length += more;
        is_first = false;
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_of_a_doctype_are_told_once() {
        let names =
            ["Parlance Task after_insert", "Parlance Task on_change", "Parlance ToDo on_change"];
        assert_eq!(many("Webhook", &names), "3 Webhooks: Task, ToDo");
    }

    #[test]
    fn long_lines_are_broken_and_stay_in_their_column() {
        let mut text = String::new();
        line(&mut text, "  + ", "word ".repeat(40).trim_end());
        assert!(text.lines().count() > 1);
        for one in text.lines() {
            assert!(one.chars().count() <= WIDTH + 1 && !one.ends_with(' '), "{one:?}");
        }
        assert!(text.lines().skip(1).all(|one| one.starts_with("    word")));
    }
}
