//! What somebody has begun is the same on all their devices, what is sent later is sent once and only by who may, and
//! pickers offer what the policy lets them.

use crate::{
    call::{Answer, api},
    town::{self, Place},
};
use reqwest::StatusCode;
use standin::{
    cast,
    erpnext::{Erpnext, Seed},
};
use std::time::Duration;
use testkit::{
    eventually,
    http::Session,
    socket::{Line, draft},
};
use vocabulary::{
    Begun, MentionStanding, Mentionable, MessageDraft, Moment, Taggable, protocol::ServerFrame,
};

async fn begun(session: &Session) -> Begun {
    serde_json::from_str(&api(session, "begun", &[]).await.body).unwrap()
}

async fn schedule(who: &Session, place: Place, draft: &MessageDraft, at: Moment) -> Answer {
    let (room, key, at) =
        (place.room.to_string(), draft.key.to_string(), at.as_millis().to_string());
    let fields = [
        ("room", room.as_str()),
        ("draft[key]", &key),
        ("draft[body]", draft.body.as_ref().unwrap().as_str()),
        ("send_at", &at),
    ];
    api(who, "schedule_message", &fields).await
}

fn soon(millis: i64) -> Moment {
    Moment::now().plus_millis(millis)
}

#[tokio::test]
async fn a_draft_is_told_to_the_persons_other_device_and_to_nobody_else() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let other = town::cast(&server, cast::MAYA.user).await;
    let tom = town::cast(&server, cast::TOM.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let mut line = Line::connect(&other).await;
    line.join(place.room, None).await;
    let room = place.room.to_string();
    let fields = [("room", room.as_str()), ("body", "not yet")];
    assert_eq!(api(&maya, "keep_draft", &fields).await.status, StatusCode::OK);
    let changes = line
        .pick("that something of hers changed", |frame| match frame {
            ServerFrame::Mine { changes } if *changes > 0 => Some(*changes),
            _ => None,
        })
        .await;
    let drafts = begun(&other).await.drafts;
    assert_eq!((drafts.len(), drafts[0].body.as_str()), (1, "not yet"));
    assert_eq!(begun(&tom).await, Begun::default());
    api(&maya, "keep_draft", &fields).await;
    api(&maya, "keep_draft", &[("room", &room), ("body", " ")]).await;
    let later = line
        .pick("the next change", |frame| match frame {
            ServerFrame::Mine { changes } => Some(*changes),
            _ => None,
        })
        .await;
    assert_eq!(later, changes + 1, "the same draft again is no change");
    assert_eq!(begun(&other).await.drafts, []);
    let long = "x".repeat(vocabulary::DRAFT_LIMIT_CHARS + 1);
    let got = api(&maya, "keep_draft", &[("room", &room), ("body", &long)]).await;
    assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", got.body);
    let nowhere = vocabulary::MessageId::fresh().to_string();
    let fields = [("room", room.as_str()), ("thread", &nowhere), ("body", "x")];
    assert_eq!(api(&maya, "keep_draft", &fields).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_due_is_said_once_though_the_server_is_killed() {
    let mut server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let drafts: Vec<_> = (0..8).map(|n| draft(&format!("said later {n}"))).collect();
    for draft in &drafts {
        for _ in 0..2 {
            let got = schedule(&maya, place, draft, soon(3_600_000)).await;
            assert_eq!(got.status, StatusCode::OK, "{}", got.body);
        }
    }
    assert_eq!(begun(&maya).await.scheduled.len(), drafts.len());
    for draft in &drafts {
        let (key, at) = (draft.key.to_string(), soon(1_500).as_millis().to_string());
        let body = draft.body.as_ref().unwrap().as_str();
        let change = [("key", key.as_str()), ("body", body), ("send_at", &at)];
        assert_eq!(api(&maya, "change_scheduled", &change).await.status, StatusCode::OK);
    }
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.kill9();
        server.start_again().await;
    }
    eventually("all are sent", Duration::from_secs(60), || async {
        begun(&maya).await.scheduled.is_empty().then_some(())
    })
    .await;
    let room = place.room.to_string();
    let earlier = api(&maya, "history", &[("room", &room), ("aim", "end")]).await.json();
    let messages = earlier["messages"].as_array().unwrap();
    for draft in &drafts {
        let same = messages.iter().filter(|m| m["key"] == draft.key.to_string().as_str());
        assert_eq!(same.count(), 1, "{draft:?}");
    }
}

#[tokio::test]
async fn what_waits_is_its_authors_to_change_and_to_take_back() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let tom = town::cast(&server, cast::TOM.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let mut line = Line::connect(&tom).await;
    line.join(place.room, None).await;
    let waits = draft("first thought");
    assert_eq!(schedule(&maya, place, &waits, soon(3_600_000)).await.status, StatusCode::OK);
    for (what, draft, at) in [
        ("a time that is over", draft("x"), soon(-3_600_000)),
        ("a time too far away", draft("x"), soon(400 * 86_400_000)),
    ] {
        let got = schedule(&maya, place, &draft, at).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}: {}", got.body);
    }
    let got = schedule(&tom, place, &waits, soon(3_600_000)).await;
    assert_eq!(got.status, StatusCode::CONFLICT, "{}", got.body);
    let stranger = draft("@[Nobody](user:nobody@example.com) look");
    let got = schedule(&maya, place, &stranger, soon(3_600_000)).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN, "{}", got.body);
    let (key, now) = (waits.key.to_string(), Moment::now().as_millis().to_string());
    let change = [("key", key.as_str()), ("body", "better"), ("send_at", &now)];
    assert_eq!(api(&tom, "change_scheduled", &change).await.status, StatusCode::NOT_FOUND);
    assert_eq!(api(&tom, "cancel_scheduled", &[("key", &key)]).await.status, StatusCode::NOT_FOUND);
    let got = api(&maya, "change_scheduled", &change).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    let said = line.next_message().await;
    assert_eq!((said.words(), said.author.full_name.clone()), ("better", cast::MAYA.full_name()));
    let second = draft("second thought");
    schedule(&maya, place, &second, soon(3_600_000)).await;
    let key = second.key.to_string();
    assert_eq!(api(&maya, "cancel_scheduled", &[("key", &key)]).await.status, StatusCode::OK);
    assert_eq!(begun(&maya).await.scheduled, []);
}

#[tokio::test]
async fn pickers_offer_people_with_the_reason_and_documents_without_accents() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let room = place.room.to_string();
    let people: Vec<Mentionable> =
        serde_json::from_str(&api(&maya, "mentionable", &[("room", &room)]).await.body).unwrap();
    let standing = |user: &str| people.iter().find(|one| one.user == user).map(|one| one.standing);
    assert!(standing(cast::TOM.user).is_some_and(MentionStanding::can_follow));
    assert_eq!(standing(cast::NILS.user), Some(MentionStanding::NoAccess));
    assert_eq!(standing(cast::INES.user), Some(MentionStanding::Client));
    let look = async |query: &str| -> Vec<Taggable> {
        let fields = [("room", room.as_str()), ("query", query)];
        serde_json::from_str(&api(&maya, "taggable", &fields).await.body).unwrap()
    };
    let first = look("task-2026-00001").await;
    assert_eq!(first[0].tag.name, "TASK-2026-00001");
    let title: String = first[0].title.chars().take(6).flat_map(char::to_uppercase).collect();
    assert!(look(&title).await.iter().any(|one| one.tag == first[0].tag));
    assert_eq!(look("no document is called like this").await, []);
    assert!(look("").await.len() <= 20);
}

#[tokio::test]
async fn what_is_due_asks_erpnext_again_before_it_is_said_in_somebodys_name() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let postgres = testkit::postgres::shared();
    let url = postgres.fresh_database();
    let mut server = town::on_site(&erpnext).env("DATABASE_URL", &url).start().await;
    let (maya, tom) =
        (town::cast(&server, cast::MAYA.user).await, town::cast(&server, cast::TOM.user).await);
    let place = town::place(&tom, cast::WEBSITE).await;
    let later = draft("from somebody who has left");
    assert_eq!(schedule(&tom, place, &later, soon(3_600_000)).await.status, StatusCode::OK);
    // While nobody looks Tom loses the Project; what is known of him is of days ago.
    server.kill9();
    erpnext.add_user_permission(cast::TOM.user, "Project", cast::INTRANET).unwrap();
    let database = url.rsplit('/').next().unwrap();
    postgres.sql(database, "UPDATE people SET standing_asked_at = 1000");
    postgres.sql(database, "UPDATE scheduled SET send_at = 1000");
    let state = format!("SELECT state FROM scheduled WHERE message_key = '{}'", later.key);
    server.start_again().await;
    eventually("it is given back", Duration::from_secs(30), || async {
        (postgres.sql(database, &state) == "failed").then_some(())
    })
    .await;
    let room = place.room.to_string();
    let fields = [("room", room.as_str()), ("aim[before]", "1000000")];
    let said = api(&maya, "history", &fields).await;
    assert_eq!(said.status, StatusCode::OK);
    assert!(!said.body.contains("somebody who has left"), "{}", said.body);
    let given_back = begun(&tom).await.scheduled;
    assert_eq!((given_back[0].draft.key, &given_back[0].project_name), (later.key, &None));
}

#[tokio::test]
async fn a_repeat_answers_the_first_though_it_would_be_refused_by_now() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let over = soon(-3_600_000);
    let waits = draft("said later");
    assert_eq!(schedule(&maya, place, &waits, soon(3_600_000)).await.status, StatusCode::OK);
    assert_eq!(schedule(&maya, place, &waits, over).await.status, StatusCode::OK);
    assert_eq!(begun(&maya).await.scheduled.len(), 1);
    let other = schedule(&maya, place, &draft("another"), over).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.body);

    let mut line = Line::connect(&maya).await;
    let first = draft("said at once");
    let said = line.post(place.room, first.clone()).await;
    assert_eq!(schedule(&maya, place, &first, over).await.status, StatusCode::OK, "it was said");
    let stranger = "@[Nils](user:nils@parlance.demo)";
    let repeat = MessageDraft { key: first.key, ..draft(stranger) };
    assert_eq!(line.post(place.room, repeat).await.id, said.id);
    assert!(line.try_post(place.room, draft(stranger)).await.is_err());
}
