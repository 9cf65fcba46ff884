//! One rule for what a member may tag, finds in a picker and reads on a chip.

use crate::{Visit, draft, on_both};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{
    cards,
    messages::{self, Acted, Posted},
    pickers,
    standings::{self, Reads},
    worker::{DocumentCopy, DocumentKey, Worker},
};
use vocabulary::{MessageAct, Moment, Tag, TagDoctype};

const CREATION: &str = "2026-11-20 16:05:00.000000";

fn copy(doctype: &str, name: &str, title: &str, fields: &Value) -> DocumentCopy {
    DocumentCopy {
        doctype: doctype.into(),
        name: name.into(),
        creation: CREATION.into(),
        modified: "2026-11-21 10:00:00.000000".into(),
        project: (doctype == "Task").then(|| "PROJ-0001".into()),
        status: None,
        title: Some(title.into()),
        fields: fields.as_object().unwrap().clone(),
    }
}

fn contact(name: &str, mail: &str, links: &[(&str, &str)]) -> DocumentCopy {
    let links: Vec<Value> = links
        .iter()
        .map(|(doctype, name)| json!({"link_doctype": doctype, "link_name": name}))
        .collect();
    copy("Contact", name, name, &json!({"email_id": mail, "links": links}))
}

async fn keep(visit: &Visit, copies: &[DocumentCopy]) {
    let worker = Worker::for_background_work(visit.db.clone());
    worker.keep_documents(copies, Moment::now()).await.unwrap();
}

async fn found(visit: &Visit, query: &str) -> Vec<String> {
    let team = visit.scope.clone().team().unwrap();
    let mut names: Vec<String> = pickers::documents(&visit.db, &team, query)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.name)
        .collect();
    names.sort_unstable();
    names
}

async fn reads_all_tasks(visit: &Visit) {
    let reads = BTreeMap::from([(visit.workspace, Reads::All)]);
    let person = visit.who.person();
    standings::record_documents(&visit.db, person, "Task", &reads).await.unwrap();
}

#[tokio::test]
async fn only_the_projects_customer_and_their_contacts_are_offered_tagged_and_known() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let (ours, other) = ("Casa Duarte Hotels", "Harbour Brewing");
        keep(
            &maya,
            &[
                copy("Customer", ours, ours, &json!({})),
                copy("Customer", other, other, &json!({})),
                contact("Ines", "ines@client.demo", &[("Supplier", other), ("Customer", ours)]),
                contact("Paul", "paul@client.demo", &[("Project", "PROJ-0001")]),
                contact("Stranger", "stranger@x.example", &[("Customer", other)]),
                contact("Supplier", "supplier@x.example", &[("Supplier", ours)]),
                contact("Loose", "loose@x.example", &[]),
            ],
        )
        .await;
        assert_eq!(found(&maya, "").await, [ours, "Ines", "Paul"]);
        assert_eq!(found(&maya, "er").await, [""; 0], "nothing of the others is found either");

        let text = "#[Casa Duarte Hotels](Customer) #[Harbour Brewing](Customer) #[Ines](Contact) \
                    #[Stranger](Contact) #[Supplier](Contact) #[Loose](Contact)";
        let Posted::New(said) = maya.says(draft(text)).await else { panic!("it is new") };
        let mut tagged: Vec<_> = said.tags.iter().map(|tag| tag.name.as_str()).collect();
        tagged.sort_unstable();
        assert_eq!(tagged, [ours, "Ines"]);
        let team = maya.scope.clone().team().unwrap();
        let stranger = Tag { doctype: TagDoctype::Contact, name: "Stranger".into(), making: false };
        let act = MessageAct::Tag(stranger);
        let acted = messages::act(&db, &team, said.id, &act, Moment::now()).await.unwrap();
        assert_eq!(acted, Acted::NoSuchDocument);

        let known = |doctype, names: &'static [&'static str]| {
            let (db, team) = (db.clone(), team.clone());
            async move {
                let cards = cards::of(&db, &team, doctype, names).await.unwrap();
                let mut known: Vec<String> = cards.into_keys().collect();
                known.sort_unstable();
                known
            }
        };
        let names = &["Casa Duarte Hotels", "Harbour Brewing"];
        assert_eq!(known(TagDoctype::Customer, names).await, [ours]);
        let names = &["Ines", "Paul", "Stranger", "Supplier", "Loose"];
        assert_eq!(known(TagDoctype::Contact, names).await, ["Ines", "Paul"]);

        let people = pickers::people(&db, &team).await.unwrap();
        let outside: Vec<_> = people
            .iter()
            .filter(|one| !one.standing.can_follow())
            .map(|one| one.user.as_str())
            .collect();
        assert_eq!(outside, ["ines@client.demo", "paul@client.demo"]);
    })
    .await;
}

#[tokio::test]
async fn a_query_finds_what_thousands_of_others_stand_before() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let mut copies: Vec<_> = (0..2_100)
            .map(|number| copy("Task", &format!("TASK-{number:05}"), "Ordinary", &json!({})))
            .collect();
        let mut old = copy("Task", "OLD_1", "Menü &amp; 100% Küche", &json!({}));
        old.modified = "2020-01-01 10:00:00.000000".into();
        copies.push(old);
        keep(&maya, &copies).await;
        reads_all_tasks(&maya).await;
        for query in ["menu", "KUCHE", "old_", "100%", "menü & 1"] {
            assert_eq!(found(&maya, query).await, ["OLD_1"], "{query}");
        }
        assert_eq!(found(&maya, "o%k").await, [""; 0], "what is typed is no pattern");
    })
    .await;
}

#[tokio::test]
async fn a_renamed_document_is_found_by_its_new_name_and_its_title() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        keep(&maya, &[copy("Task", "TASK-1", "Façade", &json!({}))]).await;
        reads_all_tasks(&maya).await;
        let key = DocumentKey {
            doctype: "Task".into(),
            name: "TASK-1".into(),
            creation: CREATION.into(),
        };
        let worker = Worker::for_background_work(db.clone());
        worker.rename_document(&key, "ÄRGER-2").await.unwrap();
        for query in ["arger", "facade"] {
            assert_eq!(found(&maya, query).await, ["ÄRGER-2"], "{query}");
        }
        assert_eq!(found(&maya, "task-1").await, [""; 0]);
    })
    .await;
}
