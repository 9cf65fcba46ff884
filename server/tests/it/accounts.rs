//! Signing in and out.

use crate::{call::api, town};
use reqwest::StatusCode;
use standin::cast;
use std::{
    fs::File,
    io::{Read, Write},
    process::{Command, Stdio},
};

#[tokio::test]
async fn a_wrong_password_is_told_in_plain_words_and_too_many_have_to_wait() {
    let server = town::demo().await;
    let visitor = server.visitor();
    let try_it = async |password: &str| {
        api(&visitor, "sign_in", &[("user", cast::TOM.user), ("password", password)]).await
    };
    for _ in 0..8 {
        let got = try_it("wrong").await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{}", got.body);
        assert!(got.body.contains("The email or the password is wrong."), "{}", got.body);
    }
    let barred = try_it(cast::PASSWORD).await;
    assert_eq!(barred.status, StatusCode::TOO_MANY_REQUESTS, "{}", barred.body);
    // Somebody else is not barred by that.
    town::cast(&server, cast::MAYA.user).await;
}

#[tokio::test]
async fn unknown_users_and_wrong_passwords_get_the_same_answer() {
    let server = town::demo().await;
    let visitor = server.visitor();
    let unknown =
        api(&visitor, "sign_in", &[("user", "nobody@nowhere.example"), ("password", "x")]).await;
    let wrong = api(&visitor, "sign_in", &[("user", cast::TOM.user), ("password", "x")]).await;
    assert_eq!((unknown.status, unknown.body), (wrong.status, wrong.body));
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere_it_was_copied_to() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let copy = maya.clone();
    assert_eq!(api(&maya, "whoami", &[]).await.json()["user"], cast::MAYA.user);
    assert!(api(&maya, "sign_out", &[]).await.status.is_success());
    assert_eq!(api(&copy, "whoami", &[]).await.status, StatusCode::UNAUTHORIZED);
    // Twice is no error.
    assert!(api(&copy, "sign_out", &[]).await.status.is_success());
}

#[tokio::test]
async fn a_session_survives_a_restart_and_its_token_is_stored_nowhere() {
    let mut server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let token = maya.cookie().split_once('=').unwrap().1.to_owned();
    server.kill9();
    server.start_again().await;
    assert_eq!(api(&maya, "whoami", &[]).await.status, StatusCode::OK);
    for entry in std::fs::read_dir(server.data_folder()).unwrap() {
        let path = entry.unwrap().path();
        // The folder of the files that people send, empty here.
        if path.is_dir() {
            assert!(path.ends_with("demo-files"), "{}", path.display());
            continue;
        }
        let bytes = std::fs::read(path).unwrap();
        assert!(!bytes.windows(token.len()).any(|window| window == token.as_bytes()));
    }
    assert!(!server.logged().contains(&token));
}

#[tokio::test]
async fn the_break_glass_administrator_sees_connections_and_no_content() {
    let server = town::demo().await;
    let mut make = Command::new(env!("CARGO_BIN_EXE_parlance"))
        .args(["create-admin", "--user", "root@parlance.demo"])
        .env("PARLANCE_DATA_DIR", server.data_folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    make.stdin.take().unwrap().write_all(b"a long enough password\n").unwrap();
    assert!(make.wait().unwrap().success());

    let root = server.signed_in("root@parlance.demo", "a long enough password").await;
    let report = api(&root, "connection_report", &[]).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.body);
    assert_eq!(report.json()["demo"], true);
    assert_eq!(api(&root, "my_workspaces", &[]).await.status, StatusCode::NOT_FOUND);
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let id = place.workspace.to_string();
    assert_eq!(api(&root, "workspace", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_short_administrator_password_is_refused() {
    let server = town::demo().await;
    let mut make = Command::new(env!("CARGO_BIN_EXE_parlance"))
        .args(["create-admin", "--user", "root@parlance.demo"])
        .env("PARLANCE_DATA_DIR", server.data_folder())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    make.stdin.take().unwrap().write_all(b"short\n").unwrap();
    let made = make.wait_with_output().unwrap();
    assert!(!made.status.success());
    assert!(String::from_utf8_lossy(&made.stderr).contains("too short"));
}

#[tokio::test]
async fn an_administrator_password_typed_at_a_terminal_is_not_shown() {
    let server = town::demo().await;
    let terminal = nix::pty::openpty(None, None).unwrap();
    let mut make = Command::new(env!("CARGO_BIN_EXE_parlance"))
        .args(["create-admin", "--user", "root@parlance.demo"])
        .env("PARLANCE_DATA_DIR", server.data_folder())
        // Ours stays open, so that the terminal is still there afterwards.
        .stdin(terminal.slave.try_clone().unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It is typed as soon as it is asked for.
    let mut asked = [0; 256];
    let length = make.stderr.as_mut().unwrap().read(&mut asked).unwrap();
    let asked = String::from_utf8_lossy(&asked[..length]).into_owned();
    assert!(asked.contains("assword"), "{asked}");
    let mut screen = File::from(terminal.master);
    screen.write_all(b"a long enough password\n").unwrap();
    assert!(make.wait().unwrap().success());
    // Behind what was typed, so that there is something to read when that did not show.
    screen.write_all(b"#").unwrap();
    let mut shown = [0; 256];
    let length = screen.read(&mut shown).unwrap();
    assert_eq!(String::from_utf8_lossy(&shown[..length]), "#");
    server.signed_in("root@parlance.demo", "a long enough password").await;
}
