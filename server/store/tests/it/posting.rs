use crate::{Visit, draft, on_both};
use std::collections::HashSet;
use store::{
    messages::{self, Posted},
    worker::{Due, Effect, Worker},
};
use uuid::Uuid;
use vocabulary::{Moment, Seq};

#[tokio::test]
async fn places_have_no_gaps_and_no_doubles_however_many_write_at_once() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let writers = (0..8).map(|writer| {
            let maya = Visit {
                db: maya.db.clone(),
                who: maya.who.clone(),
                workspace: maya.workspace,
                scope: maya.scope.clone(),
                room: maya.room.clone(),
            };
            tokio::spawn(async move {
                for line in 0..25 {
                    let said = maya.says(draft(&format!("{writer}.{line}"))).await;
                    assert!(matches!(said, Posted::New(_)));
                }
            })
        });
        for writer in writers {
            writer.await.unwrap();
        }
        let all = messages::changed_after(&db, &maya.scope, maya.room.id, Seq::START, 1_000)
            .await
            .unwrap();
        let places: Vec<i64> = all.iter().map(|message| message.seq.get()).collect();
        assert_eq!(places, (1..=200).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn the_same_key_is_one_message_even_when_sent_by_many_lines_at_once() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let once = draft("only once");
        let tries = (0..8).map(|_| {
            let (db, scope, room, once) =
                (db.clone(), maya.scope.clone(), maya.room.clone(), once.clone());
            tokio::spawn(async move {
                messages::post(&db, &scope, &room, once, Moment::now()).await.unwrap()
            })
        });
        let mut new = 0;
        let mut ids = HashSet::new();
        for posted in tries {
            match posted.await.unwrap() {
                Posted::New(message) => {
                    new += 1;
                    ids.insert(message.id);
                }
                Posted::Before(message) => {
                    ids.insert(message.id);
                }
                Posted::KeyUsedElsewhere | Posted::NoSuchThread => panic!("it was used here"),
            }
        }
        assert_eq!((new, ids.len()), (1, 1));
        // A refused repeat leaves no hole behind.
        let Posted::New(next) = maya.says(draft("the next")).await else { panic!("it is new") };
        assert_eq!(next.seq, Seq::new(2));
    })
    .await;
}

#[tokio::test]
async fn a_key_of_another_workspace_tells_nothing_of_it() {
    on_both(|db| async move {
        let here = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let secret = draft("said here");
        here.says(secret.clone()).await;
        let there = Visit::of(&db, "maya@parlance.demo", "PROJ-0002").await;
        assert_eq!(there.says(secret.clone()).await, Posted::KeyUsedElsewhere);
        // Somebody else's key is their own.
        let tom = Visit::of(&db, "tom@parlance.demo", "PROJ-0001").await;
        assert!(matches!(tom.says(secret).await, Posted::New(_)));
    })
    .await;
}

#[tokio::test]
async fn every_message_is_owed_to_erpnext_once_and_in_order() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let mut keys = Vec::new();
        for line in 0..5 {
            let once = draft(&format!("line {line}"));
            let Posted::New(message) = maya.says(once.clone()).await else { panic!("it is new") };
            maya.says(once).await;
            keys.push(message.id.to_string());
        }
        let worker = Worker::for_background_work(db);
        let soon = Moment::now().plus_millis(60_000);
        let lanes = worker.hold_lanes(&[Due(maya.workspace)], Uuid::now_v7(), soon).await.unwrap();
        let owed = worker.owed(&lanes, 100).await.unwrap();
        assert_eq!(owed.iter().map(|owed| owed.idempotency_key.clone()).collect::<Vec<_>>(), keys);
        for owed in owed {
            let Effect::Communication(line) = owed.effect else { panic!("it is a chat line") };
            assert_eq!((&*owed.project, &*line.author_user), ("PROJ-0001", "maya@parlance.demo"));
        }
    })
    .await;
}

#[tokio::test]
async fn what_somebody_has_missed_is_read_forwards() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        for line in 1..=10 {
            maya.says(draft(&line.to_string())).await;
        }
        let text = |page: Vec<vocabulary::Message>| {
            page.iter().map(|m| m.words().to_owned()).collect::<Vec<_>>().join(" ")
        };
        let missed =
            messages::changed_after(&db, &maya.scope, maya.room.id, Seq::new(7), 2).await.unwrap();
        assert_eq!(text(missed), "8 9");
    })
    .await;
}
