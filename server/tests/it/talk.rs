//! What is done to a message reaches every line, once and in order, also after a cut line; and nobody does what is not
//! theirs to do.

use crate::{
    call::{Answer, api},
    town::{self, Place},
};
use reqwest::StatusCode;
use standin::cast;
use std::time::Duration;
use testkit::{
    http::Session,
    process::Server,
    socket::{Line, draft},
};
use vocabulary::{
    Emoji, Message, MessageDraft, MessageId, PersonId, Reply, RoomId, Thread, Version, Window,
    protocol::{ClientFrame, ServerFrame},
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

impl Room {
    /// Does something to a message as `who`; the server's answer.
    async fn act(&self, who: &Session, message: MessageId, act: &[(&str, &str)]) -> Answer {
        let (room, message) = (self.place.room.to_string(), message.to_string());
        let mut fields = vec![("room", room.as_str()), ("message", message.as_str())];
        fields.extend_from_slice(act);
        api(who, "change_message", &fields).await
    }

    async fn ask<T: serde::de::DeserializeOwned>(&self, name: &str, about: (&str, MessageId)) -> T {
        let (room, message) = (self.place.room.to_string(), about.1.to_string());
        let got = api(&self.maya, name, &[("room", &room), (about.0, &message)]).await;
        assert_eq!(got.status, StatusCode::OK, "{name}: {}", got.body);
        serde_json::from_str(&got.body).unwrap()
    }
}

/// Who is in the room, once there are so many.
async fn here(line: &mut Line, room: RoomId, count: usize) -> Vec<PersonId> {
    line.pick(&format!("{count} people in the room"), |frame| match frame {
        ServerFrame::Presence { room: of, here } if *of == room && here.len() == count => {
            Some(here.clone())
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn an_edit_a_reaction_and_a_removal_reach_the_other_line_in_order() {
    let room = room().await;
    let (mut maya, mut tom) = (Line::connect(&room.maya).await, Line::connect(&room.tom).await);
    tom.join(room.place.room, None).await;
    let said = maya.say(room.place.room, "where are we").await;
    assert_eq!(tom.next_message().await.id, said.id);
    for (who, act) in [
        (&room.maya, [("act[edit]", "where are we?")].as_slice()),
        (&room.tom, &[("act[react]", "👍")]),
        (&room.tom, &[("act[react]", "👍")]),
        (&room.maya, &[("act", "pin")]),
        (&room.maya, &[("act", "remove")]),
    ] {
        let got = room.act(who, said.id, act).await;
        assert_eq!(got.status, StatusCode::OK, "{act:?}: {}", got.body);
    }
    let heard = tom.messages_until_quiet(Duration::from_millis(300)).await;
    assert_eq!(heard.len(), 4, "the second 👍 changed nothing");
    let place = said.seq.get();
    assert_eq!(heard.iter().map(|m| m.changed.get() - place).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(heard.iter().all(|message| message.id == said.id && message.seq == said.seq));
    assert_eq!(heard[0].words(), "where are we?");
    assert!(heard[0].edited_at.is_some());
    assert_eq!(heard[1].reactions[0].emoji, Emoji::new("👍").unwrap());
    assert_eq!(heard[2].pinned.as_ref().unwrap().by.full_name.clone(), cast::MAYA.full_name());
    let gone = &heard[3];
    assert!(gone.removed.as_ref().is_some_and(|removal| !removal.undone));
    assert_eq!((gone.words(), gone.reactions.len(), gone.pinned.clone()), ("", 0, None));
}

#[tokio::test]
async fn who_comes_back_hears_each_changed_message_once_as_it_stands_now() {
    let room = room().await;
    let mut maya = Line::connect(&room.maya).await;
    let mut tom = Line::connect(&room.tom).await;
    tom.join(room.place.room, None).await;
    let first = maya.say(room.place.room, "first").await;
    let cursor = tom.next_message().await.changed;
    let away = tom.cut();
    let second = maya.say(room.place.room, "second").await;
    for text in ["first, better", "first, best"] {
        room.act(&room.maya, first.id, &[("act[edit]", text)]).await;
    }
    let mut tom = Line::connect(&away).await;
    tom.join(room.place.room, Some(cursor)).await;
    let mut missed = tom.messages_until_quiet(Duration::from_millis(300)).await;
    // From memory each step comes, from the database the last one alone; whoever applies them in order ends the same.
    assert!(missed.is_sorted_by_key(|message| message.changed));
    missed.reverse();
    let now = |id| missed.iter().find(|message| message.id == id).map(Message::words);
    assert_eq!((now(first.id), now(second.id)), (Some("first, best"), Some("second")));
}

#[tokio::test]
async fn nobody_changes_what_another_said_and_nothing_is_done_to_what_is_gone() {
    let room = room().await;
    let said = Line::connect(&room.maya).await.say(room.place.room, "mine").await;
    for act in [[("act[edit]", "yours")], [("act", "remove")], [("act", "undo")]] {
        let got = room.act(&room.tom, said.id, &act).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{act:?}: {}", got.body);
    }
    for (act, status) in [
        ([("act[react]", "lol")], StatusCode::UNPROCESSABLE_ENTITY),
        ([("act[edit]", " ")], StatusCode::UNPROCESSABLE_ENTITY),
        ([("act", "explode")], StatusCode::UNPROCESSABLE_ENTITY),
        ([("act[edit]", "@[Nobody](user:nobody@example.com) look")], StatusCode::FORBIDDEN),
    ] {
        let got = room.act(&room.maya, said.id, &act).await;
        assert_eq!(got.status, status, "{act:?}: {}", got.body);
    }
    assert_eq!(room.act(&room.maya, said.id, &[("act", "undo")]).await.status, StatusCode::OK);
    let got = room.act(&room.tom, said.id, &[("act[react]", "👍")]).await;
    assert_eq!(got.status, StatusCode::FORBIDDEN, "{}", got.body);
    let got = room.act(&room.maya, MessageId::fresh(), &[("act[react]", "👍")]).await;
    assert_eq!(got.status, StatusCode::NOT_FOUND, "{}", got.body);
}

#[tokio::test]
async fn a_thread_is_its_own_list_and_its_beginning_counts_it() {
    let room = room().await;
    let mut maya = Line::connect(&room.maya).await;
    let mut tom = Line::connect(&room.tom).await;
    let root = maya.say(room.place.room, "who takes the menu?").await;
    let reply = |text, also_in_room| MessageDraft {
        reply: Some(Reply { thread: root.id, also_in_room }),
        ..draft(text)
    };
    tom.post(room.place.room, reply("I do", false)).await;
    let also = tom.post(room.place.room, reply("done", true)).await;
    // An answer to an answer is an answer in the same thread.
    let nested = MessageDraft {
        reply: Some(Reply { thread: also.id, also_in_room: false }),
        ..draft("thanks")
    };
    maya.post(room.place.room, nested).await;

    let thread: Thread = room.ask("thread", ("message", also.id)).await;
    assert_eq!(thread.root.id, root.id);
    let replies = &thread.replies.messages;
    let texts: Vec<_> = replies.iter().map(Message::words).collect();
    assert_eq!(texts, ["I do", "done", "thanks"]);
    let short = thread.root.replies.unwrap();
    assert_eq!((short.count, short.last), (3, replies[2].seq));
    let faces: Vec<_> = short.faces.iter().map(|face| face.full_name.clone()).collect();
    assert_eq!(faces, [cast::MAYA.full_name(), cast::TOM.full_name()]);

    let window: Window = room.ask("history", ("aim[around]", also.id)).await;
    assert_eq!(window.found, Some(also.id));
    let shown: Vec<_> = window.messages.iter().rev().take(2).map(Message::words).collect();
    assert_eq!(shown, ["done", "who takes the menu?"], "the room shows what is for the room");
    let hidden: Window = room.ask("history", ("aim[around]", replies[0].id)).await;
    assert_eq!(hidden.found, Some(root.id), "a reply is found where its thread began");
}

#[tokio::test]
async fn what_was_edited_keeps_its_history_and_what_was_removed_keeps_none() {
    let room = room().await;
    let said = Line::connect(&room.maya).await.say(room.place.room, "one").await;
    for text in ["two", "three", "three"] {
        room.act(&room.maya, said.id, &[("act[edit]", text)]).await;
    }
    let versions: Vec<Version> = room.ask("versions", ("message", said.id)).await;
    let texts: Vec<_> = versions.iter().map(|version| version.body.as_str()).collect();
    assert_eq!(texts, ["one", "two"]);
    room.act(&room.maya, said.id, &[("act", "remove")]).await;
    let versions: Vec<Version> = room.ask("versions", ("message", said.id)).await;
    assert_eq!(versions, []);
}

#[tokio::test]
async fn writing_and_being_here_are_told_and_leave_no_trace() {
    let room = room().await;
    let mut maya = Line::connect(&room.maya).await;
    maya.join(room.place.room, None).await;
    let mut tom = Line::connect(&room.tom).await;
    let before = here(&mut maya, room.place.room, 1).await;
    tom.join(room.place.room, None).await;
    let both = here(&mut maya, room.place.room, 2).await;
    assert!(both.iter().any(|person| before.contains(person)));
    tom.send(&ClientFrame::Typing { room: room.place.room, thread: None }).await;
    let who = maya
        .pick("that somebody writes", |frame| match frame {
            ServerFrame::Typing { who, thread: None, .. } => Some(who.full_name.clone()),
            _ => None,
        })
        .await;
    assert_eq!(who, cast::TOM.full_name());
    let _away = tom.cut();
    assert_eq!(here(&mut maya, room.place.room, 1).await, before);
}
