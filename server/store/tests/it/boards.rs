//! What boards show, and to whom.

use crate::{Visit, draft, on_both};
use policy::{DocumentStanding, Write};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::{
    boards,
    messages::{self, Posted},
    standings::{self, Reads},
    worker::{DocumentCopy, Worker},
};
use vocabulary::{MessageAct, Moment, Tag, TagDoctype, WorkDoctype};

fn task(name: &str, status: &str, fields: Value) -> DocumentCopy {
    document("Task", name, status, fields)
}

fn document(doctype: &str, name: &str, status: &str, fields: Value) -> DocumentCopy {
    DocumentCopy {
        doctype: doctype.into(),
        name: name.into(),
        creation: "2026-11-20 16:05:00.000000".into(),
        modified: format!("2026-11-21 10:00:00.{name}"),
        project: Some("PROJ-0001".into()),
        status: Some(status.into()),
        title: Some(format!("Subject of {name}")),
        fields: fields.as_object().unwrap().clone(),
    }
}

async fn keep(visit: &Visit, copies: &[DocumentCopy]) {
    let worker = Worker::for_background_work(visit.db.clone());
    worker.keep_documents(copies, Moment::now()).await.unwrap();
}

async fn reads(visit: &Visit, reads: Reads) {
    let reads = [(visit.workspace, reads)].into();
    let person = visit.who.person();
    standings::record_documents(&visit.db, person, "Task", &reads).await.unwrap();
}

async fn names(visit: &Visit, limit: usize) -> Vec<String> {
    let team = visit.scope.clone().team().unwrap();
    let cards = boards::cards(&visit.db, &team, WorkDoctype::Task, limit).await.unwrap();
    cards.into_iter().map(|card| card.name).collect()
}

#[tokio::test]
async fn a_board_has_the_cards_that_erpnext_lets_somebody_read_and_no_others() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let tom = Visit::of(&db, "tom@parlance.demo", "PROJ-0001").await;
        let waits = json!({
            "priority": "High", "progress": 40, "exp_end_date": "2026-12-24",
            "_assign": "[\"tom@parlance.demo\"]", "depends_on": [{"task": "T-2"}, {"task": "T-4"}],
        });
        let mut elsewhere = task("T-4", "Open", json!({}));
        elsewhere.project = Some("PROJ-0002".into());
        keep(
            &maya,
            &[
                task("T-1", "Open", waits),
                task("T-2", "Completed", json!({})),
                task("T-3", "Template", json!({})),
                elsewhere,
                document("Issue", "I-1", "Open", json!({})),
            ],
        )
        .await;
        assert_eq!(names(&maya, 10).await, [""; 0], "ERPNext was not asked yet");
        reads(&maya, Reads::All).await;
        assert_eq!(names(&maya, 10).await, ["T-1", "T-2"]);
        assert_eq!(names(&maya, 1).await, ["T-1"], "what is over comes last");
        reads(&tom, Reads::Some(BTreeSet::from(["T-1".to_owned()]))).await;
        assert_eq!(names(&tom, 10).await, ["T-1"]);

        let team = maya.scope.clone().team().unwrap();
        let card = boards::cards(&db, &team, WorkDoctype::Task, 1).await.unwrap().remove(0);
        assert_eq!((card.subject.as_str(), card.talk), ("Subject of T-1", 0));
        assert_eq!(card.fields["priority"], "High");
        assert_eq!(card.fields["progress"], 40.0);
        assert_eq!(card.fields["depends_on"][0]["task"], "T-2");
        // What a Task waits for is told where it may be read, like any other.
        let of = async |visit: &Visit| {
            let team = visit.scope.clone().team().unwrap();
            let found = boards::awaited(&db, &team, &["T-2", "T-4"]).await.unwrap();
            found.into_iter().map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(of(&maya).await, ["T-2"]);
        assert_eq!(of(&tom).await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn the_talk_about_a_card_is_counted_and_told() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let comment = json!({
            "comment_type": "Comment", "content": "<p>Later</p>",
            "reference_doctype": "Task", "reference_name": "T-1",
        });
        let copies = [task("T-1", "Open", json!({})), document("Comment", "c1", "", comment)];
        keep(&maya, &copies).await;
        reads(&maya, Reads::All).await;
        let team = maya.scope.clone().team().unwrap();
        for text in ["first", "second", "not about it"] {
            let Posted::New(said) = maya.says(draft(text)).await else { panic!("it is new") };
            if text != "not about it" {
                let tag = Tag { doctype: TagDoctype::Task, name: "T-1".into(), making: false };
                let act = MessageAct::Tag(tag);
                messages::act(&db, &team, said.id, &act, Moment::now()).await.unwrap();
            }
            if text == "second" {
                let act = MessageAct::Remove;
                messages::act(&db, &team, said.id, &act, Moment::now()).await.unwrap();
            }
        }
        let cards = boards::cards(&db, &team, WorkDoctype::Task, 10).await.unwrap();
        assert_eq!(cards[0].talk, 1);
        let standing = DocumentStanding::Read(Write::Yes);
        let scope = policy::open_document(team, "Task", "T-1", standing).unwrap();
        let talk = boards::talk(&db, &scope).await.unwrap();
        let said: Vec<&str> =
            talk.iter().filter_map(|one| Some(one.body.as_ref()?.as_str())).collect();
        assert_eq!(said, ["first"]);
        let comments = boards::about(&db, &scope, "Comment").await.unwrap();
        assert_eq!(comments.len(), 1);
        assert_eq!(comments[0].1["content"], "<p>Later</p>");
        assert_eq!(boards::about(&db, &scope, "File").await.unwrap(), []);
    })
    .await;
}
