//! Members make and change Tasks and Issues here, and ERPNext has it.

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
use vocabulary::{SaveId, protocol::ServerFrame};

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
            "subject": "Ask about the logo", "project": cast::WEBSITE, "priority": "Low",
            "exp_start_date": "2030-01-10",
        });
        let task = erpnext.insert("Task", &task).unwrap();
        let server = town::on_site(&erpnext).start().await;
        let maya = town::cast(&server, cast::MAYA.user).await;
        let tom = town::cast(&server, cast::TOM.user).await;
        let place = town::place(&maya, cast::WEBSITE).await;
        Self { erpnext, server, place, maya, tom, task }
    }

    async fn change(&self, who: &Session, changes: &[(&str, &str, &str)]) -> Answer {
        let (id, save) = (self.place.workspace.to_string(), SaveId::fresh().to_string());
        let mut fields = vec![
            ("id".to_owned(), id),
            ("change[save]".into(), save),
            ("change[doctype]".into(), "Task".into()),
            ("change[name]".into(), self.task.clone()),
        ];
        for (number, (field, base, value)) in changes.iter().enumerate() {
            let name = |part: &str| format!("change[changes][{number}][{part}]");
            fields.push((name("field"), (*field).to_owned()));
            if !base.is_empty() {
                fields.push((name("base"), (*base).to_owned()));
            }
            fields.push((name("value"), (*value).to_owned()));
        }
        call(who, "change_work", &fields).await
    }

    async fn item(&self, who: &Session) -> Value {
        let fields = [
            ("id".to_owned(), self.place.workspace.to_string()),
            ("doctype".into(), "Task".into()),
            ("name".into(), self.task.clone()),
        ];
        let got = call(who, "work_item", &fields).await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.body);
        got.json()
    }

    async fn facts(&self, who: &Session) -> Value {
        let id = self.place.workspace.to_string();
        api(who, "facts", &[("id", &id)]).await.json()
    }

    /// Tom as somebody who came by a ticket from the desk: without anything he acts with.
    async fn forget_toms_credentials(&self) {
        let id = api(&self.tom, "whoami", &[]).await.json()["id"].clone();
        let file = self.server.data_folder().join("parlance.sqlite");
        let db = store::Db::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        let id = id.as_str().unwrap().parse().unwrap();
        crate::revocation::worker(db.clone()).forget_credential(id).await.unwrap();
        db.close().await;
    }

    fn now(&self) -> Value {
        self.erpnext.document("Task", &self.task).unwrap()
    }

    async fn until_erpnext_has(&self, field: &str, value: Value) {
        eventually("ERPNext has it", Duration::from_secs(20), || async {
            (self.now()[field] == value).then_some(())
        })
        .await;
    }

    /// The edit of `who` on a field, once it is in `state`.
    async fn edit_in(&self, who: &Session, state: &str) -> Value {
        eventually("the edit is decided on", Duration::from_secs(20), || async {
            let item = self.item(who).await;
            let edits = item["edits"].as_array().unwrap().clone();
            edits.into_iter().find(|edit| edit["state"]["state"] == state)
        })
        .await
    }
}

async fn call(who: &Session, name: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    api(who, name, &fields).await
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_reaches_erpnext_in_the_members_name() {
    let studio = Studio::start().await;
    let mut line = Line::connect(&studio.maya).await;
    line.join(studio.place.room, None).await;
    let changed =
        studio.change(&studio.tom, &[("priority", "Low", "High"), ("progress", "0", "40")]).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    // Maya is told, and sees it before or after ERPNext has it.
    let told = line
        .pick_within(Duration::from_secs(10), |frame| {
            matches!(frame, ServerFrame::Facts { room, .. } if *room == studio.place.room)
                .then_some(())
        })
        .await;
    assert_eq!(told, Some(()));
    let facts = studio.facts(&studio.maya).await;
    let tasks = facts["open_tasks"].as_array().unwrap();
    let task = tasks.iter().find(|task| task["name"] == *studio.task).unwrap();
    assert_eq!(task["priority"], "High");
    studio.until_erpnext_has("priority", json!("High")).await;
    let now = studio.now();
    assert_eq!((&now["progress"], &now["modified_by"]), (&json!(40.0), &json!(cast::TOM.user)));
    eventually("nothing is under way any more", Duration::from_secs(20), || async {
        (studio.item(&studio.maya).await["edits"] == json!([])).then_some(())
    })
    .await;
    assert_eq!(studio.item(&studio.maya).await["fields"]["priority"], "High");
}

#[tokio::test]
async fn a_save_sent_twice_is_one_save() {
    let studio = Studio::start().await;
    let fields = [
        ("id".to_owned(), studio.place.workspace.to_string()),
        ("new[save]".into(), SaveId::fresh().to_string()),
        ("new[doctype]".into(), "Task".into()),
        ("new[fields][subject]".into(), "Only once <b>".into()),
        ("new[fields][description]".into(), "one\n\ntwo".into()),
    ];
    for _ in 0..3 {
        assert_eq!(call(&studio.tom, "make_work", &fields).await.status, StatusCode::OK);
    }
    let made = || {
        let mut all = studio.erpnext.documents("Task");
        all.retain(|task| task["subject"].as_str().is_some_and(|it| it.starts_with("Only once")));
        all
    };
    let task = eventually("it is made", Duration::from_secs(20), || async { made().pop() }).await;
    assert_eq!(task["description"], "<div>one<br><br>two</div>");
    assert_eq!((&task["owner"], &task["project"]), (&json!(cast::TOM.user), &json!(cast::WEBSITE)));
    eventually("it is listed", Duration::from_secs(20), || async {
        let facts = studio.facts(&studio.tom).await;
        let tasks = facts["open_tasks"].as_array().unwrap().clone();
        let listed = tasks.iter().any(|one| one["subject"] == "Only once <b>");
        (listed && facts["making"] == json!([])).then_some(())
    })
    .await;
    assert_eq!(made().len(), 1);
}

#[tokio::test]
async fn disjoint_changes_meet_without_a_word_and_one_field_is_a_conflict_with_both_values() {
    let studio = Studio::start().await;
    studio.erpnext.faults().go_down();
    studio.change(&studio.tom, &[("priority", "Low", "High"), ("progress", "0", "20")]).await;
    studio
        .erpnext
        .update("Task", &studio.task, &json!({"priority": "Urgent", "status": "Working"}))
        .unwrap();
    studio.erpnext.faults().come_up();
    let edit = studio.edit_in(&studio.tom, "conflict").await;
    assert_eq!((&edit["field"], &edit["value"]), (&json!("priority"), &json!("High")));
    assert_eq!(edit["state"]["theirs"], "Urgent");
    let now = studio.now();
    assert_eq!((&now["priority"], &now["progress"]), (&json!("Urgent"), &json!(20.0)));
    assert_eq!(now["status"], "Working");
    // It is nobody's business but Tom's.
    assert_eq!(studio.item(&studio.maya).await["edits"], json!([]));
    let decide = |resolve: &str| {
        [
            ("id".to_owned(), studio.place.workspace.to_string()),
            ("edit".into(), edit["id"].to_string()),
            ("resolve".into(), resolve.to_owned()),
        ]
    };
    let mine = decide("keep_mine");
    let others = call(&studio.maya, "resolve_edit", &mine).await;
    assert_eq!(others.status, StatusCode::NOT_FOUND);
    assert_eq!(call(&studio.tom, "resolve_edit", &mine).await.status, StatusCode::OK);
    studio.until_erpnext_has("priority", json!("High")).await;
    eventually("nothing is left to decide", Duration::from_secs(20), || async {
        (studio.item(&studio.tom).await["edits"] == json!([])).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_erpnext_refuses_comes_back_in_its_words_with_what_was_typed() {
    let studio = Studio::start().await;
    studio.change(&studio.tom, &[("exp_end_date", "", "2030-01-05")]).await;
    let edit = studio.edit_in(&studio.tom, "refused").await;
    assert_eq!(edit["value"], "2030-01-05");
    let words = edit["state"]["words"].as_str().unwrap();
    assert!(words.contains("End Date") && !words.contains('<'), "{words}");
    let drop = [
        ("id".to_owned(), studio.place.workspace.to_string()),
        ("edit".into(), edit["id"].to_string()),
        ("resolve".into(), "take_theirs".into()),
    ];
    assert_eq!(call(&studio.tom, "resolve_edit", &drop).await.status, StatusCode::OK);
    assert_eq!(studio.item(&studio.tom).await["edits"], json!([]));
    assert_eq!(studio.now()["exp_end_date"], Value::Null);
}

#[tokio::test]
async fn what_was_refused_to_be_made_waits_for_its_author_alone() {
    let studio = Studio::start().await;
    let save = SaveId::fresh().to_string();
    let id = studio.place.workspace.to_string();
    // Tom may not make Issues.
    let fields = [
        ("id".to_owned(), id.clone()),
        ("new[save]".into(), save.clone()),
        ("new[doctype]".into(), "Issue".into()),
        ("new[fields][subject]".into(), "No rooms on Sunday".into()),
    ];
    assert_eq!(call(&studio.tom, "make_work", &fields).await.status, StatusCode::OK);
    let making = eventually("it is refused", Duration::from_secs(20), || async {
        let facts = studio.facts(&studio.tom).await;
        let making = facts["making"][0].clone();
        (making["state"]["state"] == "refused").then_some(making)
    })
    .await;
    assert_eq!(making["fields"]["subject"], "No rooms on Sunday");
    assert_eq!(studio.facts(&studio.maya).await["making"], json!([]));
    let drop = [("id".to_owned(), id), ("save".into(), save)];
    assert_eq!(call(&studio.maya, "drop_new_work", &drop).await.status, StatusCode::NOT_FOUND);
    assert_eq!(call(&studio.tom, "drop_new_work", &drop).await.status, StatusCode::OK);
    assert_eq!(studio.facts(&studio.tom).await["making"], json!([]));
}

#[tokio::test]
async fn somebody_is_given_a_task_and_relieved_of_it() {
    let studio = Studio::start().await;
    let assign = |shall: &str| {
        [
            ("id".to_owned(), studio.place.workspace.to_string()),
            ("assign[save]".into(), SaveId::fresh().to_string()),
            ("assign[doctype]".into(), "Task".into()),
            ("assign[name]".into(), studio.task.clone()),
            ("assign[user]".into(), cast::PRIYA.user.into()),
            ("assign[shall]".into(), shall.to_owned()),
        ]
    };
    assert_eq!(call(&studio.tom, "assign_work", &assign("true")).await.status, StatusCode::OK);
    eventually("she has it", Duration::from_secs(20), || async {
        let item = studio.item(&studio.maya).await;
        let assigned = item["assigned"][0]["full_name"] == cast::PRIYA.full_name();
        (assigned && item["edits"] == json!([])).then_some(())
    })
    .await;
    assert_eq!(call(&studio.tom, "assign_work", &assign("false")).await.status, StatusCode::OK);
    eventually("she has it no longer", Duration::from_secs(20), || async {
        (studio.item(&studio.maya).await["assigned"] == json!([])).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nothing_wrong_gets_as_far_as_erpnext() {
    let studio = Studio::start().await;
    let before = studio.now();
    let long = "x".repeat(141);
    for (field, value) in [
        ("subject", ""),
        ("subject", &*long),
        ("progress", "101"),
        ("exp_end_date", "tomorrow"),
        ("_assign", "tom@parlance.demo"),
    ] {
        let got = studio.change(&studio.tom, &[(field, "", value)]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", got.body);
        assert_eq!(got.error(), "invalid");
    }
    for (field, value) in [("owner", "x"), ("docstatus", "2")] {
        let got = studio.change(&studio.tom, &[(field, "", value)]).await;
        assert!(got.status.is_client_error(), "{field}: {} {}", got.status, got.body);
    }
    let twice = [("subject", "", "one"), ("subject", "", "two")];
    let got = studio.change(&studio.tom, &twice).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", got.body);
    // Not even by a Task of another workspace's name.
    let other = studio
        .erpnext
        .insert("Task", &json!({"subject": "Elsewhere", "project": cast::INTRANET}))
        .unwrap();
    let fields = [
        ("id".to_owned(), studio.place.workspace.to_string()),
        ("change[save]".into(), SaveId::fresh().to_string()),
        ("change[doctype]".into(), "Task".into()),
        ("change[name]".into(), other),
        ("change[changes][0][field]".into(), "priority".into()),
        ("change[changes][0][value]".into(), "High".into()),
    ];
    assert_eq!(call(&studio.tom, "change_work", &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(studio.now(), before);
    drop(studio.server);
}

#[tokio::test]
async fn of_two_moves_of_a_card_the_last_counts_and_erpnexts_own_refusal_is_told_on_it() {
    let studio = Studio::start().await;
    let id = studio.place.workspace.to_string();
    let card = async |who: &Session| {
        let got = api(who, "cards", &[("id", &id), ("doctype", "Task")]).await.json();
        let cards = got["cards"].as_array().unwrap().clone();
        cards.into_iter().find(|card| card["name"] == *studio.task).unwrap()
    };
    let moves = async |who: &Session, base: &str, value: &str, last_wins: &str| {
        let save = SaveId::fresh().to_string();
        let fields = [
            ("id", id.as_str()),
            ("change[save]", &save),
            ("change[doctype]", "Task"),
            ("change[name]", &studio.task),
            ("change[changes][0][field]", "status"),
            ("change[changes][0][base]", base),
            ("change[changes][0][value]", value),
            ("change[last_wins]", last_wins),
        ];
        let got = api(who, "change_work", &fields).await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    };
    // Maya saw "Open" when Tom had moved it already.
    moves(&studio.tom, "Open", "Working", "true").await;
    moves(&studio.maya, "Open", "Pending Review", "true").await;
    let seen = card(&studio.tom).await;
    assert_eq!(seen["status"], "Pending Review");
    assert_eq!(seen["moved_by"]["full_name"], cast::MAYA.full_name());
    studio.until_erpnext_has("status", json!("Pending Review")).await;
    eventually("nothing is left of it", Duration::from_secs(20), || async {
        let edits =
            [card(&studio.tom).await["edits"].clone(), card(&studio.maya).await["edits"].clone()];
        (edits == [json!([]), json!([])]).then_some(())
    })
    .await;
    // Without that, what somebody else did since is not written over.
    moves(&studio.tom, "Working", "Cancelled", "false").await;
    eventually("it is a conflict", Duration::from_secs(20), || async {
        (card(&studio.tom).await["edits"][0]["state"]["state"] == "conflict").then_some(())
    })
    .await;
    assert_eq!(card(&studio.maya).await["edits"], json!([]), "it is Tom's to decide");

    // What it depends on is not done.
    let first = json!({"subject": "The logo itself", "project": cast::WEBSITE});
    let first = studio.erpnext.insert("Task", &first).unwrap();
    studio.erpnext.update("Task", &studio.task, &json!({"depends_on": [{"task": first}]})).unwrap();
    eventually("the card tells what it waits for", Duration::from_secs(30), || async {
        (card(&studio.tom).await["waits_for"][0]["name"] == *first).then_some(())
    })
    .await;
    moves(&studio.tom, "Pending Review", "Completed", "true").await;
    let refused = eventually("ERPNext refuses it", Duration::from_secs(20), || async {
        let card = card(&studio.tom).await;
        (card["edits"][0]["state"]["state"] == "refused").then_some(card)
    })
    .await;
    assert_eq!(refused["status"], "Pending Review");
    let words = refused["edits"][0]["state"]["words"].as_str().unwrap();
    assert!(words.starts_with("Cannot complete task") && words.contains(&first), "{words}");

    // What was done is told around it.
    let fields = [("id", id.as_str()), ("doctype", "Task"), ("name", &studio.task)];
    let story = api(&studio.tom, "work_story", &fields).await.json();
    let history = story["history"].as_array().unwrap();
    assert!(
        history.iter().any(|line| line["words"].as_str().unwrap().ends_with("to Pending Review")),
        "{history:?}"
    );
}

#[tokio::test]
async fn who_came_by_a_ticket_changes_what_the_rules_let_them_and_is_named_on_it() {
    let studio = Studio::start().await;
    studio.forget_toms_credentials().await;
    let got = studio.change(&studio.tom, &[("priority", "Low", "High")]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    studio.until_erpnext_has("priority", json!("High")).await;
    assert_eq!(studio.now()["modified_by"], cast::SERVICE.user);
    let named = || {
        let comments = studio.erpnext.documents("Comment").into_iter();
        comments.filter(|one| one["reference_name"] == studio.task.as_str()).any(|one| {
            one["content"].as_str().is_some_and(|words| words.contains("Changed by Tom Okafor"))
        })
    };
    eventually("ERPNext says who it was", Duration::from_secs(20), || async {
        named().then_some(())
    })
    .await;

    let fields = [
        ("id".to_owned(), studio.place.workspace.to_string()),
        ("new[save]".into(), SaveId::fresh().to_string()),
        ("new[doctype]".into(), "Task".into()),
        ("new[fields][subject]".into(), "From the desk".into()),
    ];
    assert_eq!(call(&studio.tom, "make_work", &fields).await.status, StatusCode::OK);
    eventually("it is made", Duration::from_secs(20), || async {
        studio
            .erpnext
            .documents("Task")
            .iter()
            .any(|one| one["subject"] == "From the desk")
            .then_some(())
    })
    .await;
    // Tom's roles include none that may make an Issue.
    let mut fields = fields.to_vec();
    fields[1].1 = SaveId::fresh().to_string();
    fields[2].1 = "Issue".into();
    let got = call(&studio.tom, "make_work", &fields).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN, "{}", got.body);
}

#[tokio::test]
async fn where_the_rules_say_no_or_nothing_it_is_told_before_anything_is_kept() {
    let studio = Studio::start().await;
    studio.forget_toms_credentials().await;
    // The site's own rule takes the place of all standard ones.
    let rule =
        json!({"parent": "Task", "role": "Projects User", "permlevel": 0, "read": 1, "write": 0});
    let rule = studio.erpnext.insert("Custom DocPerm", &rule).unwrap();
    let refused = || async {
        let got = studio.change(&studio.tom, &[("priority", "Low", "High")]).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{}", got.body);
        assert!(got.json()["reason"].as_str().unwrap().contains("password"), "{}", got.body);
        assert_eq!(studio.item(&studio.tom).await["edits"], json!([]));
    };
    refused().await;
    // What was shared may be read for that reason alone.
    studio.erpnext.update("Custom DocPerm", &rule, &json!({"write": 1})).unwrap();
    studio.erpnext.share(cast::TOM.user, "Task", &studio.task, false).unwrap();
    refused().await;
}
