//! The door: signing in and out, and where to go after.

mod api;
mod demo_people;
mod next;
mod oauth;
mod page;

pub use api::{SignIn, whoami};
pub use next::{NextPath, home_of, next_path};
pub use oauth::OauthOffer;
pub use page::SignInPage;

use leptos::prelude::SharedValue;
use serde::{Deserialize, Serialize};

/// What was refused to a browser without scripts, told on the page that it came back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The user name of a sign-in, to be typed only once.
    pub user: String,
    /// Why, in plain words.
    pub problem: String,
}

impl Flash {
    /// What the request before left for this page, once.
    #[must_use]
    pub fn take() -> Option<Self> {
        let flash = SharedValue::new(|| {
            #[cfg(feature = "ssr")]
            return crate::session::take_flash();
            #[cfg(not(feature = "ssr"))]
            None
        });
        flash.into_inner()
    }
}
