use crate::{LIMIT, Town};
use serde_json::json;
use standin::cast;
use std::time::Duration;
use store::{standings, worker::Hint};
use tokio_util::sync::CancellationToken;
use vocabulary::Moment;

fn hint(doctype: &str, name: &str, user: &str) -> Hint {
    Hint {
        doctype: doctype.into(),
        name: name.into(),
        event: "on_change".into(),
        user: user.into(),
        received_at: Moment::now().as_millis(),
    }
}

#[tokio::test]
async fn a_document_that_a_hint_names_is_read_though_its_modified_stood_still() {
    let town = Town::start().await;
    let customer = json!({"website": "https://casa.example"});
    assert!(town.erpnext.change_silently("Customer", cast::CUSTOMER, &customer));
    let gone = town.erpnext.insert("Task", &json!({"subject": "Short-lived"})).unwrap();
    town.mirror.run_once(false).await.unwrap();
    town.erpnext.delete("Task", &gone).unwrap();
    for (doctype, name) in [
        ("Customer", cast::CUSTOMER),
        ("Task", &gone),
        ("Task", "TASK-NEVER-WAS"),
        ("Sales Invoice", "SINV-1"),
    ] {
        town.worker.keep_hint(&hint(doctype, name, "")).await.unwrap();
    }
    town.mirror.run_once(false).await.unwrap();
    let copy = town.copy("Customer", cast::CUSTOMER).await.unwrap();
    assert_eq!(copy.text("website"), Some("https://casa.example"));
    assert_eq!(town.copy("Task", &gone).await, None);
    assert_eq!(town.worker.hints(10).await.unwrap(), []);
    town.converged().await;
}

#[tokio::test]
async fn hints_wait_while_erpnext_is_away() {
    let town = Town::start().await;
    let waiting = hint("Task", "TASK-1", "");
    town.worker.keep_hint(&waiting).await.unwrap();
    town.erpnext.faults().go_down();
    assert!(town.mirror.run_once(false).await.is_err());
    assert_eq!(town.worker.hints(10).await.unwrap(), [waiting]);
}

#[tokio::test]
async fn a_hint_about_rights_makes_erpnext_be_asked_again_about_its_user_or_everybody() {
    let town = Town::start().await;
    let person = town.maya.person();
    let asked = async || standings::asked_at(&town.db, person).await.unwrap().is_some();
    for (doctype, user, is_asked_again) in [
        ("User Permission", cast::TOM.user, false),
        ("User Permission", cast::MAYA.user, true),
        ("DocShare", "Maya@Parlance.demo", true),
        ("User", cast::MAYA.user, true),
        ("Custom DocPerm", "", true),
        ("ToDo", cast::MAYA.user, false),
    ] {
        standings::record(&town.db, person, &[], Moment::now().plus_millis(1)).await.unwrap();
        assert!(asked().await);
        town.worker.keep_hint(&hint(doctype, "k1", user)).await.unwrap();
        town.mirror.run_once(false).await.unwrap();
        assert_eq!(asked().await, !is_asked_again, "{doctype} {user}");
    }
}

#[tokio::test]
async fn the_running_mirror_follows_a_hint_at_once_and_a_change_by_itself() {
    let town = Town::start().await;
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (mirror, stop) = (town.mirror.clone(), stop.clone());
        async move { mirror.run(stop).await }
    });
    let changed = json!({"status": "Closed"});
    let issue = town.erpnext.documents("Issue")[0]["name"].as_str().unwrap().to_owned();
    assert!(town.erpnext.change_silently("Issue", &issue, &changed));
    town.worker.keep_hint(&hint("Issue", &issue, "")).await.unwrap();
    town.nudge.notify_one();
    testkit::eventually("the hint was followed", LIMIT, async || {
        let copy = town.copy("Issue", &issue).await?;
        (copy.status.as_deref() == Some("Closed")).then_some(())
    })
    .await;
    let task = town.erpnext.insert("Task", &json!({"subject": "By itself"})).unwrap();
    testkit::eventually("the change arrived", LIMIT, async || town.copy("Task", &task).await).await;
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn after_an_outage_the_running_mirror_compares_everything() {
    let town = Town::start().await;
    town.site.rest_at_most(Duration::from_secs(1));
    let began = Moment::now().as_millis();
    let stop = CancellationToken::new();
    let running = tokio::spawn({
        let (mirror, stop) = (town.mirror.clone(), stop.clone());
        async move { mirror.run(stop).await }
    });
    testkit::eventually("the first sweep is over", LIMIT, async || {
        let progress = town.worker.mirror_progress().await.unwrap();
        progress.iter().all(|one| one.complete_at.is_some_and(|at| at >= began)).then_some(())
    })
    .await;
    town.erpnext.faults().go_down();
    testkit::eventually("the outage was noticed", LIMIT, async || {
        let rounds = town.worker.mirror_rounds().await.unwrap();
        rounds.into_iter().find(|round| round.doctype == "round")?.error
    })
    .await;
    let silent = json!({"website": "https://casa.example"});
    assert!(town.erpnext.change_silently("Customer", cast::CUSTOMER, &silent));
    town.erpnext.faults().come_up();
    testkit::eventually("what changed meanwhile was found", LIMIT * 2, async || {
        let copy = town.copy("Customer", cast::CUSTOMER).await?;
        (copy.text("website") == Some("https://casa.example")).then_some(())
    })
    .await;
    stop.cancel();
    running.await.unwrap();
}
