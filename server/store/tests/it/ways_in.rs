use crate::on_both_at;
use sea_orm::{ConnectionTrait, Database};
use store::{
    oauth::{self, Begun, Probed},
    tickets,
};

/// Lets everything that has a time limit in `table` run out.
async fn run_out(url: &str, table: &str) {
    let connection = Database::connect(url).await.unwrap();
    let sql = format!("UPDATE {table} SET expires_at = 1");
    assert!(connection.execute_unprepared(&sql).await.unwrap().rows_affected() > 0);
    connection.close().await.unwrap();
}

/// Everything that `table` holds, as text.
async fn dump(url: &str, table: &str, columns: &str) -> String {
    let connection = Database::connect(url).await.unwrap();
    let backend = connection.get_database_backend();
    let sql = format!("SELECT {columns} AS it FROM {table}");
    let rows = connection.query_all_raw(sea_orm::Statement::from_string(backend, sql)).await;
    let rows = rows.unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| row.try_get::<String>("", "it").unwrap()).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_nonce_is_good_once_for_its_frame_and_not_for_long() {
    on_both_at(|db, url| async move {
        let (mine, theirs) = (
            tickets::issue(&db).await.unwrap().unwrap(),
            tickets::issue(&db).await.unwrap().unwrap(),
        );
        let kept = dump(&url, "panel_nonces", "nonce_hash || secret_hash").await;
        assert!(!kept.is_empty() && !kept.contains(&mine.nonce) && !kept.contains(&mine.secret));
        assert!(!tickets::redeem(&db, &mine.nonce, &theirs.secret).await.unwrap());
        assert!(!tickets::redeem(&db, &mine.nonce, "").await.unwrap());
        assert!(tickets::redeem(&db, &mine.nonce, &mine.secret).await.unwrap());
        assert!(!tickets::redeem(&db, &mine.nonce, &mine.secret).await.unwrap(), "a second time");
        run_out(&url, "panel_nonces").await;
        assert!(!tickets::redeem(&db, &theirs.nonce, &theirs.secret).await.unwrap(), "too late");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_redeem_the_same_nonce_at_once_one_gets_in() {
    on_both_at(|db, _| async move {
        for _ in 0..20 {
            let it = tickets::issue(&db).await.unwrap().unwrap();
            let (one, other) = tokio::join!(
                tickets::redeem(&db, &it.nonce, &it.secret),
                tickets::redeem(&db, &it.nonce, &it.secret)
            );
            assert!(one.unwrap() != other.unwrap());
        }
    })
    .await;
}

#[tokio::test]
async fn a_begun_oauth_sign_in_ends_once_in_its_browser_and_not_late() {
    on_both_at(|db, url| async move {
        let begun = Begun { sealed: "sealed".into(), next: Some("/portal".into()) };
        let late = Begun { sealed: "late".into(), next: None };
        assert!(oauth::begin(&db, "state one", "browser one", &begun).await.unwrap());
        assert!(oauth::begin(&db, "state two", "browser two", &late).await.unwrap());
        let kept = dump(&url, "oauth_starts", "state_hash || browser_hash").await;
        assert!(kept.lines().count() == 2 && !kept.contains("one") && !kept.contains("browser"));
        assert_eq!(oauth::take(&db, "state one", "browser two").await.unwrap(), None);
        assert_eq!(oauth::take(&db, "state three", "browser one").await.unwrap(), None);
        assert_eq!(oauth::take(&db, "state one", "browser one").await.unwrap(), Some(begun));
        assert_eq!(oauth::take(&db, "state one", "browser one").await.unwrap(), None);
        run_out(&url, "oauth_starts").await;
        assert_eq!(oauth::take(&db, "state two", "browser two").await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn what_a_release_has_shown_last_counts_for_that_release_alone() {
    on_both_at(|db, _| async move {
        let shown = |proves_identity| Probed { proves_identity, reason: "a try".into() };
        oauth::note_probe(&db, "https://erp 16.10.0", &shown(false)).await.unwrap();
        oauth::note_probe(&db, "https://erp 16.10.0", &shown(true)).await.unwrap();
        assert_eq!(oauth::probed(&db, "https://erp 16.10.0").await.unwrap(), Some(shown(true)));
        assert_eq!(oauth::probed(&db, "https://erp 16.11.0").await.unwrap(), None);
    })
    .await;
}
