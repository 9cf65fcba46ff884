//! A file, kept with each of the documents it belongs to.

use crate::{
    Outbox,
    ending::{Ended, Failure},
};
use erpnext::{KEY_FIELD, NewFile};
use store::worker::{Attachment, FileUpload, Owed, Saved};

impl Outbox {
    /// Makes sure that a private File is attached to each document, once.
    pub(crate) async fn upload(&self, owed: &Owed, file: &FileUpload) -> Result<Ended, Failure> {
        if !self.state.has_key_field(&self.site, "File").await? {
            return Err(Failure::Hopeless(format!(
                "File has no field {KEY_FIELD} in ERPNext: run \"parlance connect\", then replay this."
            )));
        }
        let Some(content) = self.worker.content_of(owed).await? else {
            return Err(Failure::Hopeless("What the file holds is gone.".into()));
        };
        let mut last = String::new();
        for (number, attachment) in file.attached_to.iter().enumerate() {
            let (doctype, name) = match attachment {
                Attachment::Project => ("Project", owed.project.clone()),
                Attachment::Document { doctype, name } => (doctype.as_str(), name.clone()),
                Attachment::Communication(message) => {
                    let found = self.communication_of(*message).await?;
                    let name = found.ok_or_else(|| {
                        Failure::Hopeless("Its Communication is not in ERPNext.".into())
                    })?;
                    ("Communication", name)
                }
            };
            let new = NewFile {
                file_name: file.file_name.clone(),
                content: content.clone(),
                is_private: true,
                attached_to_doctype: doctype.into(),
                attached_to_name: name,
                key: format!("{}-{number}", owed.idempotency_key),
            };
            last = self.kept_once(owed, &new).await?;
        }
        Ok(Ended::Saved(Saved { name: last, ..Default::default() }))
    }

    async fn kept_once(&self, owed: &Owed, new: &NewFile) -> Result<String, Failure> {
        if owed.begun
            && let Some(name) = self.site.document_by_key("File", &new.key).await?
        {
            return Ok(name);
        }
        self.worker.begin_effect(owed.id).await?;
        let kept = self.site.upload_file(new).await.map(|document| document.name().to_owned());
        Ok(self.site.or_by_key("File", &new.key, kept).await?)
    }
}
