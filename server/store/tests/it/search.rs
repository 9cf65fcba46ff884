//! Search finds what stands somewhere, on either database alike, and never what somebody may not read.

use crate::{Visit, draft, on_both};
use policy::{Principal, Standing};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Db,
    files::{self, Arrived},
    messages::{self, Acted, Posted},
    search::search,
    standings::{self, Reads},
    worker::{DocumentCopy, DocumentKey, Worker},
};
use uuid::Uuid;
use vocabulary::{
    FileId, FileName, FoundKind, FoundOrder, FoundPlace, Hit, Message, MessageAct, MessageBody,
    Moment, NewFile, SearchQuery, Searched,
};

const CREATION: &str = "2026-11-20 16:05:00.000000";

fn copy(doctype: &str, name: &str, title: &str, fields: serde_json::Value) -> DocumentCopy {
    let project = matches!(doctype, "Task" | "Issue").then(|| "PROJ-0001".to_owned());
    DocumentCopy {
        doctype: doctype.into(),
        name: name.into(),
        creation: CREATION.into(),
        modified: "2026-11-21 10:00:00.000000".into(),
        project: project
            .or_else(|| (fields["reference_doctype"] == "Project").then(|| "PROJ-0001".to_owned())),
        status: None,
        title: (!title.is_empty()).then(|| title.into()),
        fields: fields.as_object().unwrap().clone(),
    }
}

fn about(doctype: &str, name: &str, content: &str) -> serde_json::Value {
    json!({"reference_doctype": doctype, "reference_name": name, "content": content,
           "comment_type": "Comment", "sender": "ines@client.demo", "sender_full_name": "Ines Duarte"})
}

impl Visit {
    async fn posts_text(&self, text: &str) -> Message {
        match self.says(draft(text)).await {
            Posted::New(message) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn looks_for(&self, query: &str) -> Searched {
        let reach = policy::reach(&self.who).unwrap();
        search(&self.db, &reach, &SearchQuery::read(query), FoundOrder::Best, 50).await.unwrap()
    }

    /// What the hits say, in their order.
    async fn finds(&self, query: &str) -> Vec<String> {
        self.looks_for(query).await.hits.iter().map(says).collect()
    }

    async fn reads(&self, doctype: &str, reads: Reads) {
        let reads = BTreeMap::from([(self.workspace, reads)]);
        standings::record_documents(&self.db, self.who.person(), doctype, &reads).await.unwrap();
    }

    async fn does(&self, message: &Message, act: MessageAct) {
        let team = self.scope.clone().team().unwrap();
        let acted = messages::act(&self.db, &team, message.id, &act, Moment::now()).await.unwrap();
        assert!(matches!(acted, Acted::Changed(_)), "{acted:?}");
    }
}

fn says(hit: &Hit) -> String {
    if hit.title.text.is_empty() { hit.snippet.text.clone() } else { hit.title.text.clone() }
}

fn worker(db: &Db) -> Worker {
    Worker::for_background_work(db.clone())
}

/// The background has done all there is to do.
async fn settle(db: &Db) {
    while worker(db).index_what_is_due().await.unwrap() > 0 {}
    while worker(db).learn_words().await.unwrap() > 0 {}
}

#[tokio::test]
async fn what_is_said_is_found_at_once_in_every_form_and_no_more_when_it_is_gone() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let said = maya.posts_text("The **booking** form for the Küche is ready").await;
        maya.posts_text("Nothing about it here").await;
        // One that carries a mark is stored step by step.
        maya.posts_text("@[team](team) the bookings are delayed").await;
        for query in ["bookings form", "KUCHE", "book*", "\"booking form\"", "from:maya form"] {
            assert_eq!(
                maya.finds(query).await,
                ["The booking form for the Küche is ready"],
                "{query}"
            );
        }
        let hit = &maya.looks_for("forms").await.hits[0];
        assert!(hit.snippet.pieces().contains(&("form", true)), "{hit:?}");
        let FoundPlace::Message { message, thread: None } = hit.place else { panic!("{hit:?}") };
        assert_eq!(
            (message, hit.workspace, hit.kind),
            (said.id, maya.workspace, FoundKind::Message)
        );
        assert_eq!(maya.finds("\"form booking\"").await, [""; 0]);
        assert_eq!(maya.finds("booking -form").await, ["@team the bookings are delayed"]);

        maya.does(&said, MessageAct::Edit(MessageBody::new("The calendar is ready").unwrap()))
            .await;
        assert_eq!(maya.finds("kuche").await, [""; 0]);
        assert_eq!(maya.finds("calendars").await, ["The calendar is ready"]);
        maya.does(&said, MessageAct::Remove).await;
        assert_eq!(maya.finds("calendar").await, [""; 0]);
        assert_eq!(maya.finds("in:PROJ-0001").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn documents_are_found_by_name_words_sender_and_what_they_are_about() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.reads("Task", Reads::All).await;
        maya.reads("Issue", Reads::All).await;
        let copies = [
            copy(
                "Task",
                "TASK-1",
                "Paint the garden gate",
                json!({"description": "<p>green &amp; gold</p>"}),
            ),
            copy("Issue", "ISS-1", "Gate is stuck", json!({"raised_by": "ines@client.demo"})),
            copy(
                "Communication",
                "COM-1",
                "Offer",
                about("Project", "PROJ-0001", "the gate <b>costs</b> more"),
            ),
            copy("Comment", "CMT-1", "", about("Task", "TASK-1", "gate measured")),
        ];
        worker(&db).keep_documents(&copies, Moment::now()).await.unwrap();
        let kinds =
            |found: Searched| found.kinds.into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        let all = [FoundKind::Mail, FoundKind::Task, FoundKind::Issue, FoundKind::Comment];
        assert_eq!(kinds(maya.looks_for("gates").await), all);
        assert_eq!(maya.finds("task-1 green").await, ["Paint the garden gate"]);
        assert_eq!(maya.finds("kind:mail gate").await, ["Offer"]);
        assert_eq!(maya.finds("from:ines kind:issue").await, ["Gate is stuck"]);
        assert_eq!(maya.looks_for("tag:task-1").await.count, 2, "it, and what is about it");
        assert_eq!(maya.finds("gate after:2026-11-21 kind:comment").await, [""; 0]);
        assert_eq!(maya.finds("gate before:2026-11-21 kind:comment").await, ["gate measured"]);
        let hit = &maya.looks_for("measured").await.hits[0];
        assert!(matches!(&hit.place, FoundPlace::Work { name, .. } if name == "TASK-1"), "{hit:?}");

        let key = DocumentKey {
            doctype: "Issue".into(),
            name: "ISS-1".into(),
            creation: CREATION.into(),
        };
        worker(&db).rename_document(&key, "ISS-2").await.unwrap();
        assert_eq!(maya.looks_for("stuck").await.hits[0].name.as_deref(), Some("ISS-2"));
        worker(&db).forget_document(&DocumentKey { name: "ISS-2".into(), ..key }).await.unwrap();
        assert_eq!(maya.finds("stuck").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_found_by_its_name_and_by_what_it_says_while_a_message_carries_it() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let (id, key) = (FileId::fresh(), Uuid::now_v7().to_string());
        let name = FileName::new("Price-list.pdf");
        files::begin(&db, &maya.scope, &maya.room, (id, &name), &key).await.unwrap();
        let arrived = Arrived {
            key: key.clone(),
            content_type: "application/pdf".into(),
            size: 3,
            sha256: "00".into(),
            sides: None,
            thumbnail: None,
        };
        files::arrived(&db, &maya.scope, id, &arrived).await.unwrap();
        assert_eq!(maya.finds("price").await, [""; 0], "it is not sent yet");
        let mut carrying = draft("as agreed");
        carrying.files = vec![NewFile { id, name: "Price-list.pdf".into(), size: 3 }];
        let Posted::New(said) = maya.says(carrying).await else { panic!("it is new") };
        assert_eq!(maya.finds("price").await, ["Price-list.pdf"]);
        let unread = worker(&db).next_unread_file().await.unwrap().unwrap();
        assert_eq!((unread.id, &unread.key), (id, &key));
        worker(&db).keep_what_file_says(id, "Garden suites from 90").await.unwrap();
        assert_eq!(worker(&db).next_unread_file().await.unwrap(), None);
        let found = maya.looks_for("suite").await;
        assert_eq!(says(&found.hits[0]), "Price-list.pdf");
        assert!(found.hits[0].snippet.text.contains("Garden suites"));
        assert_eq!(maya.looks_for("has:file").await.count, 2, "the file and its message");
        maya.does(&said, MessageAct::Remove).await;
        assert_eq!(maya.looks_for("has:file").await.count, 0);
        assert_eq!(maya.finds("suite").await, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_mistyped_word_finds_what_was_meant_and_says_so() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.posts_text("The accommodation calendar is ready").await;
        settle(&db).await;
        for (query, meant) in [("calender", "calendar"), ("accomodation ready", "accommodation")] {
            let found = maya.looks_for(query).await;
            assert_eq!(found.count, 1, "{query}");
            assert_eq!(found.corrections[0].found, meant);
        }
        assert_eq!(maya.looks_for("calendar").await.corrections, []);
        assert_eq!(maya.looks_for("xylophone").await, Searched::default());
    })
    .await;
}

#[tokio::test]
async fn what_was_here_before_is_indexed_in_the_background() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.reads("Task", Reads::All).await;
        let task = copy("Task", "TASK-1", "Paint the gate", json!({}));
        worker(&db).keep_documents(&[task], Moment::now()).await.unwrap();
        // A Task that is about another Project now takes along what is about it.
        let said = maya.posts_text("about #[TASK-1](Task)").await;
        assert_eq!(said.tags.len(), 1);
        let key = DocumentKey {
            doctype: "Task".into(),
            name: "TASK-1".into(),
            creation: CREATION.into(),
        };
        worker(&db).rename_document(&key, "TASK-9").await.unwrap();
        settle(&db).await;
        assert_eq!(worker(&db).search_waits().await.unwrap(), 0);
        assert_eq!(maya.looks_for("TASK-9").await.count, 2);
        assert_eq!(maya.looks_for("\"TASK-1\"").await.count, 0);
    })
    .await;
}

/// Canaries: what is found may only be theirs.
struct Canary {
    word: String,
    /// Who may find it.
    readers: BTreeSet<usize>,
}

/// A word of letters that is like no other.
fn canary(number: usize) -> String {
    let mut rest = number * 7_919 + 104_729;
    let mut word = String::from("zq");
    for _ in 0..10 {
        word.push(char::from(b'a' + u8::try_from(rest % 23).unwrap()));
        rest = rest / 23 + number * 31 + 17;
    }
    word
}

#[tokio::test]
async fn nobody_finds_counts_or_is_told_of_what_they_may_not_read() {
    const PEOPLE: usize = 50;
    const PROJECTS: usize = 10;
    on_both(|db| async move {
        let worker = worker(&db);
        let mut rooms = Vec::new();
        for number in 0..PROJECTS {
            let user = format!("writer{number}@parlance.demo");
            rooms.push(Visit::of(&db, &user, &format!("PROJ-{number:04}")).await);
        }
        // Each reads two Projects, of some all Tasks and Issues, of some one, of some none.
        let mut people = Vec::new();
        let mut reads: Vec<BTreeMap<usize, Reads>> = Vec::new();
        for number in 0..PEOPLE {
            let projects = [number % PROJECTS, (number * 3 + 1) % PROJECTS];
            let names: Vec<String> = projects.iter().map(|one| format!("PROJ-{one:04}")).collect();
            let person = store::people::remember(
                &db,
                &format!("reader{number}@parlance.demo"),
                &format!("Reader {number}"),
                vocabulary::PersonKind::Member,
            )
            .await
            .unwrap();
            standings::record(&db, person.id, &names, Moment::now()).await.unwrap();
            let of = |project: usize| match (number + project) % 3 {
                0 => Reads::All,
                1 => Reads::None,
                _ => Reads::Some(BTreeSet::from([format!("Task-{project}-0"), format!("Issue-{project}-0")])),
            };
            let own: BTreeMap<usize, Reads> = projects.iter().map(|one| (*one, of(*one))).collect();
            for doctype in ["Task", "Issue"] {
                let own = own.iter().map(|(project, reads)| (rooms[*project].workspace, reads.clone()));
                standings::record_documents(&db, person.id, doctype, &own.collect()).await.unwrap();
            }
            people.push(Principal::of_checked_session(person.id, person.kind, person.full_name));
            reads.push(own);
        }
        let of_project = |project: usize| {
            (0..PEOPLE).filter(|one| reads[*one].contains_key(&project)).collect::<BTreeSet<_>>()
        };
        let of_document = |project: usize, name: &str| {
            let may = |own: &BTreeMap<usize, Reads>| match own.get(&project) {
                Some(Reads::All) => true,
                Some(Reads::Some(names)) => names.contains(name),
                _ => false,
            };
            (0..PEOPLE).filter(|one| may(&reads[*one])).collect::<BTreeSet<_>>()
        };
        let mut canaries: Vec<Canary> = Vec::new();
        let mut next = |readers: BTreeSet<usize>| {
            let word = canary(canaries.len());
            canaries.push(Canary { word: word.clone(), readers });
            word
        };
        for (project, room) in rooms.iter().enumerate() {
            for _ in 0..3 {
                room.posts_text(&format!("said {}", next(of_project(project)))).await;
            }
            let removed = room.posts_text(&format!("gone {}", next(BTreeSet::new()))).await;
            room.does(&removed, MessageAct::Remove).await;
            let edited = room.posts_text(&format!("before {}", next(BTreeSet::new()))).await;
            let after = MessageBody::new(&format!("after {}", next(of_project(project)))).unwrap();
            room.does(&edited, MessageAct::Edit(after)).await;
            let mut copies = Vec::new();
            for doctype in ["Task", "Issue"] {
                for number in 0..2 {
                    let name = format!("{doctype}-{project}-{number}");
                    let readers = || of_document(project, &name);
                    let fields = json!({"description": next(readers()), "project": format!("PROJ-{project:04}")});
                    let mut document = copy(doctype, &name, &next(readers()), fields);
                    document.project = Some(format!("PROJ-{project:04}"));
                    copies.push(document);
                    let content = next(readers());
                    copies.push(copy("Comment", &format!("C-{name}"), "", about(doctype, &name, &content)));
                }
            }
            let name = format!("PROJ-{project:04}");
            let mut mail = copy("Communication", &format!("M-{project}"), &next(of_project(project)),
                about("Project", &name, &next(of_project(project))));
            mail.project = Some(name);
            copies.push(mail);
            worker.keep_documents(&copies, Moment::now()).await.unwrap();
        }
        // ERPNext lost one, and closed a Project.
        settle(&db).await;
        assert_eq!(canaries.len(), 200);
        let mut found_at_all = 0;
        for (number, who) in people.iter().enumerate() {
            let reach = policy::reach(who).unwrap();
            let ask = async |query: &str| {
                search(&db, &reach, &SearchQuery::read(query), FoundOrder::Newest, 100).await.unwrap()
            };
            for canary in &canaries {
                let mut typo = canary.word.clone();
                typo.replace_range(5..6, "y");
                for query in [canary.word.clone(), typo] {
                    let found = ask(&query).await;
                    let may = canary.readers.contains(&number);
                    let told = serde_json::to_string(&found).unwrap().contains(&canary.word);
                    assert_eq!((found.count > 0, told), (may, may), "{number}: {query}: {found:?}");
                    found_at_all += usize::from(may);
                }
            }
            // Everything there is: nothing of others in what is shown or counted.
            let mine = canaries.iter().filter(|one| one.readers.contains(&number));
            let mine: BTreeSet<&str> = mine.map(|one| one.word.as_str()).collect();
            let all = ask("before:2100-01-01").await;
            let told = serde_json::to_string(&all).unwrap();
            for canary in &canaries {
                assert!(!told.contains(&canary.word) || mine.contains(canary.word.as_str()));
            }
            assert_eq!(all.kinds.iter().map(|(_, count)| count).sum::<u32>(), all.count);
        }
        assert!(found_at_all > 1_000, "the test looks at something: {found_at_all}");
        // Whoever loses a Project loses all of it at once.
        let loser = people[0].person();
        standings::record(&db, loser, &[], Moment::now()).await.unwrap();
        let reach = policy::reach(&people[0]).unwrap();
        let everything = SearchQuery::read("before:2100-01-01");
        let all = search(&db, &reach, &everything, FoundOrder::Best, 100).await.unwrap();
        assert_eq!(all, Searched::default());
        assert_eq!(standings::of(&db, &people[0], rooms[0].workspace).await.unwrap(), Standing::None);
    })
    .await;
}
