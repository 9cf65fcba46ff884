//! The administrator's page.

use super::{api::connection_report, report::Report};
use crate::{
    not_found::NotFoundPage,
    sign_in::NextPath,
    ui::{Go, Logo, SignOut, ThemeToggle, Trouble},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;

/// The connection report, or what everybody else sees of it: nothing.
#[component]
pub fn AdminPage() -> impl IntoView {
    let report = Resource::new_blocking(|| (), |()| connection_report());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match report.await {
                    Ok(report_now) => {
                        view! {
                            <Title text="Connections"/>
                            <div class="admin">
                                <header class="admin-head">
                                    <Logo/>
                                    <ThemeToggle/>
                                    <SignOut/>
                                </header>
                                <main>
                                    <div class="admin-title">
                                        <h1>"Connections"</h1>
                                        <button
                                            type="button" class="button"
                                            on:click=move |_| report.refetch()
                                        >
                                            "Look again"
                                        </button>
                                    </div>
                                    <Report report=report_now/>
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
        </Transition>
    }
    .into_any()
}
