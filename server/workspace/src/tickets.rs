//! Signing in by a ticket: a document that somebody made in the ERPNext desk, whose `owner` nobody can forge.

use crate::{Services, accounts::PER_ADDRESS, errors::from_store};
use async_trait::async_trait;
use contract::{AppError, PanelNonce, Panels, SessionToken, SignedIn};
use erpnext::{Document, ErpError, ListQuery, site_moments};
use serde_json::json;
use std::{error::Error, net::IpAddr};
use store::{attempts, people, sessions, tickets};
use vocabulary::{Moment, Person, PersonKind};

/// The doctype of the tickets.
pub(crate) const DOCTYPE: &str = connect::TICKET;

/// A ticket is good for this long by the site's own clock.
const FRESH_MILLIS: i64 = 60_000;

/// `Date` tells whole seconds, and a site's workers may differ a little.
const CLOCK_MILLIS: i64 = 2_000;

/// The role ERPNext gives to everybody who may use the desk, and to nobody else.
const DESK_USER: &str = "Desk User";

#[async_trait]
impl Panels for Services {
    async fn panel_nonce(&self) -> Result<PanelNonce, AppError> {
        let issued = tickets::issue(&self.db).await.map_err(from_store)?;
        let issued = issued.ok_or(AppError::TooMuch { retry_after_seconds: 60 })?;
        Ok(PanelNonce {
            nonce: issued.nonce,
            secret: issued.secret,
            erpnext_origin: self.erpnext_origin(),
        })
    }

    async fn redeem_ticket(
        &self,
        nonce: &str,
        secret: &str,
        from: Option<IpAddr>,
    ) -> Result<SignedIn, AppError> {
        let subject = from.map(|address| format!("ticket:{address}"));
        if let Some(subject) = &subject
            && let Some(until) =
                attempts::barred_until(&self.db, subject, PER_ADDRESS).await.map_err(from_store)?
        {
            return Err(crate::accounts::too_much(until));
        }
        let person = match self.maker_of_ticket(nonce, secret).await {
            Ok(person) => person,
            Err(error) => {
                if let (AppError::Refused { .. }, Some(subject)) = (&error, &subject) {
                    attempts::failed(&self.db, subject).await.map_err(from_store)?;
                }
                return Err(error);
            }
        };
        self.ask_standing(&person).await?;
        let token = sessions::begin(&self.db, person.id).await.map_err(from_store)?;
        tracing::info!(person.id = %person.id, "signed in by a ticket");
        Ok(SignedIn {
            token: SessionToken::new(token),
            max_age_seconds: sessions::LIFETIME_MILLIS / 1000,
            person,
        })
    }
}

impl Services {
    /// ERPNext's origin (RFC 6454): who may frame us, and the only one a panel talks to.
    #[must_use]
    pub fn erpnext_origin(&self) -> String {
        let url = self.site.base_url();
        url.origin().ascii_serialization()
    }

    async fn maker_of_ticket(&self, nonce: &str, secret: &str) -> Result<Person, AppError> {
        // Used up first: whatever comes after, this nonce opens nothing a second time.
        if !tickets::redeem(&self.db, nonce, secret).await.map_err(from_store)? {
            return Err(refused("a nonce that is not ours, too old, used or another frame's"));
        }
        let ticket = self.ticket(nonce).await.map_err(away)?;
        let Some(ticket) = ticket else { return Err(refused("there is no ticket")) };
        if let Err(error) = self.site.delete_document(DOCTYPE, ticket.name()).await {
            tracing::warn!(error = &error as &dyn Error, "a used ticket stays in ERPNext");
        }
        if !self.is_fresh(ticket.creation()).await.map_err(away)? {
            return Err(refused("the ticket is not fresh by the site's clock"));
        }
        let owner = ticket.text("owner").unwrap_or_default();
        let known = self.known_user(owner).await.map_err(away)?;
        let Some((full_name, PersonKind::Member)) = known else {
            return Err(refused("the ticket's owner may not use the desk"));
        };
        people::remember(&self.db, owner, &full_name, PersonKind::Member).await.map_err(from_store)
    }

    async fn ticket(&self, nonce: &str) -> Result<Option<Document>, ErpError> {
        let query = ListQuery {
            doctype: DOCTYPE,
            fields: &["name", "owner", "creation"],
            filters: json!([["nonce", "=", nonce]]),
            order_by: "creation asc",
            limit: 1,
        };
        Ok(self.site.list_documents(query).await?.pop())
    }

    async fn is_fresh(&self, creation: &str) -> Result<bool, ErpError> {
        let (zone, clock) = tokio::try_join!(self.site.time_zone(), self.site.clock())?;
        let now = clock.unwrap_or_else(|| Moment::now().as_millis());
        Ok(site_moments(creation, zone)
            .into_iter()
            .any(|made| (-CLOCK_MILLIS..=FRESH_MILLIS + CLOCK_MILLIS).contains(&(now - made))))
    }

    /// Name and kind of a user who is enabled: a member is who may use the desk.
    pub(crate) async fn known_user(
        &self,
        name: &str,
    ) -> Result<Option<(String, PersonKind)>, ErpError> {
        let user = match self.site.user(name).await {
            Ok(user) if user.enabled => user,
            Ok(_) | Err(ErpError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let uses_desk = match user.user_type.as_deref() {
            Some(user_type) => user_type == "System User",
            // The service account may not see the type; the automatic role says the same.
            None => self
                .roles_of(name)
                .await?
                .is_some_and(|roles| roles.iter().any(|role| role == DESK_USER)),
        };
        let full_name = if user.full_name.is_empty() { user.name } else { user.full_name };
        let kind = if uses_desk { PersonKind::Member } else { PersonKind::Client };
        Ok(Some((full_name, kind)))
    }
}

/// One answer for all of them: whoever forges tickets learns nothing.
fn refused(why: &str) -> AppError {
    tracing::warn!(why, "a ticket was refused");
    AppError::Refused {
        reason: "ERPNext did not confirm who you are. Nothing was changed; choose Reconnect to try again.".into(),
    }
}

fn away(error: ErpError) -> AppError {
    if error.is_site_down() {
        return AppError::Waiting { on: "ERPNext".into() };
    }
    tracing::warn!(error = &error as &dyn Error, "tickets cannot be looked up");
    refused("ERPNext did not let us look")
}
