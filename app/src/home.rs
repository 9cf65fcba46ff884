//! `/`: everybody to their own place.

use crate::{
    asked::{answer, asked},
    sign_in::{NextPath, home_of, whoami},
    ui::Go,
};
use leptos::prelude::*;

/// Sends members, clients and administrators to their first page, and everybody else to the door.
#[component]
pub fn HomePage() -> impl IntoView {
    let me = asked(|| (), |()| whoami());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let to = match answer(me).await {
                    Ok(person) => home_of(person.kind).to_owned(),
                    Err(_) => NextPath::sign_in(None),
                };
                view! { <Go to/> }
            })}
        </Suspense>
    }
    .into_any()
}
