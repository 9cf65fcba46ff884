//! Tidying up: uploads that never ended, files that were never sent, what lies in the storage and belongs to nothing.

use ::files::Files;
use futures::TryStreamExt;
use std::time::{Duration, SystemTime};
use store::worker::Worker;
use thiserror::Error;
use tokio_util::sync::CancellationToken;
use vocabulary::Moment;

const EVERY: Duration = Duration::from_secs(10 * 60);

/// An upload that gave no sign for this long has failed, until it is begun again.
const LATE_AFTER_MILLIS: i64 = 60 * 60 * 1000;

/// What was not sent for this long is forgotten; a message may be scheduled for weeks.
const UNSENT_FOR_MILLIS: i64 = 60 * 24 * 60 * 60 * 1000;

/// What lies in the storage and is not noted anywhere after this long belongs to nothing.
const STRAY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// Every so many rounds the whole storage is looked through.
const LISTED_EVERY: u64 = 144;

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
    let mut round = 0;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let swept = async {
            forget_unsent(&files, &worker).await?;
            if round % LISTED_EVERY == 0 {
                forget_strays(&files, &worker).await?;
            }
            Ok::<_, SweepError>(())
        };
        if let Err(error) = swept.await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "files were not tidied up; later again"
            );
        }
        round += 1;
    }
}

async fn forget_unsent(files: &Files, worker: &Worker) -> Result<(), SweepError> {
    let now = Moment::now();
    worker.fail_late_files(now.plus_millis(-LATE_AFTER_MILLIS)).await?;
    for key in worker.forget_unsent_files(now.plus_millis(-UNSENT_FOR_MILLIS)).await? {
        files.forget(&key).await?;
    }
    Ok(())
}

async fn forget_strays(files: &Files, worker: &Worker) -> Result<(), SweepError> {
    let Some(before) = SystemTime::now().checked_sub(STRAY_AFTER) else { return Ok(()) };
    let mut chunks = files.older_than(before).try_chunks(LOOKED_UP);
    while let Some(keys) = chunks.try_next().await.map_err(|error| error.1)? {
        for key in worker.unknown_file_keys(keys).await? {
            files.forget(&key).await?;
        }
    }
    Ok(())
}
