//! What messages are about: told to each as far as ERPNext lets them read it, made of what was said, and seen in ERPNext.

use crate::{
    call::{Answer, api},
    town::{self, Place},
};
use reqwest::StatusCode;
use serde_json::{Value, json};
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::time::Duration;
use testkit::{eventually, http::Session, process::Server, socket::Line};
use vocabulary::{Card, Chip, Message, MessageId, MessageKind, SaveId, TagDoctype};

const PATIENCE: Duration = Duration::from_secs(30);

struct Studio {
    erpnext: Running,
    server: Server,
    place: Place,
    maya: Session,
    tom: Session,
    task: String,
}

impl Studio {
    async fn start() -> Self {
        let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
        let task = json!({
            "subject": "Ask about the logo", "project": cast::WEBSITE, "exp_end_date": "2030-01-10",
        });
        let task = erpnext.insert("Task", &task).unwrap();
        let server = town::on_site(&erpnext).start().await;
        let maya = town::cast(&server, cast::MAYA.user).await;
        let tom = town::cast(&server, cast::TOM.user).await;
        let place = town::place(&maya, cast::WEBSITE).await;
        Self { erpnext, server, place, maya, tom, task }
    }

    async fn chips(&self, who: &Session, tags: &[(&str, &str, bool)]) -> Answer {
        let mut fields = vec![("id".to_owned(), self.place.workspace.to_string())];
        for (number, (doctype, name, making)) in tags.iter().enumerate() {
            let of = |part: &str| format!("tags[{number}][{part}]");
            fields.push((of("doctype"), (*doctype).to_owned()));
            fields.push((of("name"), (*name).to_owned()));
            fields.push((of("making"), making.to_string()));
        }
        let fields: Vec<_> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        api(who, "chips", &fields).await
    }

    async fn card(&self, who: &Session, doctype: &str, name: &str, making: bool) -> Card {
        let got = self.chips(who, &[(doctype, name, making)]).await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.body);
        let mut chips: Vec<Chip> = serde_json::from_str(&got.body).unwrap();
        assert_eq!(chips.len(), 1);
        chips.remove(0).card
    }

    async fn make_of(&self, message: MessageId, doctype: &str, save: SaveId) -> Answer {
        let (room, message) = (self.place.room.to_string(), message.to_string());
        let save = save.to_string();
        let fields =
            [("room", &*room), ("message", &*message), ("doctype", doctype), ("save", &*save)];
        api(&self.maya, "make_of_message", &fields).await
    }

    async fn message(&self, id: MessageId) -> Message {
        let (room, id) = (self.place.room.to_string(), id.to_string());
        let got = api(&self.maya, "thread", &[("room", &*room), ("message", &*id)]).await;
        serde_json::from_value(got.json()["root"].clone()).unwrap()
    }

    fn communication(&self, message: MessageId) -> Option<Value> {
        let key = message.to_string();
        self.erpnext.communications().into_iter().find(|one| one["parlance_key"] == key.as_str())
    }
}

#[tokio::test]
async fn a_chip_tells_who_may_read_its_document_and_nobody_else() {
    let studio = Studio::start().await;
    let known = eventually("the Task is mirrored", PATIENCE, || async {
        match studio.card(&studio.maya, "Task", &studio.task, false).await {
            Card::Known(known) => Some(known),
            _ => None,
        }
    })
    .await;
    assert_eq!(known.title, "Ask about the logo");
    assert_eq!((known.status.as_deref(), known.due.as_deref()), (Some("Open"), Some("2030-01-10")));
    assert_eq!(studio.card(&studio.maya, "Task", "TASK-NOBODY", false).await, Card::NoAccess);
    // Tom has no right on Issues: what is there and what is not look the same to him.
    let issue = json!({"subject": "A secret complaint", "project": cast::WEBSITE});
    let issue = studio.erpnext.insert("Issue", &issue).unwrap();
    eventually("the Issue is mirrored", PATIENCE, || async {
        let card = studio.card(&studio.maya, "Issue", &issue, false).await;
        matches!(card, Card::Known(_)).then_some(())
    })
    .await;
    let got = studio.chips(&studio.tom, &[("Issue", &issue, false)]).await;
    assert!(!got.body.contains("secret"), "{}", got.body);
    assert_eq!(studio.card(&studio.tom, "Issue", &issue, false).await, Card::NoAccess);
    let customer = studio.card(&studio.tom, "Customer", cast::CUSTOMER, false).await;
    assert!(matches!(customer, Card::Known(_)), "the Project says who its Customer is");
}

#[tokio::test]
async fn what_is_asked_wrongly_is_refused() {
    let studio = Studio::start().await;
    let flood: Vec<_> = (0..201).map(|_| ("Task", "TASK-1", false)).collect();
    let got = studio.chips(&studio.maya, &flood).await;
    assert_eq!(got.error(), "invalid", "{}", got.body);
    assert_ne!(studio.chips(&studio.maya, &[("User", "tom", false)]).await.status, StatusCode::OK);
    let none = studio.make_of(MessageId::fresh(), "Task", SaveId::fresh()).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    let mut maya = Line::connect(&studio.maya).await;
    let said = maya.say(studio.place.room, "keys").await;
    let customer = studio.make_of(said.id, "Customer", SaveId::fresh()).await;
    assert_ne!(customer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_message_becomes_one_task_its_end_is_one_line_and_erpnext_shows_both_together() {
    let studio = Studio::start().await;
    let mut maya = Line::connect(&studio.maya).await;
    let mut tom = Line::connect(&studio.tom).await;
    tom.join(studio.place.room, None).await;
    let said = maya.say(studio.place.room, "# Order **keys**\nfor the new rooms").await;
    tom.next_message().await;
    let save = SaveId::fresh();
    for _ in 0..2 {
        let got = studio.make_of(said.id, "Task", save).await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    }
    let making = tom.next_message().await;
    assert!(making.tags[0].making);
    let made = eventually("the tag has its name", PATIENCE, || async {
        let now = studio.message(said.id).await;
        now.tags.first().filter(|tag| !tag.making).cloned()
    })
    .await;
    assert_eq!(made.doctype, TagDoctype::Task);
    let tasks = studio.erpnext.documents("Task");
    let key = save.to_string();
    let of_save: Vec<_> =
        tasks.iter().filter(|task| task["parlance_key"] == key.as_str()).collect();
    assert_eq!(of_save.len(), 1);
    assert_eq!(of_save[0]["subject"], "Order **keys**");
    assert_eq!(of_save[0]["owner"], cast::MAYA.user);
    let description = of_save[0]["description"].as_str().unwrap();
    let link = format!("/w/{}?m={}", studio.place.workspace, said.id);
    for part in ["for the new rooms", "Maya Lindqvist", link.as_str()] {
        assert!(description.contains(part), "{description}");
    }
    eventually("the Communication shows on the Task", PATIENCE, || async {
        let written = studio.communication(said.id)?;
        let links = written["timeline_links"].as_array()?;
        (links.len() == 1 && links[0]["link_name"] == made.name.as_str()).then_some(())
    })
    .await;
    let card = studio.card(&studio.maya, "Task", &made.name, false).await;
    assert!(matches!(card, Card::Known(known) if known.title == "Order **keys**"));

    studio.erpnext.update("Task", &made.name, &json!({"status": "Completed"})).unwrap();
    let line = eventually("a line tells of its end", PATIENCE, || async {
        let (room, id) = (studio.place.room.to_string(), said.id.to_string());
        let got = api(&studio.tom, "thread", &[("room", &*room), ("message", &*id)]).await;
        let thread: vocabulary::Thread = serde_json::from_str(&got.body).unwrap();
        thread.replies.messages.into_iter().next()
    })
    .await;
    assert_eq!(line.kind, MessageKind::Line);
    assert_eq!(line.words(), format!("#[{}](Task) has changed.", made.name));
    assert!(studio.communication(line.id).is_none());
    drop(studio.server);
}
