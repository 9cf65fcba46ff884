//! Going to another page.

use leptos::prelude::*;

/// Sends the reader on as soon as it is drawn: by a redirect from the server, by the router in the browser.
#[component]
pub fn Go(
    /// A path on this site.
    to: String,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::session::redirect(&to);
    #[cfg(not(feature = "ssr"))]
    {
        let navigate = leptos_router::hooks::use_navigate();
        Effect::new(move |_| {
            let replace = leptos_router::NavigateOptions { replace: true, ..Default::default() };
            navigate(&to, replace);
        });
    }
}
