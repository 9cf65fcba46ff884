//! What a client sees.

use crate::{
    asked::{answer, asked},
    sign_in::{NextPath, home_of, whoami},
    ui::{Go, Logo, SignOut, ThemeToggle, Trouble},
};
use contract::AppError;
use leptos::prelude::*;
use leptos_meta::Title;
use vocabulary::{Person, PersonKind};

/// A greeting and, until the team shares something, what will be here. No workspace is asked for.
#[component]
pub fn PortalPage() -> impl IntoView {
    let me = asked(|| (), |()| whoami());
    view! {
        <Title text="Your project"/>
        <Suspense>
            {move || Suspend::new(async move {
                match answer(me).await {
                    Ok(me) if me.kind == PersonKind::Client => view! { <Portal me/> }.into_any(),
                    Ok(me) => view! { <Go to=home_of(me.kind).to_owned()/> }.into_any(),
                    Err(AppError::SignIn) => {
                        view! { <Go to=NextPath::sign_in(Some("/portal"))/> }.into_any()
                    }
                    Err(problem) => view! { <Trouble problem/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Portal(
    /// The client.
    me: Person,
) -> impl IntoView {
    let first_name = me.full_name.split_whitespace().next().unwrap_or_default().to_owned();
    view! {
        <div class="portal">
            <header class="portal-head">
                <Logo/>
                <ThemeToggle/>
            </header>
            <main>
                <h1>"Hello " {first_name}</h1>
                <section class="portal-card" aria-labelledby="shared">
                    <svg class="portal-picture" viewBox="0 0 120 72" aria-hidden="true">
                        <rect x="6" y="10" width="64" height="36" rx="10"/>
                        <path d="M20 46v12l14-12"/>
                        <path d="M20 23h36M20 33h24"/>
                        <rect class="portal-picture-near" x="62" y="28" width="52" height="30" rx="9"/>
                        <path class="portal-picture-tick" d="M78 43l7 7 13-14"/>
                    </svg>
                    <h2 id="shared">"Nothing has been shared with you yet"</h2>
                    <p>
                        "What the team shares will appear here: answers, decisions and the state of your project."
                    </p>
                    <p class="quiet">"You do not have to do anything now."</p>
                </section>
            </main>
            <footer class="portal-foot">
                <span>"Signed in as " <bdi>{me.full_name}</bdi></span>
                <SignOut/>
            </footer>
        </div>
    }
    .into_any()
}
