use crate::on_both;
use store::{attempts, people, sessions, worker::Worker};
use vocabulary::{Moment, PersonKind};

#[tokio::test]
async fn a_session_lives_until_it_is_ended_and_its_end_is_heard_of() {
    on_both(|db| async move {
        let maya =
            people::remember(&db, "Maya@Parlance.demo", "Maya Lindqvist", PersonKind::Member)
                .await
                .unwrap();
        assert_eq!(maya.user, "maya@parlance.demo");
        let token = sessions::begin(&db, maya.id).await.unwrap();
        let session = sessions::check(&db, &token).await.unwrap().unwrap();
        assert_eq!(session.person, maya);
        assert!(sessions::check(&db, "another").await.unwrap().is_none());

        assert_eq!(sessions::end(&db, &token).await.unwrap(), Some(maya.id));
        assert_eq!(sessions::end(&db, &token).await.unwrap(), None);
        assert!(sessions::check(&db, &token).await.unwrap().is_none());
        let revoked = Worker::for_background_work(db)
            .revoked_since(Moment::now().plus_millis(-5_000))
            .await
            .unwrap();
        assert_eq!(revoked.len(), 1);
        assert_eq!(revoked[0].session.as_ref(), Some(&session.hash));
    })
    .await;
}

#[tokio::test]
async fn a_disabled_person_has_no_session_left_until_erpnext_lets_them_in_again() {
    on_both(|db| async move {
        let maya =
            people::remember(&db, "maya@parlance.demo", "Maya", PersonKind::Member).await.unwrap();
        let token = sessions::begin(&db, maya.id).await.unwrap();
        people::disable(&db, maya.id).await.unwrap();
        assert!(sessions::check(&db, &token).await.unwrap().is_none());
        let again =
            people::remember(&db, "maya@parlance.demo", "Maya", PersonKind::Member).await.unwrap();
        assert_eq!(again.id, maya.id);
        let token = sessions::begin(&db, maya.id).await.unwrap();
        assert!(sessions::check(&db, &token).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn only_the_local_administrator_has_a_password_here() {
    on_both(|db| async move {
        people::save_administrator(&db, "root@here", "Root", "hash").await.unwrap();
        people::remember(&db, "maya@parlance.demo", "Maya", PersonKind::Member).await.unwrap();
        assert_eq!(people::administrator(&db, "Root@Here").await.unwrap().unwrap().1, "hash");
        assert!(people::administrator(&db, "maya@parlance.demo").await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn too_many_failures_bar_for_a_while_and_a_success_forgets_them() {
    on_both(|db| async move {
        for _ in 0..3 {
            assert_eq!(attempts::barred_until(&db, "account:x", 3).await.unwrap(), None);
            attempts::failed(&db, "account:x").await.unwrap();
        }
        assert!(
            attempts::barred_until(&db, "account:x", 3).await.unwrap().unwrap() > Moment::now()
        );
        assert_eq!(attempts::barred_until(&db, "account:y", 3).await.unwrap(), None);
        attempts::succeeded(&db, "account:x").await.unwrap();
        assert_eq!(attempts::barred_until(&db, "account:x", 3).await.unwrap(), None);
    })
    .await;
}
