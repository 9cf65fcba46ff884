//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::RadarRow;

/// The asker's open workspaces with what is late and who waits for an answer, the worst first.
#[server(name = LoadRadar, prefix = "/api", endpoint = "radar")]
pub async fn radar() -> Result<Vec<RadarRow>, AppError> {
    let asker = crate::session::asker().await?;
    let operations = crate::session::operations()?;
    crate::session::answer(contract::Timelines::radar(&*operations, &asker).await)
}
