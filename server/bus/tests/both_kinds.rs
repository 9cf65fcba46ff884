//! The bus's promises, and what it does not promise.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]

use bus::{Bell, Bus, Heard};
use std::time::Duration;
use testkit::{eventually, redis::Redis};
use tokio::{sync::broadcast::Receiver, time::timeout};
use vocabulary::PersonId;

fn bell() -> Bell {
    Bell::StandingChanged { person: PersonId::fresh() }
}

async fn next(heard: &mut Receiver<Heard>) -> Option<Heard> {
    timeout(Duration::from_secs(10), heard.recv()).await.ok()?.ok()
}

/// Waits until `to` hears what `from` rings, ringing again and again: joining takes a moment.
async fn until_joined(from: &Bus, to: &Bus) {
    let mut heard = to.listen();
    for _ in 0..150 {
        let hello = bell();
        from.ring(hello.clone());
        while let Ok(Ok(next)) = timeout(Duration::from_millis(100), heard.recv()).await {
            if next == Heard::Bell(hello.clone()) {
                return;
            }
        }
    }
    panic!("the replicas do not hear each other");
}

#[tokio::test]
async fn whoever_rings_does_not_hear_it_on_either_bus() {
    let redis = Redis::start();
    for bus in [Bus::local(), Bus::redis(&redis.url()).await.unwrap()] {
        eventually("it is joined", Duration::from_secs(10), || async {
            bus.is_joined().then_some(())
        })
        .await;
        let mut heard = bus.listen();
        bus.ring(bell());
        let heard = timeout(Duration::from_millis(500), heard.recv()).await;
        assert!(heard.is_err() || heard == Ok(Ok(Heard::Gap)), "{heard:?}");
    }
}

#[tokio::test]
async fn other_replicas_hear_bells_in_order() {
    let redis = Redis::start();
    let one = Bus::redis(&redis.url()).await.unwrap();
    let two = Bus::redis(&redis.url()).await.unwrap();
    until_joined(&one, &two).await;
    let mut heard = two.listen();
    let rung: Vec<Bell> = (0..500).map(|_| bell()).collect();
    for bell in &rung {
        one.ring(bell.clone());
    }
    for bell in rung {
        assert_eq!(next(&mut heard).await, Some(Heard::Bell(bell)));
    }
}

#[tokio::test]
async fn redis_going_away_is_noticed_as_a_gap_and_bells_ring_again_afterwards() {
    let mut redis = Redis::start();
    let one = Bus::redis(&redis.url()).await.unwrap();
    let two = Bus::redis(&redis.url()).await.unwrap();
    until_joined(&one, &two).await;
    let mut heard = two.listen();
    redis.kill();
    // Ringing without Redis neither waits nor fails.
    for _ in 0..100 {
        one.ring(bell());
    }
    redis.start_again();
    loop {
        match next(&mut heard).await {
            Some(Heard::Gap) => break,
            Some(Heard::Bell(_)) => {}
            None => panic!("the gap was not noticed"),
        }
    }
    until_joined(&one, &two).await;
}

#[tokio::test]
async fn a_replica_may_start_before_redis() {
    let mut redis = Redis::start();
    let url = redis.url();
    redis.kill();
    let one = Bus::redis(&url).await.unwrap();
    let two = Bus::redis(&url).await.unwrap();
    assert!(!one.is_joined());
    redis.start_again();
    until_joined(&one, &two).await;
}

#[tokio::test]
async fn an_address_that_is_none_is_an_error() {
    assert!(Bus::redis("nowhere").await.is_err());
}
