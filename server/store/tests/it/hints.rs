use crate::on_both;
use store::worker::{Hint, WebhookState, Worker};

fn hint(name: &str, event: &str, received_at: i64) -> Hint {
    Hint {
        doctype: "Task".into(),
        name: name.into(),
        event: event.into(),
        user: String::new(),
        received_at,
    }
}

#[tokio::test]
async fn hints_about_one_document_become_one_and_the_oldest_come_first() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        for (name, event, at) in [
            ("TASK-1", "after_insert", 10),
            ("TASK-2", "on_update", 20),
            ("TASK-1", "on_trash", 30),
        ] {
            worker.keep_hint(&hint(name, event, at)).await.unwrap();
        }
        let waiting = worker.hints(10).await.unwrap();
        assert_eq!(waiting, [hint("TASK-2", "on_update", 20), hint("TASK-1", "on_trash", 30)]);
        assert_eq!(worker.hints(1).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_hint_that_came_while_its_document_was_read_stays() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        worker.keep_hint(&hint("TASK-1", "on_update", 10)).await.unwrap();
        worker.keep_hint(&hint("TASK-2", "on_update", 10)).await.unwrap();
        let worked_off = worker.hints(10).await.unwrap();
        worker.keep_hint(&hint("TASK-1", "on_update", 11)).await.unwrap();
        worker.drop_hints(&worked_off).await.unwrap();
        assert_eq!(worker.hints(10).await.unwrap(), [hint("TASK-1", "on_update", 11)]);
    })
    .await;
}

#[tokio::test]
async fn webhooks_are_counted_and_so_are_those_that_were_refused() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        assert_eq!(worker.webhook_state().await.unwrap(), WebhookState::default());
        worker.count_webhooks(true, 1).await.unwrap();
        worker.count_webhooks(true, 1).await.unwrap();
        worker.count_webhooks(false, 40).await.unwrap();
        let state = worker.webhook_state().await.unwrap();
        assert_eq!((state.received, state.refused), (2, 40));
        assert!(state.received_at.is_some() && state.refused_at.is_some());
    })
    .await;
}
