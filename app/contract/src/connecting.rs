//! Connecting an ERPNext site from the administrators' page; `parlance connect` does the same.

use crate::{AppError, Asker};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What the form begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectingForm {
    /// The site that is connected; `None` in a demo, where one is asked for.
    pub site: Option<String>,
    /// Where people and ERPNext reach Parlance.
    pub public_url: String,
}

/// What an administrator of ERPNext wants.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ConnectingWish {
    /// The site; the connected one beats it.
    pub site: String,
    /// API key of a System Manager.
    pub api_key: String,
    /// Its secret. It is forgotten when the work has ended.
    pub api_secret: String,
    /// Where people and ERPNext reach Parlance.
    pub public_url: String,
    /// Whether a System Manager's key may be made for what only one may read.
    pub auditor: bool,
    /// Whether keys are made anew although there are some.
    pub new_keys: bool,
}

impl fmt::Debug for ConnectingWish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectingWish").field("site", &self.site).finish_non_exhaustive()
    }
}

/// What would be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectingPlan {
    /// To say yes to it.
    pub id: String,
    /// The site and its release.
    pub site: String,
    /// Whose key it is.
    pub administrator: String,
    /// What will be made (+) and changed (~), in lines; empty when there is nothing to do.
    pub told: String,
    /// What a person should know beside that.
    pub notes: Vec<String>,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectingProgress {
    /// Steps that are done.
    pub done: u32,
    /// Steps there are.
    pub total: u32,
    /// The step that is being done.
    pub doing: Option<String>,
    /// How it ended, once it has.
    pub ended: Option<ConnectingEnd>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConnectingEnd {
    /// The site is connected; Parlance uses it from its next start on.
    Connected {
        /// What the doctor found wanting, each with its fix.
        problems: Vec<String>,
    },
    /// It stopped; trying again goes on from there.
    Stopped {
        /// Why.
        reason: String,
    },
}

/// For administrators; in a demo only for the local one, as anybody may be the others there.
#[async_trait]
pub trait Connecting: Send + Sync {
    /// What the form begins with.
    ///
    /// # Errors
    /// `SignIn`; `NotFound` for anybody else.
    async fn connecting_form(&self, asker: &Asker) -> Result<ConnectingForm, AppError>;

    /// Looks at the site and says what would be done. Changes nothing.
    ///
    /// # Errors
    /// As [`Connecting::connecting_form`]; `Invalid` with what is wrong with the wish, or what ERPNext says to it.
    async fn plan_connection(
        &self,
        asker: &Asker,
        wish: ConnectingWish,
    ) -> Result<ConnectingPlan, AppError>;

    /// Begins to do what the plan said.
    ///
    /// # Errors
    /// As [`Connecting::connecting_form`]; `Conflict` if the plan is not theirs or too old, or work is under way.
    async fn apply_connection(&self, asker: &Asker, plan: &str) -> Result<(), AppError>;

    /// How far the work is; `None` where none has begun since the start.
    ///
    /// # Errors
    /// As [`Connecting::connecting_form`].
    async fn connecting_progress(
        &self,
        asker: &Asker,
    ) -> Result<Option<ConnectingProgress>, AppError>;
}
