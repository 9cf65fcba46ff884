//! Rule 4: whatever is done in the chat, no field of any Task or Issue changes in ERPNext.
//!
//! The stand-in does to an Issue what ERPNext does: a received Communication on it opens it again, its first answer
//! sets `first_responded_on`, an assignment shows in `_assign`. The last test proves that this would be seen.

use crate::town::{Town, line};
use erpnext::{NewCommunication, chat_subject, plain_text_as_html};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use standin::cast;
use std::collections::BTreeMap;
use store::worker::{Attachment, Effect, FileUpload};
use vocabulary::{MessageId, WorkDoctype};

/// Something people do in the chat.
#[derive(Clone, Debug)]
enum Operation {
    Say(String),
    /// Says it with tags: a line that is seen on a Task, an Issue and a Customer as well.
    SayTagged(String, prop::sample::Index),
    /// Corrects the Communication of one of the lines so far.
    Correct(prop::sample::Index),
    /// Takes one of the lines so far back.
    TakeBack(prop::sample::Index),
    /// Gives a file with one of the lines so far.
    Attach(prop::sample::Index, prop::sample::Index),
    /// The next answers of ERPNext are lost.
    LoseAnswers(u32),
}

fn words() -> impl Strategy<Value = String> {
    // Words with which people close and open things, names of documents, and what mail programs send.
    prop_oneof![
        "[a-z ]{1,30}",
        Just("ISS-2026-00001 is resolved, please close it".to_owned()),
        Just("Re: [ISS-2026-00001] TASK-2026-00012 done".to_owned()),
        "\\PC{1,60}",
    ]
    .prop_filter("a line says something", |words| !words.trim().is_empty())
}

fn operation() -> impl Strategy<Value = Operation> {
    let any_of = || any::<prop::sample::Index>();
    prop_oneof![
        4 => words().prop_map(Operation::Say),
        3 => (words(), any_of()).prop_map(|(words, of)| Operation::SayTagged(words, of)),
        2 => any_of().prop_map(Operation::Correct),
        1 => any_of().prop_map(Operation::TakeBack),
        2 => (any_of(), any_of()).prop_map(|(line, to)| Operation::Attach(line, to)),
        1 => (1..3_u32).prop_map(Operation::LoseAnswers),
    ]
}

/// Every Task, Issue and assignment there is, whole.
fn work(town: &Town) -> BTreeMap<String, Value> {
    ["Task", "Issue", "ToDo"]
        .into_iter()
        .flat_map(|doctype| town.erpnext.documents(doctype))
        .map(|document| (document["name"].as_str().unwrap().to_owned(), document))
        .collect()
}

fn name_of(town: &Town, doctype: &str, which: prop::sample::Index) -> String {
    let all = town.erpnext.documents(doctype);
    which.get(&all)["name"].as_str().unwrap().to_owned()
}

async fn operate(town: &Town, lines: &mut Vec<MessageId>, operation: Operation) {
    match operation {
        Operation::Say(words) => lines.push(town.says(&words).await),
        Operation::SayTagged(words, which) => {
            let message = MessageId::fresh();
            let zone = town.site.time_zone().await.unwrap();
            let name = cast::TOM.full_name();
            let now = erpnext::site_time(vocabulary::Moment::now().as_millis(), zone);
            let key = message.to_string();
            let new =
                NewCommunication::chat(cast::WEBSITE, cast::TOM.user, &name, &words, now, &key)
                    .linked_to("Task", &name_of(town, "Task", which))
                    .linked_to("Issue", &name_of(town, "Issue", which))
                    .linked_to("Customer", cast::CUSTOMER);
            // Faults may take the answer; the document is what is looked at.
            let written = town.site.insert_communication(&new).await.ok();
            if let Some(written) = written {
                let (subject, content) = (chat_subject(&name, &words), plain_text_as_html(&words));
                let _ = town.site.update_communication(&written, &subject, &content).await;
            }
        }
        Operation::Correct(_) | Operation::TakeBack(_) | Operation::Attach(..)
            if lines.is_empty() => {}
        Operation::Correct(which) => {
            town.owe(Effect::CommunicationUpdate(line(*which.get(lines)))).await;
        }
        Operation::TakeBack(which) => {
            town.owe(Effect::CommunicationDelete(*which.get(lines))).await;
        }
        Operation::Attach(which, to) => {
            let doctype = if to.index(2) == 0 { WorkDoctype::Task } else { WorkDoctype::Issue };
            let name = name_of(town, doctype.as_str(), to);
            let attached_to = vec![
                Attachment::Communication(*which.get(lines)),
                Attachment::Project,
                Attachment::Document { doctype, name },
            ];
            let effect = Effect::File(FileUpload {
                file_name: "plan.txt".into(),
                attached_to,
                stored: None,
            });
            town.owe_with(effect, Some(b"what was agreed".to_vec())).await;
        }
        Operation::LoseAnswers(count) => town.erpnext.faults().drop_next_after_commit(count),
    }
}

#[test]
fn no_sequence_of_chat_operations_changes_a_field_of_a_task_or_issue() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config =
        ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    runner
        .run(&prop::collection::vec(operation(), 1..16), |operations| {
            let (before, after, written) = runtime.block_on(async {
                let town = Town::start().await;
                town.may_correct().await;
                let (before, said) = (work(&town), town.erpnext.communications().len());
                let mut lines = Vec::new();
                for operation in operations.clone() {
                    operate(&town, &mut lines, operation).await;
                    if lines.len().is_multiple_of(3) {
                        town.drain().await;
                    }
                }
                town.drain().await;
                (before, work(&town), town.erpnext.communications().len() != said)
            });
            for (name, document) in &before {
                prop_assert_eq!(after.get(name), Some(document), "{} changed", name);
            }
            prop_assert_eq!(after.len(), before.len());
            let says = operations.iter().any(|one| matches!(one, Operation::SayTagged(..)));
            prop_assert!(written || !says, "nothing reached ERPNext");
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn a_received_mail_or_an_assignment_would_have_been_seen() {
    let town = Town::start().await;
    let issue = town
        .erpnext
        .insert("Issue", &json!({"subject": "No rooms", "project": cast::WEBSITE}))
        .unwrap();
    town.erpnext.update("Issue", &issue, &json!({"status": "Closed"})).unwrap();
    let before = work(&town);
    let mail = json!({
        "subject": "Re: No rooms", "content": "<p>Still none.</p>", "communication_type": "Communication",
        "communication_medium": "Email", "sent_or_received": "Received", "sender": cast::INES.user,
        "reference_doctype": "Issue", "reference_name": issue,
    });
    town.erpnext.insert("Communication", &mail).unwrap();
    let opened = work(&town);
    assert_ne!(before[&issue], opened[&issue]);
    assert_eq!(opened[&issue]["status"], "Open");
    town.site.assign("Issue", &issue, &[cast::JONAS.user], None).await.unwrap();
    assert_ne!(opened, work(&town));
}
