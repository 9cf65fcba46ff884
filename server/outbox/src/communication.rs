//! A chat line as a Communication (rule 4: it references the Project and changes nothing else). Always as the service
//! account, because ERPNext lets nobody else write there; who said it is the sender.

use crate::{
    Outbox,
    ending::{Ended, Failure},
    site_state::Manners,
};
use erpnext::{ErpError, NewCommunication, chat_subject, plain_text_as_html, site_time};
use store::worker::{ChatLine, Owed};
use vocabulary::MessageId;

const DOCTYPE: &str = "Communication";

impl Outbox {
    /// Makes sure the Communication exists, once; answers with its name.
    pub(crate) async fn say(
        &self,
        owed: &Owed,
        line: &ChatLine,
        manners: Manners,
    ) -> Result<Ended, Failure> {
        let new = NewCommunication::chat(
            &owed.project,
            &line.author_user,
            &line.author_name,
            &line.body,
            site_time(line.sent_at, manners.zone),
            &key(line.message),
        );
        let inserted = self.site.insert_communication(&new).await;
        Ok(Ended::Done(self.site.or_by_key(DOCTYPE, &new.key, inserted).await?))
    }

    /// Makes the Communication say what the line says by now. Again and again is as good as once.
    pub(crate) async fn correct(&self, line: &ChatLine) -> Result<Ended, Failure> {
        let Some(name) = self.communication_of(line.message).await? else {
            return Err(Failure::Hopeless("Its Communication is not in ERPNext.".into()));
        };
        let subject = chat_subject(&line.author_name, &line.body);
        let content = plain_text_as_html(&line.body);
        self.site.update_communication(&name, &subject, &content).await?;
        Ok(Ended::Done(name))
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
