//! A part within a page.

use super::Missing;
use futures::FutureExt;
use leptos::{prelude::*, task::spawn_local};

/// Draws a part as soon as its code is here: at once, if it is already.
pub fn part(
    code: impl Future<Output = Result<(), Missing>> + 'static,
    draw: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    let mut code = Box::pin(code);
    let here = RwSignal::new((&mut code).now_or_never());
    if here.with_untracked(Option::is_none) {
        spawn_local(async move {
            let come = code.await;
            here.try_set(Some(come));
        });
    }
    move || match here.get() {
        Some(Ok(())) => draw(),
        Some(Err(Missing)) => missing(),
        None => ().into_any(),
    }
}

/// What stands where a part is missing. A newer server has other parts: only the whole page anew brings them.
pub fn missing() -> AnyView {
    view! {
        <p class="update" role="alert">
            "This part of the page did not load. What you typed is kept. "
            <a href="" rel="external">"Reload"</a>
        </p>
    }
    .into_any()
}
