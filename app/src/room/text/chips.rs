//! People and documents that stand in a text.

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
    view! { <span class="tag" title=tag.doctype.as_str()>"#"<bdi>{tag.name}</bdi></span> }
}
