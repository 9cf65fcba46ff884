//! Every kind of error answer becomes the error that says what can be done.
//!
//! Once with answers of our own in `fixtures/`, and once with those recorded from a real site, which are not
//! part of this repository; without them that test says that it is skipped.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may")]

#[path = "recorded_errors/asking.rs"]
mod asking;
#[path = "recorded_errors/canned.rs"]
mod canned;
#[path = "recorded_errors/expected.rs"]
mod expected;

use std::{path::Path, time::Duration};

use asking::{Asking, ask};
use canned::Canned;
use erpnext::{ErpError, Retry};
use expected::{FIXTURES, RECORDED};
use serde_json::Value;

/// The variant's name.
fn kind(error: &ErpError) -> String {
    let debug = format!("{error:?}");
    debug.split([' ', '{']).next().unwrap_or_default().to_owned()
}

async fn error_for(answer: &Value, asking: &Asking) -> ErpError {
    let canned = Canned::start(answer).await;
    ask(&canned.site(), asking).await
}

#[tokio::test]
async fn our_own_error_answers_become_the_right_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut problems = Vec::new();
    let mut used = 0;
    for (name, expected) in FIXTURES {
        let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        let error = error_for(&answer, &Asking::of_fixture(name)).await;
        used += 1;
        if kind(&error) != *expected {
            problems.push(format!("{name}: {error:?} instead of {expected}"));
        }
        let words = answer["words"].as_str();
        if words.is_some() && error.message() != words {
            problems.push(format!("{name}: says {:?}", error.message()));
        }
        let retry = match answer["retry"].as_str() {
            Some("later") => Retry::Later { after: None },
            Some(seconds) => {
                Retry::Later { after: Some(Duration::from_secs(seconds.parse().unwrap())) }
            }
            None => Retry::Never,
        };
        if error.retry() != retry {
            problems.push(format!("{name}: {:?} instead of {retry:?}", error.retry()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert_eq!(used, std::fs::read_dir(folder).unwrap().count(), "a fixture is not in the table");
}

#[tokio::test]
async fn recorded_error_answers_become_the_right_errors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/erpnext/exchanges");
    if !folder.is_dir() {
        println!("SKIPPED {}: no recorded exchanges beside this repository", module_path!());
        return;
    }
    let mut problems = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let exchange: Value = serde_json::from_str(&text).unwrap();
        let answer = &exchange["response"];
        if answer["status"].as_u64().unwrap_or(0) < 400 {
            continue;
        }
        let Some((_, expected)) = RECORDED.iter().find(|(names, _)| names.contains(&name.as_str()))
        else {
            problems.push(format!("{name} is not in the table"));
            continue;
        };
        let error = error_for(answer, &Asking::recorded(&exchange["request"])).await;
        if kind(&error) != *expected {
            problems.push(format!("{name}: {error:?} instead of {expected}"));
        }
        // Only a page in place of an answer may be a site that is away; the rest is about this very request.
        let is_page = matches!(error, ErpError::NotErpnext { .. });
        if error.is_site_down() != is_page {
            problems.push(format!("{name}: is the site down?"));
        }
        let may_be_repeated =
            is_page || matches!(error, ErpError::TooManyRequests { .. } | ErpError::Locked { .. });
        if (error.retry() != Retry::Never) != may_be_repeated {
            problems.push(format!("{name}: {:?}", error.retry()));
        }
        let words = error.message().unwrap_or_default();
        if words.contains('<') && words.contains("</") || words.contains("Traceback") {
            problems.push(format!("{name}: not fit for a person: {words}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[tokio::test]
async fn the_taken_field_and_the_missing_fields_are_named() {
    let read = |name: &str| -> Value {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap()
    };
    let taken = error_for(&read("key_taken.json"), &Asking::Insert).await;
    assert!(taken.is_key_taken(), "{taken:?}");
    let other = error_for(&read("other_value_taken.json"), &Asking::Insert).await;
    assert!(!other.is_key_taken(), "{other:?}");
    let hidden = error_for(&read("value_taken_without_exception.json"), &Asking::Insert).await;
    assert!(hidden.is_key_taken(), "{hidden:?}");
    let missing = error_for(&read("mandatory.json"), &Asking::Insert).await;
    assert!(matches!(missing, ErpError::Missing { ref fields, .. } if fields == &["subject"]));
    let locked = error_for(&read("login_locked.json"), &Asking::SignIn).await;
    assert!(matches!(locked, ErpError::Locked { for_, .. } if for_.as_secs() == 90));
}

#[tokio::test]
async fn a_cut_body_is_an_interruption_and_a_page_is_not_erpnext() {
    let cut = Canned::raw(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{\"data\":{\"na",
    );
    let error = ask(&cut.await.site(), &Asking::Insert).await;
    assert!(matches!(error, ErpError::Interrupted { .. }), "{error:?}");
    let nothing = ask(&Canned::raw("").await.site(), &Asking::Insert).await;
    assert!(matches!(nothing, ErpError::Interrupted { .. }), "{nothing:?}");
    let page = Canned::raw("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<h1>Welcome</h1");
    let error = ask(&page.await.site(), &Asking::Insert).await;
    assert!(matches!(error, ErpError::NotErpnext { status: 200, .. }), "{error:?}");
    let empty = Canned::raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let error = ask(&empty.await.site(), &Asking::Insert).await;
    assert!(matches!(error, ErpError::Unexpected { .. }), "{error:?}");
}

#[tokio::test]
async fn a_secret_never_shows_in_what_is_printed() {
    let canned = Canned::raw("").await;
    let site = canned.site();
    let printed = format!("{site:?} {:?}", ask(&site, &Asking::SignIn).await);
    assert!(!printed.contains("very-secret"), "{printed}");
}
