//! What a member can jump to: the same documents that they may tag, in all workspaces within reach.

use crate::{Visit, on_both};
use policy::MemberReach;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Db, jump, people, pickers,
    standings::{self, Reads},
    worker::{DocumentCopy, Worker},
};
use vocabulary::{Moment, PersonKind};

fn copy(doctype: &str, name: &str, project: Option<&str>, title: &str) -> DocumentCopy {
    DocumentCopy {
        doctype: doctype.into(),
        name: name.into(),
        creation: "2026-11-20 16:05:00.000000".into(),
        modified: "2026-11-21 10:00:00.000000".into(),
        project: project.map(Into::into),
        status: None,
        title: Some(title.into()),
        fields: fields(&json!({})),
    }
}

fn fields(fields: &Value) -> serde_json::Map<String, Value> {
    fields.as_object().unwrap().clone()
}

async fn found(db: &Db, reach: &MemberReach, query: &str) -> Vec<String> {
    let rows = jump::documents(db, reach, query).await.unwrap();
    let mut names: Vec<_> = rows.into_iter().map(|row| row.name).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn whatever_one_may_tag_in_some_workspace_is_found_and_nothing_else() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        // Another one's workspace.
        let other = Visit::of(&db, "jonas@parlance.demo", "PROJ-0002").await;
        let mut ines = copy("Contact", "Ines", None, "Inês Duarte");
        ines.fields = fields(
            &json!({"links": [{"link_doctype": "Customer", "link_name": "Casa Duarte Hotels"}]}),
        );
        let mut template = copy("Task", "TASK-9", Some("PROJ-0001"), "Menu template");
        template.status = Some("Template".into());
        let copies = [
            copy("Task", "TASK-1", Some("PROJ-0001"), "Menü &amp; Küche"),
            copy("Task", "TASK-2", Some("PROJ-0001"), "Hidden menu"),
            copy("Task", "TASK-3", Some("PROJ-0002"), "Menu of others"),
            copy("Issue", "ISS-1", Some("PROJ-0001"), "No menu"),
            copy("Customer", "Casa Duarte Hotels", None, "Casa Duarte Hotels"),
            ines,
            template,
        ];
        let worker = Worker::for_background_work(db.clone());
        worker.keep_documents(&copies, Moment::now()).await.unwrap();
        let names = BTreeSet::from(["TASK-1".to_owned(), "TASK-3".to_owned(), "TASK-9".to_owned()]);
        let reads = BTreeMap::from([(maya.workspace, Reads::Some(names))]);
        standings::record_documents(&db, maya.who.person(), "Task", &reads).await.unwrap();

        let reach = policy::reach(&maya.who).unwrap();
        assert_eq!(found(&db, &reach, "menu").await, ["TASK-1"]);
        assert_eq!(found(&db, &reach, "kuche MENU").await, ["TASK-1"], "in any order");
        assert_eq!(found(&db, &reach, "duarte").await, ["Casa Duarte Hotels", "Ines"]);
        assert_eq!(found(&db, &reach, "%").await, [""; 0]);
        let every = ["TASK-1", "TASK-2", "TASK-3", "TASK-9", "ISS-1", "Ines"];
        let known = jump::known_documents(&db, &reach, &every).await.unwrap();
        let mut known: Vec<_> = known.iter().map(|row| row.name.as_str()).collect();
        known.sort_unstable();
        assert_eq!(known, ["Ines", "TASK-1"]);

        // The same rule as the picker's.
        let team = maya.scope.clone().team().unwrap();
        let mut tagged: Vec<_> = pickers::documents(&db, &team, "menu")
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.name)
            .collect();
        tagged.sort_unstable();
        assert_eq!(tagged, ["TASK-1"]);
        drop(other);
    })
    .await;
}

#[tokio::test]
async fn people_are_met_only_in_workspaces_within_reach_and_each_once() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let jonas = Visit::of(&db, "jonas@parlance.demo", "PROJ-0002").await;
        let tom = people::remember(&db, "tom@parlance.demo", "Tom Okafor", PersonKind::Member)
            .await
            .unwrap();
        let both = ["PROJ-0001".to_owned(), "PROJ-0002".to_owned()];
        standings::record(&db, tom.id, &both, Moment::now()).await.unwrap();

        let reach = policy::reach(&maya.who).unwrap();
        let met = jump::people(&db, &reach).await.unwrap();
        let met: Vec<_> = met.iter().map(|one| (one.user.as_str(), &*one.workspaces)).collect();
        assert_eq!(met, [("tom@parlance.demo", [maya.workspace].as_slice())]);

        // Of Jonas's Project Maya is a user.
        let reach = policy::reach(&jonas.who).unwrap();
        let met = jump::people(&db, &reach).await.unwrap();
        let met: Vec<_> = met.iter().map(|one| one.user.as_str()).collect();
        assert_eq!(met, ["maya@parlance.demo", "tom@parlance.demo"]);

        let user = |kind: &str| {
            let mut copy = copy("User", "Ines@client.demo", None, "Ines Duarte");
            copy.fields = fields(&json!({"user_type": kind}));
            copy
        };
        let worker = Worker::for_background_work(db.clone());
        for (kind, expected) in [("Website User", true), ("System User", false)] {
            worker.keep_documents(&[user(kind)], Moment::now()).await.unwrap();
            let portal = jump::portal_users(&db, &reach, &["ines@client.demo"]).await.unwrap();
            assert_eq!(portal.contains("ines@client.demo"), expected, "{kind}");
        }
    })
    .await;
}
