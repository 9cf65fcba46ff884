//! What is asked of the full-text index, in the language of either database. Everything in it is letters and digits.

use super::{
    entry::facet,
    words::{is_sign, stem, tokens},
};
use crate::Backend;
use std::collections::BTreeSet;

/// What one item must have, or must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Needle {
    /// These stems, one after another.
    Stems(Vec<String>),
    /// A word that begins so.
    Start(String),
    /// A facet.
    Facet(String),
    /// All of these.
    All(Vec<Needle>),
    /// One of these.
    Any(Vec<Needle>),
}

/// The words of `text` one after another; `None` if there are none.
pub(super) fn words(text: &str) -> Option<Needle> {
    let found = tokens(text);
    if let [one] = found.as_slice()
        && one.folded.chars().all(is_sign)
    {
        // Half of a pair.
        return Some(Needle::Start(one.folded.clone()));
    }
    let stems: Vec<String> = found.iter().map(|token| stem(&token.folded)).collect();
    (!stems.is_empty()).then_some(Needle::Stems(stems))
}

/// What begins so.
pub(super) fn start(text: &str) -> Option<Needle> {
    let mut found = tokens(text);
    let last = found.pop()?;
    let begun = Needle::Any(vec![
        Needle::Start(last.folded.clone()),
        Needle::Stems(vec![stem(&last.folded)]),
    ]);
    let before = found.into_iter().map(|token| Needle::Stems(vec![stem(&token.folded)]));
    Some(Needle::All(before.chain([begun]).collect()))
}

/// From somebody who has all these words in their name or address.
pub(super) fn from(who: &str) -> Option<Needle> {
    let facets: Vec<Needle> =
        tokens(who).iter().map(|token| Needle::Facet(facet::from(&token.folded))).collect();
    (!facets.is_empty()).then_some(Needle::All(facets))
}

/// What is asked: all of `all`, nothing of `none`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) all: Vec<Needle>,
    pub(super) none: Vec<Needle>,
}

impl Asked {
    /// As `MATCH` of FTS5, or as `tsquery`.
    pub(super) fn written(&self, backend: Backend) -> String {
        let write = |needle: &Needle| match backend {
            Backend::Sqlite => fts5(needle),
            Backend::Postgres => tsquery(needle),
        };
        let (and, or) = match backend {
            Backend::Sqlite => (" AND ", " OR "),
            Backend::Postgres => (" & ", " | "),
        };
        let all: Vec<String> = self.all.iter().map(write).collect();
        let none: Vec<String> = self.none.iter().map(write).collect();
        let all = if all.is_empty() {
            write(&Needle::Facet(facet::ANY.to_owned()))
        } else {
            all.join(and)
        };
        if none.is_empty() {
            return all;
        }
        let none = none.join(or);
        match backend {
            Backend::Sqlite => format!("({all}) NOT ({none})"),
            Backend::Postgres => format!("({all}) & !({none})"),
        }
    }

    /// What is to be marked in what is found.
    pub(super) fn marked(&self) -> Vec<Sought> {
        let mut marked = BTreeSet::new();
        self.all.iter().for_each(|needle| mark(needle, &mut marked));
        marked.into_iter().collect()
    }
}

/// A word that was looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sought {
    /// By its stem.
    Stem(String),
    /// By its beginning.
    Start(String),
}

fn mark(needle: &Needle, marked: &mut BTreeSet<Sought>) {
    match needle {
        Needle::Stems(stems) => marked.extend(stems.iter().cloned().map(Sought::Stem)),
        Needle::Start(start) => {
            marked.insert(Sought::Start(start.clone()));
        }
        Needle::Facet(_) => {}
        Needle::All(needles) | Needle::Any(needles) => {
            needles.iter().for_each(|needle| mark(needle, marked));
        }
    }
}

fn fts5(needle: &Needle) -> String {
    let several = |needles: &[Needle], between: &str| {
        format!("({})", needles.iter().map(fts5).collect::<Vec<_>>().join(between))
    };
    match needle {
        Needle::Stems(stems) => format!("{{title body}} : \"{}\"", stems.join(" ")),
        Needle::Start(start) => format!("{{title body}} : \"{start}\" *"),
        Needle::Facet(facet) => format!("facets : \"{facet}\""),
        Needle::All(needles) => several(needles, " AND "),
        Needle::Any(needles) => several(needles, " OR "),
    }
}

fn tsquery(needle: &Needle) -> String {
    let several = |needles: &[Needle], between: &str| {
        format!("({})", needles.iter().map(tsquery).collect::<Vec<_>>().join(between))
    };
    match needle {
        Needle::Stems(stems) => {
            let stems: Vec<String> = stems.iter().map(|stem| format!("'{stem}'")).collect();
            format!("({})", stems.join(" <-> "))
        }
        Needle::Start(start) => format!("'{start}':*"),
        Needle::Facet(facet) => format!("'={facet}'"),
        Needle::All(needles) => several(needles, " & "),
        Needle::Any(needles) => several(needles, " | "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_are_asked_the_same() {
        let asked = Asked {
            all: vec![
                words("Booking forms").unwrap(),
                Needle::Any(vec![from("Tom Okafor").unwrap(), Needle::Facet("kmail".into())]),
                start("calen").unwrap(),
            ],
            none: vec![words("draft").unwrap()],
        };
        assert_eq!(
            asked.written(Backend::Sqlite),
            "({title body} : \"book form\" AND ((facets : \"ftom\" AND facets : \"fokafor\") OR facets : \"kmail\") AND \
             (({title body} : \"calen\" * OR {title body} : \"calen\"))) NOT ({title body} : \"draft\")"
        );
        assert_eq!(
            asked.written(Backend::Postgres),
            "(('book' <-> 'form') & (('=ftom' & '=fokafor') | '=kmail') & (('calen':* | ('calen')))) & !(('draft'))"
        );
        assert_eq!(Asked::default().written(Backend::Sqlite), "facets : \"a\"");
    }

    #[test]
    fn nothing_typed_becomes_a_part_of_the_language() {
        for hostile in ["\" OR facets:a", "' | '=a' | '", "a* NOT b)", "NEAR(x, 2)", "\\' & !"] {
            let needle = Needle::All(
                [words(hostile), start(hostile), from(hostile)].into_iter().flatten().collect(),
            );
            for text in [fts5(&needle), tsquery(&needle)] {
                let quote = if text.contains('"') { '"' } else { '\'' };
                let inside = text.split(quote).skip(1).step_by(2);
                for word in inside {
                    let plain = |c: char| c.is_alphanumeric() || c == ' ' || c == '=';
                    assert!(word.chars().all(plain), "{word} in {text}");
                }
                assert_eq!(text.matches(quote).count() % 2, 0);
            }
        }
    }
}
