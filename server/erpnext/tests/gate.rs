//! Kind to the site: bounded, patient with one that is down, obedient to one that asks for a rest.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/fake.rs"]
mod fake;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, routing::get};
use erpnext::{ErpError, Fields, Identity, RateLimit, Retry, Site};
use fake::{Fake, Say, site_at};
use serde_json::json;
use tokio::sync::{Notify, watch};

fn down() -> Say {
    Say::status(503, b"<h1>Updating</h1>")
}

fn pong() -> Say {
    Say::json(&json!({"message": "pong", "data": {"name": "T-1"}}))
}

/// A write, which is tried once.
async fn write(site: &Site) -> Result<(), ErpError> {
    site.insert_document("Task", &Fields::new()).await.map(drop)
}

async fn bring_down(site: &Site) {
    for _ in 0..5 {
        assert!(matches!(write(site).await, Err(ErpError::Unavailable { status: 503, .. })));
    }
}

#[tokio::test]
async fn a_site_that_is_down_is_left_alone_and_tried_by_one_request() {
    let fake = Fake::saying([down()]).await;
    let site = fake.site();
    site.rest_at_most(Duration::from_secs(1));
    bring_down(&site).await;

    let member = site.acting_as(&Identity::Session("sid".into())).unwrap();
    for asking in [&site, &site.auditing(), &member] {
        let resting = write(asking).await.unwrap_err();
        assert!(matches!(resting, ErpError::Resting { .. }), "{resting:?}");
        assert!(resting.is_site_down());
        assert!(matches!(resting.retry(), Retry::Later { after: Some(after) } if !after.is_zero()));
    }
    assert_eq!(fake.asked().len(), 5, "nothing is sent while it rests");
    let health = site.health();
    assert_eq!((health.writes, health.reads, health.failures_in_a_row), (5, 0, 5));
    assert!(health.resting_for_millis.is_some_and(|left| left <= 1_000), "{health:?}");
    assert!(health.last_error.unwrap().contains("503"));
    assert_eq!(health.last_answer_at, None);

    // The first one to try finds it down still, and gives it another rest.
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    assert!(matches!(write(&site).await, Err(ErpError::Unavailable { .. })));
    assert!(matches!(write(&site).await, Err(ErpError::Resting { .. })));
    assert_eq!(fake.asked().len(), 6);

    fake.now_says([pong()]);
    tokio::time::sleep(Duration::from_millis(1_050)).await;
    write(&site).await.unwrap();
    write(&member).await.unwrap();
    let health = site.health();
    assert_eq!((health.resting_for_millis, health.failures_in_a_row), (None, 0));
    assert!(health.last_answer_at.is_some());
}

#[tokio::test]
async fn a_try_that_is_given_up_does_not_leave_the_site_resting_for_ever() {
    let stuck = Arc::new(Notify::new());
    let (answers, mut watched) = watch::channel(0);
    let answered = Arc::new(answers);
    let app = Router::new().fallback(move || {
        let (stuck, answered) = (Arc::clone(&stuck), Arc::clone(&answered));
        async move {
            let mut number = 0;
            answered.send_modify(|count| {
                *count += 1;
                number = *count;
            });
            if number == 6 {
                stuck.notified().await;
            }
            let status = if number < 6 { 503 } else { 200 };
            (axum::http::StatusCode::from_u16(status).unwrap(), r#"{"data": {}}"#)
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = site_at(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    site.rest_at_most(Duration::from_millis(50));
    bring_down(&site).await;
    tokio::time::sleep(Duration::from_millis(80)).await;
    let trying = tokio::spawn({
        let site = site.clone();
        async move { write(&site).await }
    });
    watched.wait_for(|count| *count == 6).await.unwrap();
    assert!(matches!(write(&site).await, Err(ErpError::Resting { .. })), "one tries already");
    trying.abort();
    assert!(trying.await.unwrap_err().is_cancelled());
    write(&site).await.unwrap();
    assert_eq!(site.health().in_flight, 0);
    server.abort();
}

#[tokio::test]
async fn a_rest_the_site_asks_for_holds_for_everybody() {
    let limits = |say: Say| say.with("X-RateLimit-Limit", "1000000").with("X-RateLimit-Reset", "2");
    let full = limits(Say::status(429, br#"{"exc_type": "TooManyRequestsError"}"#));
    let full = full.with("X-RateLimit-Remaining", "0").with("Retry-After", "12");
    let fake = Fake::saying([full]).await;
    let site = fake.site();
    assert!(matches!(write(&site).await, Err(ErpError::TooManyRequests { .. })));
    let member = site.acting_as(&Identity::Bearer("token".into())).unwrap();
    let resting = write(&member).await.unwrap_err();
    assert!(matches!(resting, ErpError::Resting { for_ } if for_ > Duration::from_secs(10)));
    assert!(matches!(
        site.sign_in("somebody", &"secret".into()).await,
        Err(ErpError::Resting { .. })
    ));
    assert_eq!(fake.asked().len(), 1);
    let health = site.health();
    assert_eq!(health.failures_in_a_row, 0, "it answered");
    let limit = RateLimit {
        limit_micros: 1_000_000,
        remaining_micros: 0,
        used_micros: None,
        reset_seconds: Some(2),
    };
    assert_eq!(health.rate_limit, Some(limit));
}

#[tokio::test]
async fn a_limit_on_one_method_stops_nothing_else() {
    let fake =
        Fake::saying([Say::status(429, br#"{"exc_type": "RateLimitExceededError"}"#), pong()])
            .await;
    let site = fake.site();
    assert!(matches!(write(&site).await, Err(ErpError::TooManyRequests { .. })));
    write(&site).await.unwrap();
}

#[tokio::test]
async fn wrong_passwords_and_refusals_do_not_count_as_a_site_that_is_down() {
    let wrong = br#"{"message": "Invalid login credentials", "exc_type": "AuthenticationError"}"#;
    let locked = br#"{"exc_type": "SecurityException", "exception": "x: locked for 60 seconds"}"#;
    for (status, body) in [(401, &wrong[..]), (500, &locked[..])] {
        let fake = Fake::saying([Say::status(status, body)]).await;
        let site = fake.site();
        for _ in 0..12 {
            let refused = site.sign_in("somebody", &"wrong".into()).await.unwrap_err();
            assert!(!refused.is_site_down(), "{refused:?}");
        }
        assert_eq!(fake.asked().len(), 12);
        assert_eq!((site.health().failures_in_a_row, site.health().writes), (0, 12));
    }
}

#[tokio::test]
async fn a_read_that_opens_the_breaker_tells_what_was_wrong() {
    let fake = Fake::saying([down()]).await;
    let site = fake.site();
    for _ in 0..4 {
        write(&site).await.unwrap_err();
    }
    // Its first try is the fifth failure; the second one is not sent.
    let error = site.get_document("Task", "T-1").await;
    assert!(matches!(error, Err(ErpError::Unavailable { .. })), "{error:?}");
    assert_eq!((fake.asked().len(), site.health().reads), (5, 1));
}

#[tokio::test]
async fn so_many_at_once_and_people_do_not_queue_behind_a_back_fill() {
    let there = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (open, gate) = watch::channel(false);
    let (arrivals, mut arrived) = watch::channel(0);
    let arrivals = Arc::new(arrivals);
    let slow = {
        let (there, most, arrivals) =
            (Arc::clone(&there), Arc::clone(&most), Arc::clone(&arrivals));
        move || {
            let (there, most, arrivals) =
                (Arc::clone(&there), Arc::clone(&most), Arc::clone(&arrivals));
            let mut gate = gate.clone();
            async move {
                let now = there.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                arrivals.send_modify(|count| *count += 1);
                gate.wait_for(|open| *open).await.unwrap();
                there.fetch_sub(1, Ordering::SeqCst);
                r#"{"data": {"name": "T-1"}}"#
            }
        }
    };
    let app = Router::new()
        .route("/api/resource/Task/{name}", get(slow))
        .route("/api/method/ping", get(|| async { r#"{"message": "pong"}"# }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = site_at(&format!("http://{}", listener.local_addr().unwrap()));
    let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });

    let back_fill: Vec<_> = (0..30)
        .map(|number| {
            let site = site.auditing();
            tokio::spawn(async move { site.get_document("Task", &format!("T-{number}")).await })
        })
        .collect();
    arrived.wait_for(|count| *count >= 8).await.unwrap();
    site.for_a_person().probe().await.unwrap();
    assert_eq!(site.health().in_flight, 8);
    open.send(true).unwrap();
    for one in back_fill {
        one.await.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 8);
    assert_eq!((site.health().reads, site.health().in_flight), (31, 0));
    server.abort();
}
