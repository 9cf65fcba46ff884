//! What the administrators' pages have around them.

use crate::{
    asked::{FromBytes, answer},
    not_found::NotFoundPage,
    sign_in::NextPath,
    ui::{Go, Logo, SignOut, ThemeToggle, Trouble},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;

/// A page for administrators, or what everybody else sees of it: nothing.
#[component]
pub fn AdminFrame<T>(
    /// Its title.
    title: &'static str,
    /// Its path, to come back to after signing in.
    path: &'static str,
    /// What it opens with.
    opened: Resource<Result<T, AppError>, FromBytes>,
    /// The page itself.
    page: fn(T) -> AnyView,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match answer(opened).await {
                    Ok(opened) => {
                        view! {
                            <Title text=title/>
                            <div class="admin">
                                <header class="admin-head">
                                    <a href="/" class="admin-home" aria-label="Parlance"><Logo/></a>
                                    <ThemeToggle/>
                                    <SignOut/>
                                </header>
                                {page(opened)}
                            </div>
                        }
                            .into_any()
                    }
                    Err(AppError::NotFound) => view! { <NotFoundPage/> }.into_any(),
                    Err(AppError::SignIn) => {
                        view! { <Go to=NextPath::sign_in(Some(path))/> }.into_any()
                    }
                    Err(problem) => view! { <Trouble problem/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}
