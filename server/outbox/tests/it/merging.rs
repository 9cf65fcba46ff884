//! Both sides changed one document.

use crate::town::{Town, update};
use serde_json::json;
use standin::cast;

#[tokio::test]
async fn disjoint_changes_both_stand() {
    let town = Town::start().await;
    let task = town.task(&json!({"priority": "Low"}));
    town.owe(update(&task, &[("priority", json!("Low"), json!("High"))])).await;
    town.erpnext.update("Task", &task.name, &json!({"subject": "Said in ERPNext"})).unwrap();
    town.drain().await;
    let now = town.now(&task);
    assert_eq!((&now["priority"], &now["subject"]), (&json!("High"), &json!("Said in ERPNext")));
}

#[tokio::test]
async fn of_one_field_that_both_changed_theirs_stands_and_the_rest_is_written() {
    let town = Town::start().await;
    let task = town.task(&json!({"priority": "Low", "progress": 0}));
    let wanted = [("priority", json!("Low"), json!("High")), ("progress", json!(0), json!(30))];
    town.owe(update(&task, &wanted)).await;
    town.erpnext.update("Task", &task.name, &json!({"priority": "Urgent"})).unwrap();
    town.drain().await;
    let now = town.now(&task);
    assert_eq!((&now["priority"], &now["progress"]), (&json!("Urgent"), &json!(30.0)));
}

#[tokio::test]
async fn what_erpnext_saves_and_sets_back_is_a_conflict_and_holds_up_nothing() {
    for in_own_name in [true, false] {
        let town = Town::start().await;
        if in_own_name {
            town.tom_signs_in().await;
        }
        let task = town.task(&json!({"status": "Completed"}));
        assert_eq!(town.now(&task)["progress"], json!(100.0));
        town.owe(update(&task, &[("progress", json!(100), json!(58))])).await;
        town.owe(update(&task, &[("subject", json!("A task of this test"), json!("Done"))])).await;
        town.drain().await;
        let now = town.now(&task);
        assert_eq!((&now["progress"], &now["subject"]), (&json!(100.0), &json!("Done")));
        assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_change_that_is_there_already_is_not_written_again() {
    let town = Town::start().await;
    let task = town.task(&json!({"priority": "High"}));
    let before = town.now(&task);
    town.owe(update(&task, &[("priority", json!("Low"), json!("High"))])).await;
    town.drain().await;
    assert_eq!(town.now(&task), before);
    assert_eq!(town.comments(&task.name), Vec::<String>::new());
}

#[tokio::test]
async fn a_renamed_issue_is_followed_and_a_name_used_again_is_not_taken_for_it() {
    let town = Town::start().await;
    let name = town
        .erpnext
        .insert("Issue", &json!({"subject": "Slow", "project": cast::WEBSITE, "priority": "Low"}))
        .unwrap();
    let creation = town.erpnext.document("Issue", &name).unwrap()["creation"].clone();
    let issue = store::worker::WorkDocument {
        doctype: vocabulary::WorkDoctype::Issue,
        name: name.clone(),
        creation: creation.as_str().unwrap().into(),
    };
    town.erpnext.rename("Issue", &name, "ISS-RENAMED").unwrap();
    town.owe(update(&issue, &[("subject", json!("Slow"), json!("Slow rooms page"))])).await;
    town.drain().await;
    let renamed = town.erpnext.document("Issue", "ISS-RENAMED").unwrap();
    assert_eq!(renamed["subject"], "Slow rooms page");

    let task = town.task(&json!({}));
    town.erpnext.delete("Task", &task.name).unwrap();
    let next = town.task(&json!({"subject": "Another one"}));
    assert_eq!(next.name, task.name, "the site uses the name again");
    town.owe(update(&task, &[("subject", json!("A task of this test"), json!("Mine"))])).await;
    town.drain().await;
    assert_eq!(town.now(&next)["subject"], "Another one");
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_save_that_falls_between_reading_and_writing_is_merged_again() {
    let town = Town::start().await;
    let task = town.task(&json!({"priority": "Low"}));
    for number in 0..5 {
        let from = json!(["Low", "Medium", "High", "Urgent", "Low", "Medium"][number]);
        let to = json!(["Low", "Medium", "High", "Urgent", "Low", "Medium"][number + 1]);
        town.owe(update(&task, &[("priority", from, to)])).await;
    }
    // Somebody saves another field all the time.
    let erpnext = &town.erpnext;
    let saves = async {
        for number in 0..60 {
            let words = json!({"description": format!("save {number}")});
            erpnext.update("Task", &task.name, &words).unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(7)).await;
        }
    };
    tokio::join!(saves, town.drain());
    let now = town.now(&task);
    assert_eq!((&now["priority"], &now["description"]), (&json!("Medium"), &json!("save 59")));
}
