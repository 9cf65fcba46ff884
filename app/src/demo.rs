//! The demo says that it is one.

use crate::ui::icon::CloseIcon;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Whether this server is a demo, and what it says about itself. The server provides it as context; the pages hand
/// it on to the browser. An empty text stands for ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoNotice(pub Option<String>);

impl DemoNotice {
    /// The server's notice, on both sides.
    pub(crate) fn shared() -> Self {
        SharedValue::new(|| use_context::<Self>().unwrap_or_default()).into_inner()
    }
}

/// Whether the pages belong to a demo.
pub(crate) fn is_demo() -> bool {
    use_context::<DemoNotice>().is_some_and(|notice| notice.0.is_some())
}

/// A slim bar above everything, until somebody closes it.
#[component]
pub(crate) fn DemoBanner() -> impl IntoView {
    let notice = use_context::<DemoNotice>().and_then(|notice| notice.0);
    let open = RwSignal::new(true);
    let dismiss = move |_| {
        crate::ui::store("parlance.demo", "dismissed");
        open.set(false);
    };
    notice.map(|text| {
        view! {
            <Show when=move || open.get()>
                <aside class="demo-banner" aria-label="Demo notice">
                    <p>{words(&text)}</p>
                    <button type="button" class="icon-button" aria-label="Dismiss demo notice" on:click=dismiss>
                        <CloseIcon/>
                    </button>
                </aside>
            </Show>
        }
    })
}

fn words(text: &str) -> impl IntoView + use<> {
    if text.trim().is_empty() {
        view! {
            <strong>"This is a demo."</strong>
            " To connect your own site, set "
            <code>"ERPNEXT_URL"</code>", "<code>"ERPNEXT_API_KEY"</code>" and "<code>"ERPNEXT_API_SECRET"</code>
            " and start again."
        }
        .into_any()
    } else {
        text.to_owned().into_any()
    }
}
