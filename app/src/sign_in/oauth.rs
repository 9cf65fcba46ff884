//! The button to ERPNext's own sign-in page.

use super::NextPath;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Whether people may sign in by ERPNext's own page. The server provides it as context.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OauthOffer(pub bool);

/// The button, where it is offered; nothing elsewhere.
#[component]
pub fn OauthButton(
    /// Where to go after signing in, if somewhere.
    next: Option<String>,
) -> impl IntoView {
    let offer = SharedValue::new(|| use_context::<OauthOffer>().unwrap_or_default()).into_inner();
    let next = next.and_then(|path| NextPath::new(&path));
    let to = match next {
        Some(next) => format!("/oauth/start?next={}", next.as_str()),
        None => "/oauth/start".to_owned(),
    };
    offer.0.then(|| {
        view! {
            <div class="door-oauth">
                <p class="door-or"><span>"or"</span></p>
                <a class="button" href=to rel="external" aria-describedby="oauth-words">"Sign in with ERPNext"</a>
                <p id="oauth-words" class="quiet">"On ERPNext's own page, with whatever it asks of you."</p>
            </div>
        }
    })
}
