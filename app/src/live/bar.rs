//! The bar that says the line is away.

use super::Live;
use crate::ui::icon::CutIcon;
use leptos::prelude::*;

/// Shown when the line has been away for two seconds; gone when it is back.
#[component]
pub fn LineBar() -> impl IntoView {
    let live = expect_context::<Live>();
    view! {
        <div role="status" class="line-bar" class:line-bar-open=move || live.away.get()>
            {move || {
                live.away.get().then(|| {
                    view! {
                        <CutIcon/>
                        <span>"You are offline. What you write is kept and sent when the line is back."</span>
                    }
                })
            }}
        </div>
    }
}
