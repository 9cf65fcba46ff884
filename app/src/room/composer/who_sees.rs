//! Who will see what is written, in words and with a picture.

use crate::ui::icon::{EyeIcon, LockIcon};
use leptos::prelude::*;
use vocabulary::Audience;

/// Who will see it.
#[component]
pub fn WhoSees(
    /// Who.
    audience: Audience,
) -> impl IntoView {
    match audience {
        Audience::Team => view! {
            <span class="audience audience-team"><LockIcon/>"Team only"</span>
            <span class="audience-more">"The client does not see this"</span>
        }
        .into_any(),
        Audience::Client => {
            view! { <span class="audience audience-client"><EyeIcon/>"Client will see this"</span> }
                .into_any()
        }
    }
}
