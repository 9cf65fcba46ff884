//! Two thousand messages through every fault there is: each acknowledged one exists once here and once in ERPNext.

use crate::{
    call::api,
    town::{self, Place},
};
use futures::{SinkExt, StreamExt};
use standin::{
    cast,
    erpnext::{Erpnext, Failure, Running, Seed},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::{eventually, http::Session, process::Server, redis::Redis};
use tokio::time::timeout;
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message as Frame, client::IntoClientRequest},
};
use vocabulary::{
    MessageDraft, MessageKey, RoomId, Seq,
    protocol::{ClientFrame, ServerFrame},
};

const WRITERS: usize = 8;
const MESSAGES: usize = 2_000;
const KILLS: usize = 20;

pub type Socket =
    tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

/// A line, or nothing while the server is dead.
pub async fn line(session: &Session) -> Option<Socket> {
    let address = session.base().join("/ws").unwrap().as_str().replace("http", "ws");
    let mut asked = address.into_client_request().unwrap();
    asked.headers_mut().insert("cookie", session.cookie().parse().unwrap());
    asked.headers_mut().insert("origin", session.origin().parse().unwrap());
    timeout(Duration::from_secs(5), connect_async(asked)).await.ok()?.ok().map(|(socket, _)| socket)
}

pub async fn send(socket: &mut Socket, frame: &ClientFrame) -> Option<()> {
    socket.send(Frame::text(serde_json::to_string(frame).unwrap())).await.ok()
}

pub async fn next(socket: &mut Socket, patience: Duration) -> Option<ServerFrame> {
    loop {
        match timeout(patience, socket.next()).await.ok()??.ok()? {
            Frame::Text(text) => return serde_json::from_str(&text).ok(),
            Frame::Close(_) => return None,
            _ => {}
        }
    }
}

/// Says one thing until it is acknowledged, over as many lines as that takes.
///
/// # Errors
/// The reason, if it was refused for good.
pub async fn say(
    session: &Session,
    socket: &mut Option<Socket>,
    room: RoomId,
    draft: &MessageDraft,
) -> Result<(), String> {
    loop {
        if let Some(open) = socket
            && send(open, &ClientFrame::Post { room, draft: draft.clone() }).await.is_some()
        {
            while let Some(frame) = next(open, Duration::from_secs(5)).await {
                match frame {
                    ServerFrame::Posted { key, .. } if key == draft.key => return Ok(()),
                    ServerFrame::Refused { key: Some(key), code, reason, .. }
                        if key == draft.key =>
                    {
                        if !code.may_succeed_later() {
                            return Err(format!("{code:?}: {reason}"));
                        }
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        break;
                    }
                    _ => {}
                }
            }
        }
        *socket = line(session).await;
        if socket.is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Somebody who only listens, through every restart; gives what was heard until `total` messages came.
async fn listen(
    session: Session,
    room: RoomId,
    after: Seq,
    total: usize,
) -> Vec<(Seq, MessageKey)> {
    let mut heard: Vec<(Seq, MessageKey)> = Vec::new();
    while heard.len() < total {
        let Some(mut socket) = line(&session).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let cursor = heard.last().map_or(after, |(seq, _)| *seq);
        if send(&mut socket, &ClientFrame::Join { room, after: Some(cursor) }).await.is_none() {
            continue;
        }
        while heard.len() < total {
            match next(&mut socket, Duration::from_secs(15)).await {
                Some(ServerFrame::Message(message)) => heard.push((message.seq, message.key)),
                Some(_) => {}
                None => break,
            }
        }
    }
    heard
}

async fn write(
    session: Session,
    writer: usize,
    places: Vec<Place>,
    acknowledged: Arc<AtomicUsize>,
) -> Vec<(Place, MessageKey)> {
    let mut socket = None;
    let mut said = Vec::new();
    for number in 0..MESSAGES / WRITERS {
        let place = places[(writer + number) % places.len()];
        let draft = testkit::socket::draft(&format!("writer {writer}, line {number}"));
        say(&session, &mut socket, place.room, &draft).await.unwrap();
        acknowledged.fetch_add(1, Ordering::SeqCst);
        said.push((place, draft.key));
    }
    said
}

/// Makes ERPNext lose answers after the commit, refuse, fail and go away for a while, again and again.
fn misbehave(erpnext: &Running) {
    let faults = erpnext.faults();
    faults.drop_after_commit_percent(5.0);
    faults.fail_percent(Failure::Status(429), 4.0);
    faults.fail_percent(Failure::Status(500), 3.0);
    faults.fail_percent(Failure::Status(503), 4.0);
}

async fn storm(mut server: Server, erpnext: Running, mut redis: Option<Redis>) {
    server.start_again().await;
    let users = [cast::MAYA, cast::TOM, cast::PRIYA, cast::JONAS];
    let mut sessions = Vec::new();
    for writer in 0..WRITERS {
        sessions.push(town::cast(&server, users[writer % users.len()].user).await);
    }
    let places: Vec<Place> =
        town::places(&sessions[0]).await.into_iter().map(|(_, place)| place).collect();
    assert!(places.len() >= 3);
    misbehave(&erpnext);

    let acknowledged = Arc::new(AtomicUsize::new(0));
    let listener = {
        // Every third message of the writers goes to the first place.
        let expected = (0..WRITERS)
            .map(|w| (0..MESSAGES / WRITERS).filter(|n| (w + n) % places.len() == 0).count())
            .sum();
        tokio::spawn(listen(sessions[0].clone(), places[0].room, Seq::START, expected))
    };
    let writers: Vec<_> = sessions
        .iter()
        .enumerate()
        .map(|(number, session)| {
            tokio::spawn(write(session.clone(), number, places.clone(), Arc::clone(&acknowledged)))
        })
        .collect();
    for kill in 1..=KILLS {
        let until = kill * MESSAGES / (KILLS + 1);
        eventually("messages go on being acknowledged", Duration::from_secs(60), || async {
            (acknowledged.load(Ordering::SeqCst) >= until).then_some(())
        })
        .await;
        match kill % 8 {
            3 => erpnext.faults().go_down(),
            5 => erpnext.faults().come_up(),
            _ => {}
        }
        if let Some(redis) = &mut redis
            && kill.is_multiple_of(4)
        {
            redis.restart();
        }
        server.kill9();
        server.start_again().await;
    }
    erpnext.faults().come_up();
    let mut said = Vec::new();
    for writer in writers {
        said.extend(writer.await.unwrap());
    }
    assert_eq!(said.len(), MESSAGES);

    // Once here, without gaps, and heard once by who listened all along.
    let mut stored: HashMap<MessageKey, String> = HashMap::new();
    for place in &places {
        let mut expected: Vec<MessageKey> =
            said.iter().filter(|(at, _)| at.room == place.room).map(|(_, key)| *key).collect();
        let mut found = Vec::new();
        for message in everything(&sessions[0], *place).await {
            found.push(message.1);
            stored.insert(message.1, message.2);
        }
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }
    let heard = timeout(Duration::from_secs(60), listener)
        .await
        .expect("the listener hears everything")
        .unwrap();
    let in_order: Vec<Seq> = heard.iter().map(|(seq, _)| *seq).collect();
    assert!(in_order.windows(2).all(|pair| pair[0] < pair[1]), "out of order or doubled");

    // Once in ERPNext.
    erpnext.faults().clear();
    eventually("the outbox is empty", Duration::from_secs(180), || async {
        (erpnext.communications().len() >= MESSAGES).then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut written: BTreeMap<String, usize> = BTreeMap::new();
    for row in erpnext.communications() {
        *written.entry(row["parlance_key"].as_str().unwrap_or_default().to_owned()).or_default() +=
            1;
    }
    for (key, id) in &stored {
        assert_eq!(written.get(id), Some(&1), "{key} is not exactly once in ERPNext");
    }
    assert_eq!(written.values().sum::<usize>(), MESSAGES);
    drop(server);
}

/// Everything said in a place, read back page by page: place, key and id.
pub async fn everything(session: &Session, place: Place) -> Vec<(i64, MessageKey, String)> {
    let mut all = Vec::new();
    let mut before = i64::MAX;
    loop {
        let fields = [("room", place.room.to_string()), ("aim[before]", before.to_string())];
        let fields: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let page = api(session, "history", &fields).await.json();
        let mut messages: Vec<(i64, MessageKey, String)> = page["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| {
                (
                    m["seq"].as_i64().unwrap(),
                    m["key"].as_str().unwrap().parse().unwrap(),
                    m["id"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        if let Some((first, ..)) = messages.first() {
            before = *first;
        }
        messages.append(&mut all);
        all = messages;
        if page["at_start"] == true {
            let places: Vec<i64> = all.iter().map(|(seq, ..)| *seq).collect();
            assert_eq!(
                places,
                (1..=all.len() as i64).collect::<Vec<_>>(),
                "places have gaps or doubles"
            );
            return all;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_alone_loses_and_doubles_nothing() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).env("RUST_LOG", "warn");
    storm(server, erpnext, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_and_redis_lose_and_double_nothing() {
    let postgres = testkit::postgres::Postgres::start_durable();
    let redis = Redis::start();
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext)
        .env("RUST_LOG", "warn")
        .env("DATABASE_URL", postgres.fresh_database())
        .env("REDIS_URL", redis.url());
    storm(server, erpnext, Some(redis)).await;
}
