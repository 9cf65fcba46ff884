//! What members changed and what becomes of it.

use crate::{Visit, on_both};
use policy::{DocumentScope, DocumentStanding, TeamScope, Write};
use serde_json::{Value, json};
use store::{
    Db,
    edits::{self, KeptEdit, KeptState, NewEdit},
    standings::{self, Reads},
    worker::{
        DocumentCopy, Due, Effect, FieldChange, FieldEnd, Insertion, Owed, Saved, Update,
        WorkDocument, Worker,
    },
};
use uuid::Uuid;
use vocabulary::{Moment, SaveId, WorkDoctype, WorkField};

const TASK: &str = "TASK-2026-00001";

struct Desk {
    db: Db,
    worker: Worker,
    tom: TeamScope,
    maya: TeamScope,
    task: WorkDocument,
}

impl Desk {
    async fn of(db: Db) -> Self {
        let worker = Worker::for_background_work(db.clone());
        let task = WorkDocument {
            doctype: WorkDoctype::Task,
            name: TASK.into(),
            creation: "2026-01-02 10:00:00".into(),
        };
        let fields = json!({"subject": "Wireframes", "priority": "Low"});
        let copy = DocumentCopy {
            doctype: "Task".into(),
            name: task.name.clone(),
            creation: task.creation.clone(),
            modified: task.creation.clone(),
            project: Some("PROJ-0001".into()),
            status: Some("Open".into()),
            title: Some("Wireframes".into()),
            fields: fields.as_object().unwrap().clone(),
        };
        worker.keep_document(&copy).await.unwrap();
        let mut teams = Vec::new();
        for user in ["tom@parlance.demo", "maya@parlance.demo"] {
            let visit = Visit::of(&db, user, "PROJ-0001").await;
            let reads = [(visit.workspace, Reads::All)].into();
            let person = visit.who.person();
            standings::record_documents(&db, person, "Task", &reads).await.unwrap();
            teams.push(visit.scope.team().unwrap());
        }
        let maya = teams.pop().unwrap();
        Self { db, worker, tom: teams.pop().unwrap(), maya, task }
    }

    fn document(&self, team: &TeamScope) -> DocumentScope {
        let standing = DocumentStanding::Read(Write::Yes);
        policy::open_document(team.clone(), "Task", TASK, standing).unwrap()
    }

    async fn changes(&self, field: WorkField, base: &str, value: &str) -> SaveId {
        let save = SaveId::fresh();
        self.changes_as(save, field, base, value).await;
        save
    }

    async fn changes_as(&self, save: SaveId, field: WorkField, base: &str, value: &str) {
        let (base, value) = (Value::from(base), Value::from(value));
        let change = FieldChange {
            field: field.as_str().into(),
            bases: vec![base.clone()],
            value: value.clone(),
        };
        let effect = Effect::Update(Update {
            document: self.task.clone(),
            changes: vec![change],
            proven: true,
        });
        let edits = [NewEdit { field, base, value }];
        let scope = self.document(&self.tom);
        edits::change(&self.db, &scope, save, &self.task, &edits, effect).await.unwrap();
    }

    async fn owed(&self) -> Vec<Owed> {
        let due = [Due(self.tom.scope().workspace())];
        let soon = Moment::now().plus_millis(60_000);
        let lanes = self.worker.hold_lanes(&due, Uuid::now_v7(), soon).await.unwrap();
        let owed = self.worker.owed(&lanes, 100).await.unwrap();
        self.worker.free_lanes(&lanes).await.unwrap();
        owed
    }

    async fn seen_by(&self, team: &TeamScope) -> Vec<KeptEdit> {
        let seen = edits::of_workspace(&self.db, team).await.unwrap();
        let of_document = edits::of_document(&self.db, &self.document(team)).await.unwrap();
        let named: Vec<_> = seen.iter().filter(|edit| edit.name.is_some()).cloned().collect();
        assert_eq!(named, of_document);
        seen
    }

    fn saved(&self, fields: Vec<(String, FieldEnd)>) -> Saved {
        Saved { name: TASK.into(), creation: self.task.creation.clone(), fields }
    }
}

#[tokio::test]
async fn a_save_is_kept_with_what_erpnext_is_owed_for_it_once() {
    on_both(|db| async move {
        let desk = Desk::of(db).await;
        let save = desk.changes(WorkField::Priority, "Low", "High").await;
        desk.changes_as(save, WorkField::Priority, "Low", "High").await;
        let owed = desk.owed().await;
        assert_eq!(owed.len(), 1);
        assert_eq!(owed[0].idempotency_key, save.to_string());
        assert_eq!(owed[0].actor.as_ref().unwrap().user, "tom@parlance.demo");
        let Effect::Update(update) = &owed[0].effect else { panic!("it is an update") };
        assert_eq!((&update.document, &update.changes[0].value), (&desk.task, &json!("High")));
        for team in [&desk.tom, &desk.maya] {
            let seen = desk.seen_by(team).await;
            assert_eq!(seen.len(), 1);
            assert_eq!((&seen[0].value, &seen[0].state), (&json!("High"), &KeptState::Pending));
        }
        desk.worker.settle_save(&owed[0], &desk.saved(vec![])).await.unwrap();
        assert_eq!(desk.seen_by(&desk.tom).await, []);
        assert_eq!(desk.worker.outbox_state().await.unwrap().waiting, 0);
    })
    .await;
}

#[tokio::test]
async fn a_conflict_or_a_refusal_is_its_authors_until_they_have_decided() {
    on_both(|db| async move {
        let desk = Desk::of(db).await;
        desk.changes(WorkField::Priority, "Low", "High").await;
        desk.changes(WorkField::Status, "Open", "Done").await;
        let owed = desk.owed().await;
        let theirs = FieldEnd::Conflict { theirs: json!("Urgent") };
        let saved = desk.saved(vec![("priority".into(), theirs)]);
        desk.worker.settle_save(&owed[0], &saved).await.unwrap();
        desk.worker.refuse(&owed[1], "Status cannot be \"Done\"").await.unwrap();
        let seen = desk.seen_by(&desk.tom).await;
        let states: Vec<_> = seen.iter().map(|edit| edit.state.clone()).collect();
        let words = "Status cannot be \"Done\"".to_owned();
        assert_eq!(
            states,
            [KeptState::Conflict { theirs: json!("Urgent") }, KeptState::Refused { words }]
        );
        assert_eq!(desk.seen_by(&desk.maya).await, []);
        // Nobody else decides; once decided there is nothing left to decide.
        let (conflict, refusal) = (seen[0].id, seen[1].id);
        assert!(edits::to_decide(&desk.db, &desk.maya, conflict).await.unwrap().is_none());
        assert!(!edits::give_up(&desk.db, &desk.maya, conflict).await.unwrap());
        assert!(edits::to_decide(&desk.db, &desk.tom, conflict).await.unwrap().is_some());
        assert!(edits::give_up(&desk.db, &desk.tom, refusal).await.unwrap());
        assert!(!edits::give_up(&desk.db, &desk.tom, refusal).await.unwrap());
        // Changing the field again is a decision too.
        desk.changes(WorkField::Priority, "Urgent", "High").await;
        let seen = desk.seen_by(&desk.tom).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].state, KeptState::Pending);
    })
    .await;
}

#[tokio::test]
async fn what_is_being_made_is_seen_by_its_author_alone() {
    on_both(|db| async move {
        let desk = Desk::of(db).await;
        let save = SaveId::fresh();
        let fields = json!({"subject": "Order keys"});
        let fields = fields.as_object().unwrap().clone();
        let effect =
            Effect::Insert(Insertion { doctype: WorkDoctype::Task, fields, proven: false });
        let (field, base, value) = (WorkField::Subject, Value::Null, json!("Order keys"));
        let edits = [NewEdit { field, base, value }];
        let made = edits::make(&desk.db, &desk.tom, save, WorkDoctype::Task, &edits, effect).await;
        made.unwrap();
        assert_eq!(desk.seen_by(&desk.tom).await.len(), 1);
        assert_eq!(desk.seen_by(&desk.maya).await, []);
        assert!(!edits::give_up_making(&desk.db, &desk.tom, save).await.unwrap(), "on its way");
        let owed = desk.owed().await;
        desk.worker.refuse(&owed[0], "No").await.unwrap();
        assert!(!edits::give_up_making(&desk.db, &desk.maya, save).await.unwrap());
        assert!(edits::give_up_making(&desk.db, &desk.tom, save).await.unwrap());
        assert_eq!(desk.seen_by(&desk.tom).await, []);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_read_a_task_does_not_learn_that_it_is_changed() {
    on_both(|db| async move {
        let desk = Desk::of(db).await;
        desk.changes(WorkField::Priority, "Low", "High").await;
        let workspace = desk.maya.scope().workspace();
        let none = [(workspace, Reads::None)].into();
        let maya = desk.maya.scope().who().person();
        standings::record_documents(&desk.db, maya, "Task", &none).await.unwrap();
        assert_eq!(edits::of_workspace(&desk.db, &desk.maya).await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_a_decision_follows_a_rename() {
    on_both(|db| async move {
        let desk = Desk::of(db).await;
        desk.changes(WorkField::Priority, "Low", "High").await;
        let owed = desk.owed().await;
        desk.worker.refuse(&owed[0], "No").await.unwrap();
        let key = desk.worker.document("Task", TASK).await.unwrap().unwrap().key();
        desk.worker.rename_document(&key, "TASK-RENAMED").await.unwrap();
        let seen = edits::of_workspace(&desk.db, &desk.tom).await.unwrap();
        assert_eq!(seen[0].name.as_deref(), Some("TASK-RENAMED"));
    })
    .await;
}

#[tokio::test]
async fn whatever_becomes_of_an_edit_is_a_change_of_the_facts() {
    on_both(|db| async move {
        let desk = Desk::of(db).await;
        let workspace = desk.tom.scope().workspace();
        let changes = async || desk.worker.places(&[workspace]).await.unwrap()[0].facts_changes;
        let mut last = changes().await;
        let mut grows = async || {
            let now = changes().await;
            assert!(now > last, "{now} after {last}");
            last = now;
        };
        desk.changes(WorkField::Priority, "Low", "High").await;
        grows().await;
        desk.changes(WorkField::Status, "Open", "Done").await;
        grows().await;
        let owed = desk.owed().await;
        desk.worker.settle_save(&owed[0], &desk.saved(vec![])).await.unwrap();
        grows().await;
        desk.worker.refuse(&owed[1], "No").await.unwrap();
        grows().await;
        let refused = desk.seen_by(&desk.tom).await[0].id;
        edits::give_up(&desk.db, &desk.tom, refused).await.unwrap();
        grows().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_settled_is_forgotten_and_what_waits_for_a_decision_is_not() {
    on_both(|db| async move {
        let desk = Desk::of(db).await;
        desk.changes(WorkField::Priority, "Low", "High").await;
        desk.changes(WorkField::Status, "Open", "Done").await;
        let owed = desk.owed().await;
        desk.worker.settle_save(&owed[0], &desk.saved(vec![])).await.unwrap();
        desk.worker.refuse(&owed[1], "No").await.unwrap();
        desk.worker.prune_outbox(Moment::now().plus_millis(1_000)).await.unwrap();
        let seen = desk.seen_by(&desk.tom).await;
        assert_eq!(seen.len(), 1);
        assert!(edits::to_decide(&desk.db, &desk.tom, seen[0].id).await.unwrap().is_some());
    })
    .await;
}
