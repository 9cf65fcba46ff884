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

/// Address and password of the demo sign-in with this address.
pub fn demo_person(address: &str) -> Option<(&'static str, &'static str)> {
    PEOPLE.iter().find(|(_, user, _)| *user == address).map(|(_, user, _)| (*user, PASSWORD))
}

/// One button per person; a click fills the form, at once or, as long as no script runs, by asking the page again.
#[component]
pub fn DemoPeople(
    /// Where to go after signing in, if somewhere.
    next: Option<String>,
    /// Called with address and password.
    on_pick: impl Fn(&'static str, &'static str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let buttons = PEOPLE
        .into_iter()
        .map(|(name, user, what)| {
            let pick = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                on_pick(user, PASSWORD);
            };
            view! {
                <li>
                    <button type="submit" name="as" value=user class="demo-person" on:click=pick>
                        <crate::ui::Avatar name=name/>
                        <span class="demo-person-words">
                            <span class="demo-person-what">{what}</span>
                            <span class="demo-person-user">{user}</span>
                        </span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! {
        <form method="get" action="/sign-in" class="demo-people" aria-labelledby="demo-people">
            <h2 id="demo-people">"Look around as"</h2>
            {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
            <ul>{buttons}</ul>
            <p>"The password of each is " <code>{PASSWORD}</code> "."</p>
        </form>
    }
}
