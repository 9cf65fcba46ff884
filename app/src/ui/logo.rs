//! Our sign.

use leptos::prelude::*;

/// The sign and the name.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <span class="logo">
            <Mark/>
            <span class="logo-name">"Parlance"</span>
        </span>
    }
}

/// The sign alone: two voices that share a corner.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
            <path class="mark-far" d="M13 9h11a5 5 0 0 1 5 5v6a5 5 0 0 1-5 5v4l-5-4h-6z"/>
            <path class="mark-near" d="M8 3h10a5 5 0 0 1 5 5v6a5 5 0 0 1-5 5h-5l-6 5v-5a5 5 0 0 1-4-5V8a5 5 0 0 1 5-5z"/>
            <path class="mark-line" d="M8.500 8.800h9M8.500 13.200h5.500"/>
        </svg>
    }
}
