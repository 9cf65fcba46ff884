//! The administrator's page.

use super::{api::connection_report, board::Board};
use crate::{
    not_found::NotFoundPage,
    sign_in::NextPath,
    ui::{Go, Logo, SignOut, ThemeToggle, Trouble},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;

/// How the connection stands, or what everybody else sees of it: nothing.
#[component]
pub fn AdminPage() -> impl IntoView {
    let report = Resource::new_blocking(|| (), |()| connection_report());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match report.await {
                    Ok(report) => {
                        view! {
                            <Title text="Connections"/>
                            <div class="admin">
                                <header class="admin-head">
                                    <a href="/" class="admin-home" aria-label="Parlance"><Logo/></a>
                                    <ThemeToggle/>
                                    <SignOut/>
                                </header>
                                <main>
                                    <Board first=report/>
                                </main>
                            </div>
                        }
                            .into_any()
                    }
                    Err(AppError::NotFound) => view! { <NotFoundPage/> }.into_any(),
                    Err(AppError::SignIn) => {
                        view! { <Go to=NextPath::sign_in(Some("/admin"))/> }.into_any()
                    }
                    Err(problem) => view! { <Trouble problem/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}
