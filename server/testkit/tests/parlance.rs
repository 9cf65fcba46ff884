//! The kit itself, tried on the product: what other tests build on.

use std::time::Duration;
use testkit::{process::Server, socket::Line};
use vocabulary::{Message, RoomId};

const MAYA: &str = "maya@parlance.demo";
const TOM: &str = "tom@parlance.demo";
const PASSWORD: &str = "demo";

async fn line(server: &Server, user: &str) -> (Line, RoomId) {
    let mut session = server.signed_in(user, PASSWORD).await;
    let first = session.workspaces().await.remove(0);
    let room = session.workspace(first.id).await.room.id;
    (Line::connect(&session).await, room)
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| message.words()).collect()
}

#[tokio::test]
async fn a_server_that_was_killed_starts_again_and_has_forgotten_nothing() {
    let mut server = Server::new().start().await;
    let (mut maya, room) = line(&server, MAYA).await;
    let (mut tom, _) = line(&server, TOM).await;
    assert_eq!(maya.hello().you.user, MAYA);
    let seen = tom.join(room, None).await;
    maya.join(room, None).await;
    let posted = maya.say(room, "before").await;
    assert_eq!(tom.next_message().await.id, posted.id);

    server.kill9();
    assert_eq!(tom.closed_within(Duration::from_secs(5)).await, None);
    server.start_again().await;

    let mut tom = tom.reconnect().await;
    tom.join(room, Some(seen)).await;
    let mut maya = maya.reconnect().await;
    maya.join(room, Some(posted.seq)).await;
    maya.say(room, "after").await;
    assert_eq!(bodies(&tom.next_messages(2).await), ["before", "after"]);
    assert_eq!(tom.messages_until_quiet(Duration::from_millis(300)).await, []);
    assert_eq!(server.terminate(Duration::from_secs(20)).await, 0);
}

#[tokio::test]
async fn a_wrong_password_signs_nobody_in() {
    let server = Server::new().start().await;
    let mut stranger = server.visitor();
    stranger.sign_in(MAYA, "not the password").await;
    assert!(!stranger.is_signed_in().await);
    assert!(Line::try_connect(&stranger).await.is_err());
}
