//! A room opens where one was sent to; who names a message that is not theirs learns nothing of it.

use crate::{
    call::api,
    town::{self, Place},
};
use reqwest::StatusCode;
use standin::cast;
use testkit::{http::Session, socket::Line};
use vocabulary::{Message, MessageId, Window, WorkspaceView};

async fn opens_at(who: &Session, place: Place, message: &str) -> WorkspaceView {
    let id = place.workspace.to_string();
    let got = api(who, "workspace", &[("id", &id), ("aim[around]", message)]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    serde_json::from_str(&got.body).unwrap()
}

#[tokio::test]
async fn a_permalink_is_one_request_with_what_stands_on_both_sides() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let mut line = Line::connect(&maya).await;
    let mut said = Vec::new();
    for number in 0..70 {
        said.push(line.say(place.room, &format!("line {number}")).await);
    }
    let far = &said[20];
    let view = opens_at(&maya, place, &far.id.to_string()).await;
    assert_eq!(view.window.found, Some(far.id));
    let at = view.window.messages.iter().position(|message| message.id == far.id).unwrap();
    assert_eq!(at, 30, "what was said before");
    assert!(view.window.messages.len() - at >= 30 && !view.window.at_end);
    assert_eq!(view.window.upto, said[69].seq);

    let (room, last) = (place.room.to_string(), view.window.messages.last().unwrap());
    let after = [("room", room.as_str()), ("aim[after]", &last.seq.to_string())];
    let next: Window = serde_json::from_str(&api(&maya, "history", &after).await.body).unwrap();
    let texts: Vec<_> = next.messages.iter().map(Message::words).collect();
    assert_eq!((texts[0], texts.len(), next.at_end), ("line 50", 20, true));
}

#[tokio::test]
async fn an_unknown_a_foreign_and_a_malformed_message_open_the_room_alike() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let other = town::place(&maya, cast::WINE_SHOP).await;
    let foreign = Line::connect(&maya).await.say(other.room, "elsewhere").await.id.to_string();
    let unknown = MessageId::fresh().to_string();
    let (one, two) = (
        opens_at(&maya, place, &unknown).await.window,
        opens_at(&maya, place, &foreign).await.window,
    );
    assert_eq!((one.found, &one), (None, &two));
    assert!(one.at_end && !one.messages.is_empty());
    let room = place.room.to_string();
    let mut answers = Vec::new();
    for message in [&unknown, &foreign] {
        let got = api(&maya, "history", &[("room", &room), ("aim[around]", message)]).await;
        answers.push((got.status, got.body));
    }
    assert_eq!(answers[0].0, StatusCode::NOT_FOUND);
    assert_eq!(answers[0], answers[1]);
    for aim in [("aim[around]", "x"), ("aim[before]", "x"), ("aim", "beyond")] {
        let got = api(&maya, "history", &[("room", &room), aim]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{aim:?}: {}", got.body);
    }
}
