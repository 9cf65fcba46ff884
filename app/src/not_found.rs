//! The page for what does not exist or is not shared: deliberately the same.

use crate::ui::Logo;
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;

/// The whole page.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <main class="centered">
            <Logo/>
            <NotFound/>
        </main>
    }
    .into_any()
}

/// The same words inside another page.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::session::set_status(&AppError::NotFound);
    view! {
        <Title text="Not found"/>
        <section class="notice" role="alert">
            <h1>"Nothing to see here"</h1>
            <p>{AppError::NotFound.to_string()}</p>
            <p>
                <a class="button" href="/">"Go to your start page"</a>
            </p>
        </section>
    }
    .into_any()
}
