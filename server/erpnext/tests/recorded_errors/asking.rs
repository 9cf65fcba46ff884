//! The request of ours that gets an answer: the one whose endpoint it was recorded at.

use erpnext::{
    ErpError, Fields, Identity, ListQuery, NewCommunication, NewFile, OauthClient, Site,
};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    SignIn,
    /// A chat line.
    Insert,
    InsertInto(String),
    Get(String, String),
    Update(String, String),
    Delete(String, String),
    List(String),
    Read(String),
    Call(String),
    HasPermission,
    ExchangeCode,
    Refresh,
    Upload,
    Download,
    /// With credentials of their own.
    AsMember(Identified, Box<Asking>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identified {
    BySession,
    ByToken,
}

impl Asking {
    pub fn of_fixture(name: &str) -> Self {
        match name.split('_').next().unwrap() {
            "login" => Self::SignIn,
            "oauth" if name.starts_with("oauth_refresh") => Self::Refresh,
            "oauth" => Self::ExchangeCode,
            "bearer" => {
                let read = Self::Get("Task".into(), "T-1".into());
                Self::AsMember(Identified::ByToken, Box::new(read))
            }
            "download" => Self::Download,
            "upload" => Self::Upload,
            "webhook" => Self::InsertInto("Webhook".into()),
            "ticket" => Self::InsertInto("Parlance Ticket".into()),
            "permission" => Self::HasPermission,
            _ => Self::Insert,
        }
    }

    pub fn recorded(request: &Value) -> Self {
        let asking = Self::by_endpoint(request);
        let headers = &request["headers"];
        let is_bearer =
            headers["Authorization"].as_str().is_some_and(|value| value.starts_with("Bearer "));
        match asking {
            Self::SignIn | Self::ExchangeCode | Self::Refresh => asking,
            asking if headers["Cookie"].is_string() => {
                Self::AsMember(Identified::BySession, Box::new(asking))
            }
            asking if is_bearer => Self::AsMember(Identified::ByToken, Box::new(asking)),
            asking => asking,
        }
    }

    fn by_endpoint(request: &Value) -> Self {
        let method = request["method"].as_str().unwrap();
        let path = request["path"].as_str().unwrap();
        let path = path.split_once('?').map_or(path, |(path, _)| path);
        let body = request["body"].as_str().unwrap_or_default();
        if let Some(called) = path.strip_prefix("/api/method/") {
            return match (method, called) {
                (_, "login") => Self::SignIn,
                (_, "upload_file") => Self::Upload,
                (_, "frappe.client.has_permission") => Self::HasPermission,
                (_, called) if called.ends_with(".get_token") => {
                    if body.contains("grant_type=refresh_token") {
                        Self::Refresh
                    } else {
                        Self::ExchangeCode
                    }
                }
                ("GET", called) => Self::Read(called.into()),
                (_, called) => Self::Call(called.into()),
            };
        }
        if path.starts_with("/private/files/") {
            return Self::Download;
        }
        // Endpoints that are not ours (`/api/v2`, pages) are asked for a chat line.
        let Some(document) = path.strip_prefix("/api/resource/") else { return Self::Insert };
        let document = document.replace("%20", " ");
        match (method, document.split_once('/')) {
            ("POST", _) if document == "Communication" => Self::Insert,
            ("POST", _) => Self::InsertInto(document),
            ("GET", None) => Self::List(document),
            ("GET", Some((doctype, name))) => Self::Get(doctype.into(), name.into()),
            ("PUT", Some((doctype, name))) => Self::Update(doctype.into(), name.into()),
            ("DELETE", Some((doctype, name))) => Self::Delete(doctype.into(), name.into()),
            _ => Self::Insert,
        }
    }
}

fn client() -> OauthClient {
    let redirect_uri = "http://parlance.localhost/oauth/callback".parse().unwrap();
    OauthClient { id: "client".into(), secret: None, redirect_uri }
}

pub async fn ask(site: &Site, asking: &Asking) -> ErpError {
    let empty = Fields::new();
    let secret = || "secret".into();
    let refused = match asking {
        Asking::AsMember(identified, asking) => {
            let identity = match identified {
                Identified::BySession => Identity::Session(secret()),
                Identified::ByToken => Identity::Bearer(secret()),
            };
            let member = site.acting_as(&identity).unwrap();
            return Box::pin(ask(&member, asking)).await;
        }
        Asking::SignIn => site.sign_in("somebody", &secret()).await.map(drop),
        Asking::Insert => {
            let said_at = "2026-11-20 16:05:00.000000".to_owned();
            let new =
                NewCommunication::chat("PROJ-0001", "a@b.example", "A", "text", said_at, "key");
            site.insert_communication(&new).await.map(drop)
        }
        Asking::InsertInto(doctype) => site.insert_document(doctype, &empty).await.map(drop),
        Asking::Get(doctype, name) => site.get_document(doctype, name).await.map(drop),
        Asking::Update(doctype, name) => {
            site.update_document(doctype, name, &empty).await.map(drop)
        }
        Asking::Delete(doctype, name) => site.delete_document(doctype, name).await,
        Asking::List(doctype) => {
            let filters = json!([]);
            let (fields, order_by) = (&["name"][..], "name asc");
            let query = ListQuery { doctype, fields, filters, order_by, limit: 1 };
            site.list_documents(query).await.map(drop)
        }
        Asking::Read(method) => site.read(method, &[]).await.map(drop),
        Asking::Call(method) => site.call(method, &empty).await.map(drop),
        Asking::HasPermission => site.has_permission("Task", "NOPE", "read").await.map(drop),
        Asking::ExchangeCode => site.exchange_code(&client(), "code", "verifier").await.map(drop),
        Asking::Refresh => site.refresh_tokens(&client(), &secret()).await.map(drop),
        Asking::Upload => {
            let new = NewFile {
                file_name: "a.pdf".into(),
                content: b"%PDF".to_vec(),
                is_private: true,
                attached_to_doctype: "Communication".into(),
                attached_to_name: "c1".into(),
                key: "key".into(),
            };
            site.upload_file(&new).await.map(drop)
        }
        Asking::Download => site.download_file("/private/files/a.pdf").await.map(drop),
    };
    refused.unwrap_err()
}
