//! What a member sees of a Project, as the mirror has it.

use crate::Town;
use serde_json::json;
use standin::cast;

#[tokio::test]
async fn projects_come_with_their_customer_their_users_tasks_and_issues() {
    let town = Town::start().await;
    let (summary, facts) = town.sees(cast::WEBSITE).await.unwrap();
    let project = town.erpnext.document("Project", cast::WEBSITE).unwrap();
    assert_eq!(summary.project_name, project["project_name"]);
    assert_eq!(summary.customer.unwrap().as_str(), project["customer"]);
    assert!(facts.colleagues.iter().any(|colleague| colleague.full_name == "Maya Lindqvist"));
    assert!(facts.open_tasks.len() >= 5 && !facts.open_issues.is_empty());
}

#[tokio::test]
async fn what_changes_in_erpnext_is_here_after_the_next_round() {
    let town = Town::start().await;
    town.erpnext
        .update("Project", cast::WEBSITE, &json!({"project_name": "Website, second try"}))
        .unwrap();
    let task = json!({"subject": "Ask Ines about the logo", "project": cast::WEBSITE});
    let task = town.erpnext.insert("Task", &task).unwrap();
    town.mirror.run_once(false).await.unwrap();
    let (summary, facts) = town.sees(cast::WEBSITE).await.unwrap();
    assert_eq!(summary.project_name, "Website, second try");
    assert!(facts.open_tasks.iter().any(|open| open.name.as_str() == task));
}

#[tokio::test]
async fn deletions_and_silent_changes_are_found_by_the_sweep() {
    let town = Town::start().await;
    let task = json!({"subject": "A mistake", "project": cast::WEBSITE});
    let task = town.erpnext.insert("Task", &task).unwrap();
    town.mirror.run_once(true).await.unwrap();
    let (before, _) = town.sees(cast::WEBSITE).await.unwrap();

    town.erpnext.delete("Task", &task).unwrap();
    let moved = f64::from(before.percent_complete) + 7.0;
    let silent = json!({"percent_complete": moved});
    assert!(town.erpnext.change_silently("Project", cast::WEBSITE, &silent));
    // `modified` shows neither of them.
    town.mirror.run_once(false).await.unwrap();
    town.mirror.run_once(true).await.unwrap();
    let (after, facts) = town.sees(cast::WEBSITE).await.unwrap();
    assert_eq!(after.percent_complete, before.percent_complete + 7);
    assert!(facts.open_tasks.iter().all(|open| open.name.as_str() != task));
}

#[tokio::test]
async fn a_site_that_is_away_is_an_error_and_what_was_copied_stays() {
    let town = Town::start().await;
    town.erpnext.faults().go_down();
    assert!(town.mirror.run_once(true).await.is_err());
    assert!(town.sees(cast::WEBSITE).await.is_some());
    town.erpnext.faults().come_up();
    town.mirror.run_once(true).await.unwrap();
}
