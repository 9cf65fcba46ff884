//! Where files lie: a folder, or a storage of objects that speaks S3.

use crate::FilesError;
use object_store::{
    ClientOptions, ObjectStore, aws::AmazonS3Builder, local::LocalFileSystem, prefix::PrefixStore,
};
use secrecy::{ExposeSecret, SecretString};
use std::{path::PathBuf, sync::Arc, time::Duration};
use url::Url;

/// No answer at all for this long is a failure; a transfer may take longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

/// Where files lie.
#[derive(Clone, Debug)]
pub enum Place {
    /// In this folder.
    Folder(PathBuf),
    /// In a bucket.
    S3(S3),
}

/// A bucket of Amazon S3, or of anything that speaks like it.
#[derive(Clone, Debug)]
pub struct S3 {
    /// Its name.
    pub bucket: String,
    /// What stands before all keys; empty for none.
    pub prefix: String,
    /// Amazon's region, or what the storage wants to hear for it.
    pub region: String,
    /// The storage's address; `None` for Amazon's own.
    pub endpoint: Option<Url>,
    /// Who asks.
    pub access_key_id: String,
    /// What they sign with.
    pub secret_access_key: SecretString,
}

impl Place {
    pub(crate) fn open(&self) -> Result<Arc<dyn ObjectStore>, FilesError> {
        match self {
            Self::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(FilesError::Folder)?;
                // What was acknowledged survives a power cut.
                let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                Ok(Arc::new(store))
            }
            Self::S3(s3) => Ok(Arc::new(PrefixStore::new(s3.open()?, s3.prefix.as_str()))),
        }
    }
}

impl S3 {
    fn open(&self) -> Result<impl ObjectStore, FilesError> {
        let options = ClientOptions::new()
            .with_connect_timeout(CONNECT_TIMEOUT)
            .with_timeout(REQUEST_TIMEOUT);
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key_id)
            .with_secret_access_key(self.secret_access_key.expose_secret())
            .with_client_options(options);
        if let Some(endpoint) = &self.endpoint {
            // Few but Amazon have a name for each bucket.
            builder = builder
                .with_endpoint(endpoint.as_str().trim_end_matches('/'))
                .with_virtual_hosted_style_request(false)
                .with_allow_http(endpoint.scheme() == "http");
        }
        Ok(builder.build()?)
    }
}
