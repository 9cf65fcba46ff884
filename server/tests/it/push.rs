//! Notices are pushed to the devices of whoever they are for: sealed for that browser alone, signed by us, once, and no longer
//! than they are news. A push service of the test's own takes them, a browser's side in `push/browser.mjs` reads them.

use crate::{
    call::{Answer, api},
    mine::own,
    town::{self, Place},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode as Status, Uri},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::StatusCode;
use serde_json::{Value, json};
use standin::{
    cast,
    erpnext::{Erpnext, Seed},
};
use std::{
    collections::VecDeque,
    io::Write,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::{
    eventually,
    http::Session,
    process::Server,
    redis::Redis,
    socket::{Line, Posted},
};
use vocabulary::{Notice, NoticeKind, PersonId, RoomId};

const SOON: Duration = Duration::from_secs(30);

const CALL: &str = "@[Tom Okafor](user:tom@parlance.demo)";

/// What a push service got.
#[derive(Clone, Debug)]
struct Received {
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

/// A push service: takes everything with 201, but for the answers it was told to give first.
#[derive(Clone, Default)]
struct PushService {
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<Status>>>,
    origin: String,
}

impl PushService {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let service = Self { origin, ..Self::default() };
        let app = Router::new().fallback(take).with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        service
    }

    fn answers(&self, statuses: &[u16]) {
        let statuses = statuses.iter().map(|status| Status::from_u16(*status).unwrap());
        self.answers.lock().unwrap().extend(statuses);
    }

    fn all(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The push with this number, once it is here.
    async fn push(&self, number: usize) -> Received {
        eventually(&format!("push {number}"), SOON, || async { self.all().get(number).cloned() })
            .await
    }
}

async fn take(
    State(service): State<PushService>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Status {
    let received = Received { path: uri.path().to_owned(), headers, body };
    service.received.lock().unwrap().push(received);
    service.answers.lock().unwrap().pop_front().unwrap_or(Status::CREATED)
}

/// A browser that subscribed.
struct Browser {
    keys: Value,
    endpoint: String,
    server_key: String,
    origin: String,
}

impl Browser {
    fn of(service: &PushService, path: &str, server_key: &str) -> Self {
        Self {
            keys: script("keys", &Value::Null),
            endpoint: format!("{}{path}", service.origin),
            server_key: server_key.to_owned(),
            origin: service.origin.clone(),
        }
    }

    /// Has notices of `who` pushed here.
    async fn add(&self, who: &Session) -> Answer {
        let keys = |name: &str| self.keys[name].as_str().unwrap().to_owned();
        let (p256dh, auth) = (keys("p256dh"), keys("auth"));
        let fields = [
            ("device[endpoint]", &*self.endpoint),
            ("device[p256dh]", &*p256dh),
            ("device[auth]", &*auth),
        ];
        api(who, "add_device", &fields).await
    }

    /// What was pushed, and who says to have sent it.
    fn read(&self, received: &Received) -> Value {
        let authorization = received.headers["authorization"].to_str().unwrap();
        let given = json!({
            "keys": self.keys, "body": BASE64_URL_SAFE_NO_PAD.encode(&received.body),
            "authorization": authorization, "serverKey": self.server_key, "audience": self.origin,
        });
        script("read", &given)
    }
}

fn script(deed: &str, given: &Value) -> Value {
    let mut node = Command::new("node")
        .args([concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/push/browser.mjs"), deed])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js runs the browser's side");
    node.stdin.take().unwrap().write_all(given.to_string().as_bytes()).unwrap();
    let ended = node.wait_with_output().unwrap();
    assert!(ended.status.success(), "{deed} failed; its complaint is above");
    serde_json::from_slice(&ended.stdout).unwrap()
}

struct Scene {
    server: Server,
    service: PushService,
    place: Place,
    maya: Session,
    tom: Session,
    browser: Browser,
}

impl Scene {
    async fn start() -> Self {
        let server = town::server().env("PARLANCE_PUSH_LOOPBACK", "1").start().await;
        let service = PushService::start().await;
        let maya = town::cast(&server, cast::MAYA.user).await;
        let tom = town::cast(&server, cast::TOM.user).await;
        let place = town::place(&maya, cast::WEBSITE).await;
        let browser = Browser::of(&service, "/tom", &server_key(&tom).await);
        // What was said before counts as read.
        own(&tom).await;
        let added = browser.add(&tom).await;
        assert_eq!(added.status, StatusCode::OK, "{}", added.body);
        Self { server, service, place, maya, tom, browser }
    }

    async fn maya_says(&self, text: &str) -> Posted {
        say(&self.maya, self.place.room, text).await
    }
}

async fn server_key(who: &Session) -> String {
    serde_json::from_value(api(who, "push_key", &[]).await.json()).unwrap()
}

async fn say(who: &Session, room: RoomId, text: &str) -> Posted {
    Line::connect(who).await.say(room, text).await
}

/// What `who` has not done with.
async fn told(who: &Session) -> Vec<Notice> {
    let got = api(who, "notices", &[("filter[done]", "false")]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    serde_json::from_str(&got.body).unwrap()
}

/// The notice that tells of `text`, once there is one.
async fn notice(who: &Session, text: &str) -> Notice {
    eventually("a notice", SOON, || async {
        told(who).await.into_iter().find(|notice| match &notice.of {
            vocabulary::NoticeOf::Said { message } => message.words().contains(text),
            _ => false,
        })
    })
    .await
}

#[tokio::test]
async fn a_call_is_pushed_sealed_and_signed_and_closed_when_it_is_read() {
    let scene = Scene::start().await;
    let text = format!("{CALL}, the price is 4,200");
    let said = scene.maya_says(&text).await;
    let received = scene.service.push(0).await;
    assert_eq!(received.path, "/tom");
    assert!(!String::from_utf8_lossy(&received.body).contains("4,200"));
    let header = |name: &str| received.headers[name].to_str().unwrap();
    assert_eq!(header("content-encoding"), "aes128gcm");
    assert_eq!(header("urgency"), "high");
    assert!(header("ttl").parse::<u32>().unwrap() > 0);
    let is_topic = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    assert!(header("topic").len() <= 32 && header("topic").chars().all(is_topic));

    let read = scene.browser.read(&received);
    let notice = notice(&scene.tom, "4,200").await;
    let show = &read["payload"]["show"];
    assert_eq!(show["tag"], notice.id.to_string());
    let title = show["title"].as_str().unwrap();
    assert!(title.starts_with("Maya Lindqvist mentioned you in "), "{title}");
    assert_eq!(show["body"], "@Tom Okafor, the price is 4,200");
    assert_eq!(show["path"], format!("/w/{}?m={}", scene.place.workspace, said.id));
    assert_eq!(show["silent"], false);
    assert_eq!(read["payload"]["badge"], own(&scene.tom).await.calls());
    assert_eq!(read["payload"]["badge"], 1);
    let day = 24 * 60 * 60;
    let now = vocabulary::Moment::now().as_millis() / 1_000;
    let until = read["claims"]["exp"].as_i64().unwrap();
    assert!(now < until && until <= now + day, "{until}");
    assert!(read["claims"]["sub"].as_str().unwrap().starts_with("mailto:"));

    // On another device.
    let (room, seq) = (scene.place.room.to_string(), said.seq.get().to_string());
    let fields = [("room", &*room), ("seq", &*seq), ("opened", "false")];
    assert_eq!(api(&scene.tom, "mark_read", &fields).await.status, StatusCode::OK);
    let closing = scene.browser.read(&scene.service.push(1).await);
    assert_eq!(closing["payload"], json!({ "close": [notice.id.to_string()], "badge": 0 }));
    assert_eq!(scene.service.all().len(), 2);
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten() {
    for status in [404, 410] {
        let scene = Scene::start().await;
        assert_eq!(own(&scene.tom).await.devices, 1);
        scene.service.answers(&[status]);
        scene.maya_says(CALL).await;
        scene.service.push(0).await;
        eventually("the device is forgotten", SOON, || async {
            (own(&scene.tom).await.devices == 0).then_some(())
        })
        .await;
        // It subscribes again, and hears of what comes then.
        assert_eq!(scene.browser.add(&scene.tom).await.status, StatusCode::OK);
        scene.maya_says(&format!("{CALL} again")).await;
        let read = scene.browser.read(&scene.service.push(1).await);
        assert_eq!(read["payload"]["show"]["body"], "@Tom Okafor again");
    }
}

#[tokio::test]
async fn what_a_push_service_does_not_take_is_tried_again_also_after_a_power_cut() {
    let mut scene = Scene::start().await;
    scene.service.answers(&[503, 429]);
    scene.maya_says(CALL).await;
    let first = scene.browser.read(&scene.service.push(0).await);
    scene.service.push(1).await;
    scene.server.kill9();
    scene.server.start_again().await;
    let third = scene.browser.read(&scene.service.push(2).await);
    assert_eq!(first["payload"], third["payload"]);
    // The same key, from the database.
    assert_eq!(server_key(&scene.tom).await, scene.browser.server_key);
    // It is over: what comes next is the next.
    scene.maya_says(&format!("{CALL} next")).await;
    let next = scene.browser.read(&scene.service.push(3).await);
    assert_eq!(next["payload"]["show"]["body"], "@Tom Okafor next");
}

#[tokio::test]
async fn nothing_rings_in_quiet_hours_nor_of_what_one_looks_at_until_they_are_over() {
    let scene = Scene::start().await;
    let prefer = async |value: &str| {
        let fields = [("preference", "quiet_hours"), ("value", value)];
        api(&scene.tom, "prefer", &fields).await
    };
    // The whole day but the minute that is furthest away.
    let minute = (vocabulary::Moment::now().as_millis() / 60_000 + 720) % 1_440;
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let always = format!("{}-{} UTC", clock((minute + 1) % 1_440), clock(minute));
    assert_eq!(prefer(&always).await.status, StatusCode::OK);
    assert_eq!(prefer("22:00-07:00 Europe/Atlantis").await.status.as_u16(), 422);
    scene.maya_says(&format!("{CALL} hush")).await;
    notice(&scene.tom, "hush").await;
    assert_eq!(prefer("off").await.status, StatusCode::OK);
    let first = scene.browser.read(&scene.service.push(0).await);
    assert_eq!(first["payload"]["show"]["body"], "@Tom Okafor hush");

    let (room, window) = (scene.place.room.to_string(), PersonId::fresh().to_string());
    let attend = async |here: &str| {
        let fields = [("room", &*room), ("window", &*window), ("here", here)];
        assert_eq!(api(&scene.tom, "attend", &fields).await.status, StatusCode::OK);
    };
    attend("true").await;
    scene.maya_says(&format!("{CALL} here")).await;
    notice(&scene.tom, "here").await;
    let elsewhere = town::places(&scene.tom).await;
    let elsewhere = elsewhere.iter().find(|(_, place)| place.room != scene.place.room);
    say(&scene.maya, elsewhere.unwrap().1.room, &format!("{CALL} there")).await;
    let second = scene.browser.read(&scene.service.push(1).await);
    assert_eq!(second["payload"]["show"]["body"], "@Tom Okafor there");
    attend("false").await;
    let third = scene.browser.read(&scene.service.push(2).await);
    assert_eq!(third["payload"]["show"]["body"], "@Tom Okafor here");
}

#[tokio::test]
async fn whoever_signs_out_takes_their_browser_along() {
    let scene = Scene::start().await;
    let other = town::cast(&scene.server, cast::TOM.user).await;
    assert_eq!(own(&other).await.devices, 1);
    assert!(api(&scene.tom, "sign_out", &[]).await.status.is_success());
    assert_eq!(own(&other).await.devices, 0);
    let desk = Browser::of(&scene.service, "/desk", &scene.browser.server_key);
    assert_eq!(desk.add(&other).await.status, StatusCode::OK);
    scene.maya_says(CALL).await;
    assert_eq!(scene.service.push(0).await.path, "/desk");
}

#[tokio::test]
async fn nothing_is_pushed_into_our_own_network_nor_for_whoever_is_no_member() {
    let server = town::demo().await;
    let tom = town::cast(&server, cast::TOM.user).await;
    let service = PushService::start().await;
    let mut browser = Browser::of(&service, "/x", &server_key(&tom).await);
    let long = format!("https://push.example.com/{}", "x".repeat(3_000));
    // Only a test's server reaches this machine; this one is configured like yours.
    let here = browser.endpoint.clone();
    for endpoint in [
        &*here,
        "http://push.example.com/x",
        "https://10.0.0.7/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://user@push.example.com/x",
        "javascript:alert(1)",
        &long,
    ] {
        browser.endpoint = endpoint.to_owned();
        let got = browser.add(&tom).await;
        assert_eq!((got.status.as_u16(), &*got.error()), (422, "invalid"), "{endpoint}");
    }
    browser.endpoint = "https://push.example.com/x".into();
    let client = town::cast(&server, cast::INES.user).await;
    for (who, status) in [(&client, 404), (&server.visitor(), 401)] {
        assert_eq!(browser.add(who).await.status.as_u16(), status);
        for (name, fields) in [
            ("push_key", [].as_slice()),
            ("notices", &[("filter[done]", "false")]),
            ("finish_notices", &[]),
            ("remove_device", &[("endpoint", "https://push.example.com/x")]),
        ] {
            let got = api(who, name, fields).await;
            assert_eq!(got.status.as_u16(), status, "{name}: {}", got.body);
        }
    }
    browser.keys["auth"] = "short".into();
    assert_eq!(browser.add(&tom).await.status.as_u16(), 422);
    assert_eq!(own(&tom).await.devices, 0);
}

#[tokio::test]
async fn two_replicas_push_once_with_one_key_and_tell_all_devices() {
    let url = testkit::postgres::shared().fresh_database();
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let redis = Redis::start();
    let replica = |name: &str| {
        let on_site =
            town::on_site(&erpnext).env("DATABASE_URL", &url).env("REDIS_URL", redis.url());
        // As replicas do.
        let secret = "one secret for both of them";
        on_site.env("PARLANCE_SECRET", secret).env("PARLANCE_PUSH_LOOPBACK", "1").named(name)
    };
    let (one, two) = tokio::join!(replica("one").start(), replica("two").start());
    let maya = town::cast(&one, cast::MAYA.user).await;
    let tom = town::cast(&two, cast::TOM.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    own(&tom).await;
    // Both ask for the first time at once.
    let (here, there) = tokio::join!(server_key(&maya), server_key(&tom));
    assert_eq!(here, there);
    let service = PushService::start().await;
    let browser = Browser::of(&service, "/tom", &there);
    assert_eq!(browser.add(&tom).await.status, StatusCode::OK);
    for number in 0..5 {
        say(&maya, place.room, &format!("{CALL} {number}")).await;
        let read = browser.read(&service.push(number).await);
        assert_eq!(read["payload"]["show"]["body"], format!("@Tom Okafor {number}"));
    }
    assert_eq!(service.all().len(), 5);
    let notices = told(&tom).await;
    assert!(notices.iter().take(5).all(|one| one.kind == NoticeKind::Mention && one.unread));
    drop((one, two));
}
