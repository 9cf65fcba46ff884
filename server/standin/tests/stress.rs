//! Thousands of random edits among thousands of documents: look-ups still say what a look at everything says.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "shared/asking.rs"]
mod asking;

use std::collections::BTreeSet;

use asking::{Asking, CARL, SERVICE};
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

const EACH: usize = 2_000;
const EDITS: usize = 3_000;
const STATES: [&str; 4] = ["Open", "Working", "Completed", "Cancelled"];

#[tokio::test]
async fn look_ups_agree_with_a_look_at_everything_after_thousands_of_edits() {
    let site = Asking::start().await;
    let mut rng = StdRng::seed_from_u64(7);
    let projects: Vec<String> = (0..20)
        .map(|number| {
            let body = json!({"project_name": format!("Stress {number}")});
            site.running.insert("Project", &body).unwrap()
        })
        .collect();
    let mut tasks = Vec::new();
    for number in 0..EACH {
        let body =
            json!({"subject": format!("Task {number}"), "project": pick(&mut rng, &projects)});
        tasks.push(site.running.insert("Task", &body).unwrap());
        let body = json!({
            "subject": "Hello", "content": "Hello", "sender": CARL, "communication_medium": "Chat",
            "reference_doctype": "Task", "reference_name": pick(&mut rng, &tasks),
        });
        site.running.insert("Communication", &body).unwrap();
    }
    for number in 0..EDITS {
        let place = rng.random_range(0..tasks.len());
        match rng.random_range(0..10) {
            0 => {
                site.running.delete("Task", &tasks.swap_remove(place)).unwrap();
            }
            1 => {
                let body = json!({"subject": format!("New {number}"), "project": pick(&mut rng, &projects)});
                tasks.push(site.running.insert("Task", &body).unwrap());
            }
            2 => {
                let body = json!({"project": pick(&mut rng, &projects)});
                site.running.update("Task", &tasks[place], &body).unwrap();
            }
            _ => {
                let body = json!({"status": STATES[rng.random_range(0..STATES.len())]});
                site.running.update("Task", &tasks[place], &body).unwrap();
            }
        }
    }
    let all = site.running.documents("Task");
    for project in &projects {
        let of_project = |one: &&Value| one["project"] == json!(project);
        let is_over =
            |one: &&Value| ["Completed", "Cancelled"].contains(&one["status"].as_str().unwrap());
        let theirs: Vec<&Value> = all.iter().filter(of_project).collect();
        let over = theirs.iter().copied().filter(is_over).count();
        let percent = over as f64 * 100.0 / theirs.len() as f64;
        let kept = site.running.document("Project", project).unwrap();
        assert_eq!(kept["percent_complete"], json!((percent * 100.0).round() / 100.0));

        let listed =
            list(&site, &json!([["project", "=", project], ["status", "=", "Working"]])).await;
        let seen = names(theirs.into_iter().filter(|one| one["status"] == json!("Working")));
        assert_eq!(listed, seen);
    }
    let mut stamps: Vec<&str> = all.iter().map(|one| one["modified"].as_str().unwrap()).collect();
    stamps.sort_unstable();
    let since = stamps[stamps.len() / 2];
    let listed = list(&site, &json!([["modified", ">=", since]])).await;
    assert_eq!(listed, names(all.iter().filter(|one| one["modified"].as_str().unwrap() >= since)));
}

fn pick(rng: &mut StdRng, all: &[String]) -> String {
    all[rng.random_range(0..all.len())].clone()
}

fn names<'a>(docs: impl Iterator<Item = &'a Value>) -> BTreeSet<String> {
    docs.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

async fn list(site: &Asking, filters: &Value) -> BTreeSet<String> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("filters", &filters.to_string()).append_pair("limit_page_length", "0");
    let path = format!("api/resource/Task?{}", query.finish());
    let body = site.ok(SERVICE, "GET", &path, &Value::Null).await;
    names(body["data"].as_array().unwrap().iter())
}
