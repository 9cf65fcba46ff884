//! Starting and stopping.

use crate::{
    call::{answer, request},
    town,
};
use reqwest::{Method, StatusCode};
use standin::cast;
use std::{process::Command, time::Duration};
use testkit::socket::Line;
use vocabulary::protocol::CLOSE_RESTART;

#[test]
fn a_wrong_setting_stops_the_start_with_one_line() {
    for (variable, value) in
        [("PARLANCE_ADDR", "everywhere"), ("DATABASE_URL", "mysql://x"), ("PARLANCE_DEMO", "maybe")]
    {
        let started =
            Command::new(env!("CARGO_BIN_EXE_parlance")).env(variable, value).output().unwrap();
        assert!(!started.status.success());
        let said = String::from_utf8_lossy(&started.stderr);
        assert!(said.starts_with(&format!("parlance: {variable} is wrong: ")), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    }
}

#[test]
fn settings_can_stand_in_a_file_and_the_environment_beats_it() {
    let folder = testkit::folder::Folder::new("settings");
    let file = folder.path().join("parlance.toml");
    std::fs::write(&file, "[parlance]\nPARLANCE_ADDR = \"nonsense\"\n").unwrap();
    let from_file = Command::new(env!("CARGO_BIN_EXE_parlance"))
        .env("PARLANCE_CONFIG", &file)
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&from_file.stderr).contains("PARLANCE_ADDR is wrong"));
    let beaten = Command::new(env!("CARGO_BIN_EXE_parlance"))
        .arg("migrate")
        .env("PARLANCE_CONFIG", &file)
        .env("PARLANCE_ADDR", "127.0.0.1:1")
        .env("PARLANCE_DATA_DIR", folder.path())
        .output()
        .unwrap();
    assert!(beaten.status.success(), "{}", String::from_utf8_lossy(&beaten.stderr));
    assert!(folder.path().join("demo.sqlite").exists());
}

#[tokio::test]
async fn stopping_closes_lines_cleanly_and_ends_without_an_error() {
    let mut server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let mut line = Line::connect(&maya).await;
    line.ping().await;
    let (status, code) = tokio::join!(
        server.terminate(Duration::from_secs(15)),
        line.closed_within(Duration::from_secs(5))
    );
    assert_eq!((status, code), (0, Some(CLOSE_RESTART)));
}

#[tokio::test]
async fn health_is_told_without_a_session() {
    let server = town::demo().await;
    assert_eq!(answer(request(&server.visitor(), &Method::GET, "/healthz")).await.body, "ok");
    let ready = answer(request(&server.visitor(), &Method::GET, "/readyz")).await;
    assert_eq!(ready.status, StatusCode::OK);
    assert_eq!(ready.json()["database"], "ok");
}

#[test]
fn keys_that_both_manifests_have_are_equal() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let read = |file: &str| {
        std::fs::read_to_string(format!("{root}/{file}")).unwrap().parse::<toml::Table>().unwrap()
    };
    let (cargo, leptos) = (read("Cargo.toml"), read("Leptos.toml"));
    let build = cargo["workspace"]["metadata"]["leptos"][0].as_table().unwrap();
    let run = leptos["package"]["metadata"]["leptos"].as_table().unwrap();
    let mut shared = 0;
    for (key, value) in run {
        if let Some(other) = build.get(key) {
            assert_eq!(other, value, "{key} differs between Cargo.toml and Leptos.toml");
            shared += 1;
        }
    }
    assert!(shared >= 4);
}
