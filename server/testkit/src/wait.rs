//! Waiting for something to become true.

use std::time::{Duration, Instant};

/// Asks `question` every 20 ms until it answers; fails the test after `limit`, naming `what`.
pub async fn eventually<T, F, Answer>(what: &str, limit: Duration, mut question: F) -> T
where
    F: FnMut() -> Answer,
    Answer: Future<Output = Option<T>>,
{
    let begun = Instant::now();
    loop {
        if let Some(answer) = question().await {
            return answer;
        }
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The same for code that is not asynchronous.
pub(crate) fn eventually_blocking<T>(
    what: &str,
    limit: Duration,
    mut question: impl FnMut() -> Option<T>,
) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = question() {
            return answer;
        }
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
