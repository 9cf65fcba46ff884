//! What the service account does for somebody says so: a Comment on the document names them, once.

use crate::Outbox;
use erpnext::{ErpError, ListQuery, NewComment, plain_text_as_html};
use serde_json::json;
use store::worker::Owed;

impl Outbox {
    /// Makes sure that a Comment says who did `what` ("Changed"). ERPNext has no unique field there, so the words carry a
    /// mark of the effect and are looked for first.
    ///
    /// Where the service account may not comment, the deed stands without.
    pub(crate) async fn name_actor(
        &self,
        owed: &Owed,
        (doctype, name): (&str, &str),
        what: &str,
    ) -> Result<(), ErpError> {
        let Some(actor) = &owed.actor else { return Ok(()) };
        let mark = mark(&owed.idempotency_key);
        match self.is_named((doctype, name), &mark).await {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(error @ ErpError::NotPermitted { .. }) => return told(&error),
            Err(error) => return Err(error),
        }
        let words = format!("{what} by {} in Parlance ({mark})", actor.full_name);
        let comment = NewComment {
            reference_doctype: doctype.to_owned(),
            reference_name: name.to_owned(),
            content: plain_text_as_html(&words),
            comment_email: actor.user.clone(),
            comment_by: actor.full_name.clone(),
        };
        match self.site.add_comment(&comment).await {
            Err(error @ ErpError::NotPermitted { .. }) => told(&error),
            other => other.map(drop),
        }
    }

    async fn is_named(&self, (doctype, name): (&str, &str), mark: &str) -> Result<bool, ErpError> {
        let query = ListQuery {
            doctype: "Comment",
            fields: &["name"],
            filters: json!([
                ["reference_doctype", "=", doctype],
                ["reference_name", "=", name],
                ["content", "like", format!("%{mark}%")]
            ]),
            order_by: "creation asc",
            limit: 1,
        };
        Ok(!self.site.list_documents(query).await?.is_empty())
    }
}

/// The end of the key, which is its random part.
fn mark(key: &str) -> String {
    let letters: Vec<char> = key.chars().filter(char::is_ascii_alphanumeric).collect();
    letters[letters.len().saturating_sub(12)..].iter().collect()
}

fn told(error: &ErpError) -> Result<(), ErpError> {
    tracing::warn!(%error, "the service account may not name a member in a Comment");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_the_random_part_of_the_key() {
        assert_eq!(mark("018f0000-0000-7000-8000-0123456789ab"), "0123456789ab");
        assert_eq!(mark("k1"), "k1");
    }
}
