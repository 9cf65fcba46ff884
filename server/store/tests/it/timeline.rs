//! What happened: no holes, nothing twice, and nothing about what ERPNext does not show.

use crate::{Visit, draft, on_both};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    messages::{self, Posted},
    standings::{self, Reads},
    timeline::{self, Looked, Row, VISIT_ENDS_AFTER_MILLIS},
    worker::{DocumentCopy, DocumentKey, Worker},
};
use vocabulary::{
    Audience, MessageAct, Moment, TagDoctype, TimelineFilter, TimelineKind, WorkField,
};

const CREATION: &str = "2026-11-20 16:05:00.000000";
/// [`CREATION`] on the clock of Berlin.
const CREATED: i64 = 1_795_187_100_000;

fn copy(doctype: &str, name: &str, fields: &Value) -> DocumentCopy {
    let mut fields = fields.as_object().unwrap().clone();
    fields.entry("owner").or_insert("tom@parlance.demo".into());
    let own = |field: &str| fields.get(field).and_then(Value::as_str).map(str::to_owned);
    DocumentCopy {
        doctype: doctype.into(),
        name: name.into(),
        creation: CREATION.into(),
        modified: CREATION.into(),
        project: own("project").or_else(|| {
            (own("reference_doctype").as_deref() == Some("Project"))
                .then(|| own("reference_name"))
                .flatten()
        }),
        status: own("status"),
        title: own("subject").or_else(|| own("file_name")),
        fields,
    }
}

fn task(name: &str, status: &str) -> DocumentCopy {
    let fields =
        json!({"subject": format!("Subject of {name}"), "project": "PROJ-0001", "status": status});
    copy("Task", name, &fields)
}

fn mail(name: &str, date: &str, about: (&str, &str)) -> DocumentCopy {
    let fields = json!({
        "subject": format!("Mail {name}"), "communication_medium": "Email", "sent_or_received": "Received",
        "sender": "Ines@Client.demo", "sender_full_name": "Ines Duarte", "recipients": "maya@parlance.demo",
        "communication_date": date, "reference_doctype": about.0, "reference_name": about.1,
        "content": "<p>Hello</p>",
    });
    copy("Communication", name, &fields)
}

fn comment(name: &str, task: &str) -> DocumentCopy {
    let fields = json!({
        "comment_type": "Comment", "reference_doctype": "Task", "reference_name": task, "content": "<p>Said there</p>",
    });
    copy("Comment", name, &fields)
}

struct Town {
    visit: Visit,
    worker: Worker,
}

impl Town {
    async fn of(db: &store::Db) -> Self {
        let worker = Worker::for_background_work(db.clone());
        worker.keep_time_zone("Europe/Berlin".parse().unwrap()).await.unwrap();
        let visit = Visit::of(db, "maya@parlance.demo", "PROJ-0001").await;
        Self { visit, worker }
    }

    async fn keep(&self, copies: &[DocumentCopy]) {
        self.worker.keep_documents(copies, Moment::now()).await.unwrap();
    }

    async fn reads(&self, doctype: &str, reads: Reads) {
        let reads = BTreeMap::from([(self.visit.workspace, reads)]);
        let person = self.visit.who.person();
        standings::record_documents(&self.visit.db, person, doctype, &reads).await.unwrap();
    }

    fn team(&self) -> policy::TeamScope {
        self.visit.scope.clone().team().unwrap()
    }

    async fn page(&self, looked: &Looked, limit: u64) -> Vec<Row> {
        timeline::page(&self.visit.db, &self.team(), looked, limit).await.unwrap()
    }

    async fn sees(&self, filter: TimelineFilter) -> Vec<String> {
        let looked = Looked { filter, ..Looked::default() };
        self.page(&looked, 100).await.iter().map(words).collect()
    }

    async fn says(&self, text: &str, at: i64) -> vocabulary::Message {
        let Visit { db, scope, room, .. } = &self.visit;
        let posted = messages::post(db, scope, room, draft(text), Moment::from_millis(at)).await;
        let Posted::New(message) = posted.unwrap() else { panic!("it is new") };
        message
    }
}

fn words(row: &Row) -> String {
    match row {
        Row::Said(message, _) => message.words().to_owned(),
        Row::Noted { kind, title, about, steps, .. } => match kind {
            TimelineKind::Change if steps.is_empty() => {
                format!("made {}", about.as_ref().unwrap().1)
            }
            TimelineKind::Change => format!("changed {}", about.as_ref().unwrap().1),
            TimelineKind::Comment => "comment".to_owned(),
            _ => title.clone().unwrap_or_default(),
        },
    }
}

fn only(kinds: &[TimelineKind]) -> TimelineFilter {
    TimelineFilter { kinds: kinds.to_vec(), ..TimelineFilter::default() }
}

#[tokio::test]
async fn pages_of_any_size_hold_each_row_once_in_one_order_also_where_many_share_a_moment() {
    on_both(|db| async move {
        let town = Town::of(&db).await;
        town.reads("Task", Reads::All).await;
        let tasks: Vec<_> = (0..7).map(|number| task(&format!("TASK-{number}"), "Open")).collect();
        town.keep(&tasks).await;
        let mails: Vec<_> = (0..5)
            .map(|n| {
                mail(&format!("M{n}"), &format!("2026-11-20 16:0{n}:00"), ("Project", "PROJ-0001"))
            })
            .collect();
        town.keep(&mails).await;
        for number in 0..9 {
            // Three at the moment of the Tasks.
            town.says(&format!("said {number}"), CREATED + (number / 3 - 1) * 1_000).await;
        }
        let all = town.page(&Looked::default(), 100).await;
        assert_eq!(all.len(), 21);
        let places: Vec<_> = all.iter().map(Row::place).collect();
        assert!(places.is_sorted_by(|one, other| one > other), "{places:?}");
        for limit in 1..=6 {
            let mut read = Vec::new();
            let mut looked = Looked::default();
            loop {
                let page = town.page(&looked, limit).await;
                let Some(last) = page.last() else { break };
                looked.after = Some(last.place());
                read.extend(page);
            }
            assert_eq!(read, all, "{limit} at once");
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_told_about_what_erpnext_does_not_show() {
    on_both(|db| async move {
        let town = Town::of(&db).await;
        town.keep(&[task("TASK-1", "Open"), task("TASK-2", "Open")]).await;
        town.keep(&[comment("C1", "TASK-1"), comment("C2", "TASK-2")]).await;
        town.keep(&[
            mail("M1", "2026-11-20 17:00:00", ("Task", "TASK-2")),
            mail("M2", "2026-11-20 18:00:00", ("Project", "PROJ-0001")),
            mail("M3", "2026-11-20 19:00:00", ("Project", "PROJ-0002")),
        ])
        .await;
        assert_eq!(town.sees(TimelineFilter::default()).await, ["Mail M2"]);
        town.reads("Task", Reads::Some(BTreeSet::from(["TASK-1".to_owned()]))).await;
        let mut seen = town.sees(TimelineFilter::default()).await;
        seen.sort_unstable();
        assert_eq!(seen, ["Mail M2", "comment", "made TASK-1"]);
        let looked = Looked::default();
        let ids: Vec<_> = town.page(&looked, 10).await.iter().map(|row| row.place().id).collect();
        town.reads("Task", Reads::None).await;
        let mut readable = 0;
        for id in ids {
            readable += u32::from(timeline::text(&db, &town.team(), id).await.unwrap().is_some());
        }
        assert_eq!(readable, 1, "the words of the mail alone");
        // Nobody who came through another workspace gets there.
        let other = Visit::of(&db, "maya@parlance.demo", "PROJ-0002").await;
        let rows = timeline::page(&db, &other.scope.team().unwrap(), &looked, 10).await.unwrap();
        assert_eq!(rows.iter().map(words).collect::<Vec<_>>(), ["Mail M3"]);
    })
    .await;
}

#[tokio::test]
async fn a_save_is_one_row_with_both_values_and_keeping_the_same_again_is_none() {
    on_both(|db| async move {
        let town = Town::of(&db).await;
        town.reads("Task", Reads::All).await;
        town.keep(&[task("TASK-1", "Open")]).await;
        let mut later = task("TASK-1", "Working");
        later.modified = "2026-11-20 17:05:00.000000".into();
        later.fields.insert("progress".into(), json!(40));
        later.fields.insert("modified_by".into(), json!("maya@parlance.demo"));
        town.keep(&[later.clone()]).await;
        town.keep(&[later.clone()]).await;
        let rows = town.page(&Looked::default(), 10).await;
        assert_eq!(rows.iter().map(words).collect::<Vec<_>>(), ["changed TASK-1", "made TASK-1"]);
        let Row::Noted { place, steps, who, audience, .. } = &rows[0] else { panic!("{rows:?}") };
        assert_eq!(place.at.as_millis(), CREATED + 3_600_000, "when ERPNext says it was");
        let told: Vec<_> = steps.iter().map(|step| (step.field, &step.from, &step.to)).collect();
        assert_eq!(
            told,
            [
                (WorkField::Status, &Some(json!("Open")), &Some(json!("Working"))),
                (WorkField::Progress, &None, &Some(json!(40))),
            ]
        );
        let who = who.as_ref().unwrap();
        assert_eq!(
            (who.0.as_str(), who.1.as_deref()),
            ("maya@parlance.demo", Some("Maya Lindqvist"))
        );
        assert_eq!(*audience, Audience::Team);
        // What ERPNext does by itself moves no `modified`, and happened just now.
        later.status = Some("Overdue".into());
        later.fields.insert("status".into(), "Overdue".into());
        let before = Moment::now();
        town.keep(&[later.clone()]).await;
        let rows = town.page(&Looked::default(), 1).await;
        assert!(rows[0].place().at >= before, "{rows:?}");
        // Another document that got the name has nothing of it.
        later.creation = "2026-11-21 08:00:00.000000".into();
        town.keep(&[later]).await;
        assert_eq!(town.sees(TimelineFilter::default()).await, ["made TASK-1"]);
    })
    .await;
}

#[tokio::test]
async fn each_filter_shows_what_it_says() {
    on_both(|db| async move {
        let town = Town::of(&db).await;
        town.reads("Task", Reads::All).await;
        town.keep(&[task("TASK-1", "Open"), task("TASK-2", "Open")]).await;
        let file = json!({
            "file_name": "plan.pdf", "file_size": 2048, "attached_to_doctype": "Task", "attached_to_name": "TASK-2",
        });
        town.keep(&[comment("C1", "TASK-1"), copy("File", "F1", &file)]).await;
        town.keep(&[mail("M1", "2026-11-20 17:00:00", ("Project", "PROJ-0001"))]).await;
        town.says("about #[TASK-1](Task)", CREATED + 10_000).await;
        let gone = town.says("gone", CREATED + 20_000).await;
        messages::act(&db, &town.team(), gone.id, &MessageAct::Remove, Moment::now()).await.unwrap();

        let sorted = async |filter| {
            let mut seen = town.sees(filter).await;
            seen.sort_unstable();
            seen
        };
        assert_eq!(sorted(only(&[TimelineKind::Mail])).await, ["Mail M1"]);
        assert_eq!(sorted(only(&[TimelineKind::Comment, TimelineKind::File])).await, ["comment", "plan.pdf"]);
        // What was removed still stands there, and says nothing.
        assert_eq!(sorted(only(&[TimelineKind::Message])).await, ["", "about #[TASK-1](Task)"]);
        let about = TimelineFilter { about: Some((TagDoctype::Task, "TASK-1".into())), ..TimelineFilter::default() };
        assert_eq!(sorted(about).await, ["about #[TASK-1](Task)", "comment", "made TASK-1"]);
        let person = |user: &str| TimelineFilter { person: Some(user.into()), ..TimelineFilter::default() };
        assert_eq!(sorted(person("ines@client.demo")).await, ["Mail M1"]);
        assert_eq!(sorted(person("maya@parlance.demo")).await, ["", "about #[TASK-1](Task)"]);
        let client = TimelineFilter { audience: Some(Audience::Client), ..TimelineFilter::default() };
        assert_eq!(sorted(client).await, ["Mail M1"]);
        let day = Looked {
            from: Some(Moment::from_millis(CREATED + 15_000)),
            until: Some(Moment::from_millis(CREATED + 3_600_000)),
            ..Looked::default()
        };
        assert_eq!(town.page(&day, 10).await.iter().map(words).collect::<Vec<_>>(), ["Mail M1", ""]);
    })
    .await;
}

#[tokio::test]
async fn what_came_late_is_new_to_whoever_was_here_before_it_came() {
    on_both(|db| async move {
        let town = Town::of(&db).await;
        let before = Moment::now();
        // ERPNext was away when it came there.
        town.keep(&[mail("M1", "2026-11-20 17:00:00", ("Project", "PROJ-0001"))]).await;
        let unseen = |after| Looked { noticed_after: Some(after), ..Looked::default() };
        let earlier = before.plus_millis(-1);
        assert_eq!(town.page(&unseen(earlier), 10).await.len(), 1);
        let later = Moment::now().plus_millis(1_000);
        assert_eq!(town.page(&unseen(later), 10).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn what_was_kept_before_the_zone_was_known_gets_its_rows_then() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db.clone());
        let visit = Visit::of(&db, "maya@parlance.demo", "PROJ-0001").await;
        let town = Town { visit, worker };
        town.reads("Task", Reads::All).await;
        town.keep(&[task("TASK-1", "Open"), mail("M1", "2026-11-20 17:00:00", ("Task", "TASK-1"))])
            .await;
        assert!(town.sees(TimelineFilter::default()).await.is_empty());
        for zone in ["Europe/Berlin", "Asia/Kolkata"] {
            town.worker.keep_time_zone(zone.parse().unwrap()).await.unwrap();
            town.worker.date_documents().await.unwrap();
            assert_eq!(
                town.sees(TimelineFilter::default()).await,
                ["Mail M1", "made TASK-1"],
                "{zone}"
            );
        }
        let rows = town.page(&Looked::default(), 10).await;
        let in_kolkata = CREATED - (4 * 60 + 30) * 60_000;
        assert_eq!(rows[1].place().at.as_millis(), in_kolkata);
    })
    .await;
}

#[tokio::test]
async fn rows_follow_a_rename_and_go_with_their_document() {
    on_both(|db| async move {
        let town = Town::of(&db).await;
        town.reads("Issue", Reads::All).await;
        let fields = json!({"subject": "Broken", "project": "PROJ-0001", "status": "Open"});
        town.keep(&[copy("Issue", "ISS-1", &fields)]).await;
        town.keep(&[mail("M1", "2026-11-20 17:00:00", ("Issue", "ISS-1"))]).await;
        let key = |name: &str| DocumentKey {
            doctype: "Issue".into(),
            name: name.into(),
            creation: CREATION.into(),
        };
        town.worker.rename_document(&key("ISS-1"), "ISS-9").await.unwrap();
        assert_eq!(town.sees(TimelineFilter::default()).await, ["Mail M1", "made ISS-9"]);
        // The next copy is the same row.
        let mut renamed = copy("Issue", "ISS-9", &fields);
        renamed.modified = "2026-11-20 20:00:00".into();
        town.keep(&[renamed]).await;
        assert_eq!(town.sees(TimelineFilter::default()).await, ["Mail M1", "made ISS-9"]);
        town.worker.forget_document(&key("ISS-9")).await.unwrap();
        let left = town.sees(only(&[TimelineKind::Change])).await;
        assert!(left.is_empty(), "{left:?}");
    })
    .await;
}

#[tokio::test]
async fn a_visit_goes_on_for_half_an_hour_and_is_one_on_all_devices() {
    on_both(|db| async move {
        let town = Town::of(&db).await;
        let team = town.team();
        let at = |minutes: i64| Moment::from_millis(CREATED + minutes * 60_000);
        let look = async |all, minutes| timeline::look(&db, &team, all, at(minutes)).await.unwrap();
        assert_eq!(timeline::last_here(&db, &team, at(0)).await.unwrap(), None);
        assert_eq!(look(false, 0).await.0, None, "never before");
        assert_eq!(look(false, 20).await.0, None, "the same visit, perhaps on another device");
        let next = 20 + VISIT_ENDS_AFTER_MILLIS / 60_000 + 1;
        // The page says it before anybody has looked, and then it stays so.
        assert_eq!(timeline::last_here(&db, &team, at(next)).await.unwrap(), Some(at(20)));
        let (since, counted) = look(false, next).await;
        assert_eq!((since, counted.is_new), (Some(at(20)), true));
        let (since, counted) = look(false, next + 1).await;
        assert_eq!((since, counted.is_new), (Some(at(20)), false));
        assert_eq!(look(true, next + 2).await.0, Some(at(next + 2)));
        assert_eq!(
            timeline::last_here(&db, &team, at(next + 3)).await.unwrap(),
            Some(at(next + 2))
        );
    })
    .await;
}
