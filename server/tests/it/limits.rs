//! Bad input gets a clear error and loses nothing.

use crate::{
    call::{answer, api, request},
    town,
};
use reqwest::{Method, StatusCode};
use standin::cast;
use testkit::socket::{Line, draft};
use vocabulary::{BODY_LIMIT_CHARS, protocol::RefusalCode};

#[tokio::test]
async fn requests_of_another_site_change_nothing() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let url = maya.base().join("/api/sign_out").unwrap();
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let mut forged = testkit::http::client().post(url.clone()).header("cookie", maya.cookie());
        if let Some(origin) = origin {
            forged = forged.header("origin", origin);
        }
        let got = answer(forged).await;
        assert_eq!(got.status, StatusCode::FORBIDDEN, "{origin:?}: {}", got.body);
    }
    assert_eq!(api(&maya, "whoami", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_socket_asked_for_by_another_site_is_not_opened() {
    use tokio_tungstenite::{connect_async, tungstenite::client::IntoClientRequest};
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let address = format!("{}/ws", server.url().replace("http", "ws"));
    for (origin, opens) in
        [(Some("https://evil.example"), false), (None, false), (Some(maya.origin().as_str()), true)]
    {
        let mut asked = address.as_str().into_client_request().unwrap();
        asked.headers_mut().insert("cookie", maya.cookie().parse().unwrap());
        if let Some(origin) = origin {
            asked.headers_mut().insert("origin", origin.parse().unwrap());
        }
        assert_eq!(connect_async(asked).await.is_ok(), opens, "{origin:?}");
    }
}

#[tokio::test]
async fn oversize_and_malformed_bodies_are_refused_by_every_server_function() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let form = "application/x-www-form-urlencoded";
    for (method, path) in parlance::router::paths() {
        if !path.starts_with("/api/") {
            continue;
        }
        let call = || request(&maya, &method, &path).header("content-type", form);
        let big = format!("user={}", "x".repeat(parlance::router::BODY_LIMIT_BYTES + 1));
        let got = answer(call().body(big)).await;
        assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}: {}", got.body);
        let takes_nothing = [
            "sign_out",
            "whoami",
            "my_workspaces",
            "begun",
            "/mine",
            "/threads",
            "/saved",
            "/mentions",
            "/mark_all_read",
            "/radar",
            "administers",
            "connection_report",
            "examine_connection",
            "replay_dead_letters",
            // What is left out is empty, and nobody but an administrator is told what is wrong with that.
            "connecting_form",
            "plan_connection",
            "apply_connection",
            "connecting_progress",
        ];
        if takes_nothing.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        for broken in ["", "%%%", "id=not-a-uuid&room=1&before=x&draft[body]=%00"] {
            let got = answer(call().body(broken)).await;
            assert!(
                got.status.is_client_error(),
                "{path} with {broken:?}: {} {}",
                got.status,
                got.body
            );
            assert_eq!(got.error(), "invalid", "{path} with {broken:?}: {}", got.body);
        }
    }
    assert_eq!(api(&maya, "whoami", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn frames_that_make_no_sense_are_refused_and_the_line_stays() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let mut line = Line::connect(&maya).await;
    for nonsense in [
        "",
        "{",
        "[]",
        r#"{"type":"grant"}"#,
        r#"{"type":"join","room":"x"}"#,
        r#"{"type":"post","room":"x"}"#,
    ] {
        line.send_text(nonsense.to_owned()).await;
        let code = line
            .pick("a refusal", |frame| match frame {
                vocabulary::protocol::ServerFrame::Refused { code, .. } => Some(*code),
                _ => None,
            })
            .await;
        assert_eq!(code, RefusalCode::Invalid, "{nonsense}");
    }
    // A post that cannot be read still tells its sender which one it was.
    let key = draft("x").key;
    for body in [String::new(), " ".into(), "x".repeat(BODY_LIMIT_CHARS + 1)] {
        line.send_text(
            serde_json::json!({"type": "post", "room": place.room, "key": key, "body": body})
                .to_string(),
        )
        .await;
        let refused = line
            .pick("a refusal", |frame| match frame {
                vocabulary::protocol::ServerFrame::Refused { key: Some(about), code, .. } => {
                    Some((*about, *code))
                }
                _ => None,
            })
            .await;
        assert_eq!(refused, (key, RefusalCode::Invalid));
    }
    line.say(place.room, "still here").await;
}

#[tokio::test]
async fn a_message_for_the_client_is_not_said_in_the_team_room() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;
    let mut line = Line::connect(&maya).await;
    let mut wide = draft("for everybody");
    wide.audience = vocabulary::Audience::Client;
    assert_eq!(line.try_post(place.room, wide).await.unwrap_err().code, RefusalCode::Refused);
}

#[tokio::test]
async fn a_frame_beyond_the_limit_ends_the_line_and_nothing_else() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let mut line = Line::connect(&maya).await;
    line.send_text("x".repeat(vocabulary::protocol::CLIENT_FRAME_LIMIT_BYTES + 1)).await;
    line.closed_within(std::time::Duration::from_secs(5)).await;
    Line::connect(&maya).await.ping().await;
}

#[tokio::test]
async fn a_flood_is_slowed_down_and_told_so() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let mut line = Line::connect(&maya).await;
    for _ in 0..2_000 {
        line.send(&vocabulary::protocol::ClientFrame::Ping).await;
    }
    let code = line
        .pick("a refusal", |frame| match frame {
            vocabulary::protocol::ServerFrame::Refused { code, .. } => Some(*code),
            _ => None,
        })
        .await;
    assert_eq!(code, RefusalCode::TooMuch);
}

#[tokio::test]
async fn every_answer_carries_a_request_id_and_guarding_headers() {
    let server = town::demo().await;
    for path in ["/sign-in", "/healthz", "/ws", "/no-such-page"] {
        let response = request(&server.visitor(), &Method::GET, path).send().await.unwrap();
        for header in
            ["x-request-id", "x-content-type-options", "content-security-policy", "referrer-policy"]
        {
            assert!(response.headers().contains_key(header), "{path} has no {header}");
        }
    }
}

#[tokio::test]
async fn files_take_nothing_from_pages_that_are_made_at_the_same_time() {
    let server = town::demo().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..600 {
        // Pages that set a status, a location and headers, beside a file that has none of them.
        let path = ["/", "/workspaces", "/no-such-page", "/favicon.svg"][number % 4];
        let page = request(&maya, &Method::GET, path).header("accept", "text/html");
        calls.spawn(async move { (path, page.send().await.unwrap()) });
    }
    for (path, response) in calls.join_all().await {
        let (status, headers) = (response.status(), response.headers());
        if path == "/favicon.svg" {
            // Absent where the page was not built; never somebody else's status.
            assert!(matches!(status, StatusCode::OK | StatusCode::NOT_FOUND), "{path}: {status}");
            assert!(!headers.contains_key("set-cookie") && !headers.contains_key("location"));
        }
        if path == "/" {
            assert!(
                status.is_redirection() && headers.contains_key("location"),
                "{path}: {status}"
            );
        }
    }
}
