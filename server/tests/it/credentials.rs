//! What members act with in ERPNext is kept sealed, told to nobody and given back.

use crate::{call::api, town};
use reqwest::StatusCode;
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::{path::Path, time::Duration};
use testkit::{eventually, process::Server};

/// A word that is nobody's password but Tom's, so that it can be looked for.
const PASSWORD: &str = "correct-horse-battery-staple-41";

/// Whether any file below `folder` holds `secret`.
fn holds(folder: &Path, secret: &str) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, secret);
        }
        let bytes = std::fs::read(path).unwrap();
        bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
    })
}

async fn with_open_log(erpnext: &Running) -> Server {
    erpnext.set_password(cast::TOM.user, PASSWORD).unwrap();
    town::on_site(erpnext).env("RUST_LOG", "trace").start().await
}

#[tokio::test]
async fn neither_password_nor_sid_is_on_disk_or_in_the_log_while_somebody_is_signed_in() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = with_open_log(&erpnext).await;
    let tom = server.signed_in(cast::TOM.user, PASSWORD).await;
    let wrong = [("user", cast::MAYA.user), ("password", "mistyped-horse-77")];
    assert_eq!(api(&server.visitor(), "sign_in", &wrong).await.status, StatusCode::FORBIDDEN);
    assert_eq!(api(&tom, "my_workspaces", &[]).await.status, StatusCode::OK);
    let sids = erpnext.sids_of(cast::TOM.user);
    assert_eq!(sids.len(), 1, "ERPNext keeps the session for us");
    let log = server.logged();
    for secret in [PASSWORD, "mistyped-horse-77", &sids[0]] {
        assert!(!holds(&server.data_folder(), secret), "a secret is on disk");
        assert!(!log.contains(secret), "a secret is in the log");
    }
    assert!(holds(&server.data_folder(), "v1."), "what is looked through is the database");
}

#[tokio::test]
async fn the_erpnext_session_goes_back_after_the_last_sign_out_and_a_clients_at_once() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let here = town::cast(&server, cast::TOM.user).await;
    let there = town::cast(&server, cast::TOM.user).await;
    let sessions = |count: usize| {
        let erpnext = &erpnext;
        eventually("ERPNext has so many sessions", Duration::from_secs(5), move || async move {
            (erpnext.sids_of(cast::TOM.user).len() == count).then_some(())
        })
    };
    sessions(1).await;
    assert!(api(&here, "sign_out", &[]).await.status.is_success());
    assert_eq!(api(&there, "whoami", &[]).await.status, StatusCode::OK);
    assert_eq!(erpnext.sids_of(cast::TOM.user).len(), 1);
    assert!(api(&there, "sign_out", &[]).await.status.is_success());
    sessions(0).await;
    town::cast(&server, cast::INES.user).await;
    assert_eq!(erpnext.sids_of(cast::INES.user), [""; 0]);
}

#[tokio::test]
async fn each_way_erpnext_refuses_a_sign_in_says_what_to_do() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    erpnext.set_enabled(cast::LEA.user, false).unwrap();
    erpnext.lock(cast::TOM.user).unwrap();
    erpnext.expire_password(cast::PRIYA.user).unwrap();
    erpnext.ask_for_second_factor(cast::JONAS.user, true).unwrap();
    for (user, words) in [
        (cast::LEA.user, "disabled in ERPNext. Ask your ERPNext administrator"),
        (cast::TOM.user, "locked this account after too many wrong passwords. Try again in"),
        (cast::PRIYA.user, "Your ERPNext password has expired. Open ERPNext, choose a new one"),
        (cast::JONAS.user, "asks for a second factor"),
    ] {
        let form = [("user", user), ("password", cast::PASSWORD)];
        let got = api(&server.visitor(), "sign_in", &form).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{user}: {}", got.body);
        assert!(got.body.contains(words), "{user}: {}", got.body);
    }
    erpnext.unlock(cast::TOM.user).unwrap();
    town::cast(&server, cast::TOM.user).await;
}
