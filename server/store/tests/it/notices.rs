//! Notices: who is told of what, until it is read or done, and what is on its way to devices.

use crate::{
    Visit,
    documents::{document, key},
    draft, on_both,
};
use policy::{DocumentScope, DocumentStanding, MemberReach, Write};
use serde_json::json;
use std::collections::BTreeSet;
use store::{
    Db, messages,
    messages::Posted,
    mine::{
        self,
        scheduled::{self, SendEnd},
    },
    notices::{self, DeviceKey, DuePush, KeptDevice, PushEnd},
    sessions::{self, SessionHash},
    standings::{self, Reads},
    worker::Worker,
};
use uuid::Uuid;
use vocabulary::{
    DEVICES_LIMIT, DocumentRule, Message, MessageAct, MessageBody, MessageDraft, MessageId, Moment,
    NOTICES_PAGE, Notice, NoticeFilter, NoticeKind, NoticeOf, Reply, RoomRule, Seq,
};

const MAYA: &str = "maya@parlance.demo";
const TOM: &str = "tom@parlance.demo";
const CALL: &str = "@[Tom](user:tom@parlance.demo)";

struct Scene {
    db: Db,
    worker: Worker,
    maya: Visit,
    tom: Visit,
}

impl Scene {
    async fn of(db: Db) -> Self {
        let (maya, tom) =
            (Visit::of(&db, MAYA, "PROJ-0001").await, Visit::of(&db, TOM, "PROJ-0001").await);
        let scene = Self { worker: Worker::for_background_work(db.clone()), db, maya, tom };
        // What was there before counts as read.
        mine::of(&scene.db, &scene.reach()).await.unwrap();
        scene
    }

    fn reach(&self) -> MemberReach {
        policy::reach(&self.tom.who).unwrap()
    }

    /// Looks at everything that was said.
    async fn note(&self) {
        for mut news in self.worker.news().await.unwrap() {
            loop {
                let noted = self.worker.note(news).await.unwrap();
                if noted.upto >= news.upto {
                    break;
                }
                news.after = noted.upto;
            }
        }
    }

    async fn says(&self, draft: MessageDraft) -> Message {
        match self.maya.says(draft).await {
            Posted::New(message) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn says_and_notes(&self, text: &str) -> Message {
        let said = self.says(draft(text)).await;
        self.note().await;
        said
    }

    async fn acts(&self, message: MessageId, act: MessageAct) {
        let team = self.maya.scope.clone().team().unwrap();
        messages::act(&self.db, &team, message, &act, Moment::now()).await.unwrap();
        self.note().await;
    }

    async fn reads(&self, seq: Seq) {
        let Visit { scope, room, .. } = &self.tom;
        mine::mark_read(&self.db, scope, room, seq, true).await.unwrap();
    }

    async fn chooses(&self, rule: RoomRule) {
        let Visit { scope, room, .. } = &self.tom;
        notices::set_room_rule(&self.db, scope, room, rule).await.unwrap();
    }

    async fn told(&self) -> Vec<Notice> {
        notices::list(&self.db, &self.reach(), &NoticeFilter::default()).await.unwrap()
    }

    async fn done(&self) -> Vec<Notice> {
        let done = NoticeFilter { done: true, ..NoticeFilter::default() };
        notices::list(&self.db, &self.reach(), &done).await.unwrap()
    }

    /// Kind and whether it is unread.
    async fn kinds(&self) -> Vec<(NoticeKind, bool)> {
        self.told().await.iter().map(|notice| (notice.kind, notice.unread)).collect()
    }

    /// How many are new.
    async fn new(&self) -> u32 {
        mine::of(&self.db, &self.reach()).await.unwrap().notices
    }

    async fn session(&self) -> (String, SessionHash) {
        let token = sessions::begin(&self.db, self.tom.who.person()).await.unwrap();
        let hash = SessionHash::of(&token);
        (token, hash)
    }

    async fn device(&self, endpoint: &str, session: &SessionHash) {
        let device =
            KeptDevice { key: DeviceKey::of(endpoint), before: None, sealed: endpoint.to_owned() };
        notices::keep_device(&self.db, &self.reach(), session, &device).await.unwrap();
    }

    async fn due(&self) -> Vec<DuePush> {
        self.worker.due_pushes(Moment::now(), 100).await.unwrap()
    }

    /// The only one that is due.
    async fn only_due(&self) -> DuePush {
        let mut due = self.due().await;
        assert_eq!(due.len(), 1, "{due:?}");
        due.remove(0)
    }

    async fn shows(&self, push: &DuePush) {
        assert!(self.worker.begin_push(push, Moment::now()).await.unwrap());
        self.worker.end_push(push, PushEnd::Taken).await.unwrap();
    }

    /// A Task that Tom may read.
    async fn task(&self) -> DocumentScope {
        self.worker.keep_document(&document("Task", "TASK-1", "Open")).await.unwrap();
        let reads = [(self.tom.workspace, Reads::All)].into();
        let person = self.tom.who.person();
        standings::record_documents(&self.db, person, "Task", &reads).await.unwrap();
        let team = self.tom.scope.clone().team().unwrap();
        let standing = DocumentStanding::Read(Write::Yes);
        policy::open_document(team, "Task", "TASK-1", standing).unwrap()
    }
}

fn reply(thread: MessageId, text: &str) -> MessageDraft {
    MessageDraft { reply: Some(Reply { thread, also_in_room: false }), ..draft(text) }
}

#[tokio::test]
async fn who_is_called_is_told_once_until_it_is_read_and_unread_again() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let said = scene.says_and_notes(&format!("look, {CALL}")).await;
        scene.note().await;
        let told = scene.told().await;
        assert_eq!(told.len(), 1);
        assert_eq!(
            (told[0].kind, told[0].unread, told[0].done),
            (NoticeKind::Mention, true, false)
        );
        assert!(matches!(&told[0].of, NoticeOf::Said { message } if message.id == said.id));
        assert_eq!(told[0].project_name, "Title of PROJ-0001");
        assert_eq!(scene.new().await, 1);
        let theirs = policy::reach(&scene.maya.who).unwrap();
        let filter = NoticeFilter::default();
        assert_eq!(notices::list(&scene.db, &theirs, &filter).await.unwrap(), []);

        scene.reads(said.seq).await;
        assert_eq!(scene.kinds().await, [(NoticeKind::Mention, false)]);
        assert_eq!(scene.new().await, 0);
        let Visit { scope, room, .. } = &scene.tom;
        mine::mark_unread(&scene.db, scope, room, said.seq).await.unwrap();
        assert_eq!(scene.new().await, 1);
        mine::mark_all_read(&scene.db, &scene.reach()).await.unwrap();
        assert_eq!(scene.new().await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_was_read_before_anybody_looked_is_listed_and_not_new() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let said = scene.says(draft(CALL)).await;
        scene.reads(said.seq).await;
        scene.note().await;
        assert_eq!(scene.kinds().await, [(NoticeKind::Mention, false)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_read_while_it_is_noted_is_read_whoever_is_first() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        for _ in 0..30 {
            let said = scene.says(draft(CALL)).await;
            tokio::join!(scene.note(), scene.reads(said.seq));
            scene.note().await;
            assert_eq!(scene.new().await, 0);
        }
        assert_eq!(scene.told().await.len(), 30);
    })
    .await;
}

#[tokio::test]
async fn each_is_told_of_what_their_rules_say() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let plain = scene.says_and_notes("plain").await;
        assert_eq!(scene.kinds().await, []);
        // Who answers follows the thread.
        scene.tom.says(reply(plain.id, "my answer")).await;
        let answer = scene.says(reply(plain.id, "and mine")).await;
        scene.note().await;
        assert_eq!(scene.kinds().await, [(NoticeKind::Reply, true)]);
        scene.reads(answer.seq).await;
        assert_eq!(scene.new().await, 1, "the room does not show the thread");
        let (scope, db) = (&scene.tom.scope, &scene.db);
        mine::mark_thread_read(db, scope, plain.id, answer.seq).await.unwrap();
        assert_eq!(scene.new().await, 0);

        scene.chooses(RoomRule::All).await;
        scene.says_and_notes("everything").await;
        assert_eq!(scene.kinds().await[0], (NoticeKind::Message, true));
        assert_eq!(scene.new().await, 1);
        for (rule, muted) in [(RoomRule::Nothing, false), (RoomRule::All, true)] {
            scene.chooses(rule).await;
            mine::mute(db, scope, &scene.tom.room, muted).await.unwrap();
            let before = scene.told().await.len();
            scene.says_and_notes("nothing").await;
            assert_eq!(scene.told().await.len(), before, "{rule}");
            scene.says_and_notes(CALL).await;
            assert_eq!(scene.kinds().await[0], (NoticeKind::Mention, false), "{rule}");
            assert_eq!(scene.new().await, 1);
        }
        assert_eq!(scene.due().await, []);
    })
    .await;
}

#[tokio::test]
async fn what_is_removed_is_told_no_more_and_what_calls_no_more_is_done() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let removed = scene.says_and_notes(CALL).await;
        let edited = scene.says_and_notes(CALL).await;
        let later = scene.says_and_notes("plain").await;
        assert_eq!(scene.new().await, 2);
        scene.acts(removed.id, MessageAct::Remove).await;
        scene.acts(edited.id, MessageAct::Edit(MessageBody::new("nobody").unwrap())).await;
        scene.acts(later.id, MessageAct::Edit(MessageBody::new(CALL).unwrap())).await;
        assert_eq!(scene.kinds().await, [(NoticeKind::Mention, true)]);
        assert_eq!(scene.new().await, 1);
        assert_eq!(scene.done().await.len(), 1, "what was removed is nowhere");
        // Nothing of it comes back when others do something to it.
        scene.acts(later.id, MessageAct::Pin).await;
        assert_eq!(scene.told().await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn being_done_is_ones_own_to_say_and_to_take_back() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        scene.says_and_notes(CALL).await;
        scene.says_and_notes(CALL).await;
        let told = scene.told().await;
        let (db, reach) = (&scene.db, scene.reach());
        let theirs = policy::reach(&scene.maya.who).unwrap();
        assert_eq!(notices::finish(db, &theirs, told[0].id, true).await.unwrap(), None);
        assert_eq!(notices::see(db, &theirs, told[0].id).await.unwrap(), None);
        assert!(notices::see(db, &reach, told[0].id).await.unwrap().unwrap().is_new);
        assert_eq!(scene.new().await, 1);
        assert!(notices::finish(db, &reach, told[1].id, true).await.unwrap().unwrap().is_new);
        assert!(!notices::finish(db, &reach, told[1].id, true).await.unwrap().unwrap().is_new);
        assert_eq!((scene.told().await.len(), scene.done().await.len()), (1, 1));
        assert_eq!(scene.new().await, 0);
        notices::finish(db, &reach, told[1].id, false).await.unwrap();
        assert_eq!(scene.told().await.len(), 2);
        let kind = Some(NoticeKind::Reply);
        assert!(!notices::finish_all(db, &reach, kind).await.unwrap().is_new);
        let kind = Some(NoticeKind::Mention);
        assert!(notices::finish_all(db, &reach, kind).await.unwrap().is_new);
        assert_eq!(scene.told().await, []);
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other_and_kinds_stand_alone() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        scene.chooses(RoomRule::All).await;
        for number in 0..NOTICES_PAGE + 5 {
            let text = if number % 10 == 0 { CALL.to_owned() } else { format!("number {number}") };
            scene.says(draft(&text)).await;
        }
        scene.note().await;
        let first = scene.told().await;
        let (db, reach) = (&scene.db, scene.reach());
        let before = first.last().map(|last| last.id);
        let filter = NoticeFilter { before, ..NoticeFilter::default() };
        let second = notices::list(db, &reach, &filter).await.unwrap();
        assert_eq!((first.len(), second.len()), (NOTICES_PAGE, 5));
        let ids: BTreeSet<_> = first.iter().chain(&second).map(|notice| notice.id).collect();
        assert_eq!(ids.len(), NOTICES_PAGE + 5);
        let filter = NoticeFilter { kind: Some(NoticeKind::Mention), ..NoticeFilter::default() };
        assert_eq!(notices::list(db, &reach, &filter).await.unwrap().len(), 6);
    })
    .await;
}

#[tokio::test]
async fn a_workspace_one_has_lost_tells_nothing() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        scene.says_and_notes(CALL).await;
        let notice = scene.told().await.remove(0).id;
        standings::record(&scene.db, scene.tom.who.person(), &[], Moment::now()).await.unwrap();
        assert_eq!(scene.told().await, []);
        assert_eq!(scene.new().await, 0);
        assert_eq!(notices::one(&scene.db, &scene.reach(), notice).await.unwrap(), None);
        scene.says_and_notes(CALL).await;
        assert_eq!(scene.told().await, []);
    })
    .await;
}

#[tokio::test]
async fn a_task_that_is_given_to_somebody_tells_them_in_whatever_order_it_comes() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let todo = |name: &str, status: &str, by: &str| {
            let mut todo = document("ToDo", name, status);
            todo.project = None;
            todo.fields = json!({
                "reference_type": "Task", "reference_name": "TASK-1", "allocated_to": "Tom@parlance.demo",
                "assigned_by": by, "assigned_by_full_name": "Maya Lindqvist",
            })
            .as_object()
            .unwrap()
            .clone();
            todo
        };
        let now = Moment::now();
        let keep = async |copy| scene.worker.keep_documents(&[copy], now).await.unwrap();
        // It is here before its Task.
        keep(todo("T-1", "Open", MAYA)).await;
        assert_eq!(scene.told().await, []);
        scene.task().await;
        let told = scene.told().await;
        assert_eq!(told.len(), 1);
        assert_eq!((told[0].kind, told[0].unread), (NoticeKind::Assignment, true));
        let NoticeOf::Work { name, subject, words, .. } = &told[0].of else { panic!("{told:?}") };
        assert_eq!(name.as_deref(), Some("TASK-1"));
        assert_eq!(subject.as_deref(), Some("Title of TASK-1"));
        assert_eq!(words.as_deref(), Some("Maya Lindqvist"));
        assert_eq!(scene.worker.people_to_tell().await.unwrap().len(), 1);
        assert_eq!(scene.worker.people_to_tell().await.unwrap(), []);
        // What one gives oneself is no news.
        keep(todo("T-2", "Open", TOM)).await;
        assert_eq!(scene.told().await.len(), 1);
        keep(todo("T-1", "Closed", MAYA)).await;
        assert_eq!(scene.told().await, []);
        assert_eq!(scene.done().await.len(), 1);
        keep(todo("T-3", "Open", MAYA)).await;
        assert_eq!(scene.new().await, 1);
        // ERPNext no longer lets them read it.
        let person = scene.tom.who.person();
        let reads = [(scene.tom.workspace, Reads::None)].into();
        standings::record_documents(&scene.db, person, "Task", &reads).await.unwrap();
        assert_eq!((scene.told().await, scene.new().await), (Vec::new(), 0));
    })
    .await;
}

#[tokio::test]
async fn a_task_is_followed_or_muted_and_keeps_that_when_it_is_renamed() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let task = scene.task().await;
        let rule = async || notices::document_rule(&scene.db, &task).await.unwrap();
        assert_eq!(rule().await, DocumentRule::Usual);
        let maya = scene.maya.who.person();
        let reads = [(scene.tom.workspace, Reads::All)].into();
        standings::record_documents(&scene.db, maya, "Task", &reads).await.unwrap();
        scene.says_and_notes("about #[TASK-1](Task)").await;
        assert_eq!(scene.told().await, []);
        notices::set_document_rule(&scene.db, &task, DocumentRule::Follow).await.unwrap();
        assert_eq!(rule().await, DocumentRule::Follow);
        scene.says_and_notes("about #[TASK-1](Task)").await;
        assert_eq!(scene.kinds().await, [(NoticeKind::Followed, true)]);
        let renamed = key("Task", "TASK-1", "2026-01-02 00:00:00");
        scene.worker.rename_document(&renamed, "TASK-9").await.unwrap();
        scene.says_and_notes("about #[TASK-9](Task)").await;
        assert_eq!(scene.told().await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_sent_tells_its_author_until_they_decide() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let now = Moment::now();
        let later = draft("later");
        let Visit { scope, room, who, .. } = &scene.tom;
        scheduled::put(&scene.db, scope, room, &later, now).await.unwrap();
        scene.worker.take_due_message(later.key, now).await.unwrap().unwrap();
        let end = SendEnd::Failed("You may not.".into());
        scene.worker.end_due_message(who.person(), later.key, &end).await.unwrap();
        let told = scene.told().await;
        assert_eq!((told.len(), told[0].kind), (1, NoticeKind::Unsent));
        assert_eq!(told[0].of, NoticeOf::Unsent { words: "You may not.".into() });
        scheduled::cancel(&scene.db, &scene.reach(), later.key).await.unwrap();
        assert_eq!(scene.told().await, []);
    })
    .await;
}

#[tokio::test]
async fn a_push_is_shown_once_and_closed_when_it_is_read_elsewhere() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let (_, session) = scene.session().await;
        scene.device("https://push.example.com/1", &session).await;
        let said = scene.says_and_notes(CALL).await;
        let push = scene.only_due().await;
        assert_eq!((push.closes, &*push.sealed), (false, "https://push.example.com/1"));
        let again = Moment::now().plus_millis(60_000);
        scene.worker.end_push(&push, PushEnd::Again { at: again, counts: true }).await.unwrap();
        assert_eq!(scene.due().await, []);
        let late = scene.worker.due_pushes(again, 9).await.unwrap();
        assert_eq!(late[0].attempts, 1);
        scene.shows(&late[0]).await;
        assert_eq!(scene.worker.due_pushes(again, 9).await.unwrap(), []);
        scene.reads(said.seq).await;
        let closing = scene.only_due().await;
        assert!(closing.closes);
        scene.worker.end_push(&closing, PushEnd::Taken).await.unwrap();
        assert_eq!(scene.due().await, []);
        // What is read before it is shown is never shown.
        let said = scene.says_and_notes(CALL).await;
        let push = scene.only_due().await;
        scene.reads(said.seq).await;
        assert_eq!(scene.due().await, []);
        assert!(!scene.worker.begin_push(&push, Moment::now()).await.unwrap());
        // What is read while it is sent is closed after.
        let said = scene.says_and_notes(CALL).await;
        let push = scene.only_due().await;
        assert!(scene.worker.begin_push(&push, Moment::now()).await.unwrap());
        scene.reads(said.seq).await;
        scene.worker.end_push(&push, PushEnd::Taken).await.unwrap();
        assert!(scene.only_due().await.closes);
        // A removed message is closed too.
        let push = scene.only_due().await;
        scene.worker.end_push(&push, PushEnd::Taken).await.unwrap();
        let said = scene.says_and_notes(CALL).await;
        scene.shows(&scene.only_due().await).await;
        scene.acts(said.id, MessageAct::Remove).await;
        assert!(scene.only_due().await.closes);
    })
    .await;
}

#[tokio::test]
async fn a_device_that_is_gone_gets_nothing_more_and_the_others_do() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let (token, session) = scene.session().await;
        let (_, other) = scene.session().await;
        scene.device("https://push.example.com/1", &session).await;
        scene.device("https://push.example.com/1", &session).await;
        scene.device("https://push.example.com/2", &other).await;
        assert_eq!(mine::of(&scene.db, &scene.reach()).await.unwrap().devices, 2);
        scene.says_and_notes(CALL).await;
        let due = scene.due().await;
        assert_eq!(due.len(), 2);
        let first = due.iter().find(|push| push.sealed.ends_with('1')).unwrap();
        scene.worker.end_push(first, PushEnd::DeviceGone).await.unwrap();
        assert_eq!(scene.only_due().await.sealed, "https://push.example.com/2");
        assert_eq!(mine::of(&scene.db, &scene.reach()).await.unwrap().devices, 1);
        // A session that ends takes its devices along.
        scene.device("https://push.example.com/3", &session).await;
        scene.says_and_notes(CALL).await;
        assert_eq!(scene.due().await.len(), 3);
        sessions::end(&scene.db, &token).await.unwrap();
        assert_eq!(scene.due().await.len(), 2);
        scene.worker.tidy_pushes(Moment::now()).await.unwrap();
        assert_eq!(mine::of(&scene.db, &scene.reach()).await.unwrap().devices, 1);
        let key = DeviceKey::of("https://push.example.com/2");
        notices::forget_device(&scene.db, &scene.reach(), &key).await.unwrap();
        assert_eq!(scene.due().await, []);
    })
    .await;
}

#[tokio::test]
async fn a_browser_is_one_persons_and_one_has_so_many() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let (_, session) = scene.session().await;
        for number in 0..DEVICES_LIMIT + 2 {
            scene.device(&format!("https://push.example.com/{number}"), &session).await;
        }
        let devices = mine::of(&scene.db, &scene.reach()).await.unwrap().devices;
        assert_eq!(devices as usize, DEVICES_LIMIT);
        // Maya signs in where Tom was before her.
        let theirs = policy::reach(&scene.maya.who).unwrap();
        let token = sessions::begin(&scene.db, scene.maya.who.person()).await.unwrap();
        let last = format!("https://push.example.com/{}", DEVICES_LIMIT + 1);
        let device = KeptDevice { key: DeviceKey::of(&last), before: None, sealed: "hers".into() };
        let hash = SessionHash::of(&token);
        notices::keep_device(&scene.db, &theirs, &hash, &device).await.unwrap();
        let devices = mine::of(&scene.db, &scene.reach()).await.unwrap().devices;
        assert_eq!(devices as usize, DEVICES_LIMIT - 1);
        // The browser changes its address.
        let moved = KeptDevice {
            key: DeviceKey::of("https://push.example.com/new"),
            before: Some(device.key),
            sealed: "hers".into(),
        };
        notices::keep_device(&scene.db, &theirs, &hash, &moved).await.unwrap();
        assert_eq!(mine::of(&scene.db, &theirs).await.unwrap().devices, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_looked_at_waits_until_one_looks_away() {
    on_both(|db| async move {
        let scene = Scene::of(db).await;
        let (_, session) = scene.session().await;
        scene.device("https://push.example.com/1", &session).await;
        let (window, now) = (Uuid::now_v7(), Moment::now());
        let until = now.plus_millis(40_000);
        let Visit { scope, room, who, .. } = &scene.tom;
        let thread = MessageId::fresh();
        notices::attend(&scene.db, scope, (room.id, Some(thread)), window, until).await.unwrap();
        let looks = async |thread| {
            scene.worker.looks_until(who.person(), room.id, thread, now).await.unwrap()
        };
        assert_eq!(looks(None).await, Some(until));
        assert_eq!(looks(Some(thread)).await, Some(until));
        assert_eq!(looks(Some(MessageId::fresh())).await, None);
        let other = scene.maya.who.person();
        assert_eq!(scene.worker.looks_until(other, room.id, None, now).await.unwrap(), None);
        scene.says_and_notes(CALL).await;
        let push = scene.only_due().await;
        scene.worker.end_push(&push, PushEnd::Again { at: until, counts: false }).await.unwrap();
        assert_eq!(scene.due().await, []);
        notices::look_away(&scene.db, scope, window).await.unwrap();
        assert_eq!(looks(None).await, None);
        assert_eq!(scene.only_due().await.attempts, 0);
    })
    .await;
}

#[tokio::test]
async fn the_first_key_stays_unless_it_does_not_open() {
    on_both(|db| async move {
        let worker = Worker::for_background_work(db);
        assert_eq!(worker.server_key("push").await.unwrap(), None);
        worker.keep_server_key("push", "first", None).await.unwrap();
        worker.keep_server_key("push", "second", None).await.unwrap();
        assert_eq!(worker.server_key("push").await.unwrap().as_deref(), Some("first"));
        worker.keep_server_key("push", "third", Some("first")).await.unwrap();
        worker.keep_server_key("push", "fourth", Some("first")).await.unwrap();
        assert_eq!(worker.server_key("push").await.unwrap().as_deref(), Some("third"));
    })
    .await;
}
