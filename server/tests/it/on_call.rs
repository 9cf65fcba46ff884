//! What somebody on call sees and does on `/admin`.

use crate::{
    call::{answer, api},
    town::{self, Place},
    webhooks,
};
use reqwest::{Method, RequestBuilder, StatusCode, header};
use serde_json::{Value, json};
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::time::Duration;
use testkit::{
    eventually,
    http::{self, Session},
    process::Server,
    socket::Line,
};

const WITHIN: Duration = Duration::from_secs(20);

/// Said in the website's team room: nobody on call reads it.
const SAID: &str = "The draft price is 4,200 and nobody outside may know";

struct Shift {
    erpnext: Running,
    server: Server,
    sofia: Session,
    maya: Session,
    place: Place,
}

impl Shift {
    async fn begin() -> Self {
        let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
        let server = town::on_site(&erpnext).start().await;
        let maya = town::cast(&server, cast::MAYA.user).await;
        let place = town::place(&maya, cast::WEBSITE).await;
        let sofia = town::cast(&server, cast::SOFIA.user).await;
        Self { erpnext, server, sofia, maya, place }
    }

    /// Somebody makes a field mandatory that Parlance does not know: ERPNext refuses every Communication for good.
    fn demand_a_field(&self) -> String {
        let field = json!({
            "dt": "Communication", "fieldname": "cost_centre", "label": "Cost Centre",
            "fieldtype": "Data", "reqd": 1, "insert_after": "subject",
        });
        self.erpnext.insert("Custom Field", &field).unwrap()
    }

    async fn say(&self, count: usize) -> Vec<String> {
        let mut line = Line::connect(&self.maya).await;
        line.join(self.place.room, None).await;
        let mut keys = Vec::new();
        for number in 0..count {
            keys.push(
                line.say(self.place.room, &format!("{SAID} ({number})")).await.id.to_string(),
            );
        }
        keys
    }

    async fn report(&self) -> Value {
        let got = api(&self.sofia, "connection_report", &[]).await;
        assert_eq!(got.status, StatusCode::OK, "{}", got.body);
        got.json()
    }

    async fn letters(&self, count: usize) -> Vec<Value> {
        eventually("so many are given up", WITHIN, || async {
            let report = self.report().await;
            let letters = report["dead_letters"].as_array().unwrap().clone();
            (letters.len() == count && report["outbox"]["dead"] == count).then_some(letters)
        })
        .await
    }

    /// What a browser without scripts asks for.
    fn browser(&self, method: &Method, path: &str) -> RequestBuilder {
        let url = self.sofia.base().join(path).unwrap();
        http::client()
            .request(method.clone(), url)
            .header(header::ACCEPT, "text/html")
            .header(header::ORIGIN, self.sofia.origin())
            .header(header::COOKIE, self.sofia.cookie())
    }

    /// The page, with one more cookie.
    async fn page(&self, cookie: &str) -> String {
        answer(self.browser(&Method::GET, "/admin").header(header::COOKIE, cookie)).await.body
    }

    /// Keys of what has arrived of `keys`, in the order it arrived in.
    fn arrived(&self, keys: &[String]) -> Vec<String> {
        let rows = self.erpnext.communications();
        let there = rows.iter().filter_map(|row| row["parlance_key"].as_str());
        there.filter(|key| keys.iter().any(|one| one == key)).map(str::to_owned).collect()
    }
}

fn id(letter: &Value) -> String {
    letter["id"].to_string()
}

#[tokio::test]
async fn what_was_given_up_goes_out_once_after_the_reason_is_mended() {
    let shift = Shift::begin().await;
    let field = shift.demand_a_field();
    let keys = shift.say(1).await;
    let letters = shift.letters(1).await;
    let letter = &letters[0];
    assert_eq!(letter["project"], cast::WEBSITE);
    assert_eq!(letter["effect"], "A chat line as a Communication");
    assert!(letter["reason"].as_str().unwrap().contains("Cost Centre"), "{letter}");
    assert!(!shift.report().await.to_string().contains("4,200"), "content is shown");

    // Sent again too early, it comes back.
    let number = id(letter);
    let replay = async || api(&shift.sofia, "replay_dead_letter", &[("id", &number)]).await;
    assert_eq!(replay().await.status, StatusCode::OK);
    shift.letters(1).await;
    assert_eq!(shift.arrived(&keys), [""; 0]);

    shift.erpnext.delete("Custom Field", &field).unwrap();
    // Who may not look may not act.
    for outsider in [&shift.maya, &town::cast(&shift.server, cast::INES.user).await] {
        for name in ["replay_dead_letter", "discard_dead_letter"] {
            let got = api(outsider, name, &[("id", &number)]).await;
            assert_eq!(got.status, StatusCode::NOT_FOUND, "{name}: {}", got.body);
        }
        assert_eq!(api(outsider, "replay_dead_letters", &[]).await.status, StatusCode::NOT_FOUND);
    }
    shift.letters(1).await;

    assert_eq!(replay().await.status, StatusCode::OK);
    let again = replay().await;
    assert_eq!((again.status, again.error().as_str()), (StatusCode::CONFLICT, "conflict"));
    eventually("it has arrived", WITHIN, || async { (shift.arrived(&keys) == keys).then_some(()) })
        .await;
    shift.letters(0).await;
    assert_eq!(replay().await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_is_discarded_never_goes_out_and_stays_said() {
    let shift = Shift::begin().await;
    let field = shift.demand_a_field();
    let keys = shift.say(2).await;
    let letters = shift.letters(2).await;
    let discarded = id(&letters[1]);
    let discard = async || api(&shift.sofia, "discard_dead_letter", &[("id", &discarded)]).await;
    assert_eq!(discard().await.status, StatusCode::OK);
    assert_eq!(discard().await.status, StatusCode::CONFLICT);
    let got = api(&shift.sofia, "replay_dead_letter", &[("id", &discarded)]).await;
    assert_eq!(got.status, StatusCode::CONFLICT, "{}", got.body);
    shift.letters(1).await;
    shift.erpnext.delete("Custom Field", &field).unwrap();
    assert_eq!(api(&shift.sofia, "replay_dead_letters", &[]).await.status, StatusCode::OK);
    eventually("the other one has arrived", WITHIN, || async {
        (shift.arrived(&keys) == keys[1..]).then_some(())
    })
    .await;
    // What comes after goes out too, and the line is still in the room.
    let later = shift.say(1).await;
    eventually("the next one has arrived", WITHIN, || async {
        (shift.arrived(&later) == later).then_some(())
    })
    .await;
    assert_eq!(shift.arrived(&keys), keys[1..]);
    let room = shift.place.room.to_string();
    let fields = [("room", room.as_str()), ("aim", "end")];
    let said = api(&shift.maya, "history", &fields).await;
    assert!(said.body.contains(&format!("{SAID} (0)")), "{}", said.body);
}

#[tokio::test]
async fn all_are_sent_again_in_the_order_they_were_said() {
    let shift = Shift::begin().await;
    let field = shift.demand_a_field();
    let keys = shift.say(5).await;
    shift.letters(5).await;
    shift.erpnext.delete("Custom Field", &field).unwrap();
    assert_eq!(api(&shift.sofia, "replay_dead_letters", &[]).await.status, StatusCode::OK);
    eventually("all have arrived in order", WITHIN, || async {
        (shift.arrived(&keys) == keys).then_some(())
    })
    .await;
    shift.letters(0).await;
}

#[tokio::test]
async fn a_browser_without_scripts_comes_back_to_the_page_with_the_reason() {
    let shift = Shift::begin().await;
    shift.demand_a_field();
    shift.say(1).await;
    let number = id(&shift.letters(1).await[0]);
    let shown = shift.page("").await;
    assert!(shown.contains("Cost Centre") && shown.contains("Discard it for good"), "{shown}");
    assert!(!shown.contains("4,200"), "content is shown");
    let discard = async || {
        let got = shift.browser(&Method::POST, "/api/discard_dead_letter");
        let got = got.form(&[("id", &number)]).send().await.unwrap();
        assert_eq!(got.status(), StatusCode::FOUND);
        assert_eq!(got.headers()[header::LOCATION], "/admin");
        got
    };
    discard().await;
    assert!(!shift.page("").await.contains("Cost Centre"));
    let again = discard().await;
    let flash = again.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
    let told = shift.page(flash).await;
    assert!(told.contains("not in the list of what was given up any more"), "{told}");
}

#[tokio::test]
async fn the_report_tells_how_far_each_copy_is_and_why_something_is_off() {
    let shift = Shift::begin().await;
    let report = eventually("everything is copied", Duration::from_secs(60), || async {
        let report = shift.report().await;
        let doctypes = report["mirror"]["doctypes"].as_array().unwrap();
        let complete = doctypes.iter().all(|it| {
            it["complete_at"].is_i64() && it["error"].is_null() && it["copied"] == it["expected"]
        });
        (doctypes.len() >= 13 && complete).then_some(report.clone())
    })
    .await;
    let doctypes = report["mirror"]["doctypes"].as_array().unwrap();
    let tasks = doctypes.iter().find(|it| it["doctype"] == "Task").unwrap();
    assert_eq!(tasks["copied"], shift.erpnext.documents("Task").len());
    assert_eq!(report["webhooks"]["expected"], false);
    assert!(report["site"]["reads"].as_u64().unwrap() > 10);
    assert!(report["site"]["last_answer_at"].is_i64());
    let ways = report["ways_in"].as_array().unwrap();
    let oauth = ways.iter().find(|way| way["name"].as_str().unwrap().contains("OAuth")).unwrap();
    assert_eq!(oauth["is_open"], json!(false));
    assert!(oauth["reason"].as_str().unwrap().contains("ERPNEXT_OAUTH_CLIENT_ID"), "{oauth}");

    // What the desk's panel needs was never made there.
    let reason = eventually("it is known that nobody signs in from the desk", WITHIN, || async {
        let way = shift.report().await["ways_in"][0].clone();
        (way["is_open"] == json!(false)).then(|| way["reason"].as_str().unwrap().to_owned())
    })
    .await;
    assert!(reason.contains("Parlance Ticket"), "{reason}");

    // ERPNext goes away: the page says so, and since when.
    shift.erpnext.faults().go_down();
    eventually("the report says that ERPNext is away", Duration::from_secs(60), || async {
        let site = &shift.report().await["site"];
        (site["resting_for_seconds"].is_u64() && site["last_error"].is_string()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_doctor_on_the_page_finds_what_is_missing() {
    let shift = Shift::begin().await;
    let got = api(&shift.sofia, "examine_connection", &[]).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    let findings = got.json();
    let faults: Vec<&Value> =
        findings.as_array().unwrap().iter().filter(|it| it["verdict"] == "fault").collect();
    // The demo's site was never connected: it has no ticket doctype.
    assert!(
        faults.iter().any(|it| it["said"].as_str().unwrap().contains("Parlance Ticket")),
        "{findings:#}"
    );
    assert!(faults.iter().all(|it| it["fix"].is_string()), "{findings:#}");
}

#[tokio::test]
async fn the_report_tells_of_webhooks_that_came_and_of_refused_ones() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_telling_site(&erpnext).start().await;
    let sofia = town::cast(&server, cast::SOFIA.user).await;
    let told = async || api(&sofia, "connection_report", &[]).await.json()["webhooks"].clone();
    let none = json!({
        "expected": true, "received_at": null, "received": 0, "refused_at": null, "refused": 0,
    });
    assert_eq!(told().await, none);
    webhooks::post(&server, webhooks::hint("Task", "TASK-1"), None).await;
    let now = told().await;
    assert_eq!((&now["received"], &now["refused"]), (&json!(0), &json!(1)));
    assert!(now["refused_at"].is_i64(), "{now}");
    webhooks::post_signed(&server, webhooks::hint("Task", "TASK-1")).await;
    let now = told().await;
    assert_eq!((&now["received"], &now["refused"]), (&json!(1), &json!(1)));
    assert!(now["received_at"].as_i64() >= now["refused_at"].as_i64(), "{now}");
}
