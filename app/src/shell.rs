//! The HTML around the pages.

use crate::{App, offline::PageBuild};
use leptos::{
    hydration::{AutoReload, HydrationScripts},
    nonce::use_nonce,
    prelude::*,
};
use leptos_meta::{HashedStylesheet, MetaTags};

/// Runs before the first paint, so that neither the theme nor a dismissed banner flashes. Storage may be forbidden
/// (a partitioned frame); then the system decides.
const BEFORE_FIRST_PAINT: &str = "try{var d=document.documentElement,s=localStorage,t=s.getItem('parlance.theme');\
if(t==='dark'||t==='light')d.dataset.theme=t;\
if(s.getItem('parlance.demo')==='dismissed')d.dataset.demo='dismissed';\
if(s.getItem('parlance.facts')==='closed')d.dataset.facts='closed'}catch(e){}";

/// The document a request for any page is answered with.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::session::guard_page();

    let build = use_context::<PageBuild>().map(|build| build.0.to_string());
    view! {
        <!DOCTYPE html>
        <html lang="en" data-build=build>
            <head>
                <meta charset="utf-8"/>
                <meta
                    name="viewport"
                    content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"
                />
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f4f1ea"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14191a"/>
                <meta name="robots" content="noindex"/>
                <script nonce=use_nonce()>{BEFORE_FIRST_PAINT}</script>
                <link
                    rel="preload"
                    href="/fonts/inter-latin.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <HashedStylesheet options=options.clone() id="leptos"/>
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
    .into_any()
}
