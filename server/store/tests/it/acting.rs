//! What is done to messages: each change is a place, and ERPNext is owed what follows.

use crate::{Visit, draft, on_both};
use std::collections::BTreeMap;
use store::{
    messages::{self, Acted, Posted},
    worker::{DocumentCopy, Due, Effect, Worker},
};
use uuid::Uuid;
use vocabulary::{
    Emoji, MARKS_LIMIT, Mention, Message, MessageAct, MessageBody, MessageDraft, MessageId, Moment,
    Reply, Seq, Tag, TagDoctype,
};

async fn say(visit: &Visit, draft: MessageDraft) -> Message {
    match visit.says(draft).await {
        Posted::New(message) => message,
        other => panic!("{other:?}"),
    }
}

async fn act(visit: &Visit, id: MessageId, act: &MessageAct) -> Acted {
    let team = visit.scope.clone().team().unwrap();
    messages::act(&visit.db, &team, id, act, Moment::now()).await.unwrap()
}

async fn acts(visit: &Visit, id: MessageId, what: &MessageAct) -> Message {
    match act(visit, id, what).await {
        Acted::Changed(messages) => messages.into_iter().next().unwrap(),
        other => panic!("{what:?}: {other:?}"),
    }
}

fn edit(text: &str) -> MessageAct {
    MessageAct::Edit(MessageBody::new(text).unwrap())
}

/// Kinds of effects that are owed, in order.
async fn owed(visit: &Visit) -> Vec<&'static str> {
    let worker = Worker::for_background_work(visit.db.clone());
    let until = Moment::now().plus_millis(60_000);
    let lanes = worker.hold_lanes(&[Due(visit.workspace)], Uuid::now_v7(), until).await.unwrap();
    let owed = worker.owed(&lanes, 100).await.unwrap();
    worker.free_lanes(&lanes).await.unwrap();
    owed.iter().map(|owed| Effect::kind(&owed.effect).as_str()).collect()
}

#[tokio::test]
async fn each_change_takes_a_place_and_what_changes_nothing_takes_none() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let tom = Visit::of(&db, "tom@parlance.demo", "PROJ-0001").await;
        let said = say(&maya, draft("where are we")).await;
        let thumb = Emoji::new("👍").unwrap();
        let places = [
            acts(&maya, said.id, &edit("where are we?")).await.changed,
            acts(&tom, said.id, &MessageAct::React(thumb.clone())).await.changed,
            acts(&tom, said.id, &MessageAct::Pin).await.changed,
        ];
        for (visit, nothing) in [
            (&maya, edit("where are we?")),
            (&tom, MessageAct::React(thumb.clone())),
            (&maya, MessageAct::Unreact(thumb)),
            (&maya, MessageAct::Pin),
        ] {
            assert!(matches!(act(visit, said.id, &nothing).await, Acted::Same(_)), "{nothing:?}");
        }
        let next = say(&maya, draft("next")).await;
        assert_eq!(places.map(Seq::get), [2, 3, 4]);
        assert_eq!((next.seq.get(), next.changed.get()), (5, 5));
        assert!(matches!(act(&tom, said.id, &edit("mine")).await, Acted::NotTheirs));
        assert!(matches!(act(&tom, MessageId::fresh(), &MessageAct::Pin).await, Acted::Missing));
        let kinds = owed(&maya).await;
        assert_eq!(kinds, ["communication", "communication_update", "communication"]);
        // Who was away since the first place hears of each message once, as it stands now.
        let missed =
            messages::changed_after(&db, &tom.scope, tom.room.id, Seq::new(1), 10).await.unwrap();
        let told: Vec<_> = missed.iter().map(|m| (m.changed.get(), m.words())).collect();
        assert_eq!(told, [(4, "where are we?"), (5, "next")]);
    })
    .await;
}

#[tokio::test]
async fn many_who_react_at_once_lose_nothing() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let said = say(&maya, draft("who comes?")).await;
        let people = (0..8).map(|number| {
            let db = db.clone();
            tokio::spawn(async move {
                let user = format!("p{number}@parlance.demo");
                let visit = Visit::of(&db, &user, "PROJ-0001").await;
                let emoji = Emoji::new("🙋").unwrap();
                acts(&visit, said.id, &MessageAct::React(emoji)).await.changed.get()
            })
        });
        let mut places = Vec::new();
        for person in people {
            places.push(person.await.unwrap());
        }
        places.sort_unstable();
        assert_eq!(places, (2..=9).collect::<Vec<_>>());
        let now = messages::by_id(&db, &maya.scope, said.id).await.unwrap().unwrap();
        assert_eq!(now.reactions[0].by.len(), 8);
    })
    .await;
}

#[tokio::test]
async fn what_is_removed_leaves_nothing_but_its_place_and_corrects_its_thread() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let root = say(&maya, draft("who?")).await;
        let reply = MessageDraft {
            reply: Some(Reply { thread: root.id, also_in_room: false }),
            ..draft("me @[Maya](user:maya@parlance.demo)")
        };
        let reply = say(&maya, reply).await;
        assert_eq!(reply.mentions, [Mention::User("maya@parlance.demo".into())]);
        acts(&maya, reply.id, &edit("me!")).await;
        let removed = match act(&maya, reply.id, &MessageAct::Undo).await {
            Acted::Changed(messages) => messages,
            other => panic!("{other:?}"),
        };
        assert_eq!(removed.iter().map(|m| m.id).collect::<Vec<_>>(), [reply.id, root.id]);
        assert!(removed[0].is_undone() && removed[0].words().is_empty());
        assert_eq!(removed[1].replies, None);
        let versions = messages::versions(&db, &maya.scope, reply.id).await.unwrap().unwrap();
        assert_eq!(versions, []);
        assert!(matches!(act(&maya, reply.id, &MessageAct::Pin).await, Acted::Closed));
        assert!(matches!(act(&maya, reply.id, &MessageAct::Undo).await, Acted::Same(_)));
        let gone = MessageDraft {
            reply: Some(Reply { thread: MessageId::fresh(), also_in_room: false }),
            ..draft("to nobody")
        };
        assert_eq!(maya.says(gone).await, Posted::NoSuchThread);
    })
    .await;
}

#[tokio::test]
async fn a_tag_is_a_document_of_this_project_and_follows_the_text() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        let links = serde_json::json!({
            "links": [{"link_doctype": "Customer", "link_name": "Casa Duarte Hotels"}],
        });
        for (doctype, name, project) in [
            ("Customer", "Casa Duarte Hotels", None),
            ("Contact", "Ines", None),
            ("Task", "TASK-OF-OTHERS", Some("PROJ-0009")),
        ] {
            let copy = DocumentCopy {
                doctype: doctype.into(),
                name: name.into(),
                creation: "2026-01-02 10:00:00".into(),
                modified: "2026-01-02 10:00:00".into(),
                project: project.map(str::to_owned),
                status: None,
                title: None,
                fields: links.as_object().unwrap().clone(),
            };
            worker.keep_document(&copy).await.unwrap();
        }
        let tag = |doctype, name: &str| Tag { doctype, name: name.into(), making: false };
        let (customer, contact) =
            (tag(TagDoctype::Customer, "Casa Duarte Hotels"), tag(TagDoctype::Contact, "Ines"));
        let text =
            "For #[Casa Duarte Hotels](Customer), not #[TASK-OF-OTHERS](Task) nor #[X](Issue)";
        let said = say(&maya, draft(text)).await;
        assert_eq!(said.tags, std::slice::from_ref(&customer));
        let also = acts(&maya, said.id, &MessageAct::Tag(contact.clone())).await;
        assert_eq!(also.tags.len(), 2);
        let edited = acts(&maya, said.id, &edit("For nobody")).await;
        assert_eq!(
            edited.tags,
            std::slice::from_ref(&contact),
            "what was added beside the text stays"
        );
        assert_eq!(acts(&maya, said.id, &MessageAct::Untag(contact)).await.tags, []);
        let wrong = MessageAct::Tag(tag(TagDoctype::Task, "TASK-OF-OTHERS"));
        assert_eq!(act(&maya, said.id, &wrong).await, Acted::NoSuchDocument);
        let mut kinds = BTreeMap::new();
        for kind in owed(&maya).await {
            *kinds.entry(kind).or_insert(0) += 1;
        }
        assert_eq!(kinds, BTreeMap::from([("communication", 1), ("communication_update", 3)]));
    })
    .await;
}

#[tokio::test]
async fn a_message_carries_so_many_tags_and_earlier_texts_and_no_more() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let copies: Vec<_> = (0..=MARKS_LIMIT)
            .map(|number| DocumentCopy {
                doctype: "Task".into(),
                name: format!("TASK-{number}"),
                creation: "2026-11-20 16:05:00.000000".into(),
                modified: "2026-11-20 16:05:00.000000".into(),
                project: Some("PROJ-0001".into()),
                status: Some("Open".into()),
                title: None,
                fields: serde_json::Map::new(),
            })
            .collect();
        let worker = Worker::for_background_work(db.clone());
        worker.keep_documents(&copies, Moment::now()).await.unwrap();
        let reads = BTreeMap::from([(maya.workspace, store::standings::Reads::All)]);
        let person = maya.who.person();
        store::standings::record_documents(&db, person, "Task", &reads).await.unwrap();
        let said = say(&maya, draft("about everything")).await;
        let tag = |number: usize| {
            let name = format!("TASK-{number}");
            MessageAct::Tag(Tag { doctype: TagDoctype::Task, name, making: false })
        };
        for number in 0..MARKS_LIMIT {
            acts(&maya, said.id, &tag(number)).await;
        }
        assert!(matches!(act(&maya, said.id, &tag(MARKS_LIMIT)).await, Acted::TooMany));
        assert!(matches!(act(&maya, said.id, &tag(0)).await, Acted::Same(_)));

        let at = |number: i64| Moment::from_millis(said.sent_at.as_millis() + number);
        let team = maya.scope.clone().team().unwrap();
        for number in 1..=200 {
            let act = edit(&format!("text {number}"));
            let acted = messages::act(&db, &team, said.id, &act, at(number)).await.unwrap();
            assert!(matches!(acted, Acted::Changed(_)), "{number}: {acted:?}");
        }
        assert!(matches!(act(&maya, said.id, &edit("one more")).await, Acted::TooMany));
        let versions = messages::versions(&db, &maya.scope, said.id).await.unwrap().unwrap();
        assert_eq!(versions.len(), 200);
    })
    .await;
}
