//! What a page is made of when the server sends it.

use crate::{
    call::{answer, request},
    town,
};
use reqwest::{Method, StatusCode};
use standin::{
    cast,
    erpnext::{Erpnext, Seed},
};

/// Before each answer that stands in a page for the browser.
const ANSWER: &str = "__RESOLVED_RESOURCES[";

/// How often each page is looked at.
const LOOKS: usize = 10;

/// A page that asks twice costs twice, and shows one answer while the browser goes on from the other.
#[tokio::test]
async fn each_answer_a_page_is_made_of_is_asked_for_once() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let workspace = town::place(&maya, cast::WEBSITE).await.workspace;
    let answers = async |path: &str| {
        let page = answer(request(&maya, &Method::GET, path).header("accept", "text/html")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        page.body.matches(ANSWER).count()
    };
    // The list needs nothing but what its frame asks for; the others ask for their own too.
    let frame = answers("/workspaces").await;
    for (path, own) in [
        (format!("/w/{workspace}"), 1),
        (format!("/w/{workspace}/timeline"), 2),
        ("/threads".to_owned(), 1),
        ("/mentions".to_owned(), 1),
        ("/radar".to_owned(), 1),
    ] {
        // Where it was asked twice, that was a matter of a moment.
        for _ in 0..LOOKS {
            assert_eq!(answers(&path).await, frame + own, "{path}");
        }
    }
}
