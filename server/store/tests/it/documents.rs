use crate::{Visit, draft, on_both};
use policy::Standing;
use serde_json::json;
use store::{
    standings,
    worker::{DocumentCopy, DocumentKey, Worker},
};
use vocabulary::{Moment, Seq};

const MADE: &str = "2026-01-02 00:00:00";

/// A document of PROJ-0001.
pub(crate) fn document(doctype: &str, name: &str, status: &str) -> DocumentCopy {
    DocumentCopy {
        doctype: doctype.into(),
        name: name.into(),
        creation: MADE.into(),
        modified: MADE.into(),
        project: Some("PROJ-0001".into()),
        status: Some(status.into()),
        title: Some(format!("Title of {name}")),
        fields: serde_json::Map::new(),
    }
}

pub(crate) fn key(doctype: &str, name: &str, creation: &str) -> DocumentKey {
    DocumentKey { doctype: doctype.into(), name: name.into(), creation: creation.into() }
}

fn at(millis: i64) -> Moment {
    Moment::from_millis(millis)
}

async fn status(worker: &Worker) -> Option<String> {
    worker.document("Task", "TASK-1").await.unwrap().and_then(|copy| copy.status)
}

#[tokio::test]
async fn an_older_read_does_not_undo_a_newer_one() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let mut later = document("Task", "TASK-1", "Working");
        later.modified = "2026-01-02 00:00:05".into();
        worker.keep_documents(&[later], at(200)).await.unwrap();
        let kept = worker.keep_documents(&[document("Task", "TASK-1", "Open")], at(100)).await;
        assert_eq!(kept.unwrap(), []);
        assert_eq!(status(&worker).await.as_deref(), Some("Working"));
    })
    .await;
}

#[tokio::test]
async fn an_earlier_modified_wins_only_by_a_clearly_later_read() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let mut before = document("Task", "TASK-1", "Open");
        before.modified = "2026-10-25 02:59:59".into();
        worker.keep_documents(&[before], at(0)).await.unwrap();
        // The clock was put back: what was saved a second later carries an earlier stamp.
        let mut after = document("Task", "TASK-1", "Working");
        after.modified = "2026-10-25 02:00:00".into();
        let after = [after];
        assert_eq!(worker.keep_documents(&after, at(30_000)).await.unwrap(), []);
        assert_eq!(worker.keep_documents(&after, at(30_001)).await.unwrap().len(), 1);
        assert_eq!(status(&worker).await.as_deref(), Some("Working"));
    })
    .await;
}

#[tokio::test]
async fn a_silent_change_is_kept_and_the_same_again_is_nothing_new() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        worker.keep_documents(&[document("Task", "TASK-1", "Open")], at(0)).await.unwrap();
        let overdue = [document("Task", "TASK-1", "Overdue")];
        assert_eq!(
            worker.keep_documents(&overdue, at(1)).await.unwrap(),
            [key("Task", "TASK-1", MADE)]
        );
        assert_eq!(worker.keep_documents(&overdue, at(2)).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_is_empty_is_absent_and_a_number_is_written_in_one_way() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let with = |fields: serde_json::Value| {
            let mut copy = document("Task", "TASK-1", "Open");
            copy.fields = fields.as_object().unwrap().clone();
            [copy]
        };
        let list = with(json!({
            "progress": 30.0, "description": null, "color": "", "rows": [{"idx": 1, "subject": null}],
            "ratio": 33.5, "nul": "a\0b",
        }));
        worker.keep_documents(&list, at(0)).await.unwrap();
        let whole = with(json!({
            "ratio": 33.5, "rows": [{"idx": 1}], "progress": 30, "nul": "ab", "depends_on": [],
        }));
        assert_eq!(worker.keep_documents(&whole, at(1)).await.unwrap(), []);
        let kept = worker.document("Task", "TASK-1").await.unwrap().unwrap();
        let expected = json!({"nul": "ab", "progress": 30, "ratio": 33.5, "rows": [{"idx": 1}]});
        assert_eq!(serde_json::Value::Object(kept.fields), expected);
    })
    .await;
}

#[tokio::test]
async fn a_reused_name_is_another_document_and_takes_the_old_ones_place() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let mut old = document("Task", "TASK-1", "Open");
        old.modified = "2026-06-06 00:00:00".into();
        worker.keep_documents(&[old], at(0)).await.unwrap();
        let mut new = document("Task", "TASK-1", "Working");
        new.creation = "2026-05-05 05:05:05".into();
        worker.keep_documents(&[new], at(1)).await.unwrap();
        // Word of the old one's end comes late.
        worker.forget_document(&key("Task", "TASK-1", MADE)).await.unwrap();
        assert_eq!(status(&worker).await.as_deref(), Some("Working"));
        assert_eq!(worker.documents_of("Task").await.unwrap().len(), 1);
        assert_eq!(worker.created_at("Task", MADE).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_read_since_is_known_before() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        worker.keep_documents(&[document("Task", "TASK-1", "Open")], at(10)).await.unwrap();
        worker.keep_documents(&[document("Task", "TASK-2", "Open")], at(20)).await.unwrap();
        let known = worker.known_before("Task", at(20)).await.unwrap();
        assert_eq!(known, [key("Task", "TASK-1", MADE)]);
        assert_eq!(worker.known_before("Issue", at(99)).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn documents_that_name_another_are_found_whatever_characters_are_in_the_name() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let names = ["50%_off \"Söhne\" \\ KG", "50x_off", "Aurora"];
        for (number, name) in names.iter().enumerate() {
            let mut copy = document("Task", &format!("TASK-{number}"), "Open");
            copy.fields.insert("links".into(), json!([{"link_name": name}]));
            worker.keep_document(&copy).await.unwrap();
        }
        for (number, name) in names.iter().enumerate() {
            let found = worker.mentioning(name).await.unwrap();
            assert_eq!(found, [key("Task", &format!("TASK-{number}"), MADE)], "{name}");
        }
        assert_eq!(worker.mentioning("Auror").await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_project_keeps_its_workspace_and_its_documents() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        maya.says(draft("stays")).await;
        let worker = Worker::for_background_work(db.clone());
        let mut project = document("Project", "PROJ-0001", "Open");
        project.creation = "2026-01-01 00:00:00".into();
        let project_key = project.key();
        worker.keep_document(&project).await.unwrap();
        worker.keep_document(&document("Task", "TASK-1", "Open")).await.unwrap();
        worker.rename_document(&project_key, "Relaunch").await.unwrap();

        assert_eq!(worker.document("Project", "PROJ-0001").await.unwrap(), None);
        assert!(worker.document("Project", "Relaunch").await.unwrap().is_some());
        let task = worker.document("Task", "TASK-1").await.unwrap().unwrap();
        assert_eq!(task.project.as_deref(), Some("Relaunch"));
        let standing = standings::of(&db, &maya.who, maya.workspace).await.unwrap();
        assert_eq!(standing, Standing::ReadsProject);
        let same = worker.keep_project(&crate::project("Relaunch", "2026-01-01 00:00:00")).await;
        assert_eq!(same.unwrap(), maya.workspace);
        assert_eq!(worker.places(&[maya.workspace]).await.unwrap()[0].seq, Seq::new(1));
    })
    .await;
}

#[tokio::test]
async fn what_changes_names_with_another_keeps_what_hangs_on_it() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let mut renames = Vec::new();
        let mut workspaces = Vec::new();
        for (name, new_name, creation) in [
            ("PROJ-0001", "PROJ-0002", "2026-01-01 00:00:00"),
            ("PROJ-0002", "PROJ-0001", "2026-02-02 00:00:00"),
        ] {
            let mut project = document("Project", name, "Open");
            project.creation = creation.into();
            project.project = Some(name.into());
            let mut task = document("Task", &format!("TASK of {name}"), "Open");
            task.project = Some(name.into());
            worker.keep_documents(&[project.clone(), task], at(1)).await.unwrap();
            workspaces.push(worker.keep_project(&crate::project(name, creation)).await.unwrap());
            renames.push((project.key(), new_name.to_owned()));
        }
        worker.rename_documents(&renames).await.unwrap();
        for ((was, name), workspace) in renames.iter().zip(workspaces) {
            let project = worker.document("Project", name).await.unwrap().unwrap();
            assert_eq!(project.creation, was.creation);
            assert_eq!(project.project.as_ref(), Some(name));
            let task = format!("TASK of {}", was.name);
            let task = worker.document("Task", &task).await.unwrap().unwrap();
            assert_eq!(task.project.as_ref(), Some(name));
            let same = crate::project(name, &was.creation);
            assert_eq!(worker.keep_project(&same).await.unwrap(), workspace);
        }
    })
    .await;
}

#[tokio::test]
async fn who_may_read_a_renamed_issue_may_read_it_under_its_new_name() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        let issue = document("Issue", "ISS-1", "Open");
        worker.keep_document(&issue).await.unwrap();
        let reads = standings::Reads::Some(["ISS-1".to_owned()].into());
        let reads = [(maya.workspace, reads)].into();
        standings::record_documents(&db, maya.who.person(), "Issue", &reads).await.unwrap();
        worker.rename_document(&issue.key(), "ISS-NEW").await.unwrap();
        let team = maya.scope.team().unwrap();
        assert!(standings::may_read(&db, &team, "Issue", "ISS-NEW").await.unwrap());
        assert!(!standings::may_read(&db, &team, "Issue", "ISS-1").await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_about_a_task_belongs_to_the_tasks_project_wherever_it_goes() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        let mut comment = document("Comment", "c1", "");
        comment.project = None;
        comment.fields.insert("reference_doctype".into(), "Task".into());
        comment.fields.insert("reference_name".into(), "TASK-1".into());
        let project = async || worker.document("Comment", "c1").await.unwrap().unwrap().project;
        // It comes before its Task does.
        worker.keep_documents(&[comment.clone()], at(1)).await.unwrap();
        assert_eq!(project().await, None);
        let mut task = document("Task", "TASK-1", "Open");
        worker.keep_documents(std::slice::from_ref(&task), at(2)).await.unwrap();
        assert_eq!(project().await.as_deref(), Some("PROJ-0001"));
        assert_eq!(worker.keep_documents(&[comment.clone()], at(3)).await.unwrap(), []);
        task.project = Some("PROJ-0002".into());
        worker.keep_documents(&[task], at(4)).await.unwrap();
        assert_eq!(project().await.as_deref(), Some("PROJ-0002"));
        comment.fields.insert("content".into(), "edited".into());
        assert_eq!(worker.keep_documents(&[comment], at(5)).await.unwrap().len(), 1);
        assert_eq!(project().await.as_deref(), Some("PROJ-0002"));
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_project_are_told_of_what_they_show_and_of_nothing_else() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        let changes = async || worker.places(&[maya.workspace]).await.unwrap()[0].facts_changes;
        let task = document("Task", "TASK-1", "Open");
        worker.keep_documents(std::slice::from_ref(&task), at(1)).await.unwrap();
        assert_eq!(changes().await, 1);
        worker.keep_documents(std::slice::from_ref(&task), at(2)).await.unwrap();
        worker.keep_documents(&[document("Comment", "c1", "")], at(2)).await.unwrap();
        assert_eq!(changes().await, 1);
        let mut moved = task;
        moved.project = Some("PROJ-0002".into());
        worker.keep_documents(&[moved], at(3)).await.unwrap();
        assert_eq!(changes().await, 2, "it left");
        let issue = document("Issue", "ISS-1", "Open");
        worker.keep_documents(std::slice::from_ref(&issue), at(3)).await.unwrap();
        worker.forget_document(&issue.key()).await.unwrap();
        assert_eq!(changes().await, 4);
    })
    .await;
}

#[tokio::test]
async fn a_renamed_user_stays_the_same_person() {
    on_both(|db| async move {
        let maya = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let worker = Worker::for_background_work(db.clone());
        let mut user = document("User", "maya@parlance.demo", "");
        user.project = None;
        worker.keep_document(&user).await.unwrap();
        worker.rename_document(&user.key(), "maya.l@parlance.demo").await.unwrap();
        worker.note_user("maya.l@parlance.demo", "Maya L.", Some("/files/maya.png")).await.unwrap();
        let person = maya.who.person();
        let user = store::people::user_of_member(&db, person).await.unwrap();
        assert_eq!(user.as_deref(), Some("maya.l@parlance.demo"));
        let image = store::people::user_image(&db, person).await.unwrap();
        assert_eq!(image.as_deref(), Some("/files/maya.png"));
    })
    .await;
}

#[tokio::test]
async fn what_is_over_is_not_still_open() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        for (name, status) in [("TASK-1", "Open"), ("TASK-2", "Completed"), ("TASK-3", "Overdue")] {
            worker.keep_document(&document("Task", name, status)).await.unwrap();
        }
        let mut open = worker.still_open("Task", &["Completed", "Cancelled"]).await.unwrap();
        open.sort();
        assert_eq!(open, [key("Task", "TASK-1", MADE), key("Task", "TASK-3", MADE)]);
    })
    .await;
}
