//! What people see: the pages of Parlance, compiled once for the server (`ssr`) and once for the browser (`hydrate`).

// The type of a view tells its whole markup: deeper than the compiler's default of 128.
#![recursion_limit = "256"]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")
)]

mod admin;
mod apart;
mod asked;
mod clock;
mod connecting;
mod demo;
mod drafts;
mod home;
mod keys;
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "half of it is for the browser"))]
mod live;
mod not_found;
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "half of it is for the browser"))]
mod offline;
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "half of it is for the browser"))]
mod panel;
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "half of it is for the browser"))]
mod pending;
mod portal;
mod radar;
mod room;
#[cfg(feature = "ssr")]
pub mod session;
mod shelf;
mod shell;
mod sign_in;
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "half of it is for the browser"))]
mod timeline;
mod turn;
mod ui;
mod workspaces;

#[cfg(feature = "ssr")]
pub use connecting::ConnectingSeam;
pub use demo::DemoNotice;
pub use offline::PageBuild;
pub use shell::shell;
pub use sign_in::{OauthOffer, next_path};

use crate::{
    clock::Clock,
    demo::DemoBanner,
    home::HomePage,
    live::Live,
    not_found::NotFoundPage,
    room::{RoomPage, Uploads, Viewer},
    timeline::WorkspaceTimelinePage,
    ui::Theme,
    workspaces::{Badge, TeamFrame},
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// The whole of Parlance.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(DemoNotice::shared());
    provide_context(Clock::new());
    provide_context(Theme::new());
    provide_context(Live::new());
    let badge = Badge::new();
    provide_context(badge);
    provide_context(Uploads::new());
    provide_context(Viewer::new());

    view! {
        <Title formatter=move |text: String| {
            if text.is_empty() { "Parlance".to_owned() } else { badge.before(&format!("{text} · Parlance")) }
        }/>
        <Router>
            <DemoBanner/>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view={Lazy::<apart::SignIn>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/embed") view={Lazy::<apart::Embed>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/portal") view={Lazy::<apart::Portal>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin") view={Lazy::<apart::Admin>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/connect") view={Lazy::<apart::Connect>::new()} ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=TeamFrame ssr=SsrMode::Async>
                    <Route path=path!("/workspaces") view={Lazy::<apart::Pick>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/drafts") view={Lazy::<apart::Drafts>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/threads") view={Lazy::<apart::Threads>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/mentions") view={Lazy::<apart::Mentions>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/saved") view={Lazy::<apart::Saved>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/settings") view={Lazy::<apart::Settings>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/radar") view={Lazy::<apart::Radar>::new()} ssr=SsrMode::Async/>
                    <Route path=path!("/w/:id/timeline") view=WorkspaceTimelinePage ssr=SsrMode::Async/>
                    <Route path=path!("/w/:id") view=RoomPage ssr=SsrMode::Async/>
                </ParentRoute>
            </Routes>
        </Router>
    }
    // Whoever mounts the pages need not know their whole type.
    .into_any()
}

/// Takes over the page the server rendered.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        let path = window().location().pathname().unwrap_or_default();
        if apart::page_is_here(&path).await {
            leptos::mount::hydrate_body(App);
        } else {
            leptos::logging::error!(
                "The code of this page did not come; it stays as the server sent it."
            );
        }
    });
}
