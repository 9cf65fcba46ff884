//! Every kind of effect exactly once, also when its answer is lost after ERPNext has done it.

use crate::town::{Town, assignment, insertion, line, update};
use serde_json::json;
use standin::{cast, erpnext::Failure};
use std::time::Duration;
use store::worker::{Attachment, Effect, FileUpload};
use vocabulary::{MessageId, WorkDoctype};

/// Does `act` for no lost answer, then for the first one lost, the first two, and so on.
async fn for_each_lost_answer<F: Future<Output = ()>>(act: impl Fn(u32) -> F) {
    for lost in 0..4 {
        act(lost).await;
    }
}

#[tokio::test]
async fn a_chat_line_is_one_communication() {
    for_each_lost_answer(|lost| async move {
        let town = Town::start().await;
        let message = town.says("hello").await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        assert_eq!(
            town.found("Communication", "parlance_key", &message.to_string()).len(),
            1,
            "{lost} lost"
        );
    })
    .await;
}

#[tokio::test]
async fn a_corrected_line_is_the_same_communication_with_the_words_of_now() {
    for_each_lost_answer(|lost| async move {
        let town = Town::start().await;
        town.may_correct().await;
        let message = town.says("hello <b>").await;
        town.owe(Effect::CommunicationUpdate(line(message))).await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        let found = town.found("Communication", "parlance_key", &message.to_string());
        assert_eq!(found.len(), 1, "{lost} lost");
        assert_eq!(found[0]["content"], "<div>hello &lt;b&gt;</div>");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_line_leaves_no_communication_and_a_missing_one_is_fine() {
    for_each_lost_answer(|lost| async move {
        let town = Town::start().await;
        let before = town.erpnext.communications().len();
        let message = town.says("a slip").await;
        town.drain().await;
        assert_eq!(town.erpnext.communications().len(), before + 1);
        town.owe(Effect::CommunicationDelete(message)).await;
        town.owe(Effect::CommunicationDelete(message)).await;
        town.owe(Effect::CommunicationDelete(MessageId::fresh())).await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        assert_eq!(town.erpnext.communications().len(), before, "{lost} lost");
        assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_new_task_is_there_once_and_names_who_made_it_once() {
    for_each_lost_answer(|lost| async move {
        let town = Town::start().await;
        let key = town.owe(insertion(WorkDoctype::Task, json!({"subject": "Order keys"}))).await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        let found = town.found("Task", "parlance_key", &key.to_string());
        assert_eq!(found.len(), 1, "{lost} lost");
        assert_eq!(found[0]["project"], cast::WEBSITE);
        let comments = town.comments(found[0]["name"].as_str().unwrap());
        assert_eq!(comments.len(), 1, "{comments:?}");
        assert!(comments[0].contains("Created by Tom Okafor in Parlance"), "{comments:?}");
    })
    .await;
}

#[tokio::test]
async fn a_new_issue_is_there_once() {
    let town = Town::start().await;
    let key = town.owe(insertion(WorkDoctype::Issue, json!({"subject": "No rooms"}))).await;
    town.erpnext.faults().drop_next_after_commit(2);
    town.drain().await;
    assert_eq!(town.found("Issue", "parlance_key", &key.to_string()).len(), 1);
}

#[tokio::test]
async fn a_change_is_written_once_and_names_who_made_it_once() {
    for_each_lost_answer(|lost| async move {
        let town = Town::start().await;
        let task = town.task(&json!({"priority": "Low", "progress": 10}));
        let wanted = [
            ("priority", json!("Low"), json!("High")),
            ("progress", json!(10), json!(40)),
            ("subject", json!("A task of this test"), json!("Ask <wiki> & co")),
        ];
        town.owe(update(&task, &wanted)).await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        let now = town.now(&task);
        assert_eq!((&now["priority"], &now["progress"]), (&json!("High"), &json!(40.0)));
        assert_eq!(now["subject"], "Ask &lt;wiki&gt; &amp; co");
        let comments = town.comments(&task.name);
        assert_eq!(comments.len(), 1, "{lost} lost: {comments:?}");
        assert!(comments[0].contains("Changed by Tom Okafor in Parlance"), "{comments:?}");
    })
    .await;
}

#[tokio::test]
async fn an_assignment_is_one_todo_and_goes_again() {
    for_each_lost_answer(|lost| async move {
        let town = Town::start().await;
        let task = town.task(&json!({}));
        town.owe(Effect::Assign(assignment(&task, cast::PRIYA.user))).await;
        town.owe(Effect::Assign(assignment(&task, cast::PRIYA.user))).await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        let todos = town.found("ToDo", "reference_name", &task.name);
        assert_eq!(todos.len(), 1, "{lost} lost");
        assert_eq!(todos[0]["allocated_to"], cast::PRIYA.user);
        town.owe(Effect::Unassign(assignment(&task, cast::PRIYA.user))).await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        let todos = town.found("ToDo", "reference_name", &task.name);
        assert_eq!(todos.len(), 1);
        assert_eq!(todos[0]["status"], "Cancelled");
        assert_eq!(town.comments(&task.name).len(), 2, "{:?}", town.comments(&task.name));
    })
    .await;
}

#[tokio::test]
async fn a_file_is_kept_once_with_the_communication_and_once_with_the_project() {
    for_each_lost_answer(|lost| async move {
        let town = Town::start().await;
        let message = town.says("see the brief").await;
        let file = FileUpload {
            file_name: "three-houses.txt".into(),
            attached_to: vec![Attachment::Communication(message), Attachment::Project],
            stored: None,
        };
        let content = b"three houses, one site".to_vec();
        town.owe_with(Effect::File(file), Some(content)).await;
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        let mut files = town.erpnext.documents("File");
        files.retain(|file| file["file_name"] == "three-houses.txt" && file["is_folder"] != 1);
        let on: Vec<_> =
            files.iter().map(|file| file["attached_to_doctype"].as_str().unwrap()).collect();
        assert_eq!(on.len(), 2, "{lost} lost: {on:?}");
        assert!(on.contains(&"Communication") && on.contains(&"Project"), "{on:?}");
        assert!(files.iter().all(|file| file["is_private"] == 1));
        assert_eq!(files[0]["file_url"], files[1]["file_url"]);
        assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn busy_and_absent_sites_are_waited_for() {
    let town = Town::start().await;
    let task = town.task(&json!({"priority": "Low"}));
    let key = town.owe(insertion(WorkDoctype::Task, json!({"subject": "Later"}))).await;
    town.owe(update(&task, &[("priority", json!("Low"), json!("High"))])).await;
    town.owe(Effect::Assign(assignment(&task, cast::LEA.user))).await;
    let faults = town.erpnext.faults();
    faults.retry_after(0);
    faults.fail_percent(Failure::Deadlock, 8.0);
    faults.fail_percent(Failure::Status(429), 5.0);
    faults.fail_percent(Failure::Status(503), 5.0);
    faults.drop_after_commit_percent(15.0);
    faults.lose_percent(3.0);
    town.drain().await;
    faults.clear();
    assert_eq!(town.found("Task", "parlance_key", &key.to_string()).len(), 1);
    assert_eq!(town.now(&task)["priority"], "High");
    assert_eq!(town.found("ToDo", "reference_name", &task.name).len(), 1);
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn what_waits_keeps_its_order() {
    let town = Town::start().await;
    town.erpnext.faults().go_down();
    let mut keys = Vec::new();
    for number in 0..5 {
        keys.push(town.says(&format!("line {number}")).await.to_string());
    }
    town.outbox.run_once().await.unwrap();
    assert_eq!(town.worker.outbox_state().await.unwrap().waiting, 5);
    tokio::time::sleep(Duration::from_millis(50)).await;
    town.erpnext.faults().come_up();
    town.drain().await;
    let written = town.erpnext.communications();
    let written: Vec<_> = written
        .iter()
        .filter_map(|row| row["parlance_key"].as_str())
        .filter(|key| keys.iter().any(|one| one == key))
        .collect();
    assert_eq!(written, keys);
}

#[tokio::test]
async fn a_renamed_project_is_waited_for_until_the_mirror_has_followed_it() {
    let town = Town::start().await;
    let renamed = "PROJ-RENAMED";
    town.erpnext.rename("Project", cast::WEBSITE, renamed).unwrap();
    let message = town.says("still here").await;
    let made = town.owe(insertion(WorkDoctype::Task, json!({"subject": "Later"}))).await;
    town.outbox.run_once().await.unwrap();
    let state = town.worker.outbox_state().await.unwrap();
    assert_eq!((state.waiting, state.dead), (2, 0));
    let hints = town.worker.hints(10).await.unwrap();
    assert!(hints.iter().any(|hint| hint.doctype == "Project" && hint.name == cast::WEBSITE));
    town.mirror_follows(cast::WEBSITE, renamed).await;
    town.drain().await;
    let written = town.found("Communication", "parlance_key", &message.to_string());
    assert_eq!(written[0]["reference_name"], renamed);
    assert_eq!(town.found("Task", "parlance_key", &made.to_string())[0]["project"], renamed);
}

#[tokio::test]
async fn what_was_owed_to_a_project_that_is_no_more_is_given_up() {
    let town = Town::start().await;
    town.erpnext.rename("Project", cast::WEBSITE, "PROJ-ELSEWHERE").unwrap();
    town.says("too late").await;
    town.mirror_forgets(cast::WEBSITE).await;
    town.drain().await;
    assert_eq!(town.worker.dead_letters(10).await.unwrap().len(), 1);
}
