//! The page `/admin/connect`.

use super::{api::connecting_form, form::ConnectForm};
use crate::{
    not_found::NotFoundPage,
    sign_in::NextPath,
    ui::{Go, Logo, SignOut, ThemeToggle, Trouble},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;

/// The form, or what everybody else sees of it: nothing.
#[component]
pub fn ConnectPage() -> impl IntoView {
    let form = Resource::new_blocking(|| (), |()| connecting_form());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(first) => {
                        view! {
                            <Title text="Connect ERPNext"/>
                            <div class="admin">
                                <header class="admin-head">
                                    <a href="/" class="admin-home" aria-label="Parlance"><Logo/></a>
                                    <ThemeToggle/>
                                    <SignOut/>
                                </header>
                                <main class="connect">
                                    <h1>"Connect ERPNext"</h1>
                                    <ConnectForm first/>
                                    <noscript>
                                        <p>
                                            "This page needs scripts. On the server, "
                                            <code>"parlance connect"</code>" does the same."
                                        </p>
                                    </noscript>
                                    <p><a href="/admin">"Back to the connections"</a></p>
                                </main>
                            </div>
                        }
                            .into_any()
                    }
                    Err(AppError::NotFound) => view! { <NotFoundPage/> }.into_any(),
                    Err(AppError::SignIn) => {
                        view! { <Go to=NextPath::sign_in(Some("/admin/connect"))/> }.into_any()
                    }
                    Err(problem) => view! { <Trouble problem/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}
