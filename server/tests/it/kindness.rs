//! What ERPNext is asked for: one write for a message, nothing for a page.

use crate::{
    call::{answer, request},
    town,
};
use reqwest::{Method, StatusCode};
use standin::{
    cast,
    erpnext::{Erpnext, Seed},
};
use std::time::Duration;
use testkit::{eventually, socket::Line};

const MESSAGES: u64 = 60;
const VIEWS: u64 = 60;

#[tokio::test]
async fn a_message_is_one_write_in_erpnext_and_a_page_view_asks_it_for_nothing() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let server = town::on_site(&erpnext).start().await;
    let maya = town::cast(&server, cast::MAYA.user).await;
    let place = town::place(&maya, cast::WEBSITE).await;

    let (writes, said) = (erpnext.writes(), erpnext.communications().len());
    let mut line = Line::connect(&maya).await;
    line.join(place.room, None).await;
    for number in 0..MESSAGES {
        line.post(place.room, testkit::socket::draft(&format!("line {number}"))).await;
    }
    eventually("ERPNext has all of them", Duration::from_secs(60), || async {
        (erpnext.communications().len() as u64 == said as u64 + MESSAGES).then_some(())
    })
    .await;
    assert_eq!(erpnext.writes() - writes, MESSAGES);

    let asked = erpnext.requests();
    for _ in 0..VIEWS {
        let page = request(&maya, &Method::GET, &format!("/w/{}", place.workspace));
        assert_eq!(answer(page).await.status, StatusCode::OK);
    }
    // The mirror asks meanwhile, as it does without anybody looking.
    let asked = erpnext.requests() - asked;
    println!("{VIEWS} page views: {asked} requests in all");
    assert!(asked < VIEWS, "{asked} requests during {VIEWS} page views");
}
