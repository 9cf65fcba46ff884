use crate::{
    Visit,
    documents::{document, key},
    draft, on_both, project,
};
use policy::Standing;
use store::{facts, standings, worker::Worker, workspaces};
use vocabulary::{Moment, Seq};

#[tokio::test]
async fn a_project_seen_again_keeps_its_workspace() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.says(draft("stays")).await;
        let worker = Worker::for_background_work(db.clone());
        let mut renamed = project("PROJ-0001", "2026-01-01 00:00:00");
        renamed.project_name = "A better title".into();
        assert_eq!(worker.keep_project(&renamed).await.unwrap(), maya.workspace);
        let summary = workspaces::summary(&db, &maya.scope).await.unwrap().unwrap();
        assert_eq!(summary.project_name, "A better title");
        assert_eq!(worker.places(&[maya.workspace]).await.unwrap()[0].seq, Seq::new(1));
    })
    .await;
}

#[tokio::test]
async fn a_reused_name_is_another_workspace_and_the_old_one_closes() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        let other =
            worker.keep_project(&project("PROJ-0001", "2026-05-05 05:05:05")).await.unwrap();
        assert_ne!(other, maya.workspace);
        assert_eq!(standings::of(&db, &maya.who, maya.workspace).await.unwrap(), Standing::None);
        standings::record(&db, maya.who.person(), &["PROJ-0001".into()], Moment::now())
            .await
            .unwrap();
        assert_eq!(standings::of(&db, &maya.who, other).await.unwrap(), Standing::ReadsProject);
    })
    .await;
}

#[tokio::test]
async fn a_project_that_is_gone_closes_its_workspace_and_only_that() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        // A namesake of another day was deleted, not this Project.
        worker.forget_document(&key("Project", "PROJ-0001", "1999-01-01 00:00:00")).await.unwrap();
        let standing = standings::of(&db, &maya.who, maya.workspace).await.unwrap();
        assert_eq!(standing, Standing::ReadsProject);
        worker.forget_document(&key("Project", "PROJ-0001", "2026-01-01 00:00:00")).await.unwrap();
        assert_eq!(standings::of(&db, &maya.who, maya.workspace).await.unwrap(), Standing::None);
    })
    .await;
}

#[tokio::test]
async fn open_tasks_and_issues_of_the_project_are_shown_and_no_others() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        let of_project = |doctype, name, status| {
            let mut copy = document(doctype, name, status);
            copy.fields.insert("priority".into(), "High".into());
            copy
        };
        let mut elsewhere = of_project("Task", "TASK-4", "Open");
        elsewhere.project = Some("PROJ-0002".into());
        let mut late = of_project("Task", "TASK-3", "Overdue");
        late.fields.insert("exp_end_date".into(), "2026-12-01 00:00:00".into());
        let copies = [
            of_project("Task", "TASK-1", "Open"),
            of_project("Task", "TASK-2", "Completed"),
            late,
            elsewhere,
            of_project("Issue", "ISS-1", "Open"),
            of_project("Issue", "ISS-2", "Closed"),
        ];
        worker.keep_documents(&copies, Moment::now()).await.unwrap();
        // Until ERPNext has said that she may read them, she sees none.
        let hidden = facts::of(&db, &maya.scope.clone().team().unwrap()).await.unwrap();
        assert!(hidden.open_tasks.is_empty() && hidden.open_issues.is_empty());
        for doctype in ["Task", "Issue"] {
            let everything = [(maya.workspace, standings::Reads::All)].into();
            standings::record_documents(&db, maya.who.person(), doctype, &everything)
                .await
                .unwrap();
        }
        let seen = facts::of(&db, &maya.scope.clone().team().unwrap()).await.unwrap();
        let names: Vec<_> =
            seen.open_tasks.iter().map(|task| (task.name.as_str(), task.status.as_str())).collect();
        assert_eq!(names, [("TASK-3", "Overdue"), ("TASK-1", "Open")]);
        assert_eq!(seen.open_tasks[0].exp_end_date.as_deref(), Some("2026-12-01"));
        assert_eq!(seen.open_tasks[1].subject, "Title of TASK-1");
        assert_eq!(seen.open_issues[0].priority, "High");
        assert_eq!(seen.open_issues.len(), 1);
        assert_eq!(seen.colleagues[0].full_name, "Maya Lindqvist");

        for known in worker.known_before("Task", Moment::now().plus_millis(1)).await.unwrap() {
            worker.forget_document(&known).await.unwrap();
        }
        let seen = facts::of(&db, &maya.scope.team().unwrap()).await.unwrap();
        assert_eq!((seen.open_tasks.len(), seen.open_issues.len()), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_failed_round_keeps_the_cursor_and_says_why() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        worker.note_round("Task", Ok(Some("2026-01-01 00:00:00"))).await.unwrap();
        worker.note_round("Task", Err("ERPNext was not reached")).await.unwrap();
        let rounds = worker.mirror_rounds().await.unwrap();
        assert_eq!(rounds[0].modified.as_deref(), Some("2026-01-01 00:00:00"));
        assert_eq!(rounds[0].error.as_deref(), Some("ERPNext was not reached"));
        worker.note_round("Task", Ok(None)).await.unwrap();
        assert_eq!(worker.mirror_rounds().await.unwrap()[0].error, None);
    })
    .await;
}

#[tokio::test]
async fn progress_counts_what_is_here_beside_what_erpnext_said_it_has() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        worker.note_expected("Task", 7).await.unwrap();
        worker.keep_document(&document("Task", "TASK-1", "Open")).await.unwrap();
        worker.note_round("Contact", Err("the account may not read it")).await.unwrap();
        worker.note_round("round", Ok(None)).await.unwrap();
        let progress = worker.mirror_progress().await.unwrap();
        let [contact, task] = &progress[..] else { panic!("two doctypes: {progress:?}") };
        assert_eq!((contact.copied, contact.expected), (0, None));
        assert_eq!(contact.error.as_deref(), Some("the account may not read it"));
        assert_eq!((task.copied, task.expected, task.complete_at), (1, Some(7), None));
        worker.note_round("Task", Ok(Some("2026-01-02 00:00:00"))).await.unwrap();
        worker.note_complete("Task", Moment::from_millis(5)).await.unwrap();
        let progress = worker.mirror_progress().await.unwrap();
        assert_eq!((progress[1].complete_at, progress[1].expected), (Some(5), Some(7)));
        assert_eq!(progress[1].cursor.as_deref(), Some("2026-01-02 00:00:00"));
    })
    .await;
}
