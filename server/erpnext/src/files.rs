//! Files: kept with a document, listed and downloaded.

use std::{fmt, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures::{Stream, stream::try_unfold};
use reqwest::{
    Method, Response,
    header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName},
};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::{
    Document, ErpError, KEY_FIELD, Site,
    answer::refused,
    gate::{Kind, Lane, Pass},
    list::List,
    users::check,
};

/// The application server gives a request up after this time; the ordinary time-out is for small ones.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(120);
/// A download lasts as long as the one who reads it takes.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// A File to be kept in ERPNext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// As people see it; ERPNext drops `/` from it.
    pub file_name: String,
    /// Not empty: ERPNext fails over empty files.
    pub content: Vec<u8>,
    /// Whether reading it needs the right to read the document it is attached to; public ones need no sign-in at all.
    pub is_private: bool,
    /// The doctype of the document it is attached to.
    pub attached_to_doctype: String,
    /// The name of that document; ERPNext does not check that it exists.
    pub attached_to_name: String,
    /// The value of [`KEY_FIELD`].
    pub key: String,
}

/// A File row.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FileRow {
    /// Of the File document.
    pub name: String,
    /// As people see it.
    pub file_name: Option<String>,
    /// For [`Site::download_file`]; two rows of the same content share it. Some rows hold a link to another site.
    pub file_url: Option<String>,
    /// Whether reading it needs a right.
    #[serde(deserialize_with = "check")]
    pub is_private: bool,
    /// In bytes.
    pub file_size: Option<u64>,
    /// MD5 of the content, in hex.
    pub content_hash: Option<String>,
}

/// A file that is arriving.
pub struct Download {
    /// What ERPNext takes it for.
    pub content_type: Option<String>,
    /// In bytes; ERPNext sends private files without it.
    pub length: Option<u64>,
    response: Response,
    pass: Pass,
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

impl Download {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// [`ErpError::Interrupted`] or [`ErpError::TimedOut`]: what came so far is not the whole file.
    pub async fn next_piece(&mut self) -> Result<Option<Bytes>, ErpError> {
        let piece = self.response.chunk().await;
        let piece = piece.map_err(|source| ErpError::from_transport(source, true));
        match &piece {
            Ok(Some(_)) => {}
            Ok(None) => self.pass.settle(None),
            Err(error) => self.pass.settle(Some(error)),
        }
        piece
    }

    /// The whole file, piece by piece.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, ErpError>> + Send {
        try_unfold(self, |mut download| async move {
            Ok(download.next_piece().await?.map(|piece| (piece, download)))
        })
    }
}

impl Site {
    /// Keeps a file and gives its File document. Sent once: after a failure look for the key before trying again.
    ///
    /// It is inserted as a document, because `upload_file` asks for write permission on the document it is attached to
    /// and cannot set [`KEY_FIELD`]. The same content again gets a row of its own with the same `file_url`.
    ///
    /// # Errors
    /// [`ErpError::is_key_taken`] when an earlier try arrived; [`ErpError::TooLarge`]; [`ErpError::Invalid`] for a type
    /// that the site refuses.
    pub async fn upload_file(&self, new: &NewFile) -> Result<Document, ErpError> {
        let body = json!({
            "file_name": new.file_name,
            "content": STANDARD.encode(&new.content),
            "decode": true,
            "is_private": i32::from(new.is_private),
            "attached_to_doctype": new.attached_to_doctype,
            "attached_to_name": new.attached_to_name,
            KEY_FIELD: new.key,
        });
        let request = self.request(Method::POST, self.url(["api", "resource", "File"]));
        let request = request.timeout(UPLOAD_TIMEOUT).json(&body);
        self.once(Kind::Write, request).await?.take("data")
    }

    /// The files attached to a document, oldest first.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`].
    pub async fn files_of(&self, doctype: &str, name: &str) -> Result<Vec<FileRow>, ErpError> {
        self.list(List {
            doctype: "File",
            fields: &["name", "file_name", "file_url", "is_private", "file_size", "content_hash"],
            filters: json!([
                ["attached_to_doctype", "=", doctype],
                ["attached_to_name", "=", name]
            ]),
            order_by: "creation asc, name asc",
            limit: 0,
        })
        .await
    }

    /// Opens a file by its `file_url`. Only paths below `/files/` and `/private/files/` of this site are asked for, and
    /// no redirect is followed.
    ///
    /// # Errors
    /// [`ErpError::NotPermitted`] for one who may not read the document it is attached to; [`ErpError::NotFound`], also
    /// for a `file_url` that is none of this site's.
    pub async fn download_file(&self, file_url: &str) -> Result<Download, ErpError> {
        let url = self.file_address(file_url).ok_or_else(|| ErpError::NotFound {
            message: format!("{file_url:?} is not a file of this site"),
        })?;
        let mut pass = self.gate().enter(Lane::Download, Kind::Read).await?;
        let request = self.request(Method::GET, url).timeout(DOWNLOAD_TIMEOUT);
        let opened = match request.send().await {
            Ok(response) => {
                pass.saw(response.headers());
                if response.status().is_success() {
                    Ok(response)
                } else {
                    Err(refusal(response).await)
                }
            }
            Err(source) => Err(ErpError::from_transport(source, false)),
        };
        match opened {
            Ok(response) => Ok(Download {
                content_type: text(response.headers(), &CONTENT_TYPE),
                length: text(response.headers(), &CONTENT_LENGTH)
                    .and_then(|text| text.parse().ok()),
                response,
                pass,
            }),
            Err(error) => {
                pass.settle(Some(&error));
                Err(self.of_a_member(error))
            }
        }
    }

    /// `file_url` is a path as it is written, `#`, `%` and umlauts included.
    fn file_address(&self, file_url: &str) -> Option<Url> {
        let (folder, rest) = match file_url.strip_prefix("/private/files/") {
            Some(rest) => (&["private", "files"][..], rest),
            None => (&["files"][..], file_url.strip_prefix("/files/")?),
        };
        let is_sound = |segment: &str| {
            !matches!(segment, "" | "." | "..")
                && !segment.contains(|c: char| c.is_control() || c == '\\')
        };
        let segments: Vec<&str> = rest.split('/').collect();
        segments
            .iter()
            .all(|segment| is_sound(segment))
            .then(|| self.url(folder.iter().chain(&segments).copied()))
    }
}

/// The file server refuses with pages; elsewhere a page would mean that no ERPNext answered.
async fn refusal(response: Response) -> ErpError {
    let status = response.status().as_u16();
    match (status, refused(response).await) {
        (403, ErpError::NotErpnext { excerpt, .. }) => ErpError::NotPermitted { message: excerpt },
        (404, ErpError::NotErpnext { excerpt, .. }) => ErpError::NotFound { message: excerpt },
        (_, error) => error,
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
