//! Two servers on one PostgreSQL and one Redis: members on different processes chat.

use crate::{
    mine,
    town::{self, Place},
};
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::time::Duration;
use testkit::{http::Session, process::Server, redis::Redis, socket::Line};
use vocabulary::{Message, protocol::ServerFrame};

struct Pair {
    erpnext: Running,
    redis: Redis,
    one: Server,
    two: Server,
    place: Place,
    maya: Session,
    tom: Session,
}

async fn pair() -> Pair {
    let url = testkit::postgres::shared().fresh_database();
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let redis = Redis::start();
    let replica = |name: &str| {
        town::on_site(&erpnext).env("DATABASE_URL", &url).env("REDIS_URL", redis.url()).named(name)
    };
    // Both start at once on an empty database.
    let (one, two) = tokio::join!(replica("one").start(), replica("two").start());
    let maya = town::cast(&one, cast::MAYA.user).await;
    let tom = town::cast(&two, cast::TOM.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    Pair { erpnext, redis, one, two, place, maya, tom }
}

fn texts(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| message.words().to_owned()).collect()
}

#[tokio::test]
async fn members_on_different_processes_hear_each_other_in_one_order() {
    let pair = pair().await;
    let room = pair.place.room;
    let (mut maya, mut tom) = (Line::connect(&pair.maya).await, Line::connect(&pair.tom).await);
    maya.join(room, None).await;
    tom.join(room, None).await;
    for round in 0..20 {
        // At the same moment, on different processes.
        let (here, there) = (format!("maya {round}"), format!("tom {round}"));
        tokio::join!(maya.say(room, &here), tom.say(room, &there));
    }
    let (here, there) = (maya.next_messages(40).await, tom.next_messages(40).await);
    assert_eq!(here, there);
    let places: Vec<i64> = here.iter().map(|message| message.seq.get()).collect();
    assert!(places.windows(2).all(|pair| pair[1] == pair[0] + 1), "{places:?}");
    drop((pair.one, pair.two, pair.erpnext));
}

#[tokio::test]
async fn nothing_is_missed_while_redis_is_away_or_restarts() {
    let mut pair = pair().await;
    let room = pair.place.room;
    let (mut maya, mut tom) = (Line::connect(&pair.maya).await, Line::connect(&pair.tom).await);
    tom.join(room, None).await;
    let mut said = Vec::new();
    let mut say = async |maya: &mut Line, text: String| {
        maya.say(room, &text).await;
        said.push(text);
    };
    pair.redis.kill();
    for number in 0..5 {
        say(&mut maya, format!("without redis {number}")).await;
    }
    // Slower, not wrongly: the regular look finds them.
    let mut heard = tom.next_messages(5).await;
    pair.redis.start_again();
    for number in 0..5 {
        say(&mut maya, format!("redis is back {number}")).await;
    }
    heard.extend(tom.next_messages(5).await);
    pair.redis.cut_subscribers();
    for number in 0..5 {
        say(&mut maya, format!("subscribers were cut {number}")).await;
    }
    heard.extend(tom.next_messages(5).await);
    assert_eq!(texts(&heard), said);
    assert_eq!(tom.messages_until_quiet(Duration::from_millis(2_500)).await, []);
}

#[tokio::test]
async fn a_replica_that_dies_is_replaced_by_the_other_without_a_gap() {
    let mut pair = pair().await;
    let room = pair.place.room;
    let mut maya = Line::connect(&pair.maya).await;
    let mut tom = Line::connect(&pair.tom).await;
    tom.join(room, None).await;
    maya.say(room, "on two").await;
    let cursor = tom.next_message().await.seq;
    pair.two.kill9();
    maya.say(room, "while two is dead").await;
    let mut tom = Line::connect(&pair.tom.at(&pair.one.url())).await;
    tom.join(room, Some(cursor)).await;
    maya.say(room, "on one").await;
    assert_eq!(texts(&tom.next_messages(2).await), ["while two is dead", "on one"]);
}

#[tokio::test]
async fn what_is_read_on_one_replica_is_read_on_the_other_with_and_without_redis() {
    let mut pair = pair().await;
    let there = pair.tom.clone();
    let here = there.at(&pair.one.url());
    mine::own(&here).await;
    let mut maya = Line::connect(&pair.maya).await;
    let mut device = Line::connect(&there).await;
    for redis in [true, false] {
        if !redis {
            pair.redis.kill();
        }
        let said = maya.say(pair.place.room, "read me").await;
        assert_eq!(mine::read(&there, &pair.place).await.unread, 1);
        mine::mark_read(&here, &pair.place, said.seq.get()).await;
        let changes = mine::own(&here).await.changes;
        // Bells of older changes may come first.
        while mine::told(&mut device).await < changes {}
        let read = mine::read(&there, &pair.place).await;
        assert_eq!((read.unread, read.read), (0, said.seq));
    }
}

#[tokio::test]
async fn who_is_here_is_known_on_both_replicas() {
    let pair = pair().await;
    let room = pair.place.room;
    let (mut maya, mut tom) = (Line::connect(&pair.maya).await, Line::connect(&pair.tom).await);
    let both = async |line: &mut Line, count: usize| {
        line.pick(&format!("{count} people here"), |frame| match frame {
            ServerFrame::Presence { room: of, here } if *of == room && here.len() == count => {
                Some(here.clone())
            }
            _ => None,
        })
        .await
    };
    maya.join(room, None).await;
    tom.join(room, None).await;
    let people = both(&mut maya, 2).await;
    assert!(people.contains(&maya.hello().you.id) && people.contains(&tom.hello().you.id));
    assert_eq!(both(&mut tom, 2).await, people);
    let me = maya.hello().you.id;
    let _away = tom.cut();
    assert_eq!(both(&mut maya, 1).await, [me]);
}
