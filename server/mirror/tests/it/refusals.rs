use crate::Town;
use serde_json::json;
use standin::cast;

#[tokio::test]
async fn a_doctype_that_may_not_be_read_is_noted_and_the_others_go_on() {
    let town = Town::before_the_first_copy().await;
    town.erpnext.insert("Role", &json!({"role_name": "Super Email User"})).unwrap();
    for role in ["System Manager", "Support Team"] {
        town.erpnext.remove_role(cast::SERVICE.user, role).unwrap();
    }
    town.mirror.run_once(true).await.unwrap();
    let progress = town.worker.mirror_progress().await.unwrap();
    let of = |doctype: &str| progress.iter().find(|one| one.doctype == doctype).unwrap();
    let issues = of("Issue");
    assert!(issues.error.as_deref().unwrap().contains("permit"), "{issues:?}");
    assert_eq!((issues.copied, issues.complete_at), (0, None));
    let tasks = of("Task");
    assert_eq!(tasks.error, None);
    assert_eq!(tasks.expected, Some(tasks.copied));
    assert!(tasks.copied > 10 && tasks.complete_at.is_some() && tasks.cursor.is_some());
    town.converged().await;

    town.erpnext.add_role(cast::SERVICE.user, "Support Team").unwrap();
    town.mirror.run_once(true).await.unwrap();
    let progress = town.worker.mirror_progress().await.unwrap();
    let issues = progress.iter().find(|one| one.doctype == "Issue").unwrap();
    assert_eq!((&issues.error, Some(issues.copied)), (&None, issues.expected));
    assert!(issues.copied > 0);
}

#[tokio::test]
async fn what_is_hidden_from_the_service_account_later_is_not_taken_for_deleted() {
    let town = Town::start().await;
    let only = town.erpnext.add_user_permission(cast::SERVICE.user, "Project", cast::WINE_SHOP);
    only.unwrap();
    town.mirror.run_once(true).await.unwrap();
    assert!(town.copy("Project", cast::WEBSITE).await.is_some());
    assert!(town.sees(cast::WEBSITE).await.is_some());
    assert!(!town.of_project("Task", cast::WEBSITE).await.is_empty());
}

#[tokio::test]
async fn a_site_without_our_key_fields_is_copied_all_the_same() {
    let town = Town::before_the_first_copy().await;
    for field in town.erpnext.documents("Custom Field") {
        town.erpnext.delete("Custom Field", field["name"].as_str().unwrap()).unwrap();
    }
    town.mirror.run_once(true).await.unwrap();
    let task = town.erpnext.insert("Task", &json!({"subject": "Plain"})).unwrap();
    town.mirror.run_once(false).await.unwrap();
    assert_eq!(town.copy("Task", &task).await.unwrap().title.as_deref(), Some("Plain"));
    town.converged().await;
}
