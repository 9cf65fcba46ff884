//! Webhooks: their rules, what they are for, and what they send.

pub(crate) mod delivery;

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use url::{Url, form_urlencoded};

use super::{
    python,
    refusal::Refusal,
    site::Site,
    store::{Doc, is_on, rows, text},
    template,
};
use delivery::Delivery;

/// Something happened to a document; its webhooks go out when the transaction is over.
pub(crate) struct Event {
    pub doctype: String,
    pub docevent: &'static str,
    /// Who did it.
    pub user: String,
    /// As it was then.
    pub doc: Doc,
}

/// The document that webhooks' templates know as `doc`, and what the body says of it.
struct Body {
    text: String,
    /// What the Webhook Request Log keeps.
    data: Value,
}

impl Site {
    /// Notes an event for the webhooks that wait for it.
    pub(crate) fn happened(
        &mut self,
        user: &str,
        doctype: &str,
        docevents: &[&'static str],
        doc: &Doc,
    ) {
        for docevent in docevents {
            if self.webhooks_for(doctype, docevent).next().is_some() {
                self.events.push(Event {
                    doctype: doctype.to_owned(),
                    docevent,
                    user: user.to_owned(),
                    doc: doc.clone(),
                });
            }
        }
    }

    fn webhooks_for(&self, doctype: &str, docevent: &str) -> impl Iterator<Item = &Doc> {
        self.store.all("Webhook").filter(move |webhook| {
            is_on(webhook, "enabled")
                && text(webhook, "webhook_doctype") == doctype
                && text(webhook, "webhook_docevent") == docevent
        })
    }

    /// Ends the transaction: what it did stays, and its webhooks go out.
    pub(crate) fn commit(&mut self) {
        self.store.commit();
        for delivery in self.due() {
            self.counters.deliveries_waiting += 1;
            let sent = self.outgoing.send(delivery);
            if sent.is_err() {
                self.counters.deliveries_waiting -= 1;
            }
        }
    }

    /// Ends the transaction as if it had not been.
    pub(crate) fn roll_back(&mut self) {
        self.store.roll_back();
        self.events.clear();
    }

    /// Does all of `work` or, when it refuses, nothing.
    pub(crate) fn transact<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.store.begin();
        let done = work(self);
        match &done {
            Ok(_) => self.commit(),
            Err(_) => self.roll_back(),
        }
        done
    }

    /// Each webhook once for each document, with its last state.
    fn due(&mut self) -> Vec<Delivery> {
        let events = std::mem::take(&mut self.events);
        let mut due: Vec<Delivery> = Vec::new();
        for event in &events {
            let name = text(&event.doc, "name");
            let last = self.store.get(&event.doctype, name).unwrap_or(&event.doc);
            for webhook in self.webhooks_for(&event.doctype, event.docevent) {
                let is_known = due
                    .iter()
                    .any(|one| one.webhook == text(webhook, "name") && one.document == name);
                if is_known {
                    continue;
                }
                match self.delivery(webhook, event, last) {
                    Ok(Some(delivery)) => due.push(delivery),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::warn!(webhook = text(webhook, "name"), %error, "a webhook cannot be made");
                    }
                }
            }
        }
        due
    }

    fn delivery(
        &self,
        webhook: &Doc,
        event: &Event,
        doc: &Doc,
    ) -> Result<Option<Delivery>, Box<dyn std::error::Error>> {
        let mut whole = self.whole(&event.doctype, doc);
        whole["doctype"] = event.doctype.as_str().into();
        let context = json!({"doc": whole});
        let condition = text(webhook, "condition").trim();
        if !condition.is_empty() && !template::holds(condition, &context)? {
            return Ok(None);
        }
        let body = body_of(webhook, &context)?;
        let mut headers: Vec<(String, String)> = rows(webhook, "webhook_headers")
            .map(|row| (text(row, "key").to_owned(), text(row, "value").to_owned()))
            .filter(|(key, _)| !key.is_empty())
            .collect();
        if is_on(webhook, "enable_security") {
            let signature = signature(text(webhook, "webhook_secret"), body.text.as_bytes());
            headers.push((SIGNATURE.into(), signature));
        }
        let seconds = webhook.get("timeout").and_then(Value::as_u64).filter(|one| *one > 0);
        Ok(Some(Delivery {
            webhook: text(webhook, "name").to_owned(),
            document: text(doc, "name").to_owned(),
            user: event.user.clone(),
            method: text(webhook, "request_method").to_owned(),
            url: text(webhook, "request_url").to_owned(),
            is_form: is_form(webhook),
            headers,
            body: body.text,
            data: body.data,
            timeout: Duration::from_secs(seconds.unwrap_or(5)),
        }))
    }
}

/// The header of [`signature`].
pub(crate) const SIGNATURE: &str = "X-Frappe-Webhook-Signature";

/// The rules of a Webhook document.
pub(crate) fn check(doc: &Doc) -> Result<(), Refusal> {
    // None of the doctypes played can be submitted.
    if matches!(text(doc, "webhook_docevent"), "on_submit" | "on_cancel" | "on_update_after_submit")
    {
        let words = "DocType must be Submittable for the selected Doc Event";
        return Err(Refusal::invalid("ValidationError", words));
    }
    let url = text(doc, "request_url");
    let has_host = Url::parse(url).is_ok_and(|url| url.has_host());
    if !url.is_empty() && !has_host {
        return Err(Refusal::invalid("ValidationError", "Check Request URL"));
    }
    if is_on(doc, "enable_security") && text(doc, "webhook_secret").is_empty() {
        return Err(Refusal::invalid("ValidationError", "Invalid Webhook Secret"));
    }
    Ok(())
}

/// Base64 of HMAC-SHA256 over the raw body.
fn signature(secret: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn is_form(webhook: &Doc) -> bool {
    text(webhook, "request_structure") == "Form URL-Encoded"
}

/// The fields that were asked for, or the template, or nothing at all.
fn body_of(webhook: &Doc, context: &Value) -> Result<Body, Box<dyn std::error::Error>> {
    let fields: Vec<(&str, &Value)> = rows(webhook, "webhook_data")
        .map(|row| (text(row, "key"), &context["doc"][text(row, "fieldname")]))
        .collect();
    if is_form(webhook) {
        let pairs = fields.iter().map(|(key, value)| (*key, super::site::plain(value)));
        let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        return Ok(Body { text: encoded, data: object(&fields) });
    }
    if !fields.is_empty() {
        let parts: Vec<String> = fields
            .iter()
            .map(|(key, value)| format!("{}: {}", python::line(&json!(key)), python::line(value)))
            .collect();
        return Ok(Body { text: format!("{{{}}}", parts.join(", ")), data: object(&fields) });
    }
    let json = text(webhook, "webhook_json");
    if json.is_empty() {
        return Ok(Body { text: "{}".into(), data: json!({}) });
    }
    let rendered = template::render(json, context)?;
    Ok(Body { text: python::respaced(&rendered)?, data: serde_json::from_str(&rendered)? })
}

fn object(fields: &[(&str, &Value)]) -> Value {
    let pairs = fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).clone()));
    pairs.collect::<Map<String, Value>>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_that_was_recorded() {
        let body = "{\"event\": \"on_update\", \"doctype\": \"Project\", \"name\": \"PROJ-0002\", \"modified\": \"2026-11-22 09:36:35.136550\", \"modified_by\": \"hub.service@nordlicht.example\", \"project\": \"\", \"title\": \"ERP Rollout\"}";
        assert_eq!(
            signature("whsec-fake-0123456789", body.as_bytes()),
            "fRv7yIkcWC0CK6TdiHwd6WXny9WbI1b8HJxnHC9LG+k="
        );
    }
}
