//! connect, connect again, fall in the middle, disconnect.

use std::{ops::ControlFlow, os::unix::fs::PermissionsExt};

use connect::{Moment, StepState};
use serde_json::json;

use crate::site::{TOM, Town};

#[tokio::test]
async fn connecting_and_disconnecting_leave_the_documents_as_they_were_but_for_communications() {
    let town = Town::new().await;
    let before = town.names();
    let rules_before = town.running.documents("Custom DocPerm");
    town.connect().await;
    assert!(town.plan().await.is_done());
    assert_ne!(town.names(), before);
    let said = json!({
        "communication_type": "Communication", "communication_medium": "Chat", "subject": "x",
        "content": "<div>x</div>", "reference_doctype": "Project", "reference_name": "PROJ-0001",
        "parlance_key": "k1",
    });
    let said = said.as_object().unwrap();
    let said = town.service().insert_document("Communication", said).await.unwrap();
    let ticket = json!({"nonce": "left-behind-0123456789"});
    town.site_as(TOM).insert_document(connect::TICKET, ticket.as_object().unwrap()).await.unwrap();

    let removed = town.disconnect().await;
    assert_eq!(removed.iter().filter(|one| one.stays.is_some()).count(), 0, "{removed:?}");
    assert_eq!(town.names(), before);
    assert_eq!(town.running.documents("Custom DocPerm"), rules_before);
    assert!(town.running.document("Communication", said.name()).is_some());
    let left: Vec<_> = std::fs::read_dir(town.folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn connecting_again_changes_nothing() {
    let town = Town::new().await;
    town.connect().await;
    let everything = |town: &Town| -> Vec<_> {
        let doctypes = town.running.doctypes();
        doctypes.iter().flat_map(|doctype| town.running.documents(doctype)).collect()
    };
    let (before, manifest) = (everything(&town), town.manifest());
    town.connect().await;
    assert_eq!(everything(&town), before);
    assert_eq!(town.manifest(), manifest);
}

#[tokio::test]
async fn a_role_of_ours_that_somebody_holds_makes_no_difference_the_next_time() {
    let town = Town::new().await;
    town.running.insert("Role", &json!({"role_name": "Super Email User"})).unwrap();
    town.running.add_role("tom.team@nordlicht.example", "Super Email User").unwrap();
    town.connect().await;
    town.running.update("Role", "Super Email User", &json!({"desk_access": 1})).unwrap();
    assert!(town.plan().await.is_done());
}

#[tokio::test]
async fn new_keys_are_made_only_when_asked_for() {
    let mut town = Town::new().await;
    town.connect().await;
    let before = town.kept("ERPNEXT_API_KEY", "ERPNEXT_API_SECRET");
    town.wishes.new_keys = true;
    town.connect().await;
    let after = town.kept("ERPNEXT_API_KEY", "ERPNEXT_API_SECRET");
    assert_ne!(after.1, before.1);
    let who = town.service().read("frappe.auth.get_logged_user", &[]).await.unwrap();
    assert_eq!(who, "parlance.service@parlance.invalid");
}

#[tokio::test]
async fn whichever_step_it_falls_at_connecting_again_and_disconnecting_are_clean() {
    let town = Town::new().await;
    let before = town.names();
    let moments = town.plan().await.steps.len() * 2;
    // Some 140 moments with a whole connection each: every eleventh meets every kind of step.
    for stop in (0..moments).step_by(11) {
        let mut left = stop;
        let mut watch = |_: &_, _: Moment| {
            if left == 0 {
                return ControlFlow::Break(());
            }
            left -= 1;
            ControlFlow::Continue(())
        };
        town.connect_watched(&mut watch).await.unwrap_err();
        // Every other time straight back, else on to the end first.
        if stop % 2 == 1 {
            town.connect().await;
            assert!(town.plan().await.is_done(), "stopped at {stop}");
        }
        town.disconnect().await;
        assert_eq!(town.names(), before, "stopped at {stop}");
    }
}

#[tokio::test]
async fn whichever_step_a_renewal_falls_at_connecting_again_leaves_one_secret_everywhere() {
    let mut town = Town::new().await;
    town.connect().await;
    let moments = town.plan().await.steps.len() * 2;
    // Half of the steps are webhooks, and the last of them ends it.
    for stop in (0..moments).step_by(13).chain([moments - 1]) {
        let mut left = stop;
        let mut watch = |_: &_, _: Moment| {
            if left == 0 {
                return ControlFlow::Break(());
            }
            left -= 1;
            ControlFlow::Continue(())
        };
        town.wishes.new_keys = true;
        town.connect_watched(&mut watch).await.unwrap_err();
        town.wishes.new_keys = false;
        town.connect().await;
        town.is_signed_for(&format!("stopped at {stop}")).await;
    }
}

#[tokio::test]
async fn a_renewed_key_whose_secret_never_arrived_is_made_again() {
    let mut town = Town::new().await;
    town.connect().await;
    let faults = town.running.faults().clone();
    let mut watch = |step: &connect::Step, moment: Moment| {
        if moment == Moment::Begins && step.what.starts_with("API key of parlance.service") {
            faults.drop_next_after_commit(1);
        }
        ControlFlow::Continue(())
    };
    town.wishes.new_keys = true;
    town.connect_watched(&mut watch).await.unwrap_err();
    town.running.faults().clear();
    town.wishes.new_keys = false;
    assert!(!town.plan().await.is_done());
    town.connect().await;
    town.is_signed_for("the secret was lost").await;
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_deed_leaves_nothing_behind() {
    let town = Town::new().await;
    let before = town.names();
    let moments = town.plan().await.steps.len();
    for lost in (0..moments).step_by(7) {
        let mut step = 0;
        let faults = town.running.faults().clone();
        let mut watch = |_: &_, moment: Moment| {
            if moment == Moment::Begins {
                if step == lost {
                    faults.drop_next_after_commit(1);
                }
                step += 1;
            }
            ControlFlow::Continue(())
        };
        // A step that only reads loses nothing.
        let _stopped = town.connect_watched(&mut watch).await;
        town.running.faults().clear();
        if lost % 2 == 1 {
            town.connect().await;
            assert!(town.plan().await.is_done(), "lost at {lost}");
        }
        town.disconnect().await;
        assert_eq!(town.names(), before, "lost at {lost}");
    }
}

#[tokio::test]
async fn what_others_made_is_left_and_what_was_changed_is_put_back() {
    let town = Town::new().await;
    let theirs = [
        ("Role", json!({"role_name": "Super Email User", "desk_access": 1})),
        (
            "Custom Field",
            json!({"dt": "Task", "fieldname": "parlance_key", "label": "Mine", "fieldtype": "Data", "unique": 0}),
        ),
    ];
    for (doctype, body) in &theirs {
        town.running.insert(doctype, body).unwrap();
    }
    let before = town.names();
    let plan = town.plan().await;
    let state = |what: &str| {
        plan.steps.iter().find(|step| step.what == what).map(|step| step.state.clone()).unwrap()
    };
    assert_eq!(state("Role Super Email User"), StepState::There);
    assert_eq!(state("Custom Field Task-parlance_key"), StepState::Change(vec!["unique".into()]));
    town.connect().await;
    let unique = |town: &Town| {
        town.running.document("Custom Field", "Task-parlance_key").unwrap()["unique"].clone()
    };
    assert_eq!(unique(&town), 1);
    town.disconnect().await;
    assert_eq!(unique(&town), 0);
    assert_eq!(town.names(), before);
}

#[tokio::test]
async fn rules_that_somebody_changed_meanwhile_are_kept_and_told() {
    let town = Town::new().await;
    town.connect().await;
    let administrator = town.administrator();
    let change = json!({"doctype": "Comment", "role": "Website Manager", "permlevel": 0, "ptype": "delete", "value": 0});
    administrator
        .call(
            "frappe.core.page.permission_manager.permission_manager.update",
            change.as_object().unwrap(),
        )
        .await
        .unwrap();
    let removed = town.disconnect().await;
    let kept: Vec<_> = removed.iter().filter(|one| one.stays.is_some()).collect();
    assert_eq!(kept.len(), 1, "{removed:?}");
    assert!(kept[0].what.contains("Comment"));
    let rules = town.running.documents("Custom DocPerm");
    assert!(rules.iter().all(|rule| rule["role"] != connect::ROLE && rule["parent"] == "Comment"));
    assert!(!rules.is_empty());
}

#[tokio::test]
async fn secrets_lie_sealed_in_files_of_their_owner_alone() {
    let town = Town::new().await;
    town.connect().await;
    let secrets = ["ERPNEXT_API_SECRET", "ERPNEXT_AUDIT_API_SECRET", "ERPNEXT_WEBHOOK_SECRET"];
    for file in ["connection.toml", "connection-manifest.json"] {
        let path = town.folder.path().join(file);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
        let text = std::fs::read_to_string(&path).unwrap();
        for variable in secrets {
            let secret = town.opened(variable).unwrap();
            assert!(!text.contains(secrecy::ExposeSecret::expose_secret(&secret)), "{file}");
            assert!(text.contains(variable), "{file}: {variable}");
        }
    }
}

#[tokio::test]
async fn a_key_that_is_no_administrators_is_told_and_nothing_happens() {
    let town = Town::new().await;
    let before = town.names();
    let refused =
        connect::plan(&town.site_as(TOM), &town.wishes, &town.manifest(), &town.vault).await;
    let said = refused.unwrap_err().to_string();
    assert!(
        said.contains("tom.team@nordlicht.example") && said.contains("System Manager"),
        "{said}"
    );
    assert_eq!(town.names(), before);
}

#[tokio::test]
async fn a_release_that_is_too_old_is_told() {
    let town = Town::new().await;
    town.running.set_release(standin::erpnext::Release::new("13.58.0", "13.55.2"));
    let refused =
        connect::plan(&town.administrator(), &town.wishes, &town.manifest(), &town.vault).await;
    assert!(refused.unwrap_err().to_string().contains("13.58.0"));
}
