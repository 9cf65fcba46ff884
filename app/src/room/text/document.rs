//! Addresses of ERPNext's documents, as people copy them from its desk.

use vocabulary::{Tag, TagDoctype};

/// The origin of the ERPNext site that is connected. A context of the page.
#[derive(Clone, Debug)]
pub struct Site(pub String);

/// What an address of the desk leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// What a message can be about.
    Tagged(Tag),
    /// A Project, by its name.
    Project(String),
}

impl Document {
    /// The document that `address` opens in the desk of `site`.
    #[must_use]
    pub fn at(site: &str, address: &str) -> Option<Self> {
        let (origin, path) = address.split_at_checked(site.len()).filter(|_| !site.is_empty())?;
        if !origin.eq_ignore_ascii_case(site) {
            return None;
        }
        let path = path.split(['?', '#']).next()?;
        let path = path.strip_prefix("/app/").or_else(|| path.strip_prefix("/desk/"))?;
        let (kind, name) = path.trim_end_matches('/').split_once('/')?;
        let name = decoded(name)?;
        // What is not saved yet has a name of the browser's own: `new-task-abc`.
        let unsaved = name.strip_prefix("new-").is_some_and(|rest| rest.starts_with(kind));
        if name.contains('/') || name.trim().is_empty() || unsaved {
            return None;
        }
        let tagged = |doctype| Self::Tagged(Tag { doctype, name: name.clone(), making: false });
        Some(match kind {
            "task" => tagged(TagDoctype::Task),
            "issue" => tagged(TagDoctype::Issue),
            "customer" => tagged(TagDoctype::Customer),
            "contact" => tagged(TagDoctype::Contact),
            "project" => Self::Project(name),
            _ => return None,
        })
    }
}

/// Without percent signs (RFC 3986, 2.1).
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
            bytes.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "https://erp.example";

    fn tagged(doctype: TagDoctype, name: &str) -> Option<Document> {
        Some(Document::Tagged(Tag { doctype, name: name.into(), making: false }))
    }

    #[test]
    fn what_the_desk_shows_is_found_by_its_address() {
        for (path, document) in [
            ("/app/task/TASK-2026-00001", tagged(TagDoctype::Task, "TASK-2026-00001")),
            ("/app/issue/ISS-2026-00002?a=1#b", tagged(TagDoctype::Issue, "ISS-2026-00002")),
            ("/desk/task/TASK-2026-00001/", tagged(TagDoctype::Task, "TASK-2026-00001")),
            ("/app/customer/M%C3%BCller%20%26%20Co", tagged(TagDoctype::Customer, "Müller & Co")),
            ("/app/project/PROJ-0001", Some(Document::Project("PROJ-0001".into()))),
        ] {
            assert_eq!(Document::at(SITE, &format!("{SITE}{path}")), document, "{path}");
        }
        assert!(Document::at(SITE, "HTTPS://ERP.example/app/task/T1").is_some());
    }

    #[test]
    fn other_addresses_are_only_links() {
        for address in [
            "https://erp.example/app/task",
            "https://erp.example/app/task/view/list",
            "https://erp.example/app/task/new-task-abcdef",
            "https://erp.example/app/sales-order/SO-1",
            "https://erp.example/app/task/%2",
            "https://erp.example/app/task/%ff",
            "https://erp.example/app/task/a%0ab",
            "https://erp.example/task/T1",
            "https://erp.example.evil.example/app/task/T1",
            "https://erp.example:8080/app/task/T1",
            "http://erp.example/app/task/T1",
            "https://erp.exampl",
        ] {
            assert_eq!(Document::at(SITE, address), None, "{address}");
        }
        assert_eq!(Document::at("", "/app/task/T1"), None);
    }
}
