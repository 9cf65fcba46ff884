//! What cannot be done holds up nothing, and waits for a person.

use crate::town::{Town, insertion, update};
use serde_json::json;
use store::worker::{Attachment, Effect, EffectKind, FileUpload, NewEffect};
use vocabulary::{Moment, WorkDoctype};

fn orphan() -> Effect {
    Effect::File(FileUpload {
        file_name: "a.txt".into(),
        attached_to: vec![Attachment::Project],
        stored: None,
    })
}

#[tokio::test]
async fn a_refusal_holds_up_nothing_behind_it_and_is_no_dead_letter() {
    let town = Town::start().await;
    let task = town.task(&json!({"exp_start_date": "2026-12-01"}));
    let early = [("exp_end_date", json!(null), json!("2026-11-01"))];
    town.owe(update(&task, &early)).await;
    town.owe(insertion(WorkDoctype::Task, json!({"priority": "High"}))).await;
    let said = town.says("after the refusals").await;
    town.drain().await;
    assert_eq!(town.now(&task)["exp_end_date"], json!(null));
    assert_eq!(town.found("Communication", "parlance_key", &said.to_string()).len(), 1);
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_dead_letter_is_listed_replayed_and_discarded() {
    let town = Town::start().await;
    town.owe(orphan()).await;
    town.owe(orphan()).await;
    town.drain().await;
    let dead = town.worker.dead_letters(10).await.unwrap();
    assert_eq!(dead.len(), 2);
    assert_eq!(dead[0].effect, Some(EffectKind::File));
    assert_eq!(dead[0].workspace, town.workspace);
    assert_eq!(dead[0].project, standin::cast::WEBSITE);
    assert!(dead[0].reason.contains("gone"), "{}", dead[0].reason);
    assert_eq!(town.worker.outbox_state().await.unwrap().dead, 2);

    assert!(town.worker.discard(dead[0].id).await.unwrap());
    assert!(!town.worker.discard(dead[0].id).await.unwrap());
    assert!(town.worker.replay(dead[1].id).await.unwrap());
    let state = town.worker.outbox_state().await.unwrap();
    assert_eq!((state.waiting, state.dead), (1, 0));
    assert!(state.oldest.is_some());
    // Nothing has changed, so it fails again.
    town.drain().await;
    assert_eq!(town.worker.dead_letters(10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_replay_after_the_cause_is_mended_is_done_once() {
    let town = Town::start().await;
    town.erpnext.delete("Custom Field", "File-parlance_key").unwrap();
    let file = FileUpload {
        file_name: "late.txt".into(),
        attached_to: vec![Attachment::Project],
        stored: None,
    };
    town.owe_with(Effect::File(file), Some(b"late".to_vec())).await;
    town.drain().await;
    let dead = town.worker.dead_letters(10).await.unwrap();
    assert!(dead[0].reason.contains("parlance_key"), "{}", dead[0].reason);
    let field = json!({
        "dt": "File", "fieldname": "parlance_key", "label": "Parlance Key", "fieldtype": "Data",
        "unique": 1,
    });
    town.erpnext.insert("Custom Field", &field).unwrap();
    town.worker.replay(dead[0].id).await.unwrap();
    town.drain().await;
    assert_eq!(town.found("File", "file_name", "late.txt").len(), 1);
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_settled_is_forgotten_after_a_while_and_what_was_not_stays() {
    let town = Town::start().await;
    town.owe(orphan()).await;
    let task = insertion(WorkDoctype::Task, json!({"subject": "Made"}));
    let key = town.owe(task.clone()).await;
    town.drain().await;
    town.erpnext.faults().go_down();
    town.says("waits").await;
    let counted = async || {
        let state = town.worker.outbox_state().await.unwrap();
        (state.waiting, state.dead)
    };
    // What is remembered by its key is not owed again.
    let again = NewEffect {
        workspace: town.workspace,
        key,
        person: Some(town.tom.id),
        effect: task,
        content: None,
    };
    town.worker.owe(&again).await.unwrap();
    assert_eq!(counted().await, (1, 1));
    town.worker.prune_outbox(Moment::now().plus_millis(1_000)).await.unwrap();
    assert_eq!(counted().await, (1, 1));
    town.worker.owe(&again).await.unwrap();
    assert_eq!(counted().await, (2, 1));
}
