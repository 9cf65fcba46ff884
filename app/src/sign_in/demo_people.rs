//! The people one can be in the demo.

use leptos::prelude::*;

/// A demo sign-in: address and what they are. The password is the same for all.
const PEOPLE: [(&str, &str, &str); 3] = [
    ("Maya", "maya@parlance.demo", "Project manager"),
    ("Tom", "tom@parlance.demo", "Team member"),
    ("Ines", "ines@client.demo", "Client"),
];

/// The password of each demo sign-in.
const PASSWORD: &str = "demo";

/// One button per person; a click fills the form.
#[component]
pub fn DemoPeople(
    /// Called with address and password.
    on_pick: impl Fn(&'static str, &'static str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let buttons = PEOPLE.into_iter().map(|(name, user, what)| {
        view! {
            <li>
                <button type="button" class="demo-person" on:click=move |_| on_pick(user, PASSWORD)>
                    <crate::ui::Avatar name=name/>
                    <span class="demo-person-words">
                        <span class="demo-person-what">{what}</span>
                        <span class="demo-person-user">{user}</span>
                    </span>
                </button>
            </li>
        }
    }).collect_view();
    view! {
        <section class="demo-people" aria-labelledby="demo-people">
            <h2 id="demo-people">"Look around as"</h2>
            <ul>{buttons}</ul>
            <p>"The password of each is " <code>{PASSWORD}</code> "."</p>
        </section>
    }
}
