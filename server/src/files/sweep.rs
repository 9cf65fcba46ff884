//! Tidying up: uploads that never ended, files that were never sent or were removed with their message. Only what this
//! installation has noted that it wrote is deleted, and only where the storage is marked as its own: others may use the
//! same bucket, and a database that was restored knows nothing of what came after its backup.

use ::files::{Files, MARK};
use futures::TryStreamExt;
use std::time::Duration;
use store::worker::Worker;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use vocabulary::Moment;

const EVERY: Duration = Duration::from_secs(10 * 60);

const HOUR_MILLIS: i64 = 60 * 60 * 1000;

/// An upload that gave no sign for this long has failed, until it is begun again.
const LATE_AFTER_MILLIS: i64 = HOUR_MILLIS;

/// What was not sent for this long is forgotten.
const UNSENT_FOR_MILLIS: i64 = 60 * 24 * HOUR_MILLIS;

/// What was removed with its message can be sent again for this long.
const REMOVED_FOR_MILLIS: i64 = 24 * HOUR_MILLIS;

/// What was begun to be written and has not become a file for this long never will.
const STRAY_AFTER_MILLIS: i64 = 24 * HOUR_MILLIS;

/// Storage keys looked up at once.
const LOOKED_UP: usize = 500;

#[derive(Debug, Error)]
enum SweepError {
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Files(#[from] ::files::FilesError),
}

/// Tidies up until `stop`.
pub(crate) async fn sweep(files: Files, worker: Worker, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = sweep_once(&files, &worker, Moment::now()).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "files were not tidied up; later again"
            );
        }
    }
}

async fn sweep_once(files: &Files, worker: &Worker, now: Moment) -> Result<(), SweepError> {
    worker.fail_late_files(now.plus_millis(-LATE_AFTER_MILLIS)).await?;
    if !may_delete(files, worker).await? {
        return Ok(());
    }
    let unsent = now.plus_millis(-UNSENT_FOR_MILLIS);
    let removed = now.plus_millis(-REMOVED_FOR_MILLIS);
    worker.forget_unsent_files(unsent, removed).await?;
    for key in worker.old_file_tries(now.plus_millis(-STRAY_AFTER_MILLIS)).await? {
        files.forget(&key).await?;
        worker.end_file_try(&key).await?;
    }
    Ok(())
}

/// Whether the storage is this installation's to tidy up. One where nothing lies but what it wrote becomes so.
async fn may_delete(files: &Files, worker: &Worker) -> Result<bool, SweepError> {
    let own = worker.installation().await?;
    match files.mark().await? {
        Some(marked) if marked == own.to_string() => Ok(true),
        Some(marked) => {
            tracing::warn!(
                %marked,
                %own,
                "the storage of files is another installation's: nothing is tidied up in it. Give this one a bucket, a \
                 prefix or a folder of its own, or write its id into the object named \"{MARK}\""
            );
            Ok(false)
        }
        None if holds_only_ours(files, worker).await? => {
            files.put_mark(own).await?;
            Ok(true)
        }
        None => {
            tracing::warn!(
                %own,
                "the storage of files has no mark and holds what this installation did not write: nothing is tidied up in \
                 it. If it is this installation's, write its id into an object named \"{MARK}\" there"
            );
            Ok(false)
        }
    }
}

async fn holds_only_ours(files: &Files, worker: &Worker) -> Result<bool, SweepError> {
    let mut chunks = files.all().try_chunks(LOOKED_UP);
    while let Some(names) = chunks.try_next().await.map_err(|error| error.1)? {
        if !worker.unknown_file_keys(names).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::files::{Limits, Place, fresh_key};
    use std::{
        collections::BTreeSet,
        path::{Path, PathBuf},
    };
    use store::Db;
    use testkit::folder::Folder;

    struct Storage {
        _folder: Folder,
        root: PathBuf,
        files: Files,
        worker: Worker,
    }

    impl Storage {
        #[expect(clippy::disallowed_methods, reason = "the sweep is background work")]
        async fn fresh() -> Self {
            let folder = Folder::new("sweep");
            let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
            let db = Db::connect(&url).await.unwrap();
            db.migrate().await.unwrap();
            let root = folder.path().join("files");
            let files = Files::at(&Place::Folder(root.clone()), Limits::default()).unwrap();
            Self { _folder: folder, root, files, worker: Worker::for_background_work(db) }
        }

        /// Something lies there under `name`.
        fn put(&self, name: &str) {
            let path = self.root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, b"somebody needs this").unwrap();
        }

        /// The same, and it is noted that this installation began to write it.
        async fn begin(&self, name: &str) {
            self.put(name);
            self.worker.note_file_try(name).await.unwrap();
        }

        async fn sweeps_in(&self, days: i64) {
            let then = Moment::now().plus_millis(days * 24 * HOUR_MILLIS);
            sweep_once(&self.files, &self.worker, then).await.unwrap();
        }

        fn names(&self) -> BTreeSet<String> {
            let mut found = BTreeSet::new();
            below(&self.root, &self.root, &mut found);
            found.remove(MARK);
            found
        }
    }

    fn below(root: &Path, folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                below(root, &path, found);
            } else {
                found.insert(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }

    #[tokio::test]
    async fn what_this_installation_did_not_write_stays_however_it_is_called() {
        let storage = Storage::fresh().await;
        storage.sweeps_in(0).await;
        let (theirs, tried) = (fresh_key(), fresh_key());
        storage.put("invoices/2026/plan.pdf");
        storage.put(&theirs);
        storage.begin(&tried).await;
        storage.put(&format!("{tried}.thumbnail"));
        storage.sweeps_in(400).await;
        assert_eq!(storage.names(), BTreeSet::from(["invoices/2026/plan.pdf".to_owned(), theirs]));
    }

    #[tokio::test]
    async fn a_storage_without_a_mark_in_which_something_else_lies_is_left_alone() {
        let storage = Storage::fresh().await;
        let tried = fresh_key();
        storage.put("invoices/2026/plan.pdf");
        storage.begin(&tried).await;
        storage.sweeps_in(400).await;
        assert_eq!(storage.names().len(), 2);
        assert_eq!(storage.files.mark().await.unwrap(), None);
        // A person says that it is ours.
        storage.files.put_mark(storage.worker.installation().await.unwrap()).await.unwrap();
        storage.sweeps_in(400).await;
        assert!(!storage.names().contains(&tried));
    }

    #[tokio::test]
    async fn a_storage_that_is_anothers_is_left_alone() {
        let storage = Storage::fresh().await;
        let other = Storage::fresh().await.worker.installation().await.unwrap();
        storage.files.put_mark(other).await.unwrap();
        let tried = fresh_key();
        storage.begin(&tried).await;
        storage.sweeps_in(400).await;
        assert_eq!(storage.names(), BTreeSet::from([tried]));
        assert_eq!(storage.files.mark().await.unwrap(), Some(other.to_string()));
    }

    #[tokio::test]
    async fn one_that_holds_only_what_was_written_here_becomes_this_installations() {
        let storage = Storage::fresh().await;
        let tried = fresh_key();
        storage.begin(&tried).await;
        storage.sweeps_in(0).await;
        let own = storage.worker.installation().await.unwrap();
        assert_eq!(storage.files.mark().await.unwrap(), Some(own.to_string()));
        assert_eq!(storage.names(), BTreeSet::from([tried]), "it may still be on its way");
    }

    #[tokio::test]
    async fn what_a_kill_left_half_written_goes() {
        let storage = Storage::fresh().await;
        storage.sweeps_in(0).await;
        let (tried, theirs) = (fresh_key(), fresh_key());
        storage.worker.note_file_try(&tried).await.unwrap();
        storage.put(&format!("{tried}#1"));
        storage.put(&format!("{tried}.thumbnail#12"));
        storage.put(&format!("{theirs}#1"));
        storage.sweeps_in(2).await;
        assert_eq!(storage.names(), BTreeSet::from([format!("{theirs}#1")]));
    }
}
