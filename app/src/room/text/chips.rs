//! People and documents that stand in a text.

use super::tree::Who;
use leptos::prelude::*;
use vocabulary::PersonId;

/// Somebody is mentioned.
#[component]
pub fn MentionChip(
    /// The name as it was when it was written.
    name: String,
    /// Who.
    who: Who,
    /// Who reads it.
    me: PersonId,
) -> impl IntoView {
    let mine = match who {
        Who::Person(person) => person == me,
        Who::Team => true,
    };
    view! {
        <span class="mention" class:mention-me=mine>"@"<bdi>{name}</bdi></span>
    }
}

/// A document of ERPNext is meant; its title is for those who may see it and is asked for apart.
#[component]
pub fn TagChip(
    /// Its doctype.
    doctype: String,
    /// Its name.
    name: String,
) -> impl IntoView {
    view! { <span class="tag" title=doctype>"#"<bdi>{name}</bdi></span> }
}
