use crate::{Visit, draft, on_both, project};
use policy::Standing;
use store::{
    facts, standings,
    worker::{IssueCopy, TaskCopy, Worker},
    workspaces,
};
use vocabulary::{Moment, Seq};

fn task(name: &str, status: &str) -> TaskCopy {
    TaskCopy {
        name: name.into(),
        creation: "2026-01-02 00:00:00".into(),
        modified: "2026-01-02 00:00:00".into(),
        project: Some("PROJ-0001".into()),
        subject: format!("Subject of {name}"),
        status: status.into(),
        priority: "High".into(),
        exp_end_date: Some("2026-12-01".into()),
    }
}

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
async fn a_project_that_is_gone_closes_its_workspace() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        worker
            .close_other_workspaces(&[("PROJ-0001".into(), "2026-01-01 00:00:00".into())])
            .await
            .unwrap();
        assert_eq!(
            standings::of(&db, &maya.who, maya.workspace).await.unwrap(),
            Standing::ReadsProject
        );
        worker
            .close_other_workspaces(&[("PROJ-0001".into(), "1999-01-01 00:00:00".into())])
            .await
            .unwrap();
        assert_eq!(standings::of(&db, &maya.who, maya.workspace).await.unwrap(), Standing::None);
    })
    .await;
}

#[tokio::test]
async fn open_tasks_and_issues_of_the_project_are_shown_and_no_others() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        for (name, status) in [("TASK-1", "Open"), ("TASK-2", "Completed"), ("TASK-3", "Working")] {
            worker.keep_task(&task(name, status)).await.unwrap();
        }
        worker
            .keep_task(&TaskCopy { project: Some("PROJ-0002".into()), ..task("TASK-4", "Open") })
            .await
            .unwrap();
        worker.note_task_status("TASK-3", "Overdue").await.unwrap();
        let issue = IssueCopy {
            name: "ISS-1".into(),
            creation: "2026-01-02 00:00:00".into(),
            modified: "2026-01-02 00:00:00".into(),
            project: Some("PROJ-0001".into()),
            subject: "Newsletter box accepts anything".into(),
            status: "Open".into(),
            priority: "Medium".into(),
        };
        worker.keep_issue(&issue).await.unwrap();
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
        assert_eq!(names, [("TASK-1", "Open"), ("TASK-3", "Overdue")]);
        assert_eq!(seen.open_issues.len(), 1);
        assert_eq!(seen.colleagues[0].full_name, "Maya Lindqvist");

        worker
            .forget_other_tasks(&[("TASK-1".into(), "2026-01-02 00:00:00".into())])
            .await
            .unwrap();
        worker.forget_other_issues(&[]).await.unwrap();
        let seen = facts::of(&db, &maya.scope.team().unwrap()).await.unwrap();
        assert_eq!((seen.open_tasks.len(), seen.open_issues.len()), (1, 0));
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
