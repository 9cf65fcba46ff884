//! `GET /files/{id}` and `GET /files/{id}/thumbnail`. Whatever a file holds, nothing of it runs as a page of ours: what
//! is not a plain picture, sound or film is only downloaded, no type is guessed, and the rest is in a sandbox.

use crate::{
    edge::refusal,
    files::{FilesDoor, Named, principal},
    router::AsItIs,
};
use ::files::{Asked, FilesError, OTHER, Part, Pieces, disposition, may_be_shown, wanted};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::AppError;
use store::files::KeptFile;

/// Nothing is loaded, nothing runs, no form is sent, and its origin is nobody's.
const SANDBOX: &str = "default-src 'none'; sandbox";

/// Kept by the one browser only, which asks each time whether it may still show it.
const CACHING: &str = "private, no-cache";

/// One file, whole or in part.
pub(crate) async fn file(
    State(door): State<FilesDoor>,
    Named(id): Named,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let who = principal(&door, &headers).await?;
        door.services.open_file_as(who, id).await
    };
    let file = match found.await {
        Ok(file) => file,
        Err(error) => return refusal(&error),
    };
    let etag = format!("\"{}\"", file.sha256);
    let shown = may_be_shown(&file.content_type);
    let content_type = if shown { file.content_type.as_str() } else { OTHER };
    if is_known(&headers, &etag) {
        return guarded(StatusCode::NOT_MODIFIED.into_response(), &etag);
    }
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let asked = Asked { range: text(header::RANGE), if_range: text(header::IF_RANGE) };
    let size = file.size;
    let (status, range) = match wanted(asked, &etag, size) {
        Part::Whole => (StatusCode::OK, None),
        Part::Some(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Part::Nowhere => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            put(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
            return guarded(response, &etag);
        }
    };
    let pieces = match door.files.read(&file.key, range.clone()).await {
        Ok(pieces) => pieces,
        Err(error) => return unread(&error),
    };
    let mut response = (status, Body::from_stream(pieces)).into_response();
    let length = match &range {
        Some(range) => {
            let told = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
            put(&mut response, header::CONTENT_RANGE, &told);
            range.end - range.start
        }
        None => size,
    };
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    put(&mut response, header::CONTENT_TYPE, content_type);
    put(&mut response, header::CONTENT_DISPOSITION, &disposition(&file.name, shown));
    put(&mut response, header::ACCEPT_RANGES, "bytes");
    guarded(response, &etag)
}

/// The small copy of a picture; of a picture that is small itself, the picture.
pub(crate) async fn thumbnail(
    State(door): State<FilesDoor>,
    Named(id): Named,
    headers: HeaderMap,
) -> Response {
    let found = async {
        let who = principal(&door, &headers).await?;
        door.services.open_file_as(who, id).await
    };
    let file = match found.await {
        Ok(file) => file,
        Err(error) => return refusal(&error),
    };
    let etag = format!("\"{}-small\"", file.sha256);
    if is_known(&headers, &etag) {
        return guarded(StatusCode::NOT_MODIFIED.into_response(), &etag);
    }
    let (pieces, size, content_type) = match small_copy(&door, &file).await {
        Ok(Some(found)) => found,
        Ok(None) => return refusal(&AppError::NotFound),
        Err(error) => return unread(&error),
    };
    let mut response = Body::from_stream(pieces).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, size.into());
    put(&mut response, header::CONTENT_TYPE, &content_type);
    put(&mut response, header::CONTENT_DISPOSITION, "inline");
    guarded(response, &etag)
}

async fn small_copy(
    door: &FilesDoor,
    file: &KeptFile,
) -> Result<Option<(Pieces, u64, String)>, FilesError> {
    if let Some(content_type) = &file.thumbnail {
        let (pieces, size) = door.files.thumbnail(&file.key).await?;
        return Ok(Some((pieces, size, content_type.clone())));
    }
    if file.width.is_none() || !may_be_shown(&file.content_type) {
        return Ok(None);
    }
    let pieces = door.files.read(&file.key, None).await?;
    Ok(Some((pieces, file.size, file.content_type.clone())))
}

/// Whether the browser has this very file already (`If-None-Match`, compared weakly as RFC 9110 section 13.1.2 says).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let listed = headers.get_all(header::IF_NONE_MATCH).iter();
    listed.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

fn guarded(mut response: Response, etag: &str) -> Response {
    put(&mut response, header::ETAG, etag);
    for (name, value) in [
        (header::CACHE_CONTROL, CACHING),
        (header::CONTENT_SECURITY_POLICY, SANDBOX),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response.extensions_mut().insert(AsItIs);
    response
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn unread(error: &FilesError) -> Response {
    tracing::error!(error = error as &dyn std::error::Error, "a file cannot be read");
    refusal(&AppError::Waiting { on: "The storage of files".into() })
}
