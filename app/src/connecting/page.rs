//! The page `/admin/connect`.

use super::{api::connecting_form, form::ConnectForm};
use crate::admin::AdminFrame;
use crate::asked::asked;
use contract::ConnectingForm;
use leptos::prelude::*;

/// The form.
#[component]
pub fn ConnectPage() -> impl IntoView {
    let form = asked(|| (), |()| connecting_form());
    view! { <AdminFrame title="Connect ERPNext" path="/admin/connect" opened=form page=page/> }
        .into_any()
}

fn page(first: ConnectingForm) -> AnyView {
    view! {
        <main class="connect">
            <h1>"Connect ERPNext"</h1>
            <ConnectForm first/>
            <noscript>
                <p>
                    "This page needs scripts. On the server, "
                    <code>"parlance connect"</code>" does the same."
                </p>
            </noscript>
            <p class="connect-back"><a href="/admin">"Back to the connections"</a></p>
        </main>
    }
    .into_any()
}
