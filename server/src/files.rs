//! `/files`: people's files, taken in pieces and given only through the policy.

mod budget;
mod sending;
mod serving;
mod sweep;

pub(crate) use budget::Uploads;
pub(crate) use sweep::sweep;

use crate::edge::refusal;
use ::files::Files;
use app::session::asker_of;
use axum::{
    extract::{FromRequestParts, Path, State},
    http::{HeaderMap, Method, request::Parts},
    response::Response,
    routing::{MethodRouter, delete, get, put},
};
use contract::AppError;
use policy::Principal;
use vocabulary::{FileId, FileRules};
use workspace::Services;

/// Where files are.
pub(crate) const PATH: &str = "/files/{id}";

/// Where the small copies of pictures are.
const THUMBNAIL: &str = "/files/{id}/thumbnail";

/// Where it is said what is taken.
const RULES: &str = "/files";

/// What the routes of files need.
#[derive(Clone)]
pub(crate) struct FilesDoor {
    pub(crate) services: Services,
    pub(crate) files: Files,
    pub(crate) uploads: Uploads,
}

/// All routes of files. They have limits of their own for what comes in.
pub(crate) fn routes<S>() -> Vec<(Method, &'static str, MethodRouter<S>)>
where
    S: Clone + Send + Sync + 'static,
    FilesDoor: axum::extract::FromRef<S>,
{
    vec![
        (Method::GET, RULES, get(rules)),
        (Method::PUT, PATH, put(sending::receive)),
        (Method::DELETE, PATH, delete(sending::withdraw)),
        (Method::GET, PATH, get(serving::file)),
        (Method::GET, THUMBNAIL, get(serving::thumbnail)),
    ]
}

async fn rules(State(door): State<FilesDoor>) -> axum::Json<FileRules> {
    axum::Json(FileRules { largest: door.files.limits().largest })
}

/// Who asks, by their session.
async fn principal(door: &FilesDoor, headers: &HeaderMap) -> Result<Principal, AppError> {
    let asker = asker_of(headers).ok_or(AppError::SignIn)?;
    Ok(door.services.session(&asker).await?.principal)
}

/// The file an address names; what is no id is a file that is not there.
struct Named(FileId);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let id = Path::<FileId>::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| refusal(&AppError::NotFound))
    }
}
