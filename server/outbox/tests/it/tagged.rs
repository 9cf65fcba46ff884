//! What lines are about shows in ERPNext: on the timelines of those documents, and nowhere else.

use crate::town::{Town, insertion};
use serde_json::{Value, json};
use standin::cast;
use std::time::Duration;
use store::messages::Acted;
use testkit::eventually;
use vocabulary::{
    FileId, MessageAct, MessageBody, MessageDraft, MessageId, NewFile, SaveId, Tag, TagDoctype,
    WorkDoctype,
};

fn tag(doctype: TagDoctype, name: &str) -> Tag {
    Tag { doctype, name: name.into(), making: false }
}

impl Town {
    fn communication(&self, message: MessageId) -> Option<Value> {
        let mut found = self.found("Communication", "parlance_key", &message.to_string());
        assert!(found.len() <= 1, "{found:?}");
        found.pop()
    }

    fn links(&self, message: MessageId) -> Vec<String> {
        let written = self.communication(message).unwrap();
        let rows = written["timeline_links"].as_array().unwrap().iter();
        rows.map(|row| row["link_name"].as_str().unwrap().to_owned()).collect()
    }

    async fn changes(&self, message: MessageId, act: MessageAct) {
        let acted = self.acts(message, &act).await;
        assert!(matches!(acted, Acted::Changed(_)), "{act:?}: {acted:?}");
    }
}

#[tokio::test]
async fn tags_follow_what_is_said_added_and_taken_away() {
    let town = Town::start().await;
    town.may_correct().await;
    let (first, second) = (town.task(&json!({})).name, town.task(&json!({})).name);
    town.mirrors("Task", &first).await;
    town.mirrors("Task", &second).await;
    let message = town.says(&format!("see #[{first}](Task) and #[TASK-NOBODY](Task)")).await;
    town.drain().await;
    assert_eq!(town.links(message), std::slice::from_ref(&first));
    let written = town.communication(message).unwrap();
    assert_eq!(written["content"], format!("<div>see {first} and TASK-NOBODY</div>"));
    assert_eq!(written["reference_doctype"], "Project");

    town.changes(message, MessageAct::Tag(tag(TagDoctype::Task, &second))).await;
    town.drain().await;
    assert_eq!(town.links(message), [first.clone(), second.clone()]);
    town.changes(message, MessageAct::Edit(MessageBody::new("see nothing").unwrap())).await;
    town.drain().await;
    assert_eq!(town.links(message), std::slice::from_ref(&second));
    town.changes(message, MessageAct::Untag(tag(TagDoctype::Task, &second))).await;
    town.drain().await;
    assert_eq!(town.links(message), Vec::<String>::new());
    assert_eq!(town.communication(message).unwrap()["content"], "<div>see nothing</div>");
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_line_removed_before_it_was_sent_leaves_nothing_in_erpnext() {
    for lost in 0..3 {
        let town = Town::start().await;
        town.may_correct().await;
        let before = town.erpnext.communications().len();
        let message = town.says("a slip").await;
        town.changes(message, MessageAct::Edit(MessageBody::new("a slip!").unwrap())).await;
        if lost > 0 {
            // It arrives, and nobody hears of it.
            town.erpnext.faults().drop_next_after_commit(lost);
            town.outbox.run_once().await.unwrap();
        }
        town.changes(message, MessageAct::Remove).await;
        town.drain().await;
        assert_eq!(town.erpnext.communications().len(), before, "{lost} lost");
        assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
    }
}

#[tokio::test]
async fn files_that_speak_for_themselves_are_named() {
    let town = Town::start().await;
    let file = |name: &str| NewFile { id: FileId::fresh(), name: name.into(), size: 3 };
    let mut draft = MessageDraft::said(
        vocabulary::MessageKey::fresh(),
        MessageBody::new("x").unwrap(),
        vocabulary::Audience::Team,
    );
    draft.body = None;
    draft.files = vec![file("brief.pdf"), file("plan & more.png")];
    let message = town.posts(draft).await;
    town.drain().await;
    let written = town.communication(message).unwrap();
    assert_eq!(written["subject"], "Tom Okafor: brief.pdf plan & more.png");
    assert_eq!(written["content"], "<div>brief.pdf<br>plan &amp; more.png</div>");
}

#[tokio::test]
async fn a_document_renamed_meanwhile_is_followed_and_one_that_is_gone_is_no_link() {
    let town = Town::start().await;
    town.may_correct().await;
    let issue = json!({"subject": "No rooms", "project": cast::WEBSITE});
    let renamed = town.erpnext.insert("Issue", &issue).unwrap();
    let gone = town.task(&json!({}));
    town.mirrors("Issue", &renamed).await;
    town.mirrors("Task", &gone.name).await;
    let text = format!("#[{renamed}](Issue) and #[{}](Task)", gone.name);
    let message = town.says(&text).await;
    town.erpnext.rename("Issue", &renamed, "ISS-RENAMED").unwrap();
    town.erpnext.delete("Task", &gone.name).unwrap();
    town.outbox.run_once().await.unwrap();
    assert!(town.communication(message).is_none());
    let hints = town.worker.hints(10).await.unwrap();
    assert!(hints.iter().any(|hint| hint.doctype == "Issue" && hint.name == renamed));
    assert!(hints.iter().any(|hint| hint.doctype == "Task" && hint.name == gone.name));
    town.follows("Issue", &renamed, "ISS-RENAMED").await;
    town.forgets("Task", &gone.name).await;
    town.drain().await;
    assert_eq!(town.links(message), ["ISS-RENAMED"]);
    let content = town.communication(message).unwrap()["content"].clone();
    assert_eq!(content, format!("<div>ISS-RENAMED and {}</div>", gone.name));
}

#[tokio::test]
async fn a_tagged_line_waits_for_the_mirror_to_follow_its_project() {
    let town = Town::start().await;
    town.may_correct().await;
    let task = town.task(&json!({}));
    town.mirrors("Task", &task.name).await;
    let message = town.says(&format!("#[{}](Task)", task.name)).await;
    town.erpnext.rename("Project", cast::WEBSITE, "PROJ-RENAMED").unwrap();
    // Longer than anything else is waited for. It is the first effect of this database.
    for _ in 0..12 {
        town.outbox.run_once().await.unwrap();
        assert!(town.communication(message).is_none());
        town.worker.put_off(1, vocabulary::Moment::now(), "not there", true).await.unwrap();
    }
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
    assert!(town.worker.hints(10).await.unwrap().iter().any(|hint| hint.name == cast::WEBSITE));
    town.mirror_follows(cast::WEBSITE, "PROJ-RENAMED").await;
    town.drain().await;
    let written = town.communication(message).unwrap();
    assert_eq!(written["reference_name"], "PROJ-RENAMED");
    assert_eq!(town.links(message), [task.name]);
}

#[tokio::test]
async fn a_line_that_arrived_unheard_is_there_whatever_became_of_its_links() {
    let town = Town::start().await;
    let issue = json!({"subject": "No rooms", "project": cast::WEBSITE});
    let issue = town.erpnext.insert("Issue", &issue).unwrap();
    town.mirrors("Issue", &issue).await;
    let message = town.says(&format!("#[{issue}](Issue)")).await;
    town.erpnext.faults().drop_next_after_commit(1);
    town.outbox.run_once().await.unwrap();
    assert!(town.communication(message).is_some());
    town.erpnext.rename("Issue", &issue, "ISS-RENAMED").unwrap();
    // The mirror has not heard of it.
    eventually("it is known to be there", Duration::from_secs(30), || async {
        town.outbox.run_once().await.unwrap();
        (town.worker.outbox_state().await.unwrap().waiting == 0).then_some(())
    })
    .await;
    assert_eq!(town.links(message), ["ISS-RENAMED"]);
    assert_eq!(town.worker.hints(10).await.unwrap(), [], "its links were not asked about");
}

#[tokio::test]
async fn a_mirror_that_never_hears_of_it_holds_up_nothing_for_ever() {
    let town = Town::start().await;
    let task = town.task(&json!({}));
    town.mirrors("Task", &task.name).await;
    let message = town.says(&format!("#[{}](Task)", task.name)).await;
    town.erpnext.delete("Task", &task.name).unwrap();
    // It is the first effect of this database.
    for _ in 0..4 {
        town.outbox.run_once().await.unwrap();
        assert!(town.communication(message).is_none());
        town.worker.put_off(1, vocabulary::Moment::now(), "not there", true).await.unwrap();
    }
    town.drain().await;
    assert_eq!(town.links(message), Vec::<String>::new());
}

#[tokio::test]
async fn what_is_made_of_a_message_is_made_once_and_shows_its_message() {
    for lost in 0..4 {
        let town = Town::start().await;
        town.may_correct().await;
        let message = town.says("order keys").await;
        let save = SaveId::fresh();
        let effect = insertion(WorkDoctype::Task, json!({"subject": "order keys"}));
        for _ in 0..2 {
            town.makes_of(message, save, effect.clone()).await;
        }
        town.erpnext.faults().drop_next_after_commit(lost);
        town.drain().await;
        let made = town.found("Task", "parlance_key", &save.to_string());
        assert_eq!(made.len(), 1, "{lost} lost");
        let name = made[0]["name"].as_str().unwrap();
        assert_eq!(town.links(message), [name], "{lost} lost");
        assert_eq!(town.tags(message).await, [tag(TagDoctype::Task, name)]);
        // Sent once more when all is done.
        town.makes_of(message, save, effect).await;
        assert_eq!(town.tags(message).await, [tag(TagDoctype::Task, name)]);
    }
}

#[tokio::test]
async fn a_message_let_go_while_its_task_is_made_stays_without_it() {
    let town = Town::start().await;
    town.may_correct().await;
    let (untagged, removed) = (town.says("order keys").await, town.says("order locks").await);
    let effect = || insertion(WorkDoctype::Task, json!({"subject": "order keys"}));
    let saves = [SaveId::fresh(), SaveId::fresh()];
    town.makes_of(untagged, saves[0], effect()).await;
    town.makes_of(removed, saves[1], effect()).await;
    let making = Tag { doctype: TagDoctype::Task, name: saves[0].to_string(), making: true };
    assert_eq!(town.tags(untagged).await, std::slice::from_ref(&making));
    town.changes(untagged, MessageAct::Untag(making)).await;
    town.changes(removed, MessageAct::Undo).await;
    town.drain().await;
    assert_eq!(town.links(untagged), Vec::<String>::new());
    assert!(town.communication(removed).is_none());
    for save in saves {
        assert_eq!(town.found("Task", "parlance_key", &save.to_string()).len(), 1);
    }
}
