//! The way to the form.

use crate::demo::is_demo;
use leptos::prelude::*;

/// A link for who administers a connected site; in a demo a word on who may follow it.
#[component]
pub fn ConnectLink() -> impl IntoView {
    if is_demo() {
        view! {
            <p class="quiet">
                "To connect a real site, run " <code>"parlance connect"</code>
                " on the server, or make a local administrator there (" <code>"parlance create-admin"</code>
                "), who may use " <a href="/admin/connect">"this form"</a> "."
            </p>
        }
        .into_any()
    } else {
        view! { <p><a href="/admin/connect">"Connect again, to repair the connection"</a></p> }
            .into_any()
    }
}
