//! People and documents that stand in a text.

use super::document::Document;
use crate::room::tags::{self, Chips, ProjectChip};
use leptos::prelude::*;
use vocabulary::{Mention, Person, Tag};

/// Who reads: mentions of them stand out. A context of the page.
#[derive(Clone)]
pub struct Reader(pub Person);

/// Somebody is called.
#[component]
pub fn MentionChip(
    /// The name as it was when it was written.
    name: String,
    /// Who.
    who: Mention,
) -> impl IntoView {
    let mine = match who {
        Mention::User(user) => {
            use_context::<Reader>().is_some_and(|reader| reader.0.user.to_lowercase() == user)
        }
        Mention::Team => true,
    };
    view! { <span class="mention" class:mention-me=mine>"@"<bdi>{name}</bdi></span> }
}

/// A document of ERPNext is meant; its title is for those who may see it and is asked for apart.
#[component]
pub fn TagChip(
    /// Which.
    tag: Tag,
) -> impl IntoView {
    // Outside of a room nobody asks.
    match use_context::<Chips>() {
        Some(_) => view! { <tags::TagChip tag/> }.into_any(),
        None => {
            view! { <span class="tag" title=tag.doctype.as_str()>"#"<bdi>{tag.name}</bdi></span> }
                .into_any()
        }
    }
}

/// A document whose address was pasted.
#[component]
pub fn DocumentChip(
    /// Which.
    document: Document,
) -> impl IntoView {
    match document {
        Document::Tagged(tag) => view! { <TagChip tag/> }.into_any(),
        Document::Project(name) => view! { <ProjectChip name/> }.into_any(),
    }
}
