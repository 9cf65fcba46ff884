//! A chat line as a Communication (rule 4: it references the Project and changes nothing else). Always as the service
//! account, because ERPNext lets nobody else write there; who said it is the sender.

use crate::{
    Outbox,
    ending::{Ended, Failure, PATIENCE, hint, lacks_its_project},
    site_state::Manners,
};
use erpnext::{
    ErpError, NewCommunication, TimelineLink, chat_subject, plain_text_as_html, site_time,
};
use store::worker::{ChatLine, Owed};
use vocabulary::{MessageId, readable};

const DOCTYPE: &str = "Communication";

impl Outbox {
    /// Makes sure the Communication exists, once; answers with its name. A line that was taken away before it was sent
    /// is not said at all: an earlier try that arrived all the same is found by the deletion that follows.
    pub(crate) async fn say(
        &self,
        owed: &Owed,
        line: &ChatLine,
        manners: Manners,
    ) -> Result<Ended, Failure> {
        if line.removed {
            return Ok(Ended::Done(String::new()));
        }
        let mut new = NewCommunication::chat(
            &owed.project,
            &line.author_user,
            &line.author_name,
            &words(line),
            site_time(line.sent_at, manners.zone),
            &key(line.message),
        );
        for (doctype, name) in &line.links {
            new = new.linked_to(doctype, name);
        }
        let mut inserted = self.site.insert_communication(&new).await;
        if let Err(error @ ErpError::BrokenLink { .. }) = &inserted {
            // ERPNext looks at links before it looks at the key: an earlier try may have arrived.
            if let Some(name) = self.communication_of(line.message).await? {
                return Ok(Ended::Done(name));
            }
            if !lacks_its_project(error, owed) && self.goes_unlinked(owed, line).await? {
                new.timeline_links.clear();
                inserted = self.site.insert_communication(&new).await;
            }
        }
        match self.site.or_by_key(DOCTYPE, &new.key, inserted).await {
            // It is there, if under no name that we may read.
            Err(error) if error.is_key_taken() => Ok(Ended::Done(String::new())),
            other => Ok(Ended::Done(other?)),
        }
    }

    /// Makes the Communication say what the line says by now, and show where it is about. Again and again is as good as
    /// once.
    pub(crate) async fn correct(&self, owed: &Owed, line: &ChatLine) -> Result<Ended, Failure> {
        if line.removed {
            return Ok(Ended::Done(String::new()));
        }
        let Some(name) = self.communication_of(line.message).await? else {
            return Err(Failure::Hopeless("Its Communication is not in ERPNext.".into()));
        };
        let words = words(line);
        let subject = chat_subject(&line.author_name, &words);
        let content = plain_text_as_html(&words);
        let links: Vec<_> = line.links.iter().map(|(doctype, name)| link(doctype, name)).collect();
        let mut updated = self.site.update_communication(&name, &subject, &content, &links).await;
        if let Err(ErpError::BrokenLink { .. }) = &updated
            && self.goes_unlinked(owed, line).await?
        {
            updated = self.site.update_communication(&name, &subject, &content, &[]).await;
        }
        updated?;
        Ok(Ended::Done(name))
    }

    /// A document that the line is about is not there under its name, which the mirror finds out soon: it follows the
    /// rename, or the document is gone and no link any more. Whether that was waited for long enough.
    async fn goes_unlinked(&self, owed: &Owed, line: &ChatLine) -> Result<bool, Failure> {
        for (doctype, name) in &line.links {
            self.worker.keep_hint(&hint(doctype, name)).await?;
        }
        Ok(!line.links.is_empty() && owed.attempts >= PATIENCE)
    }

    /// Makes sure the Communication is gone.
    pub(crate) async fn take_back(&self, message: MessageId) -> Result<Ended, Failure> {
        let Some(name) = self.communication_of(message).await? else {
            return Ok(Ended::Done(String::new()));
        };
        match self.site.delete_communication(&name).await {
            Ok(()) | Err(ErpError::NotFound { .. }) => Ok(Ended::Done(name)),
            Err(error) => Err(error.into()),
        }
    }

    pub(crate) async fn communication_of(
        &self,
        message: MessageId,
    ) -> Result<Option<String>, ErpError> {
        self.site.document_by_key(DOCTYPE, &key(message)).await
    }
}

/// What makes the Communication of a message unique.
fn key(message: MessageId) -> String {
    message.to_string()
}

/// What ERPNext shows of a line: its words as people read them, or the names of the files that speak for themselves.
fn words(line: &ChatLine) -> String {
    if line.body.is_empty() { line.files.join("\n") } else { readable(&line.body) }
}

fn link(doctype: &str, name: &str) -> TimelineLink {
    TimelineLink { link_doctype: doctype.to_owned(), link_name: name.to_owned() }
}
