use crate::{Visit, draft, on_both};
use store::worker::{Due, Worker};
use uuid::Uuid;
use vocabulary::Moment;

#[tokio::test]
async fn a_lane_has_one_holder_and_a_dead_one_loses_it() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db);
        assert_eq!(worker.lanes_due(10).await.unwrap(), []);
        maya.says(draft("owed")).await;
        let due = Due(maya.workspace);
        assert_eq!(worker.lanes_due(10).await.unwrap(), [due]);

        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        let soon = || Moment::now().plus_millis(60_000);
        let lanes = worker.hold_lanes(&[due], one, soon()).await.unwrap();
        assert_eq!(lanes.len(), 1);
        assert_eq!(worker.lanes_due(10).await.unwrap(), []);
        assert!(worker.hold_lanes(&[due], two, soon()).await.unwrap().is_empty());
        // The holder may renew it; one that died loses it when the lease is over.
        let past = Moment::now().plus_millis(-1);
        assert!(worker.keep_lanes(&lanes, past).await.unwrap());
        assert_eq!(worker.hold_lanes(&[due], two, soon()).await.unwrap().len(), 1);
        assert!(!worker.keep_lanes(&lanes, soon()).await.unwrap());
        // The first one coming back late frees nothing that is not its own.
        worker.free_lanes(&lanes).await.unwrap();
        assert_eq!(worker.lanes_due(10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_was_settled_put_off_or_given_up_is_not_due() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        for line in ["settled", "given up", "put off"] {
            maya.says(draft(line)).await;
        }
        let worker = Worker::for_background_work(db);
        let soon = Moment::now().plus_millis(60_000);
        let lanes = worker.hold_lanes(&[Due(maya.workspace)], Uuid::now_v7(), soon).await.unwrap();
        let owed = worker.owed(&lanes, 10).await.unwrap();
        worker.settle(&[(owed[0].id, "a1b2c3".into())]).await.unwrap();
        worker.give_up(owed[1].id, "ERPNext does not permit this").await.unwrap();
        worker
            .put_off(owed[2].id, Moment::now().plus_millis(60_000), "ERPNext was not reached", true)
            .await
            .unwrap();
        worker.free_lanes(&lanes).await.unwrap();
        assert_eq!(worker.lanes_due(10).await.unwrap(), []);
        let state = worker.outbox_state().await.unwrap();
        assert_eq!((state.waiting, state.lanes, state.dead), (1, 1, 1));
        assert_eq!(worker.put_off_for().await.unwrap().as_deref(), Some("ERPNext was not reached"));
        let dead = worker.dead_letters(10).await.unwrap();
        assert_eq!(dead.len(), 1);
        assert_eq!(dead[0].reason, "ERPNext does not permit this");
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_again_goes_before_what_waits_and_what_is_discarded_never_goes() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let tom = Visit::of(&db, "tom@parlance.demo", "PROJ-0002").await;
        for line in ["sent again", "discarded", "waits"] {
            maya.says(draft(line)).await;
        }
        tom.says(draft("elsewhere")).await;
        let worker = Worker::for_background_work(db);
        let state = worker.outbox_state().await.unwrap();
        assert_eq!((state.waiting, state.lanes, state.dead), (4, 2, 0));
        assert_eq!(worker.put_off_for().await.unwrap(), None);

        let soon = Moment::now().plus_millis(60_000);
        let lanes = worker.hold_lanes(&[Due(maya.workspace)], Uuid::now_v7(), soon).await.unwrap();
        let owed = worker.owed(&lanes, 10).await.unwrap();
        assert!(!worker.replay(owed[0].id).await.unwrap(), "it was not given up");
        worker.give_up(owed[0].id, "refused").await.unwrap();
        worker.give_up(owed[1].id, "refused").await.unwrap();
        assert!(worker.replay(owed[0].id).await.unwrap());
        assert!(worker.discard(owed[1].id).await.unwrap());
        let again = worker.owed(&lanes, 10).await.unwrap();
        let ids: Vec<i64> = again.iter().map(|owed| owed.id).collect();
        assert_eq!(ids, [owed[0].id, owed[2].id]);
        assert_eq!(again[0].attempts, 0);
        let state = worker.outbox_state().await.unwrap();
        assert_eq!((state.waiting, state.lanes, state.dead), (3, 2, 0));
    })
    .await;
}

#[tokio::test]
async fn one_replica_at_a_time_has_a_lease() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        assert!(worker.hold_lease("mirror", one, Moment::now().plus_millis(60_000)).await.unwrap());
        assert!(
            !worker.hold_lease("mirror", two, Moment::now().plus_millis(60_000)).await.unwrap()
        );
        assert!(worker.hold_lease("mirror", one, Moment::now().plus_millis(-1)).await.unwrap());
        assert!(worker.hold_lease("mirror", two, Moment::now().plus_millis(60_000)).await.unwrap());
    })
    .await;
}
