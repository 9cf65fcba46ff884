//! What becomes of tags when ERPNext makes, renames, ends and opens documents again.

use crate::{Visit, draft, on_both};
use serde_json::json;
use std::collections::BTreeMap;
use store::{
    edits::{self, NewEdit},
    messages::{self, Acted, HistoryOf, Posted},
    standings::{self, Reads},
    worker::{DocumentCopy, DocumentKey, Due, Effect, EffectKind, Insertion, Owed, Saved, Worker},
};
use uuid::Uuid;
use vocabulary::{
    Aim, BODY_LIMIT_CHARS, Message, MessageAct, MessageBody, MessageKind, Moment, Reply, SaveId,
    Seq, Tag, TagDoctype, WorkDoctype, WorkField,
};

const CREATION: &str = "2026-11-20 16:05:00.000000";

fn worker(visit: &Visit) -> Worker {
    Worker::for_background_work(visit.db.clone())
}

/// A document as ERPNext has it after so many saves.
fn document(doctype: &str, name: &str, status: &str, saves: u32, by: &str) -> DocumentCopy {
    DocumentCopy {
        doctype: doctype.into(),
        name: name.into(),
        creation: CREATION.into(),
        modified: format!("2026-11-21 10:00:{saves:02}.000000"),
        project: Some("PROJ-0001".into()),
        status: Some(status.into()),
        title: Some("A secret subject".into()),
        fields: json!({"modified_by": by}).as_object().unwrap().clone(),
    }
}

async fn keep(visit: &Visit, copy: &DocumentCopy) {
    worker(visit).keep_document(copy).await.unwrap();
    let reads = BTreeMap::from([(visit.workspace, Reads::All)]);
    let person = visit.who.person();
    standings::record_documents(&visit.db, person, &copy.doctype, &reads).await.unwrap();
}

async fn say(visit: &Visit, text: &str, reply: Option<&Message>) -> Message {
    let mut draft = draft(text);
    draft.reply = reply.map(|root| Reply { thread: root.id, also_in_room: false });
    match visit.says(draft).await {
        Posted::New(message) => message,
        other => panic!("{other:?}"),
    }
}

async fn now(visit: &Visit, message: &Message) -> Message {
    messages::by_id(&visit.db, &visit.scope, message.id).await.unwrap().unwrap()
}

/// What lines say in the thread that `root` began, and who is their author.
async fn lines(visit: &Visit, root: &Message) -> Vec<(String, String)> {
    let of = HistoryOf::Thread(root.id);
    let said = messages::history(&visit.db, &visit.scope, of, Aim::End, 50).await.unwrap().unwrap();
    said.messages
        .into_iter()
        .filter(|message| message.kind == MessageKind::Line)
        .map(|line| (line.words().to_owned(), line.author.full_name))
        .collect()
}

async fn owed(visit: &Visit) -> Vec<Owed> {
    let worker = worker(visit);
    let until = Moment::now().plus_millis(60_000);
    let lanes = worker.hold_lanes(&[Due(visit.workspace)], Uuid::now_v7(), until).await.unwrap();
    let owed = worker.owed(&lanes, 100).await.unwrap();
    worker.free_lanes(&lanes).await.unwrap();
    owed
}

fn tag(doctype: TagDoctype, name: &str) -> Tag {
    Tag { doctype, name: name.into(), making: false }
}

/// No place may be taken by nothing: whoever looks for it would look for ever.
async fn every_last_place_is_a_change(visit: &Visit) {
    let last = worker(visit).places(&[visit.workspace]).await.unwrap()[0].seq;
    let after = Seq::new(last.get() - 1);
    let found = worker(visit).changed_after(visit.workspace, after, 10).await.unwrap();
    assert_eq!(found.len(), 1, "nothing stands at place {last}");
}

#[tokio::test]
async fn the_end_of_a_document_is_one_line_in_each_thread_that_is_about_it() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        keep(&visit, &document("Task", "TASK-1", "Open", 0, "maya@parlance.demo")).await;
        let root = say(&visit, "#[TASK-1](Task) first", None).await;
        say(&visit, "#[TASK-1](Task) once more", Some(&root)).await;
        let other = say(&visit, "something else", None).await;
        let replied = say(&visit, "that is #[TASK-1](Task)", Some(&other)).await;
        let gone = say(&visit, "#[TASK-1](Task) removed", None).await;
        let team = visit.scope.clone().team().unwrap();
        messages::act(&db, &team, gone.id, &MessageAct::Remove, Moment::now()).await.unwrap();
        let before = owed(&visit).await.len();

        let ended = document("Task", "TASK-1", "Completed", 1, "maya@parlance.demo");
        for _ in 0..2 {
            keep(&visit, &ended).await;
        }
        // Two that hear of it at once, one of them of a later save too.
        let later = document("Task", "TASK-1", "Cancelled", 2, "maya@parlance.demo");
        let (one, two) = (worker(&visit), worker(&visit));
        let (a, b) = tokio::join!(one.keep_document(&ended), two.keep_document(&later));
        a.unwrap();
        b.unwrap();
        let line = ("#[TASK-1](Task) has changed.".to_owned(), "Maya Lindqvist".to_owned());
        assert_eq!(lines(&visit, &root).await, std::slice::from_ref(&line));
        assert_eq!(lines(&visit, &other).await, std::slice::from_ref(&line));
        assert_eq!(lines(&visit, &replied).await, []);
        assert_eq!(lines(&visit, &gone).await, []);
        assert_eq!(owed(&visit).await.len(), before, "a line is ours alone");
        every_last_place_is_a_change(&visit).await;

        keep(&visit, &document("Task", "TASK-1", "Working", 3, "stranger@x.example")).await;
        keep(&visit, &document("Task", "TASK-1", "Completed", 4, "stranger@x.example")).await;
        let said = lines(&visit, &root).await;
        let stranger = (line.0.clone(), "stranger@x.example".to_owned());
        assert_eq!(said, [line, stranger.clone(), stranger]);
        every_last_place_is_a_change(&visit).await;
    })
    .await;
}

/// Everybody in the room reads the line, also who may not read the document.
#[tokio::test]
async fn the_line_about_an_end_tells_nothing_of_the_document() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        keep(&visit, &document("Issue", "ISS-1", "Open", 0, "maya@parlance.demo")).await;
        let root = say(&visit, "#[ISS-1](Issue)", None).await;
        keep(&visit, &document("Issue", "ISS-1", "Closed", 1, "maya@parlance.demo")).await;
        let of = HistoryOf::Thread(root.id);
        let said = messages::history(&db, &visit.scope, of, Aim::End, 50).await.unwrap().unwrap();
        let line = said.messages.iter().find(|message| message.kind == MessageKind::Line).unwrap();
        let told = serde_json::to_string(line).unwrap();
        for secret in ["Closed", "secret"] {
            assert!(!told.contains(secret), "{told}");
        }
        assert_eq!(line.audience, vocabulary::Audience::Team);
    })
    .await;
}

#[tokio::test]
async fn another_document_under_the_same_name_ends_nothing() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        keep(&visit, &document("Issue", "ISS-1", "Open", 0, "maya@parlance.demo")).await;
        let root = say(&visit, "#[ISS-1](Issue)", None).await;
        let mut other = document("Issue", "ISS-1", "Closed", 1, "maya@parlance.demo");
        other.creation = "2026-11-21 09:00:00.000000".into();
        keep(&visit, &other).await;
        assert_eq!(lines(&visit, &root).await, []);
    })
    .await;
}

#[tokio::test]
async fn what_the_service_account_did_for_a_member_that_member_did() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        keep(&visit, &document("Issue", "ISS-1", "Open", 0, "maya@parlance.demo")).await;
        let root = say(&visit, "#[ISS-1](Issue)", None).await;
        let standing = policy::DocumentStanding::Read(policy::Write::Yes);
        let team = visit.scope.clone().team().unwrap();
        let scope = policy::open_document(team, "Issue", "ISS-1", standing).unwrap();
        let key = store::worker::WorkDocument {
            doctype: WorkDoctype::Issue,
            name: "ISS-1".into(),
            creation: CREATION.into(),
        };
        let edit =
            NewEdit { field: WorkField::Status, base: "Open".into(), value: "Closed".into() };
        let effect = Effect::Update(store::worker::Update {
            document: key.clone(),
            changes: vec![],
            proven: true,
        });
        edits::change(&db, &scope, SaveId::fresh(), &key, &[edit], effect).await.unwrap();
        keep(&visit, &document("Issue", "ISS-1", "Closed", 1, "service@parlance.demo")).await;
        let line = ("#[ISS-1](Issue) has changed.".to_owned(), "Maya Lindqvist".to_owned());
        assert_eq!(lines(&visit, &root).await, [line]);
    })
    .await;
}

#[tokio::test]
async fn a_rename_takes_tags_and_texts_along() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        keep(&visit, &document("Issue", "ISS-1", "Open", 0, "maya@parlance.demo")).await;
        let said = say(&visit, "#[ISS-1](Issue) and ISS-1", None).await;
        let before = owed(&visit).await.len();
        let key = |creation: &str| DocumentKey {
            doctype: "Issue".into(),
            name: "ISS-1".into(),
            creation: creation.into(),
        };
        let worker = worker(&visit);
        worker.rename_document(&key("2020-01-01 00:00:00"), "ISS-9").await.unwrap();
        assert_eq!(now(&visit, &said).await, said);
        worker.rename_document(&key(CREATION), "ISS-2").await.unwrap();
        let renamed = now(&visit, &said).await;
        assert_eq!(renamed.tags, [tag(TagDoctype::Issue, "ISS-2")]);
        assert_eq!(renamed.words(), "#[ISS-2](Issue) and ISS-1");
        assert!(renamed.changed > said.changed && renamed.edited_at.is_none());
        let Effect::Communication(line) = &owed(&visit).await[0].effect else { panic!("no line") };
        assert_eq!(line.links, [("Issue".to_owned(), "ISS-2".to_owned())]);
        assert_eq!(owed(&visit).await.len(), before, "ERPNext follows its own renames");
    })
    .await;
}

#[tokio::test]
async fn a_rename_to_a_longer_name_loses_no_text_that_was_as_long_as_it_may_be() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        keep(&visit, &document("Issue", "ISS-1", "Open", 0, "maya@parlance.demo")).await;
        let mut text = "#[ISS-1](Issue)".to_owned();
        text.push_str(&"x".repeat(BODY_LIMIT_CHARS - text.len()));
        let said = say(&visit, &text, None).await;
        let team = visit.scope.clone().team().unwrap();
        let edited = MessageAct::Edit(MessageBody::new(&text.replace('x', "y")).unwrap());
        messages::act(&db, &team, said.id, &edited, Moment::now()).await.unwrap();
        let key = DocumentKey {
            doctype: "Issue".into(),
            name: "ISS-1".into(),
            creation: CREATION.into(),
        };
        let name = "ISS-WITH-A-MUCH-LONGER-NAME";
        worker(&visit).rename_document(&key, name).await.unwrap();
        let now = now(&visit, &said).await;
        assert!(now.words().starts_with(&format!("#[{name}](Issue)yyy")));
        assert_eq!(now.words().len(), text.len() + name.len() - "ISS-1".len());
        let versions = messages::versions(&db, &visit.scope, said.id).await.unwrap().unwrap();
        assert!(versions[0].body.as_str().starts_with(&format!("#[{name}](Issue)xxx")));
        // The page reads it too.
        let told = serde_json::to_string(&now).unwrap();
        assert_eq!(serde_json::from_str::<Message>(&told).unwrap(), now);
    })
    .await;
}

async fn make_of(visit: &Visit, message: &Message, save: SaveId) -> Acted {
    let edit = NewEdit { field: WorkField::Subject, base: json!(null), value: "keys".into() };
    let fields = json!({"subject": "keys"}).as_object().unwrap().clone();
    let effect = Effect::Insert(Insertion { doctype: WorkDoctype::Task, fields, proven: true });
    let team = visit.scope.clone().team().unwrap();
    let what = (save, WorkDoctype::Task);
    edits::make_of(&visit.db, &team, message.id, what, &[edit], effect).await.unwrap()
}

#[tokio::test]
async fn what_is_made_of_a_message_stands_on_it_at_once_and_gets_its_name() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let said = say(&visit, "order keys", None).await;
        let save = SaveId::fresh();
        let Acted::Changed(changed) = make_of(&visit, &said, save).await else { panic!("same") };
        let making = Tag { doctype: TagDoctype::Task, name: save.to_string(), making: true };
        assert_eq!(changed[0].tags, std::slice::from_ref(&making));
        assert!(changed[0].changed > said.changed);
        assert!(matches!(make_of(&visit, &said, save).await, Acted::Same(_)));
        // Whoever presses twice means it once.
        assert!(matches!(make_of(&visit, &said, SaveId::fresh()).await, Acted::Same(_)));
        let team = visit.scope.clone().team().unwrap();
        assert_eq!(edits::made_of(&db, &team).await.unwrap()[&save], said.id);
        let queue = owed(&visit).await;
        let inserts: Vec<_> =
            queue.iter().filter(|owed| owed.effect.kind() == EffectKind::Insert).collect();
        assert_eq!(inserts.len(), 1);

        let saved = Saved { name: "TASK-7".into(), creation: CREATION.into(), ..Saved::default() };
        for _ in 0..2 {
            worker(&visit).settle_save(inserts[0], &saved).await.unwrap();
        }
        let made = now(&visit, &said).await;
        assert_eq!(made.tags, [tag(TagDoctype::Task, "TASK-7")]);
        assert!(made.changed > changed[0].changed);
        let kinds: Vec<_> = owed(&visit).await.iter().map(|owed| owed.effect.kind()).collect();
        assert_eq!(kinds, [EffectKind::Communication, EffectKind::CommunicationUpdate]);
        assert!(matches!(make_of(&visit, &said, save).await, Acted::Same(_)));
        assert_eq!(now(&visit, &said).await, made);
        every_last_place_is_a_change(&visit).await;
    })
    .await;
}

/// The background renames Issues of a Project while a member makes Tasks of messages there: both change the places and
/// the facts of one workspace.
#[tokio::test]
async fn renames_and_makings_at_the_same_time_wait_for_each_other_in_no_circle() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        for (name, creation) in [("ISS-1", "2026-11-20 16:05:01"), ("ISS-2", CREATION)] {
            let mut copy = document("Issue", name, "Open", 0, "maya@parlance.demo");
            copy.creation = creation.into();
            keep(&visit, &copy).await;
        }
        // The first one is nobody's: its rename would take no place before it counts the facts.
        say(&visit, "#[ISS-2](Issue)", None).await;
        let mut said = Vec::new();
        for number in 0..40 {
            said.push(say(&visit, &format!("order {number}"), None).await);
        }
        let renaming = async {
            let worker = worker(&visit);
            let key = |name: &str, creation: &str| DocumentKey {
                doctype: "Issue".into(),
                name: name.into(),
                creation: creation.into(),
            };
            for round in 0..20 {
                let from = |number: u32| match round {
                    0 => format!("ISS-{number}"),
                    _ => format!("ISS-{number}-{round}"),
                };
                let to = |number: u32| format!("ISS-{number}-{}", round + 1);
                let renames = [
                    (key(&from(1), "2026-11-20 16:05:01"), to(1)),
                    (key(&from(2), CREATION), to(2)),
                ];
                worker.rename_documents(&renames).await.unwrap();
            }
        };
        let making = async {
            for message in &said {
                let made = make_of(&visit, message, SaveId::fresh()).await;
                assert!(matches!(made, Acted::Changed(_)), "{made:?}");
            }
        };
        tokio::join!(renaming, making);
        every_last_place_is_a_change(&visit).await;
    })
    .await;
}

#[tokio::test]
async fn what_was_refused_stays_on_its_message_until_its_maker_drops_it() {
    on_both(|db| async move {
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let said = say(&visit, "order keys", None).await;
        let save = SaveId::fresh();
        make_of(&visit, &said, save).await;
        let queue = owed(&visit).await;
        worker(&visit).refuse(&queue[1], "No.").await.unwrap();
        let team = visit.scope.clone().team().unwrap();
        assert!(store::cards::refused(&db, &team).await.unwrap().contains(&save));
        assert_eq!(now(&visit, &said).await.tags.len(), 1);
        let tom = Visit::of(&db, "tom@parlance.demo", "PROJ-0001").await;
        let toms = tom.scope.clone().team().unwrap();
        assert!(!edits::give_up_making(&db, &toms, save).await.unwrap());
        assert!(edits::give_up_making(&db, &team, save).await.unwrap());
        assert_eq!(now(&visit, &said).await.tags, []);
        every_last_place_is_a_change(&visit).await;
        messages::act(&db, &team, said.id, &MessageAct::Remove, Moment::now()).await.unwrap();
        assert!(matches!(make_of(&visit, &said, SaveId::fresh()).await, Acted::Closed));
    })
    .await;
}

#[tokio::test]
async fn cards_tell_of_what_this_member_may_read_and_of_nothing_else() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let tom = Visit::of(&db, "tom@parlance.demo", "PROJ-0001").await;
        keep(&maya, &document("Task", "TASK-1", "Open", 0, "maya@parlance.demo")).await;
        let mut elsewhere = document("Task", "TASK-2", "Open", 0, "maya@parlance.demo");
        elsewhere.project = Some("PROJ-0002".into());
        keep(&maya, &elsewhere).await;
        let names = ["TASK-1", "TASK-2", "TASK-3"];
        let team = maya.scope.clone().team().unwrap();
        let cards = store::cards::of(&db, &team, TagDoctype::Task, &names).await.unwrap();
        assert_eq!(cards.keys().collect::<Vec<_>>(), ["TASK-1"]);
        assert_eq!(cards["TASK-1"].title.as_deref(), Some("A secret subject"));
        let team = tom.scope.clone().team().unwrap();
        assert!(store::cards::of(&db, &team, TagDoctype::Task, &names).await.unwrap().is_empty());
    })
    .await;
}
