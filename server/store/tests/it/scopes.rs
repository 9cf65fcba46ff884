use crate::{Visit, draft, on_both};
use policy::{Principal, Standing};
use store::{
    messages::{self, HistoryOf},
    rooms, standings, workspaces,
};
use vocabulary::{Aim, Moment, PersonKind, RoomId, Seq};

#[tokio::test]
async fn a_scope_of_one_workspace_finds_nothing_of_another() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.says(draft("draft price 4,200")).await;
        let nils = Visit::of(&db, "nils@parlance.demo", "PROJ-0003").await;
        assert_eq!(rooms::room(&db, &nils.scope, maya.room.id).await.unwrap(), None);
        assert_eq!(
            messages::changed_after(&db, &nils.scope, maya.room.id, Seq::START, 10).await.unwrap(),
            []
        );
        // Also when the room is known already, from somebody who may.
        rooms::workspace_to_enter(&db, maya.room.id).await.unwrap();
        assert_eq!(rooms::room(&db, &nils.scope, maya.room.id).await.unwrap(), None);
        assert!(rooms::room(&db, &maya.scope, maya.room.id).await.unwrap().is_some());
        assert_eq!(rooms::workspace_to_enter(&db, RoomId::fresh()).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_client_scope_sees_neither_team_rooms_nor_team_messages() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.says(draft("not for the client")).await;
        let ines = Principal::of_checked_session(
            maya.who.person(),
            PersonKind::Client,
            "Ines Duarte".into(),
        );
        assert_eq!(standings::of(&db, &ines, maya.workspace).await.unwrap(), Standing::None);
        let scope = policy::enter(ines, maya.workspace, Standing::IsClient).unwrap();
        assert_eq!(rooms::room(&db, &scope, maya.room.id).await.unwrap(), None);
        let of = HistoryOf::Room(maya.room.id);
        let seen = messages::history(&db, &scope, of, Aim::End, 10).await.unwrap().unwrap();
        assert_eq!(seen.messages, []);
    })
    .await;
}

#[tokio::test]
async fn what_erpnext_no_longer_permits_is_out_of_reach_at_once() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.says(draft("hello")).await;
        let reach = policy::reach(&maya.who).unwrap();
        let listed = workspaces::within_reach(&db, &reach).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].newest.as_ref().unwrap().words(), "hello");

        assert!(
            standings::record(&db, maya.who.person(), &["PROJ-0002".into()], Moment::now())
                .await
                .unwrap()
        );
        assert_eq!(standings::of(&db, &maya.who, maya.workspace).await.unwrap(), Standing::None);
        assert_eq!(workspaces::within_reach(&db, &reach).await.unwrap(), []);
        assert!(
            !standings::record(&db, maya.who.person(), &["PROJ-0002".into()], Moment::now())
                .await
                .unwrap()
        );
    })
    .await;
}
