//! What connecting would do.

use erpnext::{ErpError, Fields, Site};
use secrecy::SecretString;
use serde::Serialize;
use serde_json::json;
use url::Url;
use vault::Vault;

use crate::{
    ConnectError, Manifest, Release,
    blueprint::{self, Rule, Wanted},
    connection, look,
    release::Support,
};

/// What the administrator wants.
#[derive(Clone, Debug)]
pub struct Wishes {
    /// Where people and ERPNext reach Parlance.
    pub public_url: Url,
    /// Whether a System Manager's key may be made for what only one may read.
    pub auditor: bool,
    /// Whether keys are made anew although there are some.
    pub new_keys: bool,
}

/// Everything that connecting makes sure of, in order.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// The site's address.
    pub site: String,
    /// Its release.
    pub release: Release,
    /// Whose key we have.
    pub administrator: String,
    /// What must be there.
    pub steps: Vec<Step>,
    /// What a person should know beside the steps, one sentence each.
    pub notes: Vec<String>,
    #[serde(skip)]
    pub(crate) public_url: Option<Url>,
}

/// One thing that must be there.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// `Custom Field Task-parlance_key`.
    pub what: String,
    /// What it is for.
    pub why: String,
    /// What has to be done.
    pub state: StepState,
    #[serde(skip)]
    pub(crate) work: Work,
}

/// What has to be done for a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// It is missing.
    Create,
    /// It is there and not as it must be; these fields change.
    Change(Vec<String>),
    /// Nothing.
    There,
}

#[derive(Clone, Debug)]
pub(crate) enum Work {
    Document(Wanted),
    Rule(Rule),
    Key { user: String, key: &'static str, secret: &'static str },
}

/// Variables of the service user's key.
pub(crate) const SERVICE_KEY: (&str, &str) = ("ERPNEXT_API_KEY", "ERPNEXT_API_SECRET");
/// Variables of the auditor's key.
pub(crate) const AUDIT_KEY: (&str, &str) = ("ERPNEXT_AUDIT_API_KEY", "ERPNEXT_AUDIT_API_SECRET");
/// The variable of the webhooks' secret.
pub(crate) const WEBHOOK_SECRET: &str = "ERPNEXT_WEBHOOK_SECRET";

impl Plan {
    /// Whether everything is as it must be.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.steps.iter().all(|step| step.state == StepState::There)
    }
}

/// Looks at the site as an administrator and says what connecting would do. Changes nothing.
///
/// # Errors
/// [`ConnectError::NotSystemManager`], [`ConnectError::TooOld`], [`ConnectError::OtherSite`], or what keeps the site from
/// answering.
pub async fn plan(
    administrator: &Site,
    wishes: &Wishes,
    manifest: &Manifest,
    vault: &Vault,
) -> Result<Plan, ConnectError> {
    let site = administrator;
    let address = site.base_url();
    manifest.belongs_to(address.as_str())?;
    let who = who_asks(site).await?;
    let looking = || ConnectError::erpnext("what is in ERPNext already cannot be read");
    let release = Release::of(site).await.map_err(looking())?;
    if release.support() == Support::None {
        return Err(ConnectError::TooOld { version: release.frappe });
    }
    let known_roles = look::names(site, "Role", json!([])).await.map_err(looking())?;
    let desk_roles = look::desk_roles(site).await.map_err(looking())?;
    let with_auditor = wishes.auditor || manifest.made("User", &blueprint::auditor_user(address));

    let mut steps = Vec::new();
    for wanted in blueprint::roles() {
        steps.push(document(site, wanted).await.map_err(looking())?);
    }
    for rule in blueprint::rules(with_auditor) {
        steps.push(right(site, rule).await.map_err(looking())?);
    }
    let mut users = vec![(blueprint::service(address, &known_roles), SERVICE_KEY)];
    if with_auditor {
        users.push((blueprint::auditor(address), AUDIT_KEY));
    }
    for (wanted, variables) in users {
        let user = wanted.name.clone();
        let step = document(site, wanted).await.map_err(looking())?;
        let fresh = wishes.new_keys || step.state == StepState::Create;
        steps.push(step);
        steps.push(key(site, user, variables, manifest, vault, fresh).await.map_err(looking())?);
    }
    steps.push(document(site, blueprint::ticket(&desk_roles)).await.map_err(looking())?);
    for wanted in blueprint::custom_fields() {
        steps.push(custom_field(site, wanted).await.map_err(looking())?);
    }
    for wanted in blueprint::client_scripts(&wishes.public_url) {
        steps.push(document(site, wanted).await.map_err(looking())?);
    }
    let secret_is_known = !wishes.new_keys && known(manifest, vault, WEBHOOK_SECRET).is_some();
    for wanted in blueprint::webhooks(&wishes.public_url) {
        let mut step = document(site, wanted).await.map_err(looking())?;
        if !secret_is_known {
            step.state = match step.state {
                StepState::Create => StepState::Create,
                StepState::There => StepState::Change(vec!["webhook_secret".into()]),
                StepState::Change(mut fields) => {
                    fields.push("webhook_secret".into());
                    StepState::Change(fields)
                }
            };
        }
        steps.push(step);
    }
    let notes = notes(&release, wishes, address, &desk_roles);
    Ok(Plan {
        site: address.to_string(),
        release,
        administrator: who,
        steps,
        notes,
        public_url: Some(wishes.public_url.clone()),
    })
}

/// The secret of this variable, if it was made before and opens.
pub(crate) fn known(manifest: &Manifest, vault: &Vault, variable: &str) -> Option<SecretString> {
    connection::opened(vault, variable, manifest.settings.get(variable)?)
}

/// Whose key it is; the right to read the rules of roles shows that it is a System Manager's.
pub(crate) async fn who_asks(site: &Site) -> Result<String, ConnectError> {
    let who = site
        .read("frappe.auth.get_logged_user", &[])
        .await
        .map_err(ConnectError::erpnext("ERPNext does not accept the administrator"))?;
    let who = who.as_str().unwrap_or_default().to_owned();
    match look::custom_rules(site, "Communication").await {
        Ok(_) => Ok(who),
        Err(ErpError::NotPermitted { .. }) => Err(ConnectError::NotSystemManager { user: who }),
        Err(source) => Err(ConnectError::erpnext("the rules of roles cannot be read")(source)),
    }
}

async fn document(site: &Site, wanted: Wanted) -> Result<Step, ErpError> {
    let state = match look::document(site, wanted.doctype, &wanted.name).await? {
        None => StepState::Create,
        Some(is) => state(&look::difference(&is, &comparable(&wanted))),
    };
    Ok(Step {
        what: format!("{} {}", wanted.doctype, wanted.name),
        why: wanted.why.to_owned(),
        state,
        work: Work::Document(wanted),
    })
}

/// What must hold of a document that is there: of a user only that they can work, where a field stands is a matter of taste.
pub(crate) fn comparable(wanted: &Wanted) -> Fields {
    let mut fields = wanted.fields.clone();
    let taste: &[&str] = match wanted.doctype {
        "User" => &["email", "first_name", "last_name", "send_welcome_email"],
        "Custom Field" => &["insert_after", "label", "hidden", "read_only", "no_copy"],
        "Role" => &["desk_access"],
        "Webhook" => &["timeout"],
        _ => &[],
    };
    fields.retain(|field, _| !taste.contains(&field.as_str()));
    fields
}

fn state(change: &Fields) -> StepState {
    match change.is_empty() {
        true => StepState::There,
        false => StepState::Change(change.keys().cloned().collect()),
    }
}

/// A field that is to stand after one the site lacks stands at the end.
async fn custom_field(site: &Site, wanted: Wanted) -> Result<Step, ErpError> {
    let mut step = document(site, wanted).await?;
    let Work::Document(wanted) = &mut step.work else { return Ok(step) };
    let text =
        |field: &str| wanted.fields.get(field).and_then(|value| value.as_str()).unwrap_or("");
    let (dt, after) = (text("dt").to_owned(), text("insert_after").to_owned());
    // Ours are made in order.
    let is_ours = after.starts_with("parlance_");
    if step.state == StepState::Create && !is_ours && !look::has_field(site, &dt, &after).await? {
        wanted.fields.remove("insert_after");
    }
    Ok(step)
}

async fn right(site: &Site, rule: Rule) -> Result<Step, ErpError> {
    let rules = look::custom_rules(site, rule.doctype).await?;
    let lacking = look::lacking(&rules, &rule);
    let state = match (look::ours(&rules), lacking.is_empty()) {
        (None, _) => StepState::Create,
        (Some(_), true) => StepState::There,
        (Some(_), false) => {
            StepState::Change(lacking.iter().map(|right| (*right).to_owned()).collect())
        }
    };
    Ok(Step {
        what: format!(
            "Right of {} to {} {}",
            blueprint::ROLE,
            rule.rights.join(", "),
            rule.doctype
        ),
        why: rule.why.to_owned(),
        state,
        work: Work::Rule(rule),
    })
}

async fn key(
    site: &Site,
    user: String,
    (key, secret): (&'static str, &'static str),
    manifest: &Manifest,
    vault: &Vault,
    fresh: bool,
) -> Result<Step, ErpError> {
    let has = match look::document(site, "User", &user).await? {
        Some(is) => is.text("api_key").map(str::to_owned),
        None => None,
    };
    let kept = manifest.settings.get(key);
    let holds = !fresh && has.is_some() && has.as_ref() == kept;
    let state = match (holds && known(manifest, vault, secret).is_some(), has.is_some()) {
        (true, _) => StepState::There,
        (false, true) => StepState::Change(vec!["api_secret".into()]),
        (false, false) => StepState::Create,
    };
    Ok(Step {
        what: format!("API key of {user}"),
        why: "Parlance signs its requests with it; the secret is kept sealed".into(),
        state,
        work: Work::Key { user, key, secret },
    })
}

fn notes(release: &Release, wishes: &Wishes, site: &Url, desk_roles: &[String]) -> Vec<String> {
    let mut notes = vec![
        "No OAuth Client is made: on releases before the repair of February 2026 one lets anybody who is signed in get a token for anybody else. People sign in from the desk's tab or with their ERPNext password.".to_owned(),
    ];
    if release.support() == Support::Partly {
        notes.push(format!("Frappe {} is known in part only: the tab in the desk may be missing there, the rest is the same.", release.frappe));
    }
    if release.support() == Support::Unknown {
        notes.push("This release is not one that Parlance was tried with (15 and 16); run `parlance doctor` afterwards.".to_owned());
    }
    if site.scheme() == "https" && wishes.public_url.scheme() == "http" {
        notes.push(format!("The desk is on https and Parlance on {}: browsers will not show the tab until PARLANCE_PUBLIC_URL is https.", wishes.public_url));
    }
    if desk_roles.is_empty() {
        notes.push("No desk user has a role of their own yet: connect again when some have, so that they may use the tab.".to_owned());
    }
    if !wishes.auditor {
        notes.push("Without an auditor Parlance asks ERPNext with each member's own session what they may read; members without one see nothing new.".to_owned());
    }
    notes
}
