//! Removing what the manifest says, the last first.

use erpnext::{ErpError, Site};
use serde::Serialize;
use serde_json::json;

use crate::{
    ConnectError, Manifest, Record,
    blueprint::{ROLE, TICKET, fields},
    connection,
    look::{self, PERMISSION_MANAGER},
    manifest::Deed,
    plan::who_asks,
};

/// What became of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// `Webhook Parlance Task on_change`.
    pub what: String,
    /// Why it stays and what to do; `None` when it is gone, or as it was before.
    pub stays: Option<String>,
}

impl Record {
    /// What disconnecting does about it, in words; `None` for what goes with something else.
    #[must_use]
    pub fn removal(&self) -> Option<String> {
        let Self { doctype, name, .. } = self;
        match &self.deed {
            Deed::Made => Some(format!("remove {doctype} {name}")),
            Deed::Changed { before } => {
                let fields: Vec<&str> = before.keys().map(String::as_str).collect();
                Some(format!("put back {} of {doctype} {name}", fields.join(", ")))
            }
            Deed::Rule { copied: true, .. } => {
                Some(format!("put back the standard rights on {doctype}"))
            }
            Deed::Rule { copied: false, .. } => {
                Some(format!("take the rights on {doctype} from {name}"))
            }
            Deed::Key => None,
        }
    }
}

/// Removes what was made and puts back what was changed; Communications stay. `watch` hears of everything that is done.
/// After an error do it again: what is gone already is left out.
///
/// # Errors
/// [`ConnectError::NotSystemManager`], [`ConnectError::OtherSite`], the first thing ERPNext refuses to remove for another
/// reason than that it is still in use.
pub async fn disconnect(
    administrator: &Site,
    manifest: &mut Manifest,
    watch: &mut (dyn FnMut(&Removed) + Send),
) -> Result<Vec<Removed>, ConnectError> {
    let site = administrator;
    manifest.belongs_to(site.base_url().as_str())?;
    who_asks(site).await?;
    let mut all = Vec::new();
    while let Some(record) = manifest.records.last().cloned() {
        let Record { doctype, name, deed, .. } = &record;
        let what = match deed {
            Deed::Rule { .. } => format!("Rights of {name} on {doctype}"),
            Deed::Key => format!("API key of {name}"),
            _ => format!("{doctype} {name}"),
        };
        let failed = ConnectError::erpnext(format!("{what} could not be removed"));
        let stays = match deed {
            Deed::Made => take_away(site, doctype, name).await.map_err(failed)?,
            Deed::Changed { before } => match site.update_document(doctype, name, before).await {
                Ok(_) | Err(ErpError::NotFound { .. }) => None,
                Err(error) => return Err(failed(error)),
            },
            Deed::Rule { .. } => restore_rules(site, &record).await.map_err(failed)?,
            // The secret of a user who is not ours cannot be put back; of one who is, it goes with them.
            Deed::Key => None,
        };
        manifest.forget(&record)?;
        if *deed == Deed::Key {
            continue;
        }
        let removed = Removed { what, stays };
        watch(&removed);
        all.push(removed);
    }
    connection::remove(manifest.data_dir())?;
    manifest.remove()?;
    Ok(all)
}

async fn take_away(site: &Site, doctype: &str, name: &str) -> Result<Option<String>, ErpError> {
    if doctype == "User" {
        take_contacts(site, name).await?;
    }
    if doctype == "DocType" && name == TICKET {
        for ticket in tickets(site).await? {
            delete(site, TICKET, &ticket).await?;
        }
    }
    match delete(site, doctype, name).await {
        Ok(()) => Ok(None),
        Err(ErpError::StillLinked { message }) if doctype == "User" => {
            let off = fields(json!({"enabled": 0, "roles": [], "api_key": null}));
            site.update_document("User", name, &off).await?;
            Ok(Some(format!(
                "ERPNext keeps the user, now disabled and without roles and key: {message}"
            )))
        }
        Err(ErpError::StillLinked { message }) => {
            Ok(Some(format!("somebody else uses it by now, so it was left: {message}")))
        }
        Err(error) => Err(error),
    }
}

async fn delete(site: &Site, doctype: &str, name: &str) -> Result<(), ErpError> {
    match site.delete_document(doctype, name).await {
        Ok(()) | Err(ErpError::NotFound { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Tickets that nobody came to fetch.
async fn tickets(site: &Site) -> Result<Vec<String>, ErpError> {
    match look::names(site, TICKET, json!([])).await {
        Err(ErpError::NotFound { .. }) => Ok(Vec::new()),
        other => other,
    }
}

/// ERPNext makes a Contact of every new User by itself and keeps it when the User goes.
async fn take_contacts(site: &Site, user: &str) -> Result<(), ErpError> {
    if look::document(site, "User", user).await?.is_none() {
        return Ok(());
    }
    for contact in look::names(site, "Contact", json!([["user", "=", user]])).await? {
        match delete(site, "Contact", &contact).await {
            // Somebody put it to use.
            Err(ErpError::StillLinked { .. }) => {}
            other => other?,
        }
    }
    Ok(())
}

async fn restore_rules(site: &Site, record: &Record) -> Result<Option<String>, ErpError> {
    let Deed::Rule { copied, copies } = &record.deed else { return Ok(None) };
    let doctype = record.doctype.as_str();
    let rules = look::custom_rules(site, doctype).await?;
    if rules.is_empty() {
        return Ok(None);
    }
    // Of a step that broke off nobody noted the copies, but nobody else can have had the time either.
    let untouched = !record.done || look::copies(&rules) == *copies;
    if *copied && untouched {
        site.call(&format!("{PERMISSION_MANAGER}.reset"), &fields(json!({"doctype": doctype})))
            .await?;
        return Ok(None);
    }
    if look::ours(&rules).is_some() {
        let remove =
            fields(json!({"doctype": doctype, "role": ROLE, "permlevel": 0, "if_owner": 0}));
        site.call(&format!("{PERMISSION_MANAGER}.remove"), &remove).await?;
    }
    let kept = "somebody changed the rights on it since, so these stay; Role Permissions Manager can put the standard ones back";
    Ok(copied.then(|| kept.to_owned()))
}
