//! The process dies between any two steps.

use crate::town::{Town, assignment, insertion, update};
use serde_json::json;
use standin::cast;
use std::time::Duration;
use store::worker::{Attachment, Effect, FileUpload};
use vocabulary::WorkDoctype;

#[tokio::test]
async fn a_process_that_dies_again_and_again_loses_and_doubles_nothing() {
    let mut town = Town::start().await;
    let task = town.task(&json!({"priority": "Low", "progress": 0}));
    let said = town.says("before").await;
    let made = town.owe(insertion(WorkDoctype::Task, json!({"subject": "Made once"}))).await;
    town.owe(update(&task, &[("priority", json!("Low"), json!("High"))])).await;
    town.owe(update(&task, &[("priority", json!("High"), json!("Urgent"))])).await;
    town.owe(Effect::Assign(assignment(&task, cast::LEA.user))).await;
    let attached_to = vec![Attachment::Communication(said), Attachment::Project];
    let file = FileUpload { file_name: "once.txt".into(), attached_to, stored: None };
    town.owe_with(Effect::File(file), Some(b"once".to_vec())).await;
    let issue = town.owe(insertion(WorkDoctype::Issue, json!({"subject": "Made once"}))).await;

    // Each answer takes a while, so that a death falls before, within and after a request alike.
    town.erpnext.faults().delay(Duration::from_millis(3));
    let mut deaths = 0;
    while town.worker.outbox_state().await.unwrap().waiting > 0 {
        let lives = Duration::from_millis(15 + 7 * (deaths % 11));
        let _dead = tokio::time::timeout(lives, town.outbox.run_once()).await;
        town.restart().await;
        deaths += 1;
        assert!(deaths < 2_000, "it never comes to an end");
    }
    assert!(deaths > 5, "it died {deaths} times only");
    town.erpnext.faults().clear();

    assert_eq!(town.found("Communication", "parlance_key", &said.to_string()).len(), 1);
    let found = town.found("Task", "parlance_key", &made.to_string());
    assert_eq!(found.len(), 1);
    assert_eq!(town.comments(found[0]["name"].as_str().unwrap()).len(), 1);
    assert_eq!(town.found("Issue", "parlance_key", &issue.to_string()).len(), 1);
    assert_eq!(town.now(&task)["priority"], "Urgent");
    // Two changes and the assignment.
    assert_eq!(town.comments(&task.name).len(), 3, "{:?}", town.comments(&task.name));
    assert_eq!(town.found("ToDo", "reference_name", &task.name).len(), 1);
    let files = town.found("File", "file_name", "once.txt");
    assert_eq!(files.len(), 2);
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn an_assignment_that_was_begun_and_never_arrived_is_made_all_the_same() {
    let town = Town::start().await;
    let task = town.task(&json!({}));
    town.owe(Effect::Assign(assignment(&task, cast::LEA.user))).await;
    // The process died between this and its request. It is the first effect of this database.
    town.worker.begin_effect(1).await.unwrap();
    town.drain().await;
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
    assert_eq!(town.found("ToDo", "reference_name", &task.name).len(), 1);
    assert_eq!(town.comments(&task.name).len(), 1);
}
