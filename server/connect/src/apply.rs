//! Doing what the plan says, one recorded step after the other.

use std::ops::ControlFlow;

use erpnext::{Document, ErpError, Fields, Site};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use vault::Vault;

use crate::{
    ConnectError, Manifest, Plan, Step, StepState,
    blueprint::{ROLE, Rule, Wanted, fields},
    connection,
    look::{self, PERMISSION_MANAGER},
    manifest::Deed,
    plan::{WEBHOOK_SECRET, Work, comparable, known},
};

const GENERATE_KEYS: &str = "frappe.core.doctype.user.user.generate_keys";

/// When a step is told to whoever watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It is about to be done.
    Begins,
    /// It is done, or was there already.
    Done,
}

/// Does what `plan` says and writes `connection.toml` into the manifest's folder. `watch` hears of every step twice and may
/// stop it. After a stop or an error plan again and apply again: what arrived is found.
///
/// # Errors
/// [`ConnectError::OtherSite`], the first step that ERPNext refuses, or a file that cannot be written.
pub async fn apply(
    administrator: &Site,
    plan: &Plan,
    manifest: &mut Manifest,
    vault: &Vault,
    watch: &mut (dyn FnMut(&Step, Moment) -> ControlFlow<()> + Send),
) -> Result<(), ConnectError> {
    manifest.belongs_to(&plan.site)?;
    manifest.site.clone_from(&plan.site);
    manifest.set("ERPNEXT_URL", plan.site.trim_end_matches('/').to_owned())?;
    if let Some(public_url) = &plan.public_url {
        let public_url = public_url.as_str().trim_end_matches('/');
        manifest.set("PARLANCE_PUBLIC_URL", public_url.to_owned())?;
    }
    let renewed = plan.steps.iter().any(|step| {
        matches!(&step.state, StepState::Change(fields) if fields.iter().any(|one| one == "webhook_secret"))
    });
    let (webhook_secret, is_fresh) = match known(manifest, vault, WEBHOOK_SECRET) {
        Some(secret) if !renewed => (secret, false),
        _ => {
            // Kept when every webhook has it: a fall before shows as a secret that is unknown.
            manifest.unset(WEBHOOK_SECRET)?;
            (vault::random_secret()?, true)
        }
    };
    for step in &plan.steps {
        tell(watch, step, Moment::Begins)?;
        let failed = || ConnectError::erpnext(format!("{} could not be made", step.what));
        match &step.work {
            Work::Document(wanted) => {
                let mut wanted = wanted.clone();
                if wanted.doctype == "Webhook" {
                    let secret = webhook_secret.expose_secret();
                    wanted.fields.insert("webhook_secret".into(), secret.into());
                }
                let secret_too = is_fresh && wanted.doctype == "Webhook";
                keep_document(administrator, manifest, &wanted, secret_too, failed).await?;
            }
            Work::Rule(rule) => keep_rule(administrator, manifest, rule, failed).await?,
            Work::Key { user, key, secret } => {
                if step.state != StepState::There {
                    manifest.intend("User", user, Deed::Key)?;
                    // From here the old secret may hold no more.
                    manifest.unset(secret)?;
                    let pair = make_key(administrator, user).await.map_err(failed())?;
                    manifest.set(secret, connection::sealed(vault, secret, &pair.1)?)?;
                    manifest.set(key, pair.0)?;
                    manifest.confirm("User", user, Some(Deed::Key))?;
                }
            }
        }
        tell(watch, step, Moment::Done)?;
    }
    if is_fresh {
        let sealed = connection::sealed(vault, WEBHOOK_SECRET, &webhook_secret)?;
        manifest.set(WEBHOOK_SECRET, sealed)?;
    }
    connection::write(manifest.data_dir(), &manifest.settings)?;
    Ok(())
}

fn tell(
    watch: &mut (dyn FnMut(&Step, Moment) -> ControlFlow<()> + Send),
    step: &Step,
    moment: Moment,
) -> Result<(), ConnectError> {
    match watch(step, moment) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(ConnectError::Stopped { after: step.what.clone() }),
    }
}

/// Looks again rather than trusting the plan: somebody may have made it meanwhile, or an earlier try arrived.
async fn keep_document<F: FnOnce(ErpError) -> ConnectError>(
    site: &Site,
    manifest: &mut Manifest,
    wanted: &Wanted,
    secret_too: bool,
    failed: impl Fn() -> F,
) -> Result<(), ConnectError> {
    let (doctype, name) = (wanted.doctype, wanted.name.as_str());
    let Some(is) = look::document(site, doctype, name).await.map_err(failed())? else {
        manifest.intend(doctype, name, Deed::Made)?;
        match site.insert_document(doctype, &wanted.fields).await {
            Ok(_) => {}
            // Two administrators at the same moment.
            Err(ErpError::NameTaken { .. }) => {}
            Err(error) => return Err(failed()(error)),
        }
        return manifest.confirm(doctype, name, Some(Deed::Made));
    };
    if manifest.made(doctype, name) {
        manifest.confirm(doctype, name, Some(Deed::Made))?;
    }
    let mut must = comparable(wanted);
    must.remove("webhook_secret");
    let mut change = look::difference(&is, &must);
    if secret_too && let Some(secret) = wanted.fields.get("webhook_secret") {
        change.insert("webhook_secret".into(), secret.clone());
    }
    if change.is_empty() {
        return Ok(());
    }
    manifest.intend(doctype, name, Deed::Changed { before: before(&is, &change) })?;
    site.update_document(doctype, name, &change).await.map_err(failed())?;
    manifest.confirm(doctype, name, None)
}

/// The fields as they are, to go back to; a secret is never shown and cannot be put back.
fn before(is: &Document, change: &Fields) -> Fields {
    change
        .keys()
        .filter(|field| *field != "webhook_secret")
        .map(|field| (field.clone(), is.get(field).cloned().unwrap_or(Value::Null)))
        .collect()
}

async fn keep_rule<F: FnOnce(ErpError) -> ConnectError>(
    site: &Site,
    manifest: &mut Manifest,
    rule: &Rule,
    failed: impl Fn() -> F,
) -> Result<(), ConnectError> {
    let rules = look::custom_rules(site, rule.doctype).await.map_err(failed())?;
    let lacking = look::lacking(&rules, rule);
    let begun = manifest.rule(rule.doctype, ROLE).map(|record| record.done);
    if lacking.is_empty() && begun != Some(false) {
        return Ok(());
    }
    if begun.is_none() {
        let deed = Deed::Rule { copied: rules.is_empty(), copies: Default::default() };
        manifest.intend(rule.doctype, ROLE, deed)?;
    }
    if look::ours(&rules).is_none() {
        let add = fields(json!({"parent": rule.doctype, "role": ROLE, "permlevel": 0}));
        site.call(&format!("{PERMISSION_MANAGER}.add"), &add).await.map_err(failed())?;
    }
    for right in rule.rights {
        let update = fields(json!({
            "doctype": rule.doctype, "role": ROLE, "permlevel": 0, "ptype": right, "value": 1,
        }));
        site.call(&format!("{PERMISSION_MANAGER}.update"), &update).await.map_err(failed())?;
    }
    // What was copied is known only from the first time: later somebody may have changed it.
    if begun != Some(true) {
        let rules = look::custom_rules(site, rule.doctype).await.map_err(failed())?;
        let copied = manifest
            .rule(rule.doctype, ROLE)
            .is_some_and(|record| matches!(record.deed, Deed::Rule { copied: true, .. }));
        let deed = Deed::Rule { copied, copies: look::copies(&rules) };
        manifest.confirm(rule.doctype, ROLE, Some(deed))?;
    }
    Ok(())
}

/// A key and its secret, which ERPNext shows only now.
async fn make_key(site: &Site, user: &str) -> Result<(String, SecretString), ErpError> {
    let made = site.call(GENERATE_KEYS, &fields(json!({"user": user}))).await?;
    let lacks = |what: &str| ErpError::Unexpected { problem: format!("no {what}") };
    let secret = made["api_secret"].as_str().ok_or_else(|| lacks("api_secret"))?;
    let user = site.get_document("User", user).await?;
    let key = user.text("api_key").ok_or_else(|| lacks("api_key"))?;
    Ok((key.to_owned(), secret.to_owned().into()))
}
