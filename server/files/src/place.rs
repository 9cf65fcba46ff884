//! Where files lie: a folder, or a storage of objects that speaks S3.

use crate::FilesError;
use object_store::{
    ClientOptions, ObjectStore, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem,
    prefix::PrefixStore,
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use url::Url;

/// How long a storage of objects may take.
#[derive(Clone, Copy)]
struct Patience {
    connect: Duration,
    /// No byte for this long is a failure. A transfer as a whole lasts as long as whoever reads it takes.
    silence: Duration,
    /// What failed is tried again for this long.
    again: Duration,
}

const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(5),
    silence: Duration::from_secs(60),
    again: Duration::from_secs(90),
};

/// Tries of one request.
const TRIES: usize = 3;

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
    pub(crate) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::S3(_) => None,
        }
    }

    pub(crate) fn open(&self) -> Result<Arc<dyn ObjectStore>, FilesError> {
        match self {
            Self::Folder(folder) => {
                std::fs::create_dir_all(folder).map_err(FilesError::Folder)?;
                // What was acknowledged survives a power cut.
                let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
                Ok(Arc::new(store))
            }
            Self::S3(s3) => Ok(Arc::new(PrefixStore::new(s3.open(PATIENCE)?, s3.prefix.as_str()))),
        }
    }
}

impl S3 {
    fn open(&self, patience: Patience) -> Result<impl ObjectStore + use<>, FilesError> {
        let options = ClientOptions::new()
            .with_connect_timeout(patience.connect)
            .with_read_timeout(patience.silence)
            .with_timeout_disabled();
        let again = RetryConfig {
            max_retries: TRIES - 1,
            retry_timeout: patience.again,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key_id)
            .with_secret_access_key(self.secret_access_key.expose_secret())
            .with_client_options(options)
            .with_retry(again);
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

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::{ObjectStoreExt, path::Path as Key};

    #[tokio::test]
    async fn a_storage_that_takes_the_call_and_says_nothing_is_given_up() {
        // Installs the TLS provider that the client needs.
        let _provider = testkit::http::client();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let held = tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((socket, _)) = listener.accept().await {
                held.push(socket);
            }
        });
        let s3 = S3 {
            bucket: "talk".into(),
            prefix: String::new(),
            region: "us-east-1".into(),
            endpoint: Some(format!("http://{address}").parse().unwrap()),
            access_key_id: "k".into(),
            secret_access_key: "s".to_owned().into(),
        };
        let short = Duration::from_millis(100);
        let store = s3.open(Patience { connect: short, silence: short, again: short }).unwrap();
        // Without an end of patience this would never end.
        store.put(&Key::from("a"), "b".into()).await.unwrap_err();
        store.get(&Key::from("a")).await.unwrap_err();
        held.abort();
    }
}
