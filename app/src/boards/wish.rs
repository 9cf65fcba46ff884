//! How somebody wants to see a board: it stands in the address, and is remembered for the next time.

use leptos_router::{location::Url, params::ParamsMap};
use serde::{Deserialize, Serialize};

/// `assignee` of what nobody is assigned to.
pub const NOBODY: &str = "-";

/// What the columns are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// By `status`.
    #[default]
    Status,
    /// By who shall do it.
    Assignee,
    /// By `priority`.
    Priority,
}

/// What stands on top of a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// What is due first.
    #[default]
    Due,
    /// What is most urgent.
    Priority,
    /// What changed last.
    Changed,
    /// What was made last.
    Created,
    /// By the alphabet.
    Subject,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal, $label:literal;)* }) => {
        impl $name {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in an address.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// For people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// The one of this word.
            pub fn called(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words!(Group {
    Status = "status", "Status";
    Assignee = "assignee", "Person";
    Priority = "priority", "Priority";
});

words!(Sort {
    Due = "due", "Due first";
    Priority = "priority", "Most urgent first";
    Changed = "changed", "Last changed first";
    Created = "created", "Newest first";
    Subject = "subject", "By name";
});

/// How somebody wants to see a board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// Words of the subject or the name.
    pub text: String,
    /// `User.name` of who shall do it, or [`NOBODY`]; empty for all.
    pub assignee: String,
    /// `priority`; empty for all.
    pub priority: String,
    /// Only what is late.
    pub overdue: bool,
    /// What the columns are.
    pub group: Group,
    /// What stands on top.
    pub sort: Sort,
    /// Whether columns stand below each other.
    pub list: bool,
}

impl Wish {
    /// What an address says; `None` where it says nothing of it.
    pub fn told(query: &ParamsMap) -> Option<Self> {
        const KEYS: [&str; 7] = ["q", "assignee", "priority", "overdue", "group", "sort", "as"];
        if KEYS.iter().all(|key| query.get_str(key).is_none()) {
            return None;
        }
        let text = |key| query.get(key).unwrap_or_default();
        Some(Self {
            text: text("q"),
            assignee: text("assignee"),
            priority: text("priority"),
            overdue: text("overdue") == "1",
            group: Group::called(&text("group")).unwrap_or_default(),
            sort: Sort::called(&text("sort")).unwrap_or_default(),
            list: text("as") == "list",
        })
    }

    /// The parts of an address that say it, without what is usual. An address without any is one that says nothing: it is
    /// told apart by the usual grouping, said all the same.
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        let usual = Self::default();
        let mut parts = Vec::new();
        let mut say = |key, value: &str, is_usual: bool| {
            if !is_usual {
                parts.push((key, value.to_owned()));
            }
        };
        say("q", &self.text, self.text.is_empty());
        say("assignee", &self.assignee, self.assignee.is_empty());
        say("priority", &self.priority, self.priority.is_empty());
        say("overdue", "1", !self.overdue);
        say("group", self.group.as_str(), self.group == usual.group && *self != usual);
        say("sort", self.sort.as_str(), self.sort == usual.sort);
        say("as", "list", !self.list);
        parts
    }

    /// The same without words that are looked for: these are of the moment.
    pub fn lasting(&self) -> Self {
        Self { text: String::new(), ..self.clone() }
    }

    /// Whether something is left out.
    pub fn filters(&self) -> bool {
        !self.text.is_empty()
            || !self.assignee.is_empty()
            || !self.priority.is_empty()
            || self.overdue
    }

    /// The same with nothing left out.
    pub fn without_filters(&self) -> Self {
        Self { group: self.group, sort: self.sort, list: self.list, ..Self::default() }
    }
}

/// An address of a board that shows `wish`, and `card` opened.
pub fn address(path: &str, wish: &Wish, card: Option<&str>) -> String {
    let parts = wish.parts().into_iter().chain(card.map(|card| ("card", card.to_owned())));
    let query: Vec<String> =
        parts.map(|(key, value)| format!("{key}={}", Url::escape(&value))).collect();
    format!("{path}?{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(wish: &Wish) -> Option<Wish> {
        let mut query = ParamsMap::new();
        for (key, value) in wish.parts() {
            query.insert(key, Url::escape(&value));
        }
        Wish::told(&query)
    }

    #[test]
    fn an_address_says_what_was_wished_and_nothing_usual() {
        let wish = Wish {
            text: "100% & more".into(),
            assignee: "tom@x.example".into(),
            overdue: true,
            group: Group::Priority,
            list: true,
            ..Wish::default()
        };
        assert_eq!(read(&wish), Some(wish.clone()));
        let keys: Vec<_> = wish.parts().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["q", "assignee", "overdue", "group", "as"]);
    }

    #[test]
    fn an_address_can_say_that_all_is_usual() {
        assert_eq!(read(&Wish::default()), Some(Wish::default()));
        assert_eq!(Wish::told(&ParamsMap::new()), None);
    }

    #[test]
    fn a_card_is_opened_by_the_address() {
        let there = address("/w/1/tasks", &Wish::default(), Some("TASK 1"));
        assert_eq!(there, "/w/1/tasks?group=status&card=TASK%201");
    }

    #[test]
    fn what_is_remembered_is_read_by_other_versions_too() {
        let old: Wish = serde_json::from_str(r#"{"overdue":true,"unknown":1}"#).unwrap();
        assert!(old.overdue && old.filters());
        assert_eq!(old.without_filters(), Wish::default());
    }
}
