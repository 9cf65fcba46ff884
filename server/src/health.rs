//! `/healthz`: the process lives. `/readyz`: it can serve.

use axum::{Json, extract::State, http::StatusCode};
use serde_json::{Value, json};
use vocabulary::SyncState;
use workspace::Services;

pub(crate) async fn healthz() -> &'static str {
    "ok"
}

/// Ready is who reaches the database. ERPNext and Redis being away are states we serve through.
pub(crate) async fn readyz(State(services): State<Services>) -> (StatusCode, Json<Value>) {
    let database = services.db().ping().await;
    if let Err(error) = &database {
        tracing::warn!(error = error as &dyn std::error::Error, "not ready");
    }
    let status = if database.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "database": if database.is_ok() { "ok" } else { "away" },
        "bus": if services.bus_is_joined() { "ok" } else { "away" },
        "erpnext": match services.sync_state() { SyncState::Flowing => "ok", SyncState::Paused { .. } => "away" },
    });
    (status, Json(body))
}
