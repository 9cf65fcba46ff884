//! The only error a person meets.

use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// What went wrong, in words for the person it happened to: what happened, what was kept, what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    /// It does not exist, or it is not for this person: deliberately the same.
    #[error(
        "This page does not exist, or it is not shared with you. Nothing was changed. Ask the project manager if you expected to see it."
    )]
    NotFound,
    /// There is no session, or it ended.
    #[error("You are signed out. What you typed is kept in this browser; sign in to go on.")]
    SignIn,
    /// The person may not do this.
    #[error("{reason}")]
    Refused {
        /// In full sentences.
        reason: String,
    },
    /// A field is wrong.
    #[error("{reason}")]
    Invalid {
        /// The field's name in the form.
        field: String,
        /// In full sentences.
        reason: String,
    },
    /// Somebody was faster.
    #[error("{reason}")]
    Conflict {
        /// In full sentences.
        reason: String,
    },
    /// Too many tries.
    #[error("Too many tries. Nothing was changed; try again in {retry_after_seconds} seconds.")]
    TooMuch {
        /// Seconds until it is worth another try.
        retry_after_seconds: u64,
    },
    /// Something we need is not there right now.
    #[error("{on} does not answer right now. Nothing was lost; try again in a moment.")]
    Waiting {
        /// What we wait for, such as "ERPNext".
        on: String,
    },
    /// A fault of ours; details are in the log under the reference.
    #[error(
        "Something went wrong on our side. Nothing you typed was lost; try again. If it stays, tell your administrator the reference {reference}."
    )]
    Unexpected {
        /// To find it in the log.
        reference: String,
    },
}

/// What [`AppError::Waiting`] waits for where the line to us is cut.
pub const THE_SERVER: &str = "The server";

impl AppError {
    /// The HTTP status that says the same to a program.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::SignIn => 401,
            Self::Refused { .. } => 403,
            Self::Invalid { .. } => 422,
            Self::Conflict { .. } => 409,
            Self::TooMuch { .. } => 429,
            Self::Waiting { .. } => 503,
            Self::Unexpected { .. } => 500,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::Invalid {
                field: "request".into(),
                reason: "The request could not be read. Nothing was changed; reload the page and try again.".into(),
            },
            ServerFnErrorErr::Request(_) => Self::Waiting { on: THE_SERVER.into() },
            _ => Self::Unexpected { reference: "page".into() },
        }
    }
}
