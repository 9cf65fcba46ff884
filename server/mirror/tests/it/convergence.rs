use crate::{LIMIT, Town};
use chrono::{TimeZone, Utc};
use mirror::compare;
use serde_json::{Value, json};
use standin::cast;
use std::time::Duration;
use vocabulary::Moment;

/// How many Tasks share one `modified`: more than two pages.
const MANY: usize = 450;

#[tokio::test]
async fn every_doctype_is_copied_with_all_its_documents_and_child_rows() {
    let town = Town::start().await;
    for doctype in ["Project", "Task", "Issue", "Customer", "Contact", "ToDo", "Comment", "User"] {
        for there in town.erpnext.documents(doctype) {
            let copy = town.copy(doctype, there["name"].as_str().unwrap()).await;
            let copy = copy.unwrap_or_else(|| panic!("{doctype} {} is missing", there["name"]));
            assert_eq!(copy.creation, there["creation"]);
            assert_eq!(copy.modified, there["modified"]);
            for field in ["status", "subject", "description", "project_name", "content"] {
                let expected =
                    there.get(field).and_then(Value::as_str).filter(|text| !text.is_empty());
                assert_eq!(copy.text(field), expected, "{doctype} {} {field}", copy.name);
            }
        }
    }
    let users = town.copy("Project", cast::WEBSITE).await.unwrap().fields["users"].clone();
    let there = town.there("Project", cast::WEBSITE, "users");
    assert_eq!(users.as_array().unwrap().len(), there.as_array().unwrap().len());
    assert_eq!(users[0]["user"], there[0]["user"]);
    let contact = town.copy("Contact", "Ines Duarte-Casa Duarte Hotels").await.unwrap();
    assert_eq!(
        contact.fields["email_ids"],
        json!([{"email_id": cast::INES.user, "is_primary": 1}])
    );
    town.converged().await;
}

#[tokio::test]
async fn what_differs_is_told_by_document_and_field() {
    let town = Town::start().await;
    let task = town.erpnext.insert("Task", &json!({"subject": "New here"})).unwrap();
    let changed = json!({"status": "On Hold", "description": "Written silently"});
    let issue = town.erpnext.documents("Issue")[0]["name"].as_str().unwrap().to_owned();
    assert!(town.erpnext.change_silently("Issue", &issue, &changed));
    let differences = compare::differences(&town.site, &town.worker).await.unwrap();
    let told: Vec<_> = differences
        .iter()
        .map(|one| (one.doctype.as_str(), one.name.as_str(), one.field.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Task", task.as_str(), ""),
            ("Issue", &issue, "description"),
            ("Issue", &issue, "status")
        ]
    );
    assert_eq!(differences[2].erpnext, Some(json!("On Hold")));
    // Twice: long texts are compared when everything is read.
    town.mirror.run_once(true).await.unwrap();
    town.converged().await;
}

#[tokio::test]
async fn a_name_that_is_given_out_again_is_another_document() {
    let town = Town::start().await;
    let first = town.erpnext.insert("Task", &json!({"subject": "First"})).unwrap();
    town.mirror.run_once(false).await.unwrap();
    let before = town.copy("Task", &first).await.unwrap();
    town.erpnext.delete("Task", &first).unwrap();
    let second = town.erpnext.insert("Task", &json!({"subject": "Second"})).unwrap();
    assert_eq!(first, second, "ERPNext gives the name out again");
    town.mirror.run_once(false).await.unwrap();
    let after = town.copy("Task", &second).await.unwrap();
    assert_eq!(after.title.as_deref(), Some("Second"));
    assert_ne!(after.creation, before.creation);
    town.converged().await;
}

#[tokio::test]
async fn a_task_that_is_completed_moves_its_projects_progress_in_the_same_round() {
    let town = Town::start().await;
    let open = town.erpnext.documents("Task").into_iter().find(|task| {
        task["project"] == cast::WEBSITE && task["status"] == "Open" && task["is_group"] != 1
    });
    let open = open.unwrap()["name"].as_str().unwrap().to_owned();
    let before = town.there("Project", cast::WEBSITE, "percent_complete");
    town.erpnext.update("Task", &open, &json!({"status": "Cancelled"})).unwrap();
    assert_ne!(town.there("Project", cast::WEBSITE, "percent_complete"), before);
    town.mirror.run_once(false).await.unwrap();
    town.converged().await;
}

#[tokio::test]
async fn what_changes_silently_of_open_documents_is_seen_without_a_sweep() {
    let town = Town::start().await;
    let late = json!({"subject": "Late", "project": cast::WEBSITE, "exp_end_date": "2020-01-01"});
    let late = town.erpnext.insert("Task", &late).unwrap();
    let gone = town.erpnext.insert("Task", &json!({"subject": "A mistake"})).unwrap();
    town.mirror.run_once(false).await.unwrap();
    assert!(town.erpnext.mark_overdue() >= 1);
    let assigned = json!({"_assign": "[\"tom@parlance.demo\"]", "percent_complete": 77.0});
    assert!(town.erpnext.change_silently("Project", cast::WEBSITE, &assigned));
    town.erpnext.delete("Task", &gone).unwrap();
    // `modified` moved nowhere.
    town.mirror.run_once(false).await.unwrap();
    assert_eq!(town.copy("Task", &late).await.unwrap().status.as_deref(), Some("Open"));

    town.mirror.look_at_open_documents().await.unwrap();
    assert_eq!(town.copy("Task", &late).await.unwrap().status.as_deref(), Some("Overdue"));
    assert_eq!(town.copy("Task", &gone).await, None);
    let project = town.copy("Project", cast::WEBSITE).await.unwrap();
    assert_eq!(project.fields["percent_complete"], json!(77));
    assert_eq!(town.sees(cast::WEBSITE).await.unwrap().0.percent_complete, 77);
    town.converged().await;
}

#[tokio::test]
async fn more_documents_than_a_page_holds_may_share_one_stamp() {
    let town = Town::start().await;
    let names: Vec<String> = (0..MANY)
        .map(|number| {
            let task = json!({"subject": format!("Imported {number}"), "project": cast::WEBSITE});
            town.erpnext.insert("Task", &task).unwrap()
        })
        .collect();
    let stamp = town.there("Task", names.last().unwrap(), "modified");
    for name in &names {
        assert!(town.erpnext.change_silently("Task", name, &json!({"modified": stamp})));
    }
    town.mirror.run_once(false).await.unwrap();
    let all = town.of_project("Task", cast::WEBSITE).await;
    let imported = all.iter().filter(|task| task.title.as_ref().unwrap().starts_with("Imported"));
    assert_eq!(imported.count(), MANY);
    town.converged().await;
}

#[tokio::test]
async fn nothing_is_missed_when_the_clock_is_put_back_in_autumn() {
    let town = Town::before_the_first_copy().await;
    let names: Vec<String> = ["before", "during", "after"]
        .map(|subject| town.erpnext.insert("Task", &json!({"subject": subject})).unwrap())
        .into();
    let [before, during, after] = &names[..] else { panic!("three Tasks") };
    // Half a minute before 3 o'clock in Berlin, when it becomes 2 o'clock again.
    town.erpnext.set_clock(Utc.with_ymd_and_hms(2026, 10, 25, 0, 59, 30).unwrap());
    for name in &names {
        let stamp = json!({"modified": "2026-10-24 12:00:00.000000"});
        assert!(town.erpnext.change_silently("Task", name, &stamp));
    }
    for doctype in ["Task"] {
        for document in town.erpnext.documents(doctype) {
            let name = document["name"].as_str().unwrap();
            let stamp = json!({"modified": "2026-10-24 12:00:00.000000"});
            assert!(town.erpnext.change_silently(doctype, name, &stamp));
        }
    }
    town.mirror.run_once(true).await.unwrap();
    let changed = json!({"priority": "Urgent"});
    town.erpnext.update("Task", before, &changed).unwrap();
    town.mirror.run_once(false).await.unwrap();
    assert_eq!(town.copy("Task", before).await.unwrap().text("priority"), Some("Urgent"));

    town.erpnext.advance_clock(Duration::from_secs(60));
    town.erpnext.update("Task", during, &changed).unwrap();
    assert!(
        town.there("Task", during, "modified").as_str()
            < town.there("Task", before, "modified").as_str(),
        "stamps run backwards"
    );
    town.mirror.run_once(false).await.unwrap();
    assert_eq!(town.copy("Task", during).await.unwrap().text("priority"), Some("Urgent"));

    town.erpnext.advance_clock(Duration::from_secs(3_900));
    town.erpnext.update("Task", after, &changed).unwrap();
    town.mirror.run_once(false).await.unwrap();
    assert_eq!(town.copy("Task", after).await.unwrap().text("priority"), Some("Urgent"));
    town.converged().await;
}

#[tokio::test]
async fn what_was_deleted_during_an_outage_is_learnt_from_erpnexts_own_list() {
    let town = Town::start().await;
    let customer = json!({"customer_name": "Gone & Sons", "customer_type": "Company"});
    let customer = town.erpnext.insert("Customer", &customer).unwrap();
    town.mirror.run_once(false).await.unwrap();
    assert!(town.copy("Customer", &customer).await.is_some());
    let since = Moment::now();
    town.erpnext.faults().go_down();
    assert!(town.mirror.catch_up_since(since).await.is_err());
    town.erpnext.delete("Customer", &customer).unwrap();
    town.erpnext.faults().come_up();
    town.site.rest_at_most(Duration::ZERO);
    testkit::eventually("ERPNext answers again", LIMIT, async || {
        town.mirror.catch_up_since(since).await.ok()
    })
    .await;
    assert_eq!(town.copy("Customer", &customer).await, None);
    town.converged().await;
}

#[tokio::test]
async fn webhooks_that_got_lost_are_looked_up_in_erpnexts_log() {
    let town = Town::start().await;
    let since = Moment::now();
    let issue = json!({"subject": "Quiet", "status": "Closed", "customer": cast::CUSTOMER});
    let issue = town.erpnext.insert("Issue", &issue).unwrap();
    town.mirror.run_once(true).await.unwrap();
    let nobody = json!({
        "name": "Parlance Issue on_change", "webhook_doctype": "Issue",
        "webhook_docevent": "on_change", "request_url": "http://127.0.0.1:9/webhooks/erpnext",
        "request_structure": "JSON",
        "webhook_json": "{\"event\": \"on_change\", \"doctype\": \"Issue\", \"name\": {{ doc.name | tojson }}}",
    });
    town.erpnext.insert("Webhook", &nobody).unwrap();
    let short = Duration::from_millis(1);
    town.erpnext.faults().pause_deliveries(short, short);
    // A customer's answer opens an Issue again without moving `modified`, and the list of open ones did not have it.
    let answer = json!({
        "subject": "Again", "content": "Again", "communication_medium": "Chat",
        "sent_or_received": "Received", "sender": cast::INES.user, "reference_doctype": "Issue",
        "reference_name": issue,
    });
    town.erpnext.insert("Communication", &answer).unwrap();
    testkit::eventually("ERPNext gives up", LIMIT, async || {
        (town.erpnext.deliveries_waiting() == 0).then_some(())
    })
    .await;
    town.mirror.catch_up_since(since).await.unwrap();
    assert_eq!(town.copy("Issue", &issue).await.unwrap().status.as_deref(), Some("Open"));
}

#[tokio::test]
async fn a_round_in_which_nothing_changed_asks_for_one_list_of_each_doctype() {
    let town = Town::start().await;
    town.mirror.run_once(false).await.unwrap();
    let before = town.erpnext.requests();
    town.mirror.run_once(false).await.unwrap();
    let lists = town.worker.mirror_progress().await.unwrap().len();
    assert_eq!(town.erpnext.requests() - before, lists as u64);
}
