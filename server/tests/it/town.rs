//! A demo server with its cast signed in, and the places they talk.

use crate::call::api;
use std::path::Path;
use testkit::{http::Session, process::Server};
use vocabulary::{MessageId, RoomId, WorkspaceId};

/// A workspace as a test knows it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub workspace: WorkspaceId,
    pub room: RoomId,
    /// The newest thing said there when it was looked at.
    pub message: MessageId,
}

/// A server that has not been started.
pub fn server() -> Server {
    Server::of(Path::new(env!("CARGO_BIN_EXE_parlance")))
        .env("RUST_LOG", "info,sqlx=warn,sea_orm=warn")
}

/// A running demo.
pub async fn demo() -> Server {
    server().start().await
}

/// Somebody of the cast, signed in.
pub async fn cast(server: &Server, user: &str) -> Session {
    server.signed_in(user, standin::cast::PASSWORD).await
}

/// The workspaces of `session`, as `(project, place)`.
pub async fn places(session: &Session) -> Vec<(String, Place)> {
    let mut places = Vec::new();
    for summary in api(session, "my_workspaces", &[]).await.json().as_array().unwrap() {
        let id = summary["id"].as_str().unwrap();
        let view = api(session, "workspace", &[("id", id), ("aim", "end")]).await.json();
        let place = Place {
            workspace: id.parse().unwrap(),
            room: view["room"]["id"].as_str().unwrap().parse().unwrap(),
            message: view["window"]["messages"]
                .as_array()
                .and_then(|newest| newest.last()?["id"].as_str()?.parse().ok())
                .unwrap_or_else(MessageId::fresh),
        };
        places.push((summary["project"].as_str().unwrap().to_owned(), place));
    }
    places
}

/// The workspace of `project`.
pub async fn place(session: &Session, project: &str) -> Place {
    let places = places(session).await;
    places
        .iter()
        .find(|(name, _)| name == project)
        .unwrap_or_else(|| panic!("{project} is not among {places:?}"))
        .1
}

/// A server, not started, that works with this ERPNext instead of the demo's own.
pub fn on_site(erpnext: &standin::erpnext::Running) -> Server {
    server()
        .env("ERPNEXT_URL", erpnext.url().as_str())
        .env("ERPNEXT_API_KEY", standin::cast::SERVICE_KEY)
        .env("ERPNEXT_API_SECRET", standin::cast::SERVICE_SECRET)
}

/// What ERPNext signs its webhooks with.
pub const WEBHOOK_SECRET: &str = "whsec-of-the-town";

/// The same, and it takes webhooks; [`tell`] makes ERPNext send them.
pub fn on_telling_site(erpnext: &standin::erpnext::Running) -> Server {
    on_site(erpnext).env("ERPNEXT_WEBHOOK_SECRET", WEBHOOK_SECRET)
}

/// Makes ERPNext tell `server` of everything that happens to documents of this doctype.
pub fn tell(erpnext: &standin::erpnext::Running, server: &Server, doctype: &str) {
    for event in ["after_insert", "on_change"] {
        let webhook = serde_json::json!({
            "name": format!("Parlance {doctype} {event}"), "webhook_doctype": doctype,
            "webhook_docevent": event, "request_url": format!("{}/webhooks/erpnext", server.url()),
            "request_structure": "JSON", "enable_security": 1, "webhook_secret": WEBHOOK_SECRET,
            "webhook_headers": [{"key": "Content-Type", "value": "application/json"}],
            "webhook_json": format!(
                "{{\"event\": \"{event}\", \"doctype\": \"{doctype}\", \"name\": {{{{ doc.name | tojson }}}}, \"user\": {{{{ (doc.user or \"\") | tojson }}}}}}"
            ),
        });
        erpnext.insert("Webhook", &webhook).unwrap();
    }
}
