//! `PUT /files/{id}?room=…&name=…`: the body is the file. Sending the same id again is the same file.

use crate::{
    edge::refusal,
    files::{FilesDoor, Named, budget::Turn, principal},
};
use ::files::{FilesError, fresh_key};
use axum::{
    Json,
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use contract::AppError;
use futures::{Stream, StreamExt};
use serde::Deserialize;
use std::time::Duration;
use store::files::Arrived;
use vocabulary::{Attached, FileId, FileName, RoomId};
use workspace::OpenRoom;

/// Whoever sends nothing for this long has gone.
const SILENCE: Duration = Duration::from_secs(60);

/// Where a file goes, and how it is called.
#[derive(Deserialize)]
pub(crate) struct Going {
    room: RoomId,
    name: FileName,
}

/// Takes one.
pub(crate) async fn receive(
    State(door): State<FilesDoor>,
    Named(id): Named,
    going: Result<Query<Going>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Ok(Query(going)) = going else {
        return refusal(&AppError::Invalid {
            field: "room".into(),
            reason: "It is not said to which room the file goes and how it is called. Nothing was kept; reload the page and try again.".into(),
        });
    };
    let begun = begin(&door, id, &going, &headers).await;
    let (room, turn) = match begun {
        Ok(begun) => begun,
        Err(response) => return response,
    };
    // In a task of its own: what was begun is tidied up also when nobody waits for the answer any more.
    let taken = tokio::spawn(async move { take(&door, &room, turn, (id, going.name), body).await });
    taken.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

async fn begin(
    door: &FilesDoor,
    id: FileId,
    going: &Going,
    headers: &HeaderMap,
) -> Result<(OpenRoom, Turn), Response> {
    let refused = |error: AppError| refusal(&error);
    let who = principal(door, headers).await.map_err(refused)?;
    let person = who.person();
    let room = door.services.open_room_as(who, going.room).await.map_err(refused)?;
    let limit = door.files.limits().largest;
    let said = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let said = said.and_then(|length| length.parse::<u64>().ok());
    let fits = match said {
        Some(length) if length > limit => Err(FilesError::TooLarge { limit }),
        Some(length) => door.files.has_room_for(length),
        None => Ok(()),
    };
    if let Err(error) = fits {
        if is_final(&error) {
            not_taken(&room, id).await;
        }
        return Err(told(&error));
    }
    let turn = door.uploads.turn(person, said.unwrap_or(limit));
    let turn = turn.map_err(|seconds| {
        let mut response = refusal(&AppError::TooMuch { retry_after_seconds: seconds });
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        response
    })?;
    Ok((room, turn))
}

async fn take(
    door: &FilesDoor,
    room: &OpenRoom,
    _turn: Turn,
    (id, name): (FileId, FileName),
    body: Body,
) -> Response {
    let key = fresh_key();
    match room.begin_file(id, &name, &key).await {
        Ok(None) => {}
        Ok(Some(before)) => {
            // Read to its end: a browser that is answered in the middle hears of a broken line only.
            let mut rest = std::pin::pin!(pieces(body));
            while let Some(Ok(_)) = rest.next().await {}
            return Json(before).into_response();
        }
        Err(error) => return refusal(&error),
    }
    let kept = match door.files.keep(&key, pieces(body)).await {
        Ok(kept) => kept,
        Err(error) => {
            forget(door, &key).await;
            if is_final(&error) {
                not_taken(room, id).await;
            }
            return told(&error);
        }
    };
    let arrived = Arrived {
        key: key.clone(),
        content_type: kept.content_type.to_owned(),
        size: kept.size,
        sha256: kept.sha256,
        sides: kept.picture.map(|picture| (picture.width, picture.height)),
        thumbnail: kept.picture.and_then(|picture| picture.thumbnail).map(str::to_owned),
    };
    let noted = room.file_arrived(id, &name, &arrived).await;
    // Another upload of the same file was faster, or it was taken back. Where the database did not answer, it may be noted
    // all the same: what nobody needs then goes with the sweep.
    if matches!(&noted, Ok((_, false)) | Err(AppError::NotFound)) {
        forget(door, &key).await;
    }
    match noted {
        Ok((attached, _)) => (StatusCode::CREATED, Json::<Attached>(attached)).into_response(),
        Err(error) => refusal(&error),
    }
}

/// Whether sending it again as it is would end the same.
const fn is_final(error: &FilesError) -> bool {
    matches!(
        error,
        FilesError::TooLarge { .. } | FilesError::TypeRefused { .. } | FilesError::Empty
    )
}

/// Those who see the message it was to come with are told that it will not.
async fn not_taken(room: &OpenRoom, id: FileId) {
    if let Err(error) = room.file_failed(id).await {
        tracing::warn!(%error, "it could not be noted that a file was not taken");
    }
}

/// What stays is found again by the sweep.
async fn forget(door: &FilesDoor, key: &str) {
    match door.files.forget(key).await {
        Ok(()) => {
            if let Err(error) = door.services.file_try_over(key).await {
                tracing::warn!(%error, "a file that is gone is looked for again later");
            }
        }
        Err(error) => tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a file that nobody needs stays for now"
        ),
    }
}

/// What comes, until the sender is silent for too long.
fn pieces(body: Body) -> impl Stream<Item = Result<Bytes, FilesError>> + Send {
    tokio_stream::StreamExt::timeout(body.into_data_stream(), SILENCE).map(|piece| match piece {
        Ok(Ok(piece)) => Ok(piece),
        Ok(Err(_)) | Err(_) => Err(FilesError::CutOff),
    })
}

/// `error` for the one who sent the file.
fn told(error: &FilesError) -> Response {
    let (status, said) = match error {
        FilesError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, invalid(error)),
        FilesError::Full => (StatusCode::INSUFFICIENT_STORAGE, invalid(error)),
        FilesError::TypeRefused { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, invalid(error)),
        FilesError::Empty => (StatusCode::UNPROCESSABLE_ENTITY, invalid(error)),
        FilesError::CutOff => (
            StatusCode::BAD_REQUEST,
            AppError::Invalid {
                field: "file".into(),
                reason: "The rest of the file did not come. Nothing was kept; try again.".into(),
            },
        ),
        FilesError::Missing
        | FilesError::Storage(_)
        | FilesError::Unwritten(_)
        | FilesError::Folder(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "a file could not be kept");
            let error = AppError::Waiting { on: "The storage of files".into() };
            (StatusCode::SERVICE_UNAVAILABLE, error)
        }
    };
    (status, Json(said)).into_response()
}

fn invalid(error: &FilesError) -> AppError {
    AppError::Invalid { field: "file".into(), reason: format!("{error} It was not sent.") }
}

/// Takes a file back that was not sent with a message yet.
pub(crate) async fn withdraw(
    State(door): State<FilesDoor>,
    Named(id): Named,
    headers: HeaderMap,
) -> Response {
    let withdrawn = async {
        let who = principal(&door, &headers).await?;
        door.services.withdraw_file_as(who, id).await
    };
    match withdrawn.await {
        Ok(key) => {
            if let Some(key) = key {
                forget(&door, &key).await;
            }
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => refusal(&error),
    }
}
