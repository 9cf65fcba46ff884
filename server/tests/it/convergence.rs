//! Ten thousand edits on both sides, through every fault there is: in the end the mirror equals ERPNext field by
//! field, and whatever was promised to somebody is in ERPNext once.

mod equal;
mod ours;
mod theirs;

use crate::town;
use ours::Ours;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;
use standin::erpnext::{Erpnext, Failure, Running, Seed};
use std::time::Duration;
use store::worker::Worker;
use testkit::{eventually, process::Server};
use theirs::Theirs;

const EDITS: usize = 10_000;
const KILLS: usize = 100;
const SECRET: &str = "the secret of the webhooks";

/// Doctypes whose changes ERPNext tells us about.
const TOLD: [&str; 13] = [
    "Project",
    "Project Type",
    "Task",
    "Issue",
    "Customer",
    "Contact",
    "Communication",
    "Comment",
    "ToDo",
    "File",
    "Email Template",
    "Holiday List",
    "User",
];

fn number(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Makes ERPNext call the server after every change.
fn subscribe(erpnext: &Running, server: &Server) {
    for doctype in TOLD {
        for event in ["after_insert", "on_change"] {
            let template = format!(
                r#"{{"event": "{event}", "doctype": "{doctype}", "name": {{{{ doc.name | tojson }}}}, "modified": "{{{{ doc.modified }}}}", "user": ""}}"#
            );
            let webhook = json!({
                "name": format!("{doctype} {event}"), "webhook_doctype": doctype, "webhook_docevent": event, "enabled": 1,
                "request_url": format!("{}/webhooks/erpnext", server.url()), "request_method": "POST",
                "request_structure": "JSON", "webhook_json": template, "enable_security": 1,
                "webhook_secret": SECRET, "timeout": 5,
                "webhook_headers": [{"key": "Content-Type", "value": "application/json"}],
            });
            erpnext.insert("Webhook", &webhook).unwrap();
        }
    }
    let faults = erpnext.faults();
    faults.drop_deliveries_percent(10.0);
    faults.repeat_deliveries(10.0, 3);
    faults.reorder_deliveries_percent(20.0);
    faults.delay_deliveries(Duration::from_millis(3));
    faults.pause_deliveries(Duration::from_millis(20), Duration::from_millis(60));
}

/// What the next stretch of the way has to bear.
fn misbehave(erpnext: &Running, rng: &mut StdRng, stretch: usize) {
    let faults = erpnext.faults();
    faults.drop_after_commit_percent(5.0);
    faults.lose_percent(2.0);
    faults.fail_percent(Failure::Status(429), 2.0);
    faults.fail_percent(Failure::Status(500), 1.0);
    faults.fail_percent(Failure::Status(503), 2.0);
    faults.fail_percent(Failure::Deadlock, 1.0);
    faults.delay(Duration::from_millis(rng.random_range(0..5)));
    match stretch % 10 {
        4 => faults.go_down(),
        6 => {
            // Minutes have gone by.
            erpnext.advance_clock(Duration::from_secs(180));
            faults.come_up();
        }
        _ => {}
    }
}

#[expect(clippy::disallowed_methods, reason = "the test looks into the store as the mirror does")]
async fn store_of(server: &Server) -> Worker {
    let url = format!("sqlite://{}", server.data_folder().join("parlance.sqlite").display());
    Worker::for_background_work(store::Db::connect(&url).await.unwrap())
}

async fn converge(mut server: Server, erpnext: Running, seed: u64) {
    let (edits, kills) =
        (number("PARLANCE_TEST_EDITS", EDITS), number("PARLANCE_TEST_KILLS", KILLS));
    let mut rng = StdRng::seed_from_u64(seed);
    println!("seed {seed}: {edits} edits, {kills} kills");
    server.start_again().await;
    let mut ours = Ours::at(&server).await;
    let mut theirs = Theirs::new(&erpnext);
    for edit in 0..edits {
        if rng.random_bool(0.6) {
            theirs.edit(&erpnext, &mut rng);
        } else {
            ours.ask(&mut rng);
        }
        if edit % (edits / kills) == edits / kills / 2 {
            if !erpnext.faults().is_down() {
                ours.keep_up(100).await;
            }
            // Sometimes in the middle of things, sometimes when all is said and done.
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..2_000))).await;
            misbehave(&erpnext, &mut rng, edit * kills / edits);
            server.kill9();
            server.start_again().await;
        }
    }
    println!("theirs: {} done, {} refused", theirs.done, theirs.refused);
    assert!(theirs.refused * 5 < theirs.done, "most of what was tried in ERPNext was refused");
    erpnext.faults().clear();
    let asked = ours.finish().await;
    let worker = store_of(&server).await;
    eventually("nothing is owed to ERPNext", Duration::from_secs(900), || async {
        asked.nothing_is_owed(&worker).await.then_some(())
    })
    .await;
    let mut left = Vec::new();
    for _ in 0..number("PARLANCE_TEST_PATIENCE", 120) {
        left = equal::differences(&erpnext, &worker).await;
        if left.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(
        left.is_empty(),
        "seed {seed}: {} differences, such as\n{}",
        left.len(),
        left[..left.len().min(40)].join("\n")
    );
    asked.is_done_once(&erpnext, &worker).await;
}

fn seed() -> u64 {
    u64::try_from(number("PARLANCE_TEST_SEED", 20_261_124)).unwrap()
}

async fn site() -> (Server, Running) {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server =
        town::on_site(&erpnext).env("RUST_LOG", "warn").env("ERPNEXT_WEBHOOK_SECRET", SECRET);
    (server, erpnext)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_edits_on_both_sides_converge() {
    let (server, erpnext) = site().await;
    subscribe(&erpnext, &server);
    converge(server, erpnext, seed()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_edits_on_both_sides_converge_without_webhooks() {
    let (server, erpnext) = site().await;
    converge(server, erpnext, seed() + 1).await;
}
