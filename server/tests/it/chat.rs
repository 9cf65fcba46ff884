//! What is said reaches every line in the room: once, in order, also after a cut line.

use crate::town::{self, Place};
use standin::cast;
use std::time::Duration;
use testkit::{
    http::Session,
    process::Server,
    socket::{Line, draft},
};
use vocabulary::{Message, Seq};

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

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.words()).collect()
}

#[tokio::test]
async fn two_members_hear_each_other_in_the_same_order() {
    let Room { _server, place, maya, tom } = room().await;
    let (mut maya, mut tom) = (Line::connect(&maya).await, Line::connect(&tom).await);
    maya.join(place.room, None).await;
    tom.join(place.room, None).await;
    let said = maya.say(place.room, "where are we?").await;
    tom.say(place.room, "checkout is done").await;
    let heard = (maya.next_messages(2).await, tom.next_messages(2).await);
    assert_eq!(heard.0, heard.1);
    assert_eq!(texts(&heard.0), ["where are we?", "checkout is done"]);
    assert_eq!(heard.0[0].id, said.id);
    assert_eq!(heard.0[1].seq, said.seq.next());
}

#[tokio::test]
async fn who_comes_back_hears_exactly_what_was_missed() {
    let Room { _server, place, maya, tom } = room().await;
    let mut maya = Line::connect(&maya).await;
    let mut line = Line::connect(&tom).await;
    line.join(place.room, None).await;
    maya.say(place.room, "before").await;
    let cursor = line.next_message().await.seq;
    let tom = line.cut();
    for number in 0..20 {
        maya.say(place.room, &number.to_string()).await;
    }
    let mut line = Line::connect(&tom).await;
    assert_eq!(line.join(place.room, Some(cursor)).await, Seq::new(cursor.get() + 20));
    let missed = line.messages_until_quiet(Duration::from_millis(300)).await;
    assert_eq!(texts(&missed), (0..20).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn more_than_the_rooms_memory_is_read_from_the_database() {
    let Room { _server, place, maya, tom } = room().await;
    let mut maya = Line::connect(&maya).await;
    let start = maya.join(place.room, None).await;
    for number in 0..600 {
        maya.post_and_forget(place.room, draft(&number.to_string())).await;
        if number % 100 == 99 {
            tokio::time::sleep(Duration::from_millis(1_050)).await;
        }
    }
    maya.next_messages(600).await;
    let mut late = Line::connect(&tom).await;
    late.join(place.room, Some(start)).await;
    let missed = late.next_messages(600).await;
    assert_eq!(texts(&missed), (0..600).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn joining_twice_repeats_nothing() {
    let Room { _server, place, maya, .. } = room().await;
    let mut line = Line::connect(&maya).await;
    line.join(place.room, Some(Seq::START)).await;
    let history = line.messages_until_quiet(Duration::from_millis(300)).await;
    assert!(history.len() > 5, "the demo has said something");
    line.join(place.room, Some(Seq::START)).await;
    assert_eq!(line.messages_until_quiet(Duration::from_millis(300)).await, []);
    line.say(place.room, "new").await;
    assert_eq!(texts(&line.next_messages(1).await), ["new"]);
}

#[tokio::test]
async fn a_repeated_post_is_answered_with_the_first_message() {
    let Room { _server, place, maya, tom } = room().await;
    let (mut one, mut two) = (Line::connect(&maya).await, Line::connect(&maya).await);
    let mut tom = Line::connect(&tom).await;
    tom.join(place.room, None).await;
    let once = draft("only once");
    let first = one.post(place.room, once.clone()).await;
    assert_eq!(one.post(place.room, once.clone()).await, first);
    assert_eq!(two.post(place.room, once).await, first);
    assert_eq!(texts(&tom.messages_until_quiet(Duration::from_millis(300)).await), ["only once"]);
}

#[tokio::test]
async fn a_room_that_was_left_is_silent() {
    let Room { _server, place, maya, tom } = room().await;
    let (mut maya, mut tom) = (Line::connect(&maya).await, Line::connect(&tom).await);
    tom.join(place.room, None).await;
    tom.leave(place.room).await;
    tom.ping().await;
    maya.say(place.room, "anybody?").await;
    assert_eq!(tom.messages_until_quiet(Duration::from_millis(300)).await, []);
}

#[tokio::test]
async fn what_is_said_becomes_a_communication_on_the_project_and_touches_nothing_else() {
    let erpnext = standin::erpnext::Erpnext::start(standin::erpnext::Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let before = erpnext.document("Project", cast::WEBSITE).unwrap();
    let posted = Line::connect(&maya).await.say(place.room, "a < b & \"c\"\nsecond line").await;
    let written =
        testkit::eventually("the Communication is there", Duration::from_secs(10), || async {
            erpnext
                .communications()
                .into_iter()
                .find(|row| row["parlance_key"] == posted.id.to_string())
        })
        .await;
    let name = written["name"].as_str().unwrap();
    let document = erpnext.document("Communication", name).unwrap();
    assert_eq!(document["communication_medium"], "Chat");
    assert_eq!(document["communication_type"], "Communication");
    assert_eq!(document["reference_doctype"], "Project");
    assert_eq!(document["reference_name"], cast::WEBSITE);
    assert_eq!(document["sender"], cast::MAYA.user);
    let content = document["content"].as_str().unwrap();
    assert!(content.contains("a &lt; b &amp;") && content.contains("second line"), "{content}");
    assert_eq!(erpnext.document("Project", cast::WEBSITE).unwrap(), before);
}
