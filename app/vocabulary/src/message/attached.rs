//! Files that come with a message.

use crate::FileId;
use serde::{Deserialize, Serialize};

/// Files one message may carry.
pub const FILES_LIMIT: usize = 20;

/// A file somebody sends along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// Made by the sender: the upload goes by the same.
    pub id: FileId,
    /// As it was called on the sender's machine.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    /// Its identifier.
    pub id: FileId,
    /// Its name, without what could lie about it.
    pub name: String,
    /// What its bytes are (a media type, RFC 6838), found by looking at them; empty until it has arrived.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// Of a picture: its width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture: its height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Whether it is there.
    pub state: AttachedState,
    /// What else is to be said of it, such as that ERPNext does not take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Whether a file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AttachedState {
    /// On its way from its sender.
    Coming,
    /// Here.
    Ready,
    /// It will not come.
    Failed,
}
