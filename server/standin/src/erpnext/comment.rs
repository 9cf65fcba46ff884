//! Comments on documents, and whom they mention.

use serde_json::{Value, json};

use super::{
    call::Arguments,
    clean,
    permission::Right,
    refusal::Refusal,
    site::Site,
    store::{Doc, text},
};

impl Site {
    /// `frappe.desk.form.utils.add_comment`: whoever reads the document may, and may say to be anybody.
    pub(crate) fn add_comment(
        &mut self,
        user: &str,
        arguments: &Arguments,
    ) -> Result<Value, Refusal> {
        let doctype = arguments.text("reference_doctype");
        let name = arguments.text("reference_name");
        let doc = self.find(&doctype, &name)?;
        self.check(user, &doctype, doc, Right::Read)?;
        let body = json!({
            "comment_type": "Comment", "reference_doctype": doctype, "reference_name": name,
            "content": arguments.text("content"), "comment_by": arguments.text("comment_by"),
            "comment_email": arguments.text("comment_email"),
        });
        let comment = self.insert_unasked(user, "Comment", &object(body))?;
        Ok(self.present(user, "Comment", &comment))
    }

    /// A Comment that ERPNext itself writes, if the document is still there.
    pub(crate) fn note(
        &mut self,
        user: &str,
        kind: &str,
        doctype: &str,
        name: &str,
        content: &str,
    ) {
        if self.store.get(doctype, name).is_none() {
            return;
        }
        let full_name = self.full_name(user);
        let body = json!({
            "comment_type": kind, "reference_doctype": doctype, "reference_name": name,
            "content": content, "comment_email": user, "comment_by": full_name,
        });
        if let Err(refusal) = self.insert_unasked(user, "Comment", &object(body)) {
            tracing::warn!(refusal = %refusal.v1(), "a Comment could not be written");
        }
    }

    pub(crate) fn full_name(&self, user: &str) -> String {
        let known = self.store.get("User", user).map(|doc| text(doc, "full_name"));
        known.filter(|name| !name.is_empty()).unwrap_or(user).to_owned()
    }

    pub(crate) fn before_comment(&self, user: &str, doc: &mut Doc) {
        if text(doc, "comment_email").is_empty() {
            doc.insert("comment_email".into(), user.into());
        }
        let content = clean::rich_text(text(doc, "content"));
        if !content.is_empty() {
            doc.insert("content".into(), content.into());
        }
    }

    /// Everybody a comment mentions finds it at the bell of the desk.
    pub(crate) fn after_comment(&mut self, user: &str, doc: &Doc) {
        if text(doc, "comment_type") != "Comment" {
            return;
        }
        let (doctype, name) = (text(doc, "reference_doctype"), text(doc, "reference_name"));
        let title = self.store.get(doctype, name).map(|about| {
            let fields = ["project_name", "subject", "customer_name", "full_name", "name"];
            let title = fields.iter().map(|field| text(about, field)).find(|text| !text.is_empty());
            title.unwrap_or_default().to_owned()
        });
        let Some(title) = title else { return };
        let subject = format!(
            "<strong>{}</strong> mentioned you in a comment in <strong>{doctype}</strong> <b class=\"subject-title\">{title}</b>",
            self.full_name(user)
        );
        for mentioned in mentions(text(doc, "content")) {
            if self.store.get("User", &mentioned).is_none() {
                continue;
            }
            let body = json!({
                "type": "Mention", "document_type": doctype, "document_name": name,
                "subject": subject, "from_user": user, "for_user": mentioned,
                "email_content": text(doc, "content"),
            });
            if let Err(refusal) = self.insert_unasked(user, "Notification Log", &object(body)) {
                tracing::warn!(refusal = %refusal.v1(), "a mention could not be told");
            }
        }
    }
}

pub(crate) fn object(value: Value) -> Doc {
    match value {
        Value::Object(fields) => fields,
        _ => Doc::new(),
    }
}

/// `data-id` of every `<span class="mention" …>`, each once.
fn mentions(html: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for tag in html.split('<').skip(1).filter(|tag| tag.starts_with("span")) {
        let tag = tag.split('>').next().unwrap_or_default();
        let attribute = |name: &str| {
            let value = tag.split_once(&format!("{name}=\"")).map(|(_, rest)| rest);
            value.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
        };
        let user = attribute("data-id");
        let is_mention = attribute("class").split(' ').any(|class| class == "mention");
        if is_mention && attribute("data-is-group") != "true" && !found.contains(&user) {
            found.push(user);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_found_by_its_class() {
        let html = "<div><span class=\"mention\" data-id=\"tom@x.example\" data-value=\"Tom\"><span>@Tom</span></span> and <span data-id=\"no@x.example\">no</span></div>";
        assert_eq!(mentions(html), ["tom@x.example"]);
    }
}
