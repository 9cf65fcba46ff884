//! A file, kept with each of the documents it belongs to.

use crate::{
    Outbox,
    ending::{Ended, Failure},
};
use erpnext::{ErpError, KEY_FIELD, NewFile};
use files::FilesError;
use store::worker::{Attachment, FileUpload, Owed, Saved};
use vocabulary::FileId;

/// What people read beside a file that ERPNext does not take because of its size.
const TOO_LARGE: &str =
    "Too large for ERPNext, so it is kept here only. Everybody in this room can open it.";

impl Outbox {
    /// Makes sure that a private File is attached to each document, once.
    pub(crate) async fn upload(&self, owed: &Owed, file: &FileUpload) -> Result<Ended, Failure> {
        if !self.state.has_key_field(&self.site, "File").await? {
            return Err(Failure::Hopeless(format!(
                "File has no field {KEY_FIELD} in ERPNext: run \"parlance connect\", then replay this."
            )));
        }
        let content = match file.stored {
            Some(id) => self.stored(id).await?,
            None => self.worker.content_of(owed).await?,
        };
        let Some(content) = content else {
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
            last = match self.kept_once(owed, &new).await {
                Ok(name) => name,
                Err(failure) => return Err(self.noted(file.stored, failure).await?),
            };
        }
        if let Some(id) = file.stored {
            self.worker.note_file(id, None).await?;
        }
        Ok(Ended::Saved(Saved { name: last, ..Default::default() }))
    }

    /// What a file holds that people sent.
    async fn stored(&self, id: FileId) -> Result<Option<Vec<u8>>, Failure> {
        let Some(files) = &self.files else {
            return Err(Failure::Hopeless("This process has no storage of files.".into()));
        };
        let Some(stored) = self.worker.stored_file(id).await? else { return Ok(None) };
        match files.whole(&stored.key, stored.size).await {
            Ok(content) => Ok(Some(content)),
            Err(FilesError::Missing) => Ok(None),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a file could not be read for ERPNext");
                // The disk or the object storage may come back.
                Err(Failure::Later("the storage of files does not answer".into()))
            }
        }
    }

    /// Those who see the file see why ERPNext will not have it; a person can replay it once the site takes it.
    async fn noted(&self, file: Option<FileId>, failure: Failure) -> Result<Failure, Failure> {
        let Some(id) = file else { return Ok(failure) };
        let note = match &failure {
            Failure::Erpnext(ErpError::TooLarge) => TOO_LARGE.to_owned(),
            Failure::Erpnext(ErpError::Invalid { message, .. }) => {
                format!("ERPNext does not take it, so it is kept here only: {message}")
            }
            _ => return Ok(failure),
        };
        self.worker.note_file(id, Some(&note)).await?;
        Ok(Failure::Hopeless(note))
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
