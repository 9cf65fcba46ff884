//! Server functions of the door.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::Person;

/// Begins a session and goes on to `next`, or to the person's first page.
#[server(prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(user: String, password: String, next: Option<String>) -> Result<(), AppError> {
    let credentials = crate::session::credentials(user.clone(), password);
    crate::session::begin(crate::session::operations()?.sign_in(credentials).await, &user, next)
}

/// Ends the session.
#[server(prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    let Some(asker) = crate::session::bearer() else { return crate::session::end(Ok(())) };
    crate::session::end(crate::session::operations()?.sign_out(&asker).await)
}

/// Who is signed in.
#[server(prefix = "/api", endpoint = "whoami")]
pub async fn whoami() -> Result<Person, AppError> {
    let asker = crate::session::asker().await?;
    let person = crate::session::answer(crate::session::operations()?.whoami(&asker).await)?;
    crate::session::name_reader(&person);
    Ok(person)
}
