//! Server functions of this folder.

use contract::AppError;
use leptos::prelude::*;
use vocabulary::{JumpFound, JumpWish};

/// The documents and people of all the asker's workspaces that answer `wish`, the best first.
#[server(prefix = "/api", endpoint = "jump")]
pub async fn jump(wish: JumpWish) -> Result<Vec<JumpFound>, AppError> {
    let asker = crate::session::asker().await?;
    crate::session::answer(crate::session::operations()?.jump(&asker, wish).await)
}
