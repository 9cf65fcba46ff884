//! Timelines and the radar through the doors of a running server.

use crate::{
    call::{answer, api, request},
    town::{self, Place},
};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use standin::{
    cast,
    erpnext::{Erpnext, Seed},
};
use std::time::Duration;
use testkit::{eventually, http::Session, socket::Line};

async fn page(session: &Session, place: &Place, fields: &[(&str, &str)]) -> Value {
    let id = place.workspace.to_string();
    let mut all = vec![("id", id.as_str())];
    all.extend_from_slice(fields);
    let got = api(session, "timeline", &all).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    got.json()
}

async fn whole(session: &Session, place: &Place) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut after = String::new();
    loop {
        let page = page(session, place, &[("after", &after)]).await;
        rows.extend(page["entries"].as_array().unwrap().clone());
        match page["older"].as_str() {
            Some(older) => after = older.to_owned(),
            None => return rows,
        }
    }
}

async fn export(session: &Session, place: &Place, query: &str) -> (StatusCode, String) {
    let path = format!("/w/{}/timeline/export?{query}", place.workspace);
    let got = answer(request(session, &Method::GET, &path)).await;
    (got.status, got.body)
}

/// Records of a CSV, by the rules of RFC 4180.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {
                characters.next();
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            other => cell.push(other),
        }
    }
    assert!(cell.is_empty() && record.is_empty(), "the last record has no end");
    records
}

#[tokio::test]
async fn an_export_holds_what_the_pages_show_each_row_once_in_their_order() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    Line::connect(&maya).await.say(place.room, "=SUM(A1) \"quoted\",\nand a second line").await;
    let rows = whole(&maya, &place).await;
    assert!(rows.len() > 50, "more than one page holds: {}", rows.len());
    let (status, text) = export(&maya, &place, "format=csv").await;
    assert_eq!(status, StatusCode::OK, "{text}");
    let records = records(text.strip_prefix('\u{feff}').unwrap());
    assert_eq!(records[0][0], "When");
    assert!(records.iter().all(|record| record.len() == records[0].len()));
    assert_eq!(records.len() - 1, rows.len());
    assert_eq!(records[1][6], "'=SUM(A1) \"quoted\",\nand a second line");
    for (record, row) in records[1..].iter().zip(&rows) {
        let link = row["what"]["said"]["id"].as_str().or(row["id"].as_str()).unwrap();
        assert!(record[7].contains(link), "{record:?} is not {row}");
    }

    let (status, text) = export(&maya, &place, "format=md&kind=mail&zone=Europe%2FBerlin").await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("Times in Europe/Berlin.") && text.contains("Late check-out"), "{text}");
    assert!(!text.contains("SUM"), "only mails: {text}");
}

#[tokio::test]
async fn an_export_tells_nobody_more_than_erpnext_shows_them() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    // A Projects User may read no Issue.
    let tom = town::cast(&server, cast::TOM.user).await;
    let (_, hers) = export(&maya, &place, "kind=change").await;
    let (_, his) = export(&tom, &place, "kind=change").await;
    assert!(hers.contains("Issue ISS-") && hers.contains("Task TASK-"));
    assert!(!his.contains("ISS-") && his.contains("Task TASK-"), "{his}");
    for (query, field) in [
        ("format=pdf", "format"),
        ("kind=rumour", "kind"),
        ("from=2026-02-30", "from"),
        ("from=2026-01-01&zone=Mars%2FBase", "zone"),
        ("about=TASK-1", "about"),
    ] {
        let (status, body) = export(&maya, &place, query).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}: {body}");
        assert!(body.contains(field), "{query}: {body}");
    }
    let long = format!("person={}", "x".repeat(5_000));
    assert_eq!(export(&maya, &place, &long).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let id = place.workspace.to_string();
    for (field, value) in [("filter", "{"), ("after", "yesterday"), ("zone", "Mars/Base")] {
        let got = api(&maya, "timeline", &[("id", &id), (field, value)]).await;
        assert_eq!(got.error(), "invalid", "{field}: {}", got.body);
    }
}

#[tokio::test]
async fn when_one_was_last_here_is_the_same_on_all_devices_and_the_filter_follows_it() {
    let server = town::demo().await;
    let desk = town::cast(&server, cast::MAYA.user).await;
    let phone = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&desk, cast::WEBSITE).await;
    let id = place.workspace.to_string();
    let unseen = [("filter", r#"{"unseen":true}"#)];
    assert!(page(&desk, &place, &unseen).await["last_here"].is_null(), "never before");
    let seen = api(&desk, "look_at_timeline", &[("id", &id), ("all", "true")]).await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.body);
    let there = page(&phone, &place, &unseen).await;
    assert_eq!(there["last_here"], seen.json());
    assert_eq!(there["entries"].as_array().unwrap().len(), 0, "{there}");
    let said = Line::connect(&desk).await.say(place.room, "after that").await;
    let there = page(&phone, &place, &unseen).await;
    assert_eq!(there["entries"].as_array().unwrap().len(), 1, "{there}");
    assert_eq!(there["entries"][0]["what"]["said"]["id"], said.id.to_string());
}

#[tokio::test]
async fn what_happens_in_erpnext_is_told_with_both_values_and_raises_flags() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let task = erpnext
        .documents("Task")
        .into_iter()
        .find(|task| task["project"] == cast::WEBSITE && task["status"] == "Working")
        .unwrap();
    let name = task["name"].as_str().unwrap().to_owned();
    let changed = serde_json::json!({"priority": "Urgent", "exp_start_date": "2020-01-01", "exp_end_date": "2020-01-31"});
    erpnext.update("Task", &name, &changed).unwrap();
    let told = eventually("the change is told", Duration::from_secs(30), || async {
        let page = page(&maya, &place, &[("filter", r#"{"kinds":["change"]}"#)]).await;
        let rows = page["entries"].as_array().unwrap().clone();
        rows.into_iter()
            .find(|row| row["about"]["name"] == name.as_str() && row["what"]["changed"].is_array())
    })
    .await;
    let steps = told["what"]["changed"].as_array().unwrap();
    let end = steps.iter().find(|step| step["field"] == "exp_end_date").unwrap();
    assert_eq!(end["to"], "2020-01-31");
    assert_eq!(end["from"], task["exp_end_date"].as_str().unwrap().get(..10).unwrap());

    let radar = api(&maya, "radar", &[]).await.json();
    let row = radar.as_array().unwrap().iter().find(|row| row["project"] == cast::WEBSITE).unwrap();
    assert_eq!(row["outlook"]["health"], "off_track");
    let flags = row["outlook"]["flags"].as_array().unwrap();
    let late = flags.iter().find(|flag| flag["source"]["work"][1] == name.as_str()).unwrap();
    assert!(late["words"].as_str().unwrap().ends_with("working days late"), "{late}");
    assert!(late["rule"].as_str().unwrap().contains("exp_end_date 2020-01-31"), "{late}");
    // The mail of the client that nobody has answered.
    assert!(
        flags.iter().any(|flag| flag["words"].as_str().unwrap().contains("Ines Duarte")),
        "{flags:?}"
    );
    let facts = api(&maya, "facts", &[("id", &place.workspace.to_string())]).await.json();
    assert_eq!(facts["outlook"], row["outlook"], "the header says the same");
}
