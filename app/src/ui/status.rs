//! A status in ERPNext's own word.

use leptos::prelude::*;

/// The word, with a tone beside it; never the tone alone.
#[component]
pub fn StatusPill(
    /// As ERPNext wrote it.
    #[prop(into)]
    status: String,
) -> impl IntoView {
    let tone = tone(&status);
    view! { <span class=format!("pill pill-{tone}")>{status}</span> }
}

fn tone(status: &str) -> &'static str {
    match status {
        "Completed" | "Resolved" | "Closed" => "good",
        "Overdue" => "bad",
        "Working" | "Pending Review" | "Replied" => "busy",
        "Cancelled" | "On Hold" | "Template" => "wait",
        _ => "calm",
    }
}
