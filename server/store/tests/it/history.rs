//! Pieces of a history: without holes, each message once, wherever one looks.

use crate::{Visit, draft, on_both};
use store::{
    messages::{self, HistoryOf, Posted},
    mine,
};
use vocabulary::{Aim, Message, MessageAct, MessageDraft, MessageId, Moment, Reply, Seq, Window};

const LIMIT: u64 = 4;

async fn say(visit: &Visit, draft: MessageDraft) -> Message {
    match visit.says(draft).await {
        Posted::New(message) => message,
        other => panic!("{other:?}"),
    }
}

async fn say_all(visit: &Visit, count: usize) -> Vec<Message> {
    let mut said = Vec::new();
    for number in 1..=count {
        said.push(say(visit, draft(&number.to_string())).await);
    }
    said
}

async fn look(visit: &Visit, aim: Aim) -> Option<Window> {
    let of = HistoryOf::Room(visit.room.id);
    messages::history(&visit.db, &visit.scope, of, aim, LIMIT).await.unwrap()
}

/// The texts, with `|` where the history begins and ends.
fn text(window: &Window) -> String {
    let words: Vec<_> = window.messages.iter().map(Message::words).collect();
    let edge = |at| if at { "|" } else { "" };
    format!("{}{}{}", edge(window.at_start), words.join(" "), edge(window.at_end))
}

async fn sees(visit: &Visit, aim: Aim) -> String {
    text(&look(visit, aim).await.unwrap())
}

#[tokio::test]
async fn a_history_is_read_from_either_end_and_around_anything() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        assert_eq!(sees(&maya, Aim::End).await, "||");
        let said = say_all(&maya, 9).await;
        let at = |number: usize| said[number - 1].seq;
        assert_eq!(sees(&maya, Aim::End).await, "6 7 8 9|");
        assert_eq!(sees(&maya, Aim::Before(at(6))).await, "2 3 4 5");
        assert_eq!(sees(&maya, Aim::Before(at(4))).await, "|1 2 3");
        assert_eq!(sees(&maya, Aim::After(at(4))).await, "5 6 7 8");
        assert_eq!(sees(&maya, Aim::After(at(5))).await, "6 7 8 9|");
        assert_eq!(sees(&maya, Aim::After(Seq::new(i64::MAX))).await, "|");
        let around = look(&maya, Aim::Around(said[4].id)).await.unwrap();
        assert_eq!((text(&around).as_str(), around.found), ("3 4 5 6", Some(said[4].id)));
        assert_eq!(around.upto, said[8].changed);
        assert_eq!(sees(&maya, Aim::Around(said[0].id)).await, "|1 2");
        assert_eq!(sees(&maya, Aim::Around(said[8].id)).await, "7 8 9|");
    })
    .await;
}

#[tokio::test]
async fn unknown_foreign_and_hidden_messages_are_not_there_alike() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let other = Visit::of(&db, "maya@parlance.demo", "PROJ-0002").await;
        let foreign = say(&other, draft("elsewhere")).await;
        say_all(&maya, 3).await;
        assert_eq!(look(&maya, Aim::Around(MessageId::fresh())).await, None);
        assert_eq!(look(&maya, Aim::Around(foreign.id)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_thread_has_a_history_of_its_own_and_the_room_shows_where_it_began() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let said = say_all(&maya, 2).await;
        let root = said[0].id;
        let mut replies = Vec::new();
        for number in 1..=9 {
            let reply = Some(Reply { thread: root, also_in_room: false });
            let draft = MessageDraft { reply, ..draft(&format!("r{number}")) };
            replies.push(say(&maya, draft).await);
        }
        let found = look(&maya, Aim::Around(replies[4].id)).await.unwrap();
        assert_eq!((text(&found).as_str(), found.found), ("|1 2|", Some(root)));
        let look = async |aim| {
            let of = HistoryOf::Thread(root);
            messages::history(&maya.db, &maya.scope, of, aim, LIMIT).await.unwrap()
        };
        assert_eq!(text(&look(Aim::End).await.unwrap()), "r6 r7 r8 r9|");
        assert_eq!(text(&look(Aim::Around(replies[4].id)).await.unwrap()), "r3 r4 r5 r6");
        assert_eq!(text(&look(Aim::Around(root)).await.unwrap()), "|r1 r2");
        assert_eq!(look(Aim::Around(said[1].id)).await, None);
    })
    .await;
}

#[tokio::test]
async fn a_day_on_which_nothing_was_said_leads_to_the_next_and_the_last_one_to_the_end() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let mut said = Vec::new();
        for (number, at) in [(1, 100), (2, 200), (3, 300), (4, 700), (5, 800), (6, 900)] {
            let at = Moment::from_millis(at);
            let draft = draft(&number.to_string());
            let posted = messages::post(&maya.db, &maya.scope, &maya.room, draft, at).await;
            let Posted::New(message) = posted.unwrap() else { panic!("not new") };
            said.push(message);
        }
        let day = async |at| look(&maya, Aim::Day(Moment::from_millis(at))).await.unwrap();
        let next = day(301).await;
        assert_eq!((text(&next).as_str(), next.found), ("2 3 4 5", Some(said[3].id)));
        assert_eq!(day(0).await.found, Some(said[0].id));
        let after = day(901).await;
        assert_eq!((text(&after).as_str(), after.found), ("3 4 5 6|", None));
        // What was taken back at once is shown nowhere.
        let team = maya.scope.clone().team().unwrap();
        messages::act(&maya.db, &team, said[3].id, &MessageAct::Undo, Moment::from_millis(701))
            .await
            .unwrap();
        assert_eq!(day(301).await.found, Some(said[4].id));
    })
    .await;
}

#[tokio::test]
async fn who_has_not_read_on_begins_there_and_who_has_at_the_end() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let tom = Visit::of(&db, "tom@parlance.demo", "PROJ-0001").await;
        let said = say_all(&maya, 9).await;
        assert_eq!(sees(&tom, Aim::Unread).await, "6 7 8 9|", "he was never here");
        mine::mark_read(&db, &tom.scope, &tom.room, said[2].seq, false).await.unwrap();
        assert_eq!(sees(&tom, Aim::Unread).await, "2 3 4 5");
        assert_eq!(sees(&maya, Aim::Unread).await, "6 7 8 9|", "it is her own");
        mine::mark_read(&db, &tom.scope, &tom.room, said[8].seq, false).await.unwrap();
        assert_eq!(sees(&tom, Aim::Unread).await, "6 7 8 9|");
    })
    .await;
}
