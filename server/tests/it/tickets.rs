//! Signing in from a panel in the ERPNext desk: only a fresh ticket of somebody who may use the desk, for the frame that
//! asked for it, opens a session. Everything else gets one answer.

use crate::{
    call::{Answer, answer, api, request},
    town,
};
use reqwest::{Method, StatusCode, header::SET_COOKIE};
use serde_json::{Value, json};
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use testkit::{
    http::{self, Session},
    process::Server,
    socket::Line,
};

struct Desk {
    erpnext: Running,
    server: Server,
}

impl Desk {
    async fn open() -> Self {
        let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
        erpnext
            .insert("DocType", &json!({
                "name": "Parlance Ticket", "module": "Custom", "custom": 1, "autoname": "hash",
                "fields": [{"fieldname": "nonce", "fieldtype": "Data", "label": "Nonce", "reqd": 1, "unique": 1, "set_only_once": 1}],
                "permissions": [
                    {"role": "System Manager", "read": 1, "create": 1, "write": 1, "delete": 1},
                    {"role": "Projects User", "create": 1, "read": 1, "if_owner": 1},
                    {"role": "Customer", "create": 1, "read": 1, "if_owner": 1},
                ],
            }))
            .unwrap();
        let server = town::on_site(&erpnext).start().await;
        Self { erpnext, server }
    }

    /// What the frame does first.
    async fn nonce(&self) -> (String, String) {
        let issued = answer(request(&self.server.visitor(), &Method::POST, "/panel/nonce")).await;
        assert_eq!(issued.status, StatusCode::OK, "{}", issued.body);
        let issued = issued.json();
        assert_eq!(
            format!("{}/", issued["erpnext_origin"].as_str().unwrap()),
            self.erpnext.url().as_str()
        );
        let text = |field: &str| issued[field].as_str().unwrap().to_owned();
        (text("nonce"), text("secret"))
    }

    /// What the desk's script does in the session of `user`.
    async fn ticket(&self, user: &str, fields: &Value) -> StatusCode {
        let at = |path: &str| self.erpnext.url().join(path).unwrap();
        let form = [("usr", user), ("pwd", cast::PASSWORD)];
        let login = http::client().post(at("api/method/login")).form(&form).send().await.unwrap();
        assert_eq!(login.status(), StatusCode::OK);
        let sid = login
            .headers()
            .get_all(SET_COOKIE)
            .iter()
            .map(|cookie| cookie.to_str().unwrap())
            .find_map(|cookie| cookie.strip_prefix("sid=")?.split(';').next().map(str::to_owned))
            .unwrap();
        let made = http::client()
            .post(at("api/resource/Parlance%20Ticket"))
            .header("cookie", format!("sid={sid}"))
            .json(fields);
        made.send().await.unwrap().status()
    }

    /// What the frame does last: the answer, and the cookie if there is one.
    async fn redeem(&self, nonce: &str, secret: &str) -> (Answer, Option<String>) {
        let form = [("nonce", nonce), ("secret", secret)];
        let asked = request(&self.server.visitor(), &Method::POST, "/panel/redeem").form(&form);
        let got = asked.send().await.unwrap();
        let cookie = got.headers().get(SET_COOKIE).map(|line| line.to_str().unwrap().to_owned());
        let (status, body) = (got.status(), got.text().await.unwrap());
        (Answer { status, body }, cookie)
    }

    async fn assert_refused(&self, nonce: &str, secret: &str) {
        let (got, cookie) = self.redeem(nonce, secret).await;
        assert_eq!((got.status, cookie), (StatusCode::FORBIDDEN, None), "{}", got.body);
        assert_eq!(
            got.json(),
            json!({"error": "refused", "reason": "ERPNext did not confirm who you are. Nothing was changed; choose Reconnect to try again."})
        );
    }
}

fn bearing(server: &Server, line: &str) -> Session {
    let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
    server.visitor().with_cookie(name, value)
}

#[tokio::test]
async fn a_fresh_ticket_opens_a_session_of_its_owner_for_frames() {
    let desk = Desk::open().await;
    let (nonce, secret) = desk.nonce().await;
    let forged = json!({"nonce": nonce, "owner": cast::MAYA.user, "modified_by": cast::MAYA.user});
    assert_eq!(desk.ticket(cast::TOM.user, &forged).await, StatusCode::OK);
    let (got, cookie) = desk.redeem(&nonce, &secret).await;
    assert_eq!(got.status, StatusCode::OK, "{}", got.body);
    let cookie = cookie.unwrap();
    for attribute in ["parlance_panel=", "HttpOnly", "SameSite=None", "Secure", "Partitioned"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let panel = bearing(&desk.server, &cookie);
    assert_eq!(api(&panel, "whoami", &[]).await.json()["user"], cast::TOM.user);
    // The same on the socket, and the ticket is gone.
    let place = town::place(&panel, cast::WEBSITE).await;
    let mut line = Line::connect(&panel).await;
    line.join(place.room, None).await;
    assert!(!desk.erpnext.names().contains_key("Parlance Ticket"));
    let form = [("doctype", "Project"), ("name", cast::WEBSITE)];
    let found = answer(request(&panel, &Method::POST, "/panel/place").form(&form)).await;
    assert_eq!(found.json(), format!("/w/{}", place.workspace));
    // A used nonce opens nothing.
    desk.assert_refused(&nonce, &secret).await;
    assert_eq!(desk.ticket(cast::MAYA.user, &json!({"nonce": nonce})).await, StatusCode::OK);
    desk.assert_refused(&nonce, &secret).await;
    assert!(api(&panel, "sign_out", &[]).await.status.is_success());
    assert_eq!(api(&panel, "whoami", &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn whatever_is_no_fresh_ticket_for_this_frame_gets_one_answer() {
    let desk = Desk::open().await;
    // Never issued by us, though the ticket is there.
    let own = "a".repeat(48);
    desk.ticket(cast::TOM.user, &json!({"nonce": own})).await;
    desk.assert_refused(&own, &"b".repeat(48)).await;
    // Issued, and nobody made a ticket.
    let (nonce, secret) = desk.nonce().await;
    desk.assert_refused(&nonce, &secret).await;
    // Another frame's: the wrong secret opens nothing and takes nothing from its owner.
    let (nonce, secret) = desk.nonce().await;
    let (_, other) = desk.nonce().await;
    desk.ticket(cast::TOM.user, &json!({"nonce": nonce})).await;
    desk.assert_refused(&nonce, &other).await;
    desk.assert_refused(&nonce, "").await;
    assert_eq!(desk.redeem(&nonce, &secret).await.0.status, StatusCode::OK);
    // A stale ticket: made by the site's clock long before.
    let (nonce, secret) = desk.nonce().await;
    desk.ticket(cast::TOM.user, &json!({"nonce": nonce})).await;
    let ticket = desk.erpnext.names()["Parlance Ticket"]
        .iter()
        .find(|name| desk.erpnext.document("Parlance Ticket", name).unwrap()["nonce"] == nonce)
        .cloned()
        .unwrap();
    let old = json!({"creation": "2026-01-01 00:00:00.000000"});
    assert!(desk.erpnext.change_silently("Parlance Ticket", &ticket, &old));
    desk.assert_refused(&nonce, &secret).await;
}

#[tokio::test]
async fn clients_and_disabled_users_do_not_get_in_by_a_ticket() {
    let desk = Desk::open().await;
    let (nonce, secret) = desk.nonce().await;
    assert_eq!(desk.ticket(cast::INES.user, &json!({"nonce": nonce})).await, StatusCode::OK);
    desk.assert_refused(&nonce, &secret).await;
    let (nonce, secret) = desk.nonce().await;
    assert_eq!(desk.ticket(cast::TOM.user, &json!({"nonce": nonce})).await, StatusCode::OK);
    desk.erpnext.set_enabled(cast::TOM.user, false).unwrap();
    desk.assert_refused(&nonce, &secret).await;
}

#[tokio::test]
async fn a_panel_of_another_site_or_without_its_arguments_gets_nothing() {
    let desk = Desk::open().await;
    let visitor = desk.server.visitor();
    let url = desk.server.visitor().base().join("/panel/nonce").unwrap();
    let foreign = http::client()
        .post(url)
        .header("origin", desk.erpnext.url().origin().ascii_serialization());
    assert_eq!(foreign.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    let empty =
        answer(request(&visitor, &Method::POST, "/panel/redeem").form(&[("nonce", "x")])).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", empty.body);
    let large = "x".repeat(300 * 1024);
    let large =
        answer(request(&visitor, &Method::POST, "/panel/redeem").form(&[("nonce", &large)])).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    // Who is not signed in is asked to reconnect in a frame, and to sign in elsewhere.
    for (destination, to) in
        [("iframe", "/embed?next=%2Fworkspaces"), ("document", "/sign-in?next=%2Fworkspaces")]
    {
        let page = http::client()
            .get(visitor.base().join("/workspaces").unwrap())
            .header("accept", "text/html")
            .header("sec-fetch-dest", destination);
        let got = page.send().await.unwrap();
        assert_eq!(got.headers()["location"], to);
    }
    let embed =
        answer(request(&visitor, &Method::GET, "/embed?doctype=Project&name=PROJ-0001")).await;
    assert_eq!(embed.status, StatusCode::OK);
}
