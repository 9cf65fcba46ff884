//! The local administrator's password: argon2id, in a pool of its own, so that hashing never delays a message.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use std::sync::Arc;
use thiserror::Error;
use tokio::sync::Semaphore;

/// Hashes at the same time: each takes about 19 MiB and tens of milliseconds.
const AT_ONCE: usize = 2;

/// A password could not be hashed.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// argon2 refused it.
    #[error("argon2 refused the password: {0}")]
    Hash(String),
    /// The thread that hashed is gone.
    #[error("hashing was broken off")]
    BrokenOff(#[from] tokio::task::JoinError),
}

/// Where passwords are hashed.
#[derive(Clone, Debug)]
pub struct PasswordPool(Arc<Semaphore>);

impl Default for PasswordPool {
    fn default() -> Self {
        Self::new()
    }
}

impl PasswordPool {
    /// A pool.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }

    /// The hash of a new password, in PHC form.
    ///
    /// # Errors
    /// If argon2 refuses it.
    pub async fn hash(&self, password: String) -> Result<String, PasswordError> {
        self.run(move || {
            Argon2::default()
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| PasswordError::Hash(error.to_string()))
        })
        .await?
    }

    /// Whether `password` is the one `hash` was made of.
    ///
    /// # Errors
    /// If the thread that hashed is gone.
    pub async fn verify(&self, password: String, hash: String) -> Result<bool, PasswordError> {
        self.run(move || {
            PasswordHash::new(&hash).is_ok_and(|hash| {
                Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
            })
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.0.acquire().await;
        Ok(tokio::task::spawn_blocking(work).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits_its_hash() {
        let pool = PasswordPool::new();
        let hash = pool.hash("correct horse".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(pool.verify("correct horse".into(), hash.clone()).await.unwrap());
        assert!(!pool.verify("correct house".into(), hash).await.unwrap());
        assert!(!pool.verify("correct horse".into(), "no hash".into()).await.unwrap());
    }
}
