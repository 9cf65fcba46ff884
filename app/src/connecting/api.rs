//! Server functions of this folder.

use contract::{AppError, ConnectingForm, ConnectingPlan, ConnectingProgress};
use leptos::prelude::*;

/// Who connects; the server provides it as context.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub struct ConnectingSeam(pub std::sync::Arc<dyn contract::Connecting>);

#[cfg(feature = "ssr")]
fn seam() -> Result<std::sync::Arc<dyn contract::Connecting>, AppError> {
    crate::session::answer(
        use_context::<ConnectingSeam>()
            .map(|seam| seam.0)
            .ok_or_else(|| AppError::Unexpected { reference: "no-connecting-seam".to_owned() }),
    )
}

/// What the form begins with.
#[server(name = AskForConnectingForm, prefix = "/api", endpoint = "connecting_form")]
pub async fn connecting_form() -> Result<ConnectingForm, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(seam()?.connecting_form(&asker).await)
}

/// Looks at the site and says what would be done.
#[server(prefix = "/api", endpoint = "plan_connection")]
pub async fn plan_connection(
    #[server(default)] site: String,
    #[server(default)] api_key: String,
    #[server(default)] api_secret: String,
    #[server(default)] public_url: String,
    #[server(default)] auditor: bool,
    #[server(default)] new_keys: bool,
) -> Result<ConnectingPlan, AppError> {
    let asker = crate::session::asker().await?;
    let wish =
        contract::ConnectingWish { site, api_key, api_secret, public_url, auditor, new_keys };
    crate::session::answer(seam()?.plan_connection(&asker, wish).await)
}

/// Begins to do what the plan said.
#[server(prefix = "/api", endpoint = "apply_connection")]
pub async fn apply_connection(#[server(default)] plan: String) -> Result<(), AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(seam()?.apply_connection(&asker, &plan).await)
}

/// How far the work is.
#[server(name = AskForConnectingProgress, prefix = "/api", endpoint = "connecting_progress")]
pub async fn connecting_progress() -> Result<Option<ConnectingProgress>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(seam()?.connecting_progress(&asker).await)
}
