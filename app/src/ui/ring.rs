//! How much is done, as a ring.

use leptos::prelude::*;

/// A ring with the number inside.
#[component]
pub fn Ring(
    /// 0 to 100.
    percent: u8,
) -> impl IntoView {
    let percent = percent.min(100);
    let class = if percent == 100 { "percent percent-all" } else { "percent" };
    view! {
        <span class=class role="img" aria-label=format!("{percent} % complete")>
            <svg viewBox="0 0 36 36" aria-hidden="true">
                <circle class="percent-track" cx="18" cy="18" r="15.5" pathLength="100"/>
                <circle
                    class="percent-done" cx="18" cy="18" r="15.5" pathLength="100"
                    stroke-dasharray=format!("{percent} 100")
                />
            </svg>
            <span aria-hidden="true">{percent}</span>
        </span>
    }
}
