//! As whom it is done.

use crate::town::{Town, assignment, insertion, update};
use serde_json::json;
use standin::cast;
use store::worker::{Effect, Update};
use vocabulary::WorkDoctype;

#[tokio::test]
async fn a_member_who_is_signed_in_does_it_in_their_own_name() {
    let town = Town::start().await;
    town.tom_signs_in().await;
    let task = town.task(&json!({"priority": "Low"}));
    let key = town.owe(insertion(WorkDoctype::Task, json!({"subject": "Mine"}))).await;
    town.owe(update(&task, &[("priority", json!("Low"), json!("High"))])).await;
    town.owe(Effect::Assign(assignment(&task, cast::LEA.user))).await;
    town.drain().await;
    let made = &town.found("Task", "parlance_key", &key.to_string())[0];
    assert_eq!(made["owner"], cast::TOM.user);
    assert_eq!(town.now(&task)["modified_by"], cast::TOM.user);
    assert_eq!(town.found("ToDo", "reference_name", &task.name)[0]["owner"], cast::TOM.user);
    assert_eq!(town.comments(&task.name), Vec::<String>::new());
    assert_eq!(town.comments(made["name"].as_str().unwrap()), Vec::<String>::new());
}

#[tokio::test]
async fn after_the_session_ended_the_service_account_does_it_and_names_them() {
    let town = Town::start().await;
    let sid = town.tom_signs_in().await;
    town.site.sign_out(&sid).await.unwrap();
    let task = town.task(&json!({"priority": "Low"}));
    town.owe(update(&task, &[("priority", json!("Low"), json!("High"))])).await;
    town.drain().await;
    assert_eq!(town.now(&task)["modified_by"], cast::SERVICE.user);
    assert_eq!(town.comments(&task.name).len(), 1);
    assert_eq!(town.worker.credential_of(town.tom.id).await.unwrap(), None);
}

#[tokio::test]
async fn without_proof_of_the_right_the_service_account_does_nothing_for_anybody() {
    let town = Town::start().await;
    let task = town.task(&json!({"priority": "Low"}));
    let before = town.now(&task);
    let Effect::Update(proven) = update(&task, &[("priority", json!("Low"), json!("High"))]) else {
        panic!("not an update");
    };
    town.owe(Effect::Update(Update { proven: false, ..proven })).await;
    town.drain().await;
    assert_eq!(town.now(&task), before);
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn what_erpnext_does_not_let_the_member_do_is_not_done_for_them() {
    let town = Town::start().await;
    town.tom_signs_in().await;
    // Tom has no right on Issues.
    let key = town.owe(insertion(WorkDoctype::Issue, json!({"subject": "Not mine"}))).await;
    town.drain().await;
    assert!(town.found("Issue", "parlance_key", &key.to_string()).is_empty());
}
