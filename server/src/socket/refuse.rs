//! Saying no, on the line and before it.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::AppError;
use vocabulary::{
    MessageKey, RoomId,
    protocol::{RefusalCode, ServerFrame},
};

/// The answer to a request for a line that is not opened.
pub(super) fn response(error: &AppError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(error)).into_response()
}

/// The frame that says why something was not done.
pub(super) fn frame(
    error: &AppError,
    room: Option<RoomId>,
    key: Option<MessageKey>,
) -> ServerFrame {
    ServerFrame::Refused { key, room, code: code(error), reason: error.to_string() }
}

const fn code(error: &AppError) -> RefusalCode {
    match error {
        AppError::NotFound => RefusalCode::NotFound,
        AppError::SignIn | AppError::Refused { .. } => RefusalCode::Refused,
        AppError::Invalid { .. } | AppError::Conflict { .. } => RefusalCode::Invalid,
        AppError::TooMuch { .. } => RefusalCode::TooMuch,
        AppError::Waiting { .. } => RefusalCode::Waiting,
        AppError::Unexpected { .. } => RefusalCode::Unexpected,
    }
}
