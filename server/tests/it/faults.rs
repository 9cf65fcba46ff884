//! Two thousand messages through every fault there is, with edits, removals, reactions, tags and files: each acknowledged
//! message and each acknowledged change exists once here and once in ERPNext.

mod deeds;
mod proof;

use crate::town::{self, Place};
use deeds::{Said, Spot, Writer};
use futures::{SinkExt, StreamExt};
use serde_json::json;
use standin::{
    cast,
    erpnext::{Erpnext, Failure, Running, Seed},
};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::{eventually, http::Session, process::Server, redis::Redis};
use tokio::{sync::watch, time::timeout};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message as Frame, client::IntoClientRequest},
};
use vocabulary::{
    Message, MessageDraft, MessageId, MessageKey, RoomId, Seq,
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

/// Says one thing until it is acknowledged, over as many lines as that takes; its id.
///
/// # Errors
/// The reason, if it was refused for good.
pub async fn say(
    session: &Session,
    socket: &mut Option<Socket>,
    room: RoomId,
    draft: &MessageDraft,
) -> Result<MessageId, String> {
    loop {
        if let Some(open) = socket
            && send(open, &ClientFrame::Post { room, draft: draft.clone() }).await.is_some()
        {
            while let Some(frame) = next(open, Duration::from_secs(5)).await {
                match frame {
                    ServerFrame::Posted { key, id, .. } if key == draft.key => return Ok(id),
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

/// What somebody has who only listens, through every restart.
#[derive(Default)]
struct Heard {
    messages: HashMap<MessageKey, Message>,
    cursor: Seq,
}

impl Heard {
    fn hear(&mut self, message: Message) {
        assert!(message.changed > self.cursor, "out of order or doubled: {message:?}");
        self.cursor = message.changed;
        self.messages.insert(message.key, message);
    }
}

/// Listens until the place that `last` names has come.
async fn listen(session: Session, room: RoomId, last: watch::Receiver<Option<Seq>>) -> Heard {
    let mut heard = Heard { messages: HashMap::new(), cursor: Seq::START };
    let is_all = |heard: &Heard| last.borrow().is_some_and(|last| heard.cursor >= last);
    while !is_all(&heard) {
        let Some(mut socket) = line(&session).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let join = ClientFrame::Join { room, after: Some(heard.cursor) };
        if send(&mut socket, &join).await.is_none() {
            continue;
        }
        while !is_all(&heard) {
            match next(&mut socket, Duration::from_secs(3)).await {
                Some(ServerFrame::Message(message)) => heard.hear(message),
                Some(_) => {}
                None => break,
            }
        }
    }
    heard
}

async fn write(mut writer: Writer, spots: Vec<Spot>, acknowledged: Arc<AtomicUsize>) -> Vec<Said> {
    let mut all = Vec::new();
    for number in 0..MESSAGES / WRITERS {
        let spot = &spots[(writer.number + number) % spots.len()];
        all.push(writer.write(number, spot).await);
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
    all
}

/// As `parlance connect` does it: ERPNext lets nobody change a Communication before.
async fn may_correct(erpnext: &Running) {
    let method = "/api/method/frappe.core.page.permission_manager.permission_manager.update";
    let rule = json!({
        "doctype": "Communication", "role": "System Manager", "permlevel": 0, "ptype": "write", "value": 1,
    });
    let answer = testkit::http::client()
        .post(erpnext.url().join(method).unwrap())
        .header("authorization", format!("token {}:{}", cast::SERVICE_KEY, cast::SERVICE_SECRET))
        .json(&rule)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{:?}", answer.text().await);
}

/// Where is written, each with a Task of its Project that a tag can name.
async fn spots(session: &Session, erpnext: &Running) -> Vec<Spot> {
    let places = town::places(session).await.into_iter();
    places
        .map(|(project, place)| {
            let task = json!({"subject": "What is talked about", "project": project});
            Spot { place, task: erpnext.insert("Task", &task).unwrap() }
        })
        .collect()
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
    let spots = spots(&sessions[0], &erpnext).await;
    assert!(spots.len() >= 3);
    may_correct(&erpnext).await;
    misbehave(&erpnext);

    let acknowledged = Arc::new(AtomicUsize::new(0));
    let (last, told) = watch::channel(None);
    let listener = tokio::spawn(listen(sessions[0].clone(), spots[0].place.room, told));
    let writers: Vec<_> = sessions
        .iter()
        .enumerate()
        .map(|(number, session)| {
            let writer = Writer { session: session.clone(), number, socket: None };
            tokio::spawn(write(writer, spots.clone(), Arc::clone(&acknowledged)))
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

    // In ERPNext, once; and whatever a late answer might still do, it does not.
    erpnext.faults().clear();
    eventually("ERPNext has all of it", Duration::from_secs(180), || async {
        // Looking through all of it costs more than waiting.
        tokio::time::sleep(Duration::from_millis(500)).await;
        proof::differences(&erpnext, &said).is_empty().then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(proof::differences(&erpnext, &said), Vec::<String>::new());

    // Here, once, in places that nothing else has.
    let mut heard_place = HashMap::new();
    for spot in &spots {
        let all = proof::read_back(&sessions[0], spot.place).await;
        assert!(all.windows(2).all(|pair| pair[0].seq < pair[1].seq), "out of order or doubled");
        let by_key: HashMap<MessageKey, &Message> =
            all.iter().map(|message| (message.key, message)).collect();
        let expected: Vec<&Said> =
            said.iter().filter(|said| said.place.room == spot.place.room).collect();
        assert_eq!((all.len(), by_key.len()), (expected.len(), expected.len()));
        for said in expected {
            proof::stands(said, by_key[&said.key]);
        }
        if spot.place.room == spots[0].place.room {
            heard_place = all.into_iter().map(|message| (message.key, message)).collect();
        }
    }
    for said in &said {
        proof::files_are_there(&sessions[1], said).await;
    }

    // And so has it who listened all along.
    last.send(heard_place.values().map(|message: &Message| message.changed).max()).unwrap();
    let heard = timeout(Duration::from_secs(60), listener).await.expect("everything is heard");
    let mut heard = heard.unwrap().messages;
    assert_eq!(heard.len(), heard_place.len());
    for (key, message) in heard_place {
        assert_eq!(heard.remove(&key), Some(message));
    }
    drop(server);
}

/// Everything said in a place where nothing else is done, read back page by page: place, key and id.
pub async fn everything(session: &Session, place: Place) -> Vec<(i64, MessageKey, String)> {
    let all = proof::read_back(session, place).await;
    let places: Vec<i64> = all.iter().map(|message| message.seq.get()).collect();
    assert_eq!(places, (1..=all.len() as i64).collect::<Vec<_>>(), "places have gaps or doubles");
    all.into_iter()
        .map(|message| (message.seq.get(), message.key, message.id.to_string()))
        .collect()
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
