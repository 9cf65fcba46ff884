//! The process dies between any two steps.

use crate::town::{Town, assignment, insertion, update};
use serde_json::json;
use standin::cast;
use std::time::Duration;
use store::worker::{Attachment, Effect, FileUpload};
use vocabulary::{MessageAct, MessageBody, SaveId, Tag, TagDoctype, WorkDoctype};

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
async fn what_was_changed_of_lines_is_what_erpnext_has_after_any_number_of_deaths() {
    let mut town = Town::start().await;
    town.may_correct().await;
    let task = town.task(&json!({})).name;
    town.mirrors("Task", &task).await;
    let before = town.erpnext.communications().len();
    let tag = Tag { doctype: TagDoctype::Task, name: task.clone(), making: false };
    let edit = |text: &str| MessageAct::Edit(MessageBody::new(text).unwrap());
    let mut lines = Vec::new();
    for number in 0..4 {
        lines.push(town.says(&format!("line {number}")).await);
    }
    for text in ["once", "twice", "three times"] {
        town.acts(lines[0], &edit(text)).await;
    }
    town.acts(lines[1], &MessageAct::Tag(tag.clone())).await;
    town.acts(lines[2], &edit(&format!("about #[{task}](Task)"))).await;
    town.acts(lines[2], &MessageAct::Untag(tag)).await;
    town.acts(lines[3], &edit("a slip")).await;
    town.acts(lines[3], &MessageAct::Remove).await;
    let save = SaveId::fresh();
    let made = insertion(WorkDoctype::Task, json!({"subject": "order keys"}));
    town.makes_of(lines[0], save, made).await;

    let faults = town.erpnext.faults();
    faults.delay(Duration::from_millis(3));
    faults.drop_after_commit_percent(10.0);
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

    let made = town.found("Task", "parlance_key", &save.to_string());
    assert_eq!(made.len(), 1);
    let name = made[0]["name"].as_str().unwrap();
    let about = format!("about {task}");
    for (line, text, links) in [
        (lines[0], "three times", vec![name]),
        (lines[1], "line 1", vec![task.as_str()]),
        (lines[2], about.as_str(), vec![]),
    ] {
        let found = town.found("Communication", "parlance_key", &line.to_string());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["content"], format!("<div>{text}</div>"));
        let rows = found[0]["timeline_links"].as_array().unwrap();
        let linked: Vec<_> = rows.iter().map(|row| row["link_name"].as_str().unwrap()).collect();
        assert_eq!(linked, links);
    }
    assert_eq!(town.erpnext.communications().len(), before + 3);
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
