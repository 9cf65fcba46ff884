//! Pages that are not the first thing one opens: each comes when somebody goes there.

use super::apart;
use crate::{
    admin::AdminPage,
    connecting::ConnectPage,
    drafts::DraftsPage,
    panel::EmbedPage,
    portal::PortalPage,
    radar::RadarPage,
    sign_in::SignInPage,
    workspaces::{MentionsPage, PickPage, SavedPage, SettingsPage, ThreadsPage},
};
use leptos::prelude::*;
use leptos_router::LazyRoute;

macro_rules! pages {
    ($($(#[$about:meta])* $route:ident = $name:ident, $page:ident at $path:literal;)*) => {
        $(
            apart! { $name() { view! { <$page/> } } }

            $(#[$about])*
            #[derive(Debug)]
            pub struct $route;

            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> AnyView {
                    // The browser need not wait for the rest of the code to learn of it.
                    #[cfg(feature = "ssr")]
                    leptos::prefetch_lazy_fn_on_server(stringify!($name));
                    $name::draw()
                }

                async fn preload() {
                    // Where it does not come, the view says so.
                    let _ = $name::code().await;
                }
            }
        )*

        /// Brings the code of the page at this path, so that it can take over what the server rendered. False: it did not come.
        #[cfg(feature = "hydrate")]
        pub async fn page_is_here(path: &str) -> bool {
            match path.trim_end_matches('/') {
                $($path => $name::code().await.is_ok(),)*
                _ => true,
            }
        }
    };
}

pages! {
    /// Signing in.
    SignIn = sign_in_page, SignInPage at "/sign-in";
    /// The panel in the desk.
    Embed = embed_page, EmbedPage at "/embed";
    /// A client's Projects.
    Portal = portal_page, PortalPage at "/portal";
    /// How the connection to ERPNext goes.
    Admin = admin_page, AdminPage at "/admin";
    /// Connecting ERPNext.
    Connect = connect_page, ConnectPage at "/admin/connect";
    /// The list of workspaces.
    Pick = pick_page, PickPage at "/workspaces";
    /// What was begun and what waits.
    Drafts = drafts_page, DraftsPage at "/drafts";
    /// Threads one follows.
    Threads = threads_page, ThreadsPage at "/threads";
    /// Where one was named.
    Mentions = mentions_page, MentionsPage at "/mentions";
    /// What one saved.
    Saved = saved_page, SavedPage at "/saved";
    /// What wants looking at.
    Radar = radar_page, RadarPage at "/radar";
    /// How one likes it.
    Settings = settings_page, SettingsPage at "/settings";
}
