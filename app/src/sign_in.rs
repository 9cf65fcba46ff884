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

use serde::{Deserialize, Serialize};

/// A sign-in that was refused to a browser without scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// The user name, to be typed only once.
    pub user: String,
    /// Why, in plain words.
    pub problem: String,
}
