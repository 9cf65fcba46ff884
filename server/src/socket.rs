//! `GET /ws`: the live socket. docs/PROTOCOL.md says how it speaks.

mod budget;
mod heartbeat;
mod line;
mod refuse;
mod session;

use crate::edge::{OwnOrigin, is_own};
use app::{PageBuild, session::asker_of};
use axum::{
    extract::{State, ws::WebSocketUpgrade},
    http::HeaderMap,
    response::Response,
};
use contract::AppError;
use tokio_util::sync::CancellationToken;
use vocabulary::protocol::CLIENT_FRAME_LIMIT_BYTES;
use workspace::Services;

/// tungstenite's own default is 128 KiB, allocated at once: a hundred times what a quiet line needs.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// What is not taken by the other side within this is too much.
const UNSENT_LIMIT_BYTES: usize = 1024 * 1024;

/// What a line needs of the server.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) services: Services,
    pub(crate) own: OwnOrigin,
    /// The build of the page that belongs to this server.
    pub(crate) build: PageBuild,
    pub(crate) stopping: CancellationToken,
}

/// Opens a line for who has a session and comes from our own page.
pub(crate) async fn open(
    State(door): State<Door>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_own(&headers, &door.own) {
        return refuse::response(&AppError::Refused {
            reason: "The live line was asked for by another site's page. Open Parlance itself."
                .into(),
        });
    }
    let Some(asker) = asker_of(&headers) else { return refuse::response(&AppError::SignIn) };
    let session = match door.services.session(&asker).await {
        Ok(session) => session,
        Err(error) => return refuse::response(&error),
    };
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(READ_BUFFER_BYTES)
        .max_write_buffer_size(UNSENT_LIMIT_BYTES)
        .max_message_size(CLIENT_FRAME_LIMIT_BYTES)
        .max_frame_size(CLIENT_FRAME_LIMIT_BYTES)
        .on_upgrade(move |socket| line::serve(socket, door, asker, session))
}
