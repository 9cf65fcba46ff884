//! A search is its address: what is looked for, in which order, and how much of it is shown.

use leptos_router::params::ParamsMap;
use vocabulary::{FoundOrder, FoundPlace, HITS_LIMIT, Hit, ProjectName, WorkDoctype};

/// Hits of a page that was just opened, and how many more each press brings.
const PAGE: u32 = 20;

/// What an address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The query as it is typed.
    pub query: String,
    /// In which order.
    pub order: FoundOrder,
    /// How many at most.
    pub limit: u32,
}

impl Wanted {
    /// What the address says.
    #[must_use]
    pub fn of(address: &ParamsMap) -> Self {
        let number = |name| address.get(name).and_then(|text| text.parse().ok());
        Self {
            query: address.get("q").unwrap_or_default(),
            order: address.get("sort").and_then(|sort| sort.parse().ok()).unwrap_or_default(),
            limit: number("n").unwrap_or(PAGE).clamp(1, HITS_LIMIT),
        }
    }

    /// The address of this query in the same order.
    #[must_use]
    pub fn path(&self, query: &str) -> String {
        address(query, self.order, PAGE)
    }

    /// The address of the same in another order.
    #[must_use]
    pub fn in_order(&self, order: FoundOrder) -> String {
        address(&self.query, order, PAGE)
    }

    /// The address that shows more of the same; `None` where no more is shown.
    #[must_use]
    pub fn more(&self) -> Option<String> {
        let more = (self.limit + PAGE).min(HITS_LIMIT);
        (more > self.limit).then(|| address(&self.query, self.order, more))
    }
}

fn address(query: &str, order: FoundOrder, limit: u32) -> String {
    let mut path = format!("/search?q={}", encoded(query));
    if order != FoundOrder::default() {
        path.push_str(&format!("&sort={}", order.as_str()));
    }
    if limit != PAGE {
        path.push_str(&format!("&n={limit}"));
    }
    path
}

/// The search of a query.
#[must_use]
pub fn search_path(query: &str) -> String {
    address(query, FoundOrder::default(), PAGE)
}

/// The search in one conversation, where nothing is typed yet.
#[must_use]
pub fn here(project: &ProjectName) -> String {
    let project = project.as_str();
    let quote = if project.contains(char::is_whitespace) { "\"" } else { "" };
    search_path(&format!("in:{quote}{project}{quote}"))
}

/// Where something found stands.
#[must_use]
pub fn place_of(hit: &Hit) -> String {
    let workspace = hit.workspace;
    match &hit.place {
        FoundPlace::Message { message, thread: Some(root) } => {
            format!("/w/{workspace}?thread={root}&m={message}")
        }
        FoundPlace::Message { message, thread: None } => format!("/w/{workspace}?m={message}"),
        FoundPlace::Work { doctype: WorkDoctype::Task, name } => {
            format!("/w/{workspace}?task={}", encoded(name))
        }
        FoundPlace::Work { doctype: WorkDoctype::Issue, name } => {
            format!("/w/{workspace}?issue={}", encoded(name))
        }
        FoundPlace::Project => format!("/w/{workspace}"),
    }
}

/// As a value of an address (RFC 3986, 2.1); the same on the server and in the browser.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_was_asked() {
        assert_eq!(search_path("from:\"Tom\" ü&x"), "/search?q=from%3A%22Tom%22%20%C3%BC%26x");
        let wanted = Wanted { query: "a".into(), order: FoundOrder::Newest, limit: 90 };
        assert_eq!(wanted.path("b"), "/search?q=b&sort=newest");
        assert_eq!(wanted.more().unwrap(), "/search?q=a&sort=newest&n=100");
        assert_eq!(Wanted { limit: 100, ..wanted }.more(), None);
        assert_eq!(here(&ProjectName::new("PROJ-0001")), "/search?q=in%3APROJ-0001");
    }
}
