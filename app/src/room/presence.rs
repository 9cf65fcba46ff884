//! Who is here, as a dot on their face.

use crate::{live::Live, ui::Avatar};
use leptos::prelude::*;
use vocabulary::{PersonId, RoomId};

/// Somebody's initials, with a dot while they have the room open. The dot is for the eye: a list that is read aloud must
/// not speak up when somebody comes, so the room's header tells it in words.
#[component]
pub fn Face(
    /// Their name.
    #[prop(into)]
    name: String,
    /// Who it is, if they have ever signed in.
    person: Option<PersonId>,
    /// In which room.
    room: RoomId,
    /// Whether the name is told on hover.
    #[prop(optional)]
    titled: bool,
) -> impl IntoView {
    let live = expect_context::<Live>();
    let here = Memo::new(move |_| person.is_some_and(|person| live.is_here(room, person)));
    view! {
        <span class="face" class:face-here=move || here.get()><Avatar name titled/></span>
    }
}
