//! What is a person's own is the same on all their devices, and nobody else's business.

use crate::{
    call::{Answer, api},
    town::{self, Place},
};
use reqwest::StatusCode;
use standin::cast;
use testkit::{
    http::Session,
    process::Server,
    socket::{Line, draft},
};
use vocabulary::{
    FollowedThread, FoundMessage, MessageDraft, MessageId, Mine, Preference, Reply, RoomRead,
    protocol::ServerFrame,
};

struct Room {
    _server: Server,
    place: Place,
    maya: Session,
    tom: Session,
}

async fn room() -> Room {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let tom = town::cast(&server, cast::TOM.user).await;
    Room { place: town::place(&maya, cast::WEBSITE).await, _server: server, maya, tom }
}

/// What is `who`'s own.
pub async fn own(who: &Session) -> Mine {
    ask(who, "mine").await
}

async fn ask<T: serde::de::DeserializeOwned>(who: &Session, name: &str) -> T {
    let got = api(who, name, &[]).await;
    assert_eq!(got.status, StatusCode::OK, "{name}: {}", got.body);
    serde_json::from_str(&got.body).unwrap()
}

/// How far `who` has read in the room of `place`.
pub async fn read(who: &Session, place: &Place) -> RoomRead {
    own(who).await.rooms.into_iter().find(|read| read.room == place.room).unwrap()
}

/// Says that everything up to `seq` was read.
pub async fn mark_read(who: &Session, place: &Place, seq: i64) -> Answer {
    let (room, seq) = (place.room.to_string(), seq.to_string());
    api(who, "mark_read", &[("room", &room), ("seq", &seq), ("opened", "false")]).await
}

/// The next count of changes that a device is told.
pub async fn told(line: &mut Line) -> i64 {
    line.pick("that something of one's own has changed", |frame| match frame {
        ServerFrame::Mine { changes } => Some(*changes),
        _ => None,
    })
    .await
}

/// Waits until a device is told of this many changes, perhaps of more: what calls somebody makes a notice a moment later.
async fn told_of(line: &mut Line, changes: &str) {
    let changes: i64 = changes.parse().unwrap();
    while told(line).await < changes {}
}

#[tokio::test]
async fn reading_on_one_device_is_told_to_the_other_and_to_nobody_else() {
    let room = room().await;
    own(&room.tom).await;
    let mut maya = Line::connect(&room.maya).await;
    maya.join(room.place.room, None).await;
    let said = maya.say(room.place.room, "read me, @[Tom](user:tom@parlance.demo)").await;
    let before = read(&room.tom, &room.place).await;
    assert_eq!((before.unread, before.mentions), (1, 1));
    let mut other_device = Line::connect(&room.tom).await;
    let got = mark_read(&room.tom, &room.place, said.seq.get()).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    told_of(&mut other_device, &got.body).await;
    assert_eq!(read(&room.tom, &room.place).await.unread, 0);
    let next = maya.say(room.place.room, "next").await;
    let heard = maya.pick("the next message and no count before", |frame| match frame {
        ServerFrame::Mine { .. } => Some(None),
        ServerFrame::Message(message) if message.id == next.id => Some(Some(message.id)),
        _ => None,
    });
    assert_eq!(heard.await, Some(next.id));
}

#[tokio::test]
async fn a_device_that_was_away_is_told_when_it_comes_back() {
    let room = room().await;
    own(&room.tom).await;
    let said = Line::connect(&room.maya).await.say(room.place.room, "while tom is away").await;
    mark_read(&room.tom, &room.place, said.seq.get()).await;
    let mut back = Line::connect(&room.tom).await;
    told_of(&mut back, &own(&room.tom).await.changes.to_string()).await;
}

#[tokio::test]
async fn who_is_called_in_a_thread_is_told_and_follows_it() {
    let room = room().await;
    let mut maya = Line::connect(&room.maya).await;
    let mut tom = Line::connect(&room.tom).await;
    let root = maya.say(room.place.room, "a thread").await;
    let reply = |text| MessageDraft {
        reply: Some(Reply { thread: root.id, also_in_room: false }),
        ..draft(text)
    };
    maya.post(room.place.room, reply("@[Tom](user:tom@parlance.demo)?")).await;
    told_of(&mut tom, "1").await;
    let threads: Vec<FollowedThread> = ask(&room.tom, "threads").await;
    assert_eq!(threads[0].root.message.id, root.id);
    assert_eq!((threads[0].read.unread, threads[0].read.mentions), (1, 1));
    let called: Vec<FoundMessage> = ask(&room.tom, "mentions").await;
    assert_eq!(called[0].message.thread, Some(root.id));

    let (of, thread) = (room.place.room.to_string(), root.id.to_string());
    let fields = [("room", &*of), ("thread", &*thread)];
    let last = threads[0].newest[0].seq.to_string();
    let mut seen = fields.to_vec();
    seen.push(("seq", &last));
    api(&room.tom, "mark_thread_read", &seen).await;
    assert_eq!(own(&room.tom).await.threads[0].unread, 0);
    let mut bell = fields.to_vec();
    bell.push(("following", "false"));
    api(&room.tom, "follow_thread", &bell).await;
    assert_eq!(own(&room.tom).await.threads, []);
}

#[tokio::test]
async fn a_room_muted_on_one_device_is_muted_on_the_other_and_for_nobody_else() {
    let room = room().await;
    own(&room.maya).await;
    let mut other_device = Line::connect(&room.tom).await;
    let here = room.place.room.to_string();
    let got = api(&room.tom, "mute_room", &[("room", &here), ("muted", "true")]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    told_of(&mut other_device, &got.body).await;
    assert!(read(&room.tom, &room.place).await.muted);
    assert!(!read(&room.maya, &room.place).await.muted);
    for (preference, value) in [("single_letter_keys", "off"), ("undo_seconds", "30")] {
        let fields = [("preference", preference), ("value", value)];
        let got = api(&room.tom, "prefer", &fields).await;
        told_of(&mut other_device, &got.body).await;
    }
    let mine = own(&room.tom).await;
    assert!(!mine.is_on(Preference::SingleLetterKeys) && mine.is_on(Preference::EnterSends));
    assert_eq!(mine.undo_seconds(), 30);
}

#[tokio::test]
async fn what_is_wrong_is_refused_and_changes_nothing() {
    let room = room().await;
    let said = Line::connect(&room.maya).await.say(room.place.room, "to be removed").await;
    let other = town::places(&room.maya).await;
    let elsewhere = other.iter().find(|(name, _)| name != cast::WEBSITE).unwrap().1;
    let before = own(&room.maya).await.changes;
    let (here, there) = (room.place.room.to_string(), elsewhere.room.to_string());
    let (id, unknown) = (said.id.to_string(), MessageId::fresh().to_string());
    let long = "x".repeat(3_000);
    for (name, fields, status) in [
        // A message of another room is not in this one.
        (
            "save_message",
            [("room", &*there), ("message", &*id), ("saved", "true")].as_slice(),
            StatusCode::NOT_FOUND,
        ),
        (
            "save_message",
            &[("room", &here), ("message", &unknown), ("saved", "true")],
            StatusCode::NOT_FOUND,
        ),
        (
            "follow_thread",
            &[("room", &there), ("thread", &id), ("following", "true")],
            StatusCode::NOT_FOUND,
        ),
        (
            "mark_thread_read",
            &[("room", &there), ("thread", &id), ("seq", "1")],
            StatusCode::NOT_FOUND,
        ),
        (
            "prefer",
            &[("preference", "reading"), ("value", "sometimes")],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "prefer",
            &[("preference", "reading"), ("value", &long)],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("prefer", &[("preference", "colour"), ("value", "red")], StatusCode::UNPROCESSABLE_ENTITY),
        (
            "prefer",
            &[("preference", "undo_seconds"), ("value", "61")],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("mute_room", &[("room", &unknown), ("muted", "true")], StatusCode::NOT_FOUND),
        (
            "mark_read",
            &[("room", &here), ("seq", "many"), ("opened", "false")],
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        ("mark_unread", &[("room", "here"), ("from", "1")], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let got = api(&room.maya, name, fields).await;
        assert_eq!(got.status, status, "{name}: {}", got.body);
    }
    assert_eq!(own(&room.maya).await.changes, before);
    api(&room.maya, "save_message", &[("room", &here), ("message", &id), ("saved", "true")]).await;
    assert_eq!(own(&room.maya).await.saved, [said.id]);
    api(&room.maya, "change_message", &[("room", &here), ("message", &id), ("act", "remove")])
        .await;
    assert_eq!(own(&room.maya).await.saved, [], "what was removed is saved by nobody");
    let got =
        api(&room.maya, "save_message", &[("room", &here), ("message", &id), ("saved", "true")])
            .await;
    assert_eq!(got.status, StatusCode::FORBIDDEN, "{}", got.body);
}
