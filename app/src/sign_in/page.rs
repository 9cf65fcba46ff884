//! The sign-in form. It works without scripts too.

use super::{
    Flash, NextPath, SignIn,
    demo_people::{DemoPeople, demo_person},
    oauth::OauthButton,
};
use crate::{
    demo::is_demo,
    jump, offline,
    ui::{Logo, ThemeToggle},
};
use leptos::{form::ActionForm, html, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Address and password, and in the demo the people to be.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = ServerAction::<SignIn>::new();
    let flash = Flash::take();
    let query = use_query_map();
    let asked = move |name| query.with_untracked(|query| query.get(name));
    let next =
        asked("next").and_then(|path| NextPath::new(&path)).map(|next| next.as_str().to_owned());
    let picked = asked("as").filter(|_| is_demo()).and_then(|address| demo_person(&address));
    let (user, password) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let kept_user = flash
        .as_ref()
        .map(|flash| flash.user.clone())
        .or_else(|| picked.map(|(address, _)| address.to_owned()));
    let next_for_demo = next.clone();
    let (next_for_panel, next_for_oauth) = (next.clone(), next.clone());
    Effect::new(move |_| {
        offline::forget_pages();
        jump::forget_kept();
    });
    // A form in a frame of the desk could keep no cookie: there ERPNext says who looks.
    Effect::new(move |_| {
        if crate::panel::is_framed()
            && let Some(window) = web_sys::window()
        {
            let next = next_for_panel.as_deref().unwrap_or("/");
            let _ = window.location().replace(&format!("/embed?next={next}"));
        }
    });
    let problem = move || match action.value().get() {
        Some(Err(problem)) => Some(problem.to_string()),
        Some(Ok(())) => None,
        None => flash.as_ref().map(|flash| flash.problem.clone()),
    };
    let fill = move |address: &str, secret: &str| {
        if let (Some(user), Some(password)) = (user.get_untracked(), password.get_untracked()) {
            user.set_value(address);
            password.set_value(secret);
            let _ = password.focus();
        }
    };

    view! {
        <Title text="Sign in"/>
        <main class="door">
            <div class="door-card">
                <header>
                    <Logo/>
                    <h1>"Sign in to your projects"</h1>
                    <p>"Use the address and password you have in ERPNext."</p>
                </header>
                <ActionForm action attr:class="door-form">
                    {move || {
                        problem().map(|words| view! { <p class="alert" role="alert">{words}</p> })
                    }}
                    <label for="user">"Email"</label>
                    <input
                        node_ref=user id="user" name="user" type="text" inputmode="email" autocomplete="username"
                        autocapitalize="none" spellcheck="false" required autofocus value=kept_user
                    />
                    <label for="password">"Password"</label>
                    <input
                        node_ref=password id="password" name="password" type="password"
                        autocomplete="current-password" required value=picked.map(|(_, password)| password)
                    />
                    {next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
                    <button
                        type="submit" class="button button-primary"
                        aria-busy=move || action.pending().get().to_string()
                    >
                        "Sign in"
                    </button>
                </ActionForm>
                <OauthButton next=next_for_oauth/>
                {is_demo().then(|| view! { <DemoPeople next=next_for_demo on_pick=fill/> })}
            </div>
            <footer class="door-foot"><ThemeToggle/></footer>
        </main>
    }
    .into_any()
}
