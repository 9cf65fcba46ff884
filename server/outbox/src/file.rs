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

/// What is sent to ERPNext at all: a File goes there whole, in one request, and is held in memory three times over
/// meanwhile. ERPNext itself takes 25 MiB unless its site says otherwise.
const LARGEST_BYTES: u64 = 32 * 1024 * 1024;

/// What a File is made of.
enum Content {
    Whole(Vec<u8>),
    /// More than is sent there.
    TooLarge,
    Gone,
}

impl Outbox {
    /// Makes sure that a private File is attached to each document, once. Of a message that was removed nothing is
    /// attached, and what was goes with its Communication.
    pub(crate) async fn upload(&self, owed: &Owed, file: &FileUpload) -> Result<Ended, Failure> {
        let wanted = self.wanted(file).await?;
        if wanted.is_empty() {
            return Ok(Ended::Done(String::new()));
        }
        if !self.state.has_key_field(&self.site, "File").await? {
            return Err(Failure::Hopeless(format!(
                "File has no field {KEY_FIELD} in ERPNext: run \"parlance connect\", then replay this."
            )));
        }
        let content = match file.stored {
            Some(id) => self.stored(id).await?,
            None => self.worker.content_of(owed).await?.map_or(Content::Gone, Content::Whole),
        };
        let content = match (content, file.stored) {
            (Content::Whole(content), _) => content,
            (Content::TooLarge, Some(id)) => {
                self.worker.note_file(id, Some(TOO_LARGE)).await?;
                return Ok(Ended::Done(String::new()));
            }
            (Content::TooLarge | Content::Gone, _) => {
                return Err(Failure::Hopeless("What the file holds is gone.".into()));
            }
        };
        let mut new = NewFile {
            file_name: file.file_name.clone(),
            content,
            is_private: true,
            attached_to_doctype: String::new(),
            attached_to_name: String::new(),
            key: String::new(),
        };
        let mut last = String::new();
        for (number, attachment) in wanted {
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
            new.attached_to_doctype = doctype.into();
            new.attached_to_name = name;
            new.key = format!("{}-{number}", owed.idempotency_key);
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

    /// What it is still to be attached to; the number names the File for good.
    async fn wanted<'a>(
        &self,
        file: &'a FileUpload,
    ) -> Result<Vec<(usize, &'a Attachment)>, Failure> {
        let mut wanted = Vec::with_capacity(file.attached_to.len());
        for (number, attachment) in file.attached_to.iter().enumerate() {
            let stands = match attachment {
                Attachment::Communication(message) => self.worker.still_stands(*message).await?,
                Attachment::Project | Attachment::Document { .. } => true,
            };
            if stands {
                wanted.push((number, attachment));
            }
        }
        Ok(wanted)
    }

    /// What a file holds that people sent.
    async fn stored(&self, id: FileId) -> Result<Content, Failure> {
        let Some(files) = &self.files else {
            return Err(Failure::Hopeless("This process has no storage of files.".into()));
        };
        let Some(stored) = self.worker.stored_file(id).await? else { return Ok(Content::Gone) };
        match files.whole(&stored.key, LARGEST_BYTES).await {
            Ok(content) => Ok(Content::Whole(content)),
            Err(FilesError::TooLarge { .. }) => Ok(Content::TooLarge),
            Err(FilesError::Missing) => Ok(Content::Gone),
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
