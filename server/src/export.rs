//! `GET /w/{id}/timeline/export`: what a filter shows of a timeline, as a file, piece by piece.

use crate::edge::refusal;
use app::session::asker_of;
use axum::{
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::{AppError, TimelineWish};
use futures::{StreamExt, stream};
use std::io;
use url::form_urlencoded;
use vocabulary::{TimelineFilter, WorkspaceId};
use workspace::{Services, timeline::Format};

/// Where it is.
pub(crate) const PATH: &str = "/w/{id}/timeline/export";

/// The file; every way it can fail is told before its first piece.
pub(crate) async fn timeline(
    State(services): State<Services>,
    id: Result<Path<WorkspaceId>, axum::extract::rejection::PathRejection>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match begin(&services, id.ok().map(|Path(id)| id), query.as_deref(), &headers).await {
        Ok(response) => response,
        Err(error) => refusal(&error),
    }
}

async fn begin(
    services: &Services,
    id: Option<WorkspaceId>,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, AppError> {
    let asker = asker_of(headers).ok_or(AppError::SignIn)?;
    // What is no id is a workspace that is not there.
    let id = id.ok_or(AppError::NotFound)?;
    let (wish, format) = wish(query.unwrap_or_default())?;
    let mut export = services.export_timeline(&asker, id, wish, format).await?;
    let first = export.next().await?.unwrap_or_default();
    let first = stream::once(async move { Ok(Bytes::from(first)) });
    let rest = stream::unfold(export, |mut export| async {
        match export.next().await {
            Ok(piece) => piece.map(|piece| (Ok(Bytes::from(piece)), export)),
            // A file that is cut off must not look whole.
            Err(error) => Some((Err(io::Error::other(error.to_string())), export)),
        }
    });
    // Compressing asks once more after the end.
    let body = Body::from_stream(first.chain(rest).fuse());
    let mut response = body.into_response();
    let name = format!("attachment; filename=\"timeline.{}\"", format.ending());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn wish(query: &str) -> Result<(TimelineWish, Format), AppError> {
    let parameters: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let said = |wanted: &str| {
        let found = parameters.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_ref()).filter(|value| !value.is_empty())
    };
    let invalid = |field: &str, reason: &str| AppError::Invalid {
        field: field.to_owned(),
        reason: reason.to_owned(),
    };
    let format = said("format").unwrap_or("csv").parse().map_err(|()| {
        invalid("format", "There is an export as csv and one as md. Nothing was exported.")
    })?;
    let pairs = parameters.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
    let filter = TimelineFilter::read(pairs).map_err(|problem| {
        invalid(&problem.name, "The filter cannot be read. Choose it again on the timeline’s page.")
    })?;
    Ok((TimelineWish { filter, zone: said("zone").map(str::to_owned), after: None }, format))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_exported() {
        let (asked, format) =
            wish("format=md&kind=mail&person=Tom%40x.example&zone=Europe%2FBerlin&row=1").unwrap();
        assert_eq!(format, Format::Markdown);
        assert_eq!(asked.zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(asked.filter.person.as_deref(), Some("tom@x.example"));
        assert_eq!(wish("").unwrap().1, Format::Csv);
        for wrong in ["format=pdf", "kind=rumour", "from=yesterday"] {
            assert!(matches!(wish(wrong), Err(AppError::Invalid { .. })), "{wrong}");
        }
    }
}
